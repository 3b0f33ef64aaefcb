import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_CONFIG, parseConfig } from '../../../src/core/config/parseConfig';
import { repoRoot } from '../../repoRoot';

const faults = (text: string) =>
  parseConfig(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('reading seep.json', () => {
  it('fills in defaults', () => {
    assert.deepEqual(parseConfig('{}'), { config: DEFAULT_CONFIG, problems: [] });
    const { config } = parseConfig('\ufeff{"teacher": "t", "corpus": {"include": "a/*.md"}, "temperature": 2}');
    assert.deepEqual(config, {
      ...DEFAULT_CONFIG,
      teacher: 't',
      corpus: { ...DEFAULT_CONFIG.corpus, include: ['a/*.md'] },
      temperature: 2,
    });
  });

  it('names every fault with line and column, from top to bottom', () => {
    const text = `{
  "$schema": 1,
  "teacher": "",
  "studnet": "models/student",
  "corpus": { "include": ["a", 3], "textfield": "x", "exclude": {} },
  "temperature": 0,
  "threshold": 2,
  "threshold": "0.1",
  "provider": "cdua",
  "forgetSet": null,
  "__proto__": {}
}`;
    assert.deepEqual(faults(text.replaceAll('\n', '\r\n')), [
      '2:14 "$schema" is a number; it must be a string',
      '3:14 "teacher" is empty',
      '4:3 unknown key "studnet"; did you mean "student"?',
      '5:32 "corpus.include[1]" is a number; it must be a string',
      '5:36 unknown key "corpus.textfield"; did you mean "textField"?',
      '5:65 "corpus.exclude" is an object; it must be a string or a list of strings',
      '6:18 "temperature" is 0; it must be between 0.01 and 100',
      '8:3 the key "threshold" is given twice',
      '8:16 "threshold" is a string; it must be a number',
      '9:15 "provider" cannot be "cdua"; it must be one of "auto", "cpu", "cuda", "dml", "coreml", "webgpu"',
      '10:16 "forgetSet" is null; it must be a string',
      '11:3 unknown key "__proto__"; the keys are $schema, teacher, student, reference, swap, forgetSet, corpus, audit, temperature, threshold, calibration, onPolicy, unattributed, provider',
    ]);
  });

  it('points at what is not JSON', () => {
    assert.deepEqual(faults('{\n  // models\n}'), [
      '2:3 not JSON: expected a key in double quotes or "}", found a comment (JSON has none)',
    ]);
    assert.deepEqual(faults('{\n  "teacher": "t",\n}'), ['3:1 not JSON: no comma may stand before "}"']);
    assert.deepEqual(faults(''), ['1:1 not JSON: expected a value, found the end']);
    assert.deepEqual(faults('\n[]'), ['2:1 the file must hold an object, not a list']);
  });

  it('refuses thresholds under what the engine keeps', () => {
    assert.deepEqual(faults('{"threshold": 0.0009}'), ['1:15 "threshold" is 0.0009; it must be between 0.001 and 1']);
    assert.deepEqual(faults('{"threshold": 0.001}'), []);
  });

  it('reads the demo', () => {
    const { config, problems } = parseConfig(readFileSync(join(repoRoot, 'media/demo/seep.json'), 'utf8'));
    assert.deepEqual(problems, []);
    assert.ok(config.teacher !== null && config.forgetSet !== null);
  });
});
