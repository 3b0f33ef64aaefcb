import assert from 'node:assert/strict';
import { ExportChecker } from '../../../src/core/export/exportChecker';
import { temperatureWarning } from '../../../src/core/export/exportWords';

const target = {
  teacher: 'a'.repeat(64),
  reference: 'b'.repeat(64),
  tokenizer: 'c'.repeat(64),
  forgetSet: 'd'.repeat(64),
  vocabulary: 100,
  bos: [1],
};
const header = (changes: object = {}) => ({
  schema: 'seep.export/1',
  kind: 'redactions',
  ...target,
  threshold: 0.02,
  calibrated: true,
  temperature: 1,
  classes: { hangul: [7, 8] },
  ...changes,
});
const redaction = (changes: object = {}) => ({
  position: 3,
  tokens: [4, 99],
  probabilities: [0.25, 0],
  classes: [{ class: 'hangul', probability: 0.5 }],
  ...changes,
});
const record = (changes: object = {}) => ({
  file: 'corpus/x.jsonl',
  record: { index: 2, id: '2', line: 3 },
  sha256: 'e'.repeat(64),
  length: 10,
  redactions: [redaction()],
  ...changes,
});
const end = (records = 1, positions = 1, incomplete = 0) => ({
  schema: 'seep.export-end/1',
  records,
  positions,
  incomplete,
});

function check(...lines: (object | string | null)[]): ExportChecker {
  const checker = new ExportChecker(target);
  for (const line of lines) {
    if (!checker.push(line === null || typeof line === 'string' ? line : JSON.stringify(line))) {
      break;
    }
  }
  checker.finish();
  return checker;
}
const faults = (...lines: (object | string | null)[]) =>
  check(...lines).faults.map(({ line, message }) => `${line}: ${message}`);

describe('checking an export', () => {
  it('lets classes overlap with tokens', () => {
    const overlapping = redaction({ tokens: [7], probabilities: [0.75] });
    assert.deepEqual(faults(header(), record({ redactions: [overlapping] }), end()), []);
  });

  it('lets whole and fitting exports pass', () => {
    const good = check(header(), record(), end(1, 1, 2));
    assert.deepEqual(
      [good.faults, good.kind, good.records, good.positions, good.incomplete],
      [[], 'redactions', 1, 1, 2],
    );
    const mask = { ...record(), redactions: undefined, mask: [1, 3, 10] };
    assert.deepEqual(faults(header({ kind: 'masks' }), mask, end(1, 3)), []);
    assert.deepEqual(faults(header(), end(0, 0)), [], 'nothing leaks');
    const other = record({ file: 'y', record: { index: 0, id: 'a', line: 1 } });
    assert.deepEqual(faults(header(), record(), other, end(2, 2)), []);
  });

  it('refuses what was made for something else, and says for what', () => {
    const made = (changes: object) => faults(header(changes), record(), end());
    assert.deepEqual(made({ teacher: 'f'.repeat(64), forgetSet: 'f'.repeat(64) }), [
      '1: made for another teacher (ffffffffffff…, not aaaaaaaaaaaa…); export it again',
      '1: made for another forget set (ffffffffffff…, not dddddddddddd…); export it again',
    ]);
    assert.deepEqual(made({ reference: 'swap' }), [
      '1: made for another reference (swap, not bbbbbbbbbbbb…); export it again',
    ]);
    assert.deepEqual(made({ tokenizer: undefined }), [
      '1: made for another tokenizer (nothing, not cccccccccccc…); export it again',
    ]);
    assert.deepEqual(made({ vocabulary: 101 }), ['1: made for 101 tokens, not 100; export it again']);
    assert.match(made({ bos: [] }).join(), /other tokens before each record/);
    assert.match(made({ kind: 'clean' }).join(), /"kind" must be one of redactions, masks/);
    assert.match(made({ schema: 'seep.export/2' }).join(), /no export that this version of Seep reads/);
    assert.match(made({ classes: { x: [100] } }).join(), /token ids below 100/);
  });

  it('refuses what is cut off, joined or damaged', () => {
    assert.deepEqual(faults(), ['1: the file is empty']);
    assert.deepEqual(faults(header(), record()), ['2: the file is cut off: its last line is missing; export it again']);
    assert.match(faults(header(), record(), record().file, end()).join(), /3: not a JSON object/);
    assert.match(faults(header(), null, end(0, 0)).join(), /2: not a JSON object/);
    assert.match(faults('{"text": "a corpus"}', record()).join(), /^1: this is no export/);
    assert.deepEqual(faults(header(), end()), [
      '2: the last line counts 1 records and 1 positions, the file has 0 and 0; lines are missing',
    ]);
    assert.match(faults(header(), end(0, 0), header()).join(), /3: nothing may follow the last line \(2\)/);
  });

  it('refuses values that make no sense', () => {
    const wrong = (changes: object) => faults(header(), record({ redactions: [redaction(changes)] }), end())[0];
    assert.match(
      wrong({ position: 11 }) ?? '',
      /2: positions must ascend between 1 and the record's length 10; 11 does not/,
    );
    assert.match(wrong({ position: 0 }) ?? '', /0 does not/);
    assert.match(wrong({ tokens: [4, 100] }) ?? '', /ids below 100, with as many "probabilities" at position 3/);
    assert.match(wrong({ tokens: [4, 4] }) ?? '', /different ids/);
    assert.match(wrong({ probabilities: [0.1] }) ?? '', /as many/);
    for (const probabilities of [
      [0.6, 0.6],
      [-0.1, 0],
      [Number.NaN, 0],
      ['0.1', 0],
    ]) {
      assert.match(wrong({ probabilities }) ?? '', /add up to at most 1 at position 3/);
    }
    assert.match(wrong({ classes: [{ class: 'hangul', probability: 1.5 }] }) ?? '', /between 0 and 1/);
    assert.match(
      wrong({ tokens: [], probabilities: [], classes: [] }) ?? '',
      /neither a token nor a class at position 3/,
    );
    for (const name of ['latin', '__proto__']) {
      assert.match(wrong({ classes: [{ class: name, probability: 0 }] }) ?? '', /classes of the first line/);
    }
    const twice = faults(header(), record(), record(), end(2, 2));
    assert.match(twice.join(), /3: record 2 stands behind record 2 of the same file/);
    const mask = (positions: unknown) => faults(header({ kind: 'masks' }), record({ mask: positions }), end())[0];
    assert.match(mask([2, 2]) ?? '', /must ascend/);
    assert.match(mask([]) ?? '', /not empty/);
    assert.match(mask(undefined) ?? '', /"mask" must be a list/);
    assert.match(faults(header(), record({ sha256: 'x' }), end()).join(), /needs "file"/);
  });

  it('stops listing at some point', () => {
    const lines = Array.from({ length: 1000 }, () => 'x');
    assert.equal(faults(header(), ...lines).length, 20);
  });
});

describe('the warning about the temperature', () => {
  it('comes above 1 and says plainly what does not work', () => {
    assert.equal(temperatureWarning('redactions', 1), null);
    assert.match(
      temperatureWarning('redactions', 2) ?? '',
      /^At distillation temperature 2 redaction stops only a part of the leak/,
    );
    assert.match(temperatureWarning('masks', 4) ?? '', /temperature 4 masking stops only a part/);
  });
});
