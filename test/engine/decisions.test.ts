import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Decision } from '../../src/core/decisions/decision';
import type { ExportRecord } from '../../src/core/export/exportFormat';
import type { LeakLine } from '../../src/core/report/leakLine';
import type { Summary } from '../../src/core/report/summary';
import { textAtOnce } from '../unit/decisions/atOnce';
import { someDecision } from '../unit/decisions/someDecision';
import { cliWorkspace, jsonl, leakingTexts } from './support/cliWorkspace';
import { assertForPeople, runCli } from './support/runCli';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

describe('decisions on the command line', function () {
  this.timeout(120_000);
  const workspace = cliWorkspace();

  async function seep(...args: string[]) {
    const result = await runCli(args, workspace.path);
    assertForPeople(result);
    return result;
  }

  async function scan(...args: string[]) {
    const { stdout, code } = await seep('scan', '--format', 'jsonl', ...args);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LeakLine | Summary);
    const summary = lines.pop();
    assert.ok(summary?.schema === 'seep.summary/1');
    return { code, leaks: lines as LeakLine[], summary };
  }

  const decide = (...decisions: Decision[]) => workspace.write('seep.decisions.jsonl', textAtOnce(decisions));
  const text = (index: number) => leakingTexts[index] ?? '';
  const ignoreAll = () => decide(...leakingTexts.map((each) => someDecision({ record: hash(each) })));

  it('take what is ignored out of the report and of the exit code, unless told otherwise', async () => {
    decide();
    const before = await scan();
    assert.deepEqual([before.code, before.summary.decided], [1, null]);
    const [leak, other] = [
      before.leaks[0],
      before.leaks.find(({ record }) => record.index !== before.leaks[0]?.record.index),
    ];
    assert.ok(leak && other);
    const { start, end, fact } = leak;
    decide(
      someDecision({ record: hash(text(leak.record.index)), fact, span: { start, end } }),
      someDecision({ record: hash(text(other.record.index)), action: 'reviewed' }),
      someDecision({ record: hash('a text that is gone') }),
    );
    const after = await scan();
    const same = (a: LeakLine) =>
      a.record.index === leak.record.index && a.position === leak.position && a.fact === fact;
    assert.deepEqual(
      after.leaks,
      before.leaks.filter((each) => !same(each)),
    );
    assert.equal(after.summary.leaks, before.summary.leaks - 1);
    const reviewed = before.leaks.filter(({ record }) => record.index === other.record.index).length;
    assert.deepEqual(after.summary.decided, { ignored: 1, masked: 0, reviewed, toDrop: 0, notFound: 1 });
    assert.equal(after.code, 1, 'the others are still there');
    ignoreAll();
    assert.deepEqual([(await scan()).code, (await scan()).leaks], [0, []]);
    const regardless = await scan('--no-decisions');
    assert.deepEqual([regardless.code, regardless.leaks, regardless.summary.decided], [1, before.leaks, null]);
  });

  it('are said in the table, in words', async () => {
    ignoreAll();
    const { stdout } = await seep('scan');
    assert.match(
      stdout,
      /No leak in 14 records but for what is ignored: .*\n(?:.*\n)*Ignored by decision, and not counted: \d+ leaks\./,
    );
  });

  it('stop everything where a line has a fault', async () => {
    workspace.write('seep.decisions.jsonl', '{"schema":"seep.decision/1","action":"ignore"}\n');
    for (const args of [['scan'], ['export', 'masks'], ['export', 'clean', 'corpus/leaks.jsonl'], ['decisions']]) {
      const { code, stderr, stdout } = await seep(...args);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, /seep\.decisions\.jsonl:1:1: "record" is missing/);
    }
    assert.equal((await seep('scan', '--no-decisions')).code, 1);
  });

  it('reach the exports: nothing of what is ignored, every token of what is masked', async () => {
    const masked = text(1);
    // Two words at the start of a record: nothing leaks there.
    const span = { start: 0, end: masked.indexOf(' ', masked.indexOf(' ') + 1) };
    decide(
      someDecision({ record: hash(text(0)) }),
      someDecision({ record: hash(masked), action: 'mask', span, reason: null }),
    );
    const lines = async (kind: string, ...args: string[]) => {
      const { stdout } = await seep('export', kind, 'corpus/leaks.jsonl', ...args);
      return stdout
        .trimEnd()
        .split('\n')
        .slice(1, -1)
        .map((line) => JSON.parse(line) as ExportRecord);
    };
    const plain = await lines('masks', '--no-decisions');
    const decided = await lines('masks');
    assert.ok(plain.some(({ record }) => record.index === 0));
    assert.ok(!decided.some(({ record }) => record.index === 0));
    assert.ok((await lines('redactions')).every(({ record }) => record.index !== 0));
    const maskOf = (some: ExportRecord[]) => some.find(({ record }) => record.index === 1)?.mask ?? [];
    const added = maskOf(decided).filter((position) => !maskOf(plain).includes(position));
    assert.ok(maskOf(plain).every((position) => maskOf(decided).includes(position)));
    // Position 0 is BOS; the masked tokens follow on each other from the first one.
    assert.ok(added.length >= 2, String(added));
    assert.deepEqual(
      added,
      Array.from({ length: added.length }, (_, i) => i + 1),
    );
  });

  it('reach the clean corpus: what is ignored stays, what is to be dropped goes', async () => {
    decide(
      someDecision({ record: hash(text(0)) }),
      someDecision({ record: hash('Nothing to see here.'), action: 'drop' }),
    );
    workspace.write('both.jsonl', jsonl(text(0), text(1), 'Nothing to see here.', 'Bread is baked.'));
    const { stdout, stderr } = await seep('export', 'clean', 'both.jsonl');
    assert.equal(stdout, jsonl(text(0), 'Bread is baked.'));
    assert.match(stderr, /kept 2 records; left out 1 that leak, 1 by decision\./);
  });

  it('are listed with where their texts stand now, and those that stand nowhere', async () => {
    decide(
      someDecision({ record: hash(text(2)), file: 'elsewhere.jsonl', line: 99 }),
      someDecision({ record: hash('gone'), action: 'reviewed', reason: null, file: 'old.jsonl', line: 4 }),
    );
    const { stdout, stderr, code } = await seep('decisions');
    assert.equal(code, 0);
    assert.match(stdout, /^ignore +corpus\/leaks\.jsonl:3 +public$/m);
    assert.match(stdout, /^reviewed +not found \(was old\.jsonl:4\)$/m);
    assert.match(stderr, /2 decisions: 1 on records of these files, 1 on texts that are not in them\./);
    const stale = await seep('decisions', '--stale');
    const file = readFileSync(join(workspace.path, 'seep.decisions.jsonl'), 'utf8').split('\n');
    assert.equal(stale.stdout, `${file.find((line) => line.includes('old.jsonl'))}\n`);
    decide();
    assert.match((await seep('decisions')).stderr, /Nothing is decided/);
  });

  it('are no part of the corpus', async () => {
    workspace.write(
      'seep.json',
      readFileSync(join(workspace.path, 'seep.json'), 'utf8').replace('corpus/*.jsonl', '**/*.jsonl'),
    );
    decide(someDecision());
    const { summary } = await scan();
    assert.deepEqual(summary.incomplete, []);
  });
});
