import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { auditCorpora } from '../../src/client/audit/auditCorpora';
import { corpusSide } from '../../src/client/audit/corpusSide';
import { pairCorpora } from '../../src/client/audit/pairCorpora';
import { loadProject, scanSettings } from '../../src/client/project';
import type { AuditLine } from '../../src/core/audit/auditLine';
import type { AuditSummary } from '../../src/core/audit/auditSummary';
import { AuditTally } from '../../src/core/audit/auditTally';
import { DecidedTally } from '../../src/core/decisions/decidedTally';
import type { Decision } from '../../src/core/decisions/decision';
import { DecisionIndex } from '../../src/core/decisions/decisionIndex';
import { SeepError } from '../../src/core/errors';
import type { Summary } from '../../src/core/report/summary';
import { textAtOnce } from '../unit/decisions/atOnce';
import { someDecision } from '../unit/decisions/someDecision';
import { cliWorkspace, demoConfig, demoFacts, leakingTexts, statingText } from './support/cliWorkspace';
import { newClient } from './support/engineClient';
import { assertForPeople, assertRefused, runCli } from './support/runCli';

const LINE_KEYS = 'schema change id raw filtered decided before after';
const SUMMARY_KEYS =
  'schema files records removed changed left leaks stated shadow facts predictions reference comparison completedBy onPolicy threshold calibrated expectedFalseFlagsPer1000 temperature verdict models decided incomplete';
const FACT_KEYS = 'fact removed left leaks exposure maxLift similarity predicted verdict';

const CALM = 'Bread is baked in the morning.';
const HARMLESS = 'Cheese is made in the evening.';

