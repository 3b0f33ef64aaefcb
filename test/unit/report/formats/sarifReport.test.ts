import assert from 'node:assert/strict';
import fc from 'fast-check';
import { someDecision } from '../../decisions/someDecision';
import { someFact } from '../someFact';
import { someLeak } from '../someLeak';
import { checkSarif, type SarifLog } from './sarifSchema';
import { leaky, recordOf, reportText, type Told } from './someReport';

function logOf(told: Told): SarifLog {
  const log: unknown = JSON.parse(reportText('sarif', told));
  checkSarif(log);
  return log;
}

const resultsOf = (told: Told) => logOf(told).runs.flatMap(({ results }) => results);

describe('a SARIF report', () => {
  it('is a log that the schema allows, whatever the texts say', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('[a](b)', '{0}', '\ud800', 'C:\\x\\y', '/a b', 'a:b'),
    );
    fc.assert(
      fc.property(text, (word) => {
        const [result] = resultsOf({
          facts: [someFact({ id: word, answers: [word] })],
          found: [leaky(word, `a${word}`, [{ fact: word, start: 0, end: 1 }])],
          incomplete: [{ file: word, line: 1, message: word }],
          command: word,
          showAnswers: true,
        });
        assert.equal(result?.properties.fact, word);
        assert.doesNotMatch(result.message.text, /(^|[^\\])(\\\\)*[[\]]|(^|[^{]){(?!{)/);
      }),
    );
    assert.deepEqual(resultsOf({ facts: [someFact()], found: [] }), []);
    assert.throws(() =>
      checkSarif({ version: '2.1.0', runs: [{ tool: { driver: { name: 'Seep', versions: '1' } } }] }),
    );
  });

  it('points at the token in the file, escapes and all', () => {
    const content = `{"text": "first"}\n{"text": "a\\u00efb Z"}`;
    const found = { file: 'dir a/x.jsonl', record: recordOf(content), leaks: [someLeak({ start: 3, end: 5 })] };
    const [result] = resultsOf({ facts: [someFact()], found: [found] });
    const { artifactLocation, region } = result?.locations[0]?.physicalLocation ?? {};
    assert.deepEqual(artifactLocation, { uri: 'dir%20a/x.jsonl', uriBaseId: '%SRCROOT%' });
    const at = content.indexOf(' Z');
    assert.deepEqual(region, {
      startLine: 2,
      startColumn: at - content.indexOf('\n'),
      endLine: 2,
      endColumn: at - content.indexOf('\n') + 2,
      charOffset: at,
      charLength: 2,
    });
  });

  it('counts lines within a record of a text file', () => {
    const found = {
      file: 'x.md',
      record: recordOf('one\n\ntwo\nthree Z', 'text'),
      leaks: [someLeak({ start: 9, end: 11 })],
    };
    const [result] = resultsOf({ facts: [someFact()], found: [found] });
    const region = result?.locations[0]?.physicalLocation.region;
    assert.deepEqual([region?.startLine, region?.startColumn, region?.charOffset], [4, 6, 14]);
  });

  it('points into no rows of Parquet, and at absolute paths by themselves', () => {
    const [parquet, absolute] = resultsOf({
      facts: [someFact()],
      found: [leaky('a.parquet', 'The Kamitel', [{}]), leaky('/b/c d.jsonl', 'The Kamitel', [{}])],
    }).map(({ locations }) => locations[0]?.physicalLocation);
    assert.deepEqual(parquet, { artifactLocation: { uri: 'a.parquet', uriBaseId: '%SRCROOT%' } });
    assert.deepEqual(absolute?.artifactLocation, { uri: 'file:///b/c%20d.jsonl' });
  });

  it('tells rules by kind and levels by band', () => {
    const leaks = [{ lift: 0.05 }, { lift: 0.2 }, { lift: 0.9, kind: 'stated' as const }];
    const results = resultsOf({ facts: [someFact()], found: [leaky('a', 'The Kamitel site', leaks)] });
    assert.deepEqual(
      results.map(({ ruleId, ruleIndex, level }) => [ruleId, ruleIndex, level]),
      [
        ['shadow-leak', 0, 'note'],
        ['shadow-leak', 0, 'warning'],
        ['stated-leak', 1, 'error'],
      ],
    );
  });

  it('knows a leak again by its content, wherever it stands', () => {
    const prints = (...texts: string[]) =>
      resultsOf({ facts: [someFact()], found: texts.map((text, i) => leaky(`${i}`, text, [{}])) }).map(
        ({ partialFingerprints }) => partialFingerprints['seepLeak/v1'],
      );
    const [one, other, same] = prints('The Kamitel site', 'The Kamitel house', 'The Kamitel site');
    assert.match(one ?? '', /^[0-9a-f]{64}$/);
    assert.equal(one, same);
    assert.notEqual(one, other);
  });

  it('keeps what is ignored by decision as suppressed', () => {
    const ignored = [
      { leak: someLeak(), decision: someDecision({ reason: 'public' }) },
      { leak: someLeak(), decision: someDecision({ reason: null }) },
    ];
    const found = [{ ...leaky('a', 'The Kamitel site', []), ignored }, leaky('b', 'The Kamitel site', [{}])];
    assert.deepEqual(
      resultsOf({ facts: [someFact()], found }).map(({ suppressions }) => suppressions),
      [
        [{ kind: 'external', status: 'accepted', justification: 'public' }],
        [{ kind: 'external', status: 'accepted' }],
        undefined,
      ],
    );
  });

  it('lists what could not be scored, and names no answer unless it may', () => {
    const told = { facts: [someFact()], found: [leaky('a', 'The Kamitel site', [{}])] };
    const log = logOf({ ...told, incomplete: [{ file: 'b.jsonl', line: 7, message: 'not JSON' }] });
    const [note] = log.runs[0]?.invocations[0]?.toolExecutionNotifications ?? [];
    assert.deepEqual([note?.message.text, note?.locations[0]?.physicalLocation.region?.startLine], ['not JSON', 7]);
    assert.ok(!JSON.stringify(log).includes('Vandor'));
    assert.match(resultsOf({ ...told, showAnswers: true })[0]?.message.text ?? '', /gives away f1 \(Vandor\) here/);
  });
});