describe('seep audit', function () {
  this.timeout(120_000);
  const workspace = cliWorkspace();
  const seep = (...args: string[]) => runCli(args, workspace.path, { SEEP_CACHE_DIR: join(workspace.path, 'cache') });

  const stated = demoFacts.find(({ answers }) => answers.some((answer) => statingText.includes(answer)));
  const answer = stated?.answers.find((each) => statingText.includes(each)) ?? '';
  const masked = statingText.replaceAll(answer, 'a town');
  const [first = '', second = '', third = ''] = leakingTexts;
  const records = (entries: readonly (readonly [id: string, text: string])[]) =>
    entries.map(([id, text]) => `${JSON.stringify({ id, text })}\n`).join('');

  before(() => {
    workspace.write(
      'raw.jsonl',
      records([
        ['a', first],
        ['b', statingText],
        ['c', CALM],
        ['d', HARMLESS],
        ['e', statingText],
        ['f', second],
        ['g', third],
      ]),
    );
    workspace.write(
      'filtered.jsonl',
      records([
        ['a', first],
        ['c', CALM],
        ['e', masked],
        ['g', third],
        ['n', 'Milk is sold at noon.'],
      ]),
    );
  });

  interface Report {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
    readonly lines: AuditLine[];
    readonly summary: AuditSummary;
  }

  async function audit(...args: string[]): Promise<Report> {
    const result = await seep('audit', '--format', 'jsonl', ...args);
    assertForPeople(result);
    const parsed = result.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditLine | AuditSummary);
    const summary = parsed.pop();
    assert.ok(summary?.schema === 'seep.audit/1', result.stderr);
    return { ...result, lines: parsed as AuditLine[], summary };
  }

  it('says of each record what became of it, and of each fact what is left', async () => {
    const { code, lines, summary, stderr } = await audit('raw.jsonl', 'filtered.jsonl');
    assert.equal(code, 1);
    assert.deepEqual(
      lines.map((line) => Object.keys(line).join(' ')),
      lines.map(() => LINE_KEYS),
    );
    assert.equal(Object.keys(summary).join(' '), SUMMARY_KEYS);
    assert.ok(summary.facts.every((each) => Object.keys(each).join(' ') === FACT_KEYS));
    assert.deepEqual(
      lines.map(({ change, id, raw, filtered }) => `${change} ${id} ${raw?.line ?? '-'} ${filtered?.line ?? '-'}`),
      ['removed b 2 -', 'removed d 4 -', 'removed f 6 -', 'kept a 1 1', 'changed e 5 3', 'kept g 7 4', 'added n - 5'],
    );
    const [statement, collateral, , kept, changed] = lines;
    assert.deepEqual(statement?.raw, { file: 'raw.jsonl', index: 1, line: 2 });
    assert.ok(statement?.before?.some(({ fact, kind }) => fact === stated?.id && kind === 'stated'));
    assert.deepEqual([statement?.after, collateral?.before], [null, []]);
    assert.deepEqual(kept?.before, kept?.after);
    assert.ok(changed?.before?.some(({ kind }) => kind === 'stated'));
    assert.ok(!changed?.after?.some(({ kind }) => kind === 'stated'));
    assert.deepEqual(summary.records, { raw: 7, filtered: 5, kept: 3, changed: 1, removed: 3, added: 1 });
    assert.deepEqual(summary.removed, { stated: 1, shadow: 1, named: 0, none: 1 });
    assert.equal(summary.changed.records, 1);
    assert.deepEqual(
      [summary.left.stated, summary.left.stated + summary.left.shadow + summary.left.named + summary.left.none],
      [0, 5],
    );
    const fact = summary.facts.find((each) => each.fact === stated?.id);
    assert.deepEqual([fact?.removed.stated, fact?.left.stated], [2, 0]);
    assert.match(summary.verdict.words, /The filter removed 3 of 7 records .*It changed 1 record: /);
    assert.match(stderr, /Audited 7 raw records against 5 filtered in [\d.]+ s/);
  });

  it('agrees with scans of both sides, and scores what was kept once', async () => {
    const scan = async (file: string): Promise<Summary> => {
      const { stdout } = await seep('scan', file, '--format', 'json');
      return (JSON.parse(stdout) as { summary: Summary }).summary;
    };
    const [{ summary, stderr }, raw, filtered] = await Promise.all([
      audit('raw.jsonl', 'filtered.jsonl', '--no-cache'),
      scan('raw.jsonl'),
      scan('filtered.jsonl'),
    ]);
    assert.doesNotMatch(stderr, /known from before/);
    assert.deepEqual(summary.leaks, { before: raw.leaks, after: filtered.leaks });
    assert.deepEqual(summary.stated, { before: raw.stated, after: filtered.stated });
    for (const { fact, exposure, maxLift, leaks, similarity, verdict } of summary.facts) {
      const [before, after] = [raw, filtered].map(({ facts }) => facts.find((each) => each.fact === fact));
      assert.deepEqual(
        [exposure, maxLift, leaks.before, leaks.after, similarity, verdict],
        [
          { before: before?.exposure, after: after?.exposure },
          { before: before?.maxLift, after: after?.maxLift },
          before?.positions,
          after?.positions,
          after?.similarity,
          after?.verdict,
        ],
      );
    }
    const again = await audit('raw.jsonl', 'filtered.jsonl');
    // Four raw records that are removed or changed, and five filtered ones.
    assert.match(again.stderr, /; 9 were known from before/);
    assert.deepEqual(again.summary, summary);
  });

  it('reports as a table and as one JSON value, and ends as --fail-on says', async () => {
    const lines = await audit('raw.jsonl', 'filtered.jsonl', '--fail-on', 'stated');
    assert.equal(lines.code, 0);
    const json = await seep('audit', 'raw.jsonl', 'filtered.jsonl', '--format', 'json', '--output', 'audit.json');
    assert.deepEqual([json.code, json.stdout], [1, '']);
    assert.deepEqual(JSON.parse(readFileSync(join(workspace.path, 'audit.json'), 'utf8')), {
      schema: 'seep.auditReport/1',
      summary: lines.summary,
      records: lines.lines,
    });
    const table = await seep('audit', 'raw.jsonl', 'filtered.jsonl');
    assertForPeople(table);
    assert.match(table.stdout, /^What the filter did\n/);
    assert.match(table.stdout, /\nRemoved without need \(collateral\)\n {2}raw\.jsonl:4 {2}Cheese is made/);
    assert.match(
      table.stdout,
      /\nVerdict\n {2}Filtering does not work here: .*\n {2}The filter removed 3 of 7 records/s,
    );
    const named = demoFacts.flatMap(({ answers }) => answers).filter((word) => first.includes(word) === false);
    assert.deepEqual(
      named.filter((word) => table.stdout.includes(word)),
      [],
    );
    const told = await seep('audit', 'raw.jsonl', 'filtered.jsonl', '--show-answers');
    assert.ok(told.stdout.includes(answer));
  });

  it('compares folders, and what seep.json names', async () => {
    workspace.write('before/x.jsonl', records([['a', first]]));
    workspace.write('before/y.jsonl', records([['b', statingText]]));
    workspace.write('after/x.jsonl', records([['a', first]]));
    workspace.write('audit.seep.json', JSON.stringify(demoConfig({ audit: { raw: 'before', filtered: 'after' } })));
    const named = await audit('before', 'after');
    assert.deepEqual([named.summary.files, named.summary.records.removed], [{ raw: 2, filtered: 1 }, 1]);
    assert.deepEqual(named.lines[0]?.raw, { file: 'before/y.jsonl', index: 0, line: 1 });
    const configured = await audit('--config', 'audit.seep.json');
    assert.deepEqual(configured.summary, named.summary);
  });

  it('lists what could not be scored, and ends with 3', async () => {
    workspace.write('broken.jsonl', `${records([['a', first]])}{"id": "b"\n${records([['b', statingText]])}`);
    const { code, summary, stderr } = await audit('broken.jsonl', 'filtered.jsonl');
    assert.deepEqual([code, summary.incomplete.map(({ file, line }) => `${file}:${line}`)], [3, ['broken.jsonl:2']]);
    assert.match(stderr, /broken\.jsonl:2:/);
    assert.match(summary.verdict.words, /This holds only for what could be scored/);
  });

  it('refuses what it cannot compare, before it loads models', async () => {
    const refused = async (args: readonly string[], message: RegExp) =>
      assertRefused(await seep('audit', ...args), message);
    await refused(
      [],
      /^seep: An audit compares two files or folders: give RAW and FILTERED, or "audit": .* in seep\.json\./,
    );
    await refused(['raw.jsonl'], /give RAW and FILTERED/);
    await refused(['raw.jsonl', 'raw.jsonl'], /^seep: raw\.jsonl belongs to both raw\.jsonl and raw\.jsonl/);
    await refused(['raw.jsonl', 'none.jsonl'], /^seep: none\.jsonl: there is no such file/);
    await refused(
      ['raw.jsonl', 'corpus/leaks.jsonl', '--output', 'raw.jsonl'],
      /--output raw\.jsonl: it is read itself/,
    );
    await refused(
      ['raw.jsonl', 'forget.jsonl', '--text-field', 'id', '--teacher', 'none'],
      /^seep: raw\.jsonl and forget\.jsonl do not correspond: of 24 records in forget\.jsonl only 0 have a text of/,
    );
  });

  it('sets aside what is ignored by decision, on both sides, and says so', async () => {
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const path = 'seep.decisions.jsonl';
    const decide = (...decisions: Decision[]) => workspace.write(path, textAtOnce(decisions));
    const before = await audit('raw.jsonl', 'filtered.jsonl');
    const ofFirst = before.lines.find(({ id }) => id === 'a');
    const leaksOf = (line: AuditLine | undefined) =>
      (line?.after ?? line?.before ?? []).reduce((sum, { leaks }) => sum + leaks, 0);
    try {
      decide(
        someDecision({ record: hash(first) }),
        someDecision({ record: hash(statingText) }),
        someDecision({ record: hash(third), action: 'reviewed', reason: null }),
        someDecision({ record: hash('a text that is gone') }),
      );
      const after = await audit('raw.jsonl', 'filtered.jsonl');
      const [line, stating, reviewed] = ['a', 'b', 'g'].map((id) => after.lines.find((each) => each.id === id));
      assert.deepEqual([line?.decided, line?.before, line?.after], [['ignore'], [], []]);
      assert.deepEqual([stating?.decided, stating?.before, stating?.after], [['ignore'], [], null]);
      assert.deepEqual(
        [reviewed?.decided, reviewed?.after],
        [['reviewed'], before.lines.find(({ id }) => id === 'g')?.after],
      );
      assert.equal(after.summary.leaks.after, before.summary.leaks.after - leaksOf(ofFirst));
      assert.equal(after.summary.stated.before, 0, 'the changed record stated the same');
      assert.deepEqual(after.summary.removed, { stated: 0, shadow: 1, named: 0, none: 2 });
      assert.deepEqual(after.summary.decided, {
        ignored: leaksOf(ofFirst),
        masked: 0,
        reviewed: leaksOf(reviewed),
        toDrop: 0,
        notFound: 1,
      });
      const { stdout } = await seep('audit', 'raw.jsonl', 'filtered.jsonl');
      assert.match(
        stdout,
        /\nIgnored by decision, and not counted: \d+ leaks?\.\nOf the leaks counted \d+ reviewed by decision/,
      );
      assert.deepEqual((await audit('raw.jsonl', 'filtered.jsonl', '--no-decisions')).summary, before.summary);
      workspace.write(path, '{"schema":"seep.decision/1","action":"ignore"}\n');
      assertRefused(
        await seep('audit', 'raw.jsonl', 'filtered.jsonl'),
        /seep\.decisions\.jsonl:1:1: "record" is missing/,
      );
    } finally {
      rmSync(join(workspace.path, path));
    }
  });

  it('notices files that change while they are audited', async () => {
    workspace.write('growing.jsonl', records([['a', CALM]]));
    const project = await loadProject(join(workspace.path, 'seep.json'));
    const { signal } = new AbortController();
    const side = (name: string) => corpusSide(join(workspace.path, name), project, (path) => path);
    const options = { textField: 'text', signal, onProgress: () => undefined };
    const paired = await pairCorpora(await side('raw.jsonl'), await side('growing.jsonl'), options);
    appendFileSync(join(workspace.path, 'growing.jsonl'), records([['b', HARMLESS]]));
    const client = newClient();
    try {
      await client.open({ ...project, provider: 'cpu' });
      await client.setForgetSet(project.facts);
      const audited = auditCorpora(client, paired, new AuditTally(project.facts, 0.02), {
        ...options,
        facts: project.facts,
        decisions: DecisionIndex.EMPTY,
        decided: new DecidedTally(DecisionIndex.EMPTY, 0.02),
        settings: scanSettings(project),
        onIncomplete: () => undefined,
      });
      await assert.rejects(
        async () => {
          for await (const _ of audited);
        },
        (error) => error instanceof SeepError && /growing\.jsonl was changed while it was audited/.test(error.message),
      );
    } finally {
      await client.dispose();
    }
  });
});
