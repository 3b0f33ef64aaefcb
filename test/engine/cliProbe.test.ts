import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { ProbeLine, ProbeSummary } from '../../src/core/probe/probeLine';
import { cliWorkspace, demoConfig, demoFacts, demoForget } from './support/cliWorkspace';
import { cutTokenizer } from './support/cutTokenizer';
import { assertForPeople, assertRefused, type CliResult, runCli } from './support/runCli';

const FACTS = 3;

describe('seep probe', function () {
  this.timeout(120_000);
  const workspace = cliWorkspace();

  before(() => {
    // A model of its own tokens, and two that are named by a pattern.
    cutTokenizer('student', join(workspace.path, 'runs/step-10'), { exchanged: ['~', '^'], merges: 126 });
    cutTokenizer('reference', join(workspace.path, 'runs/step-9'), { exchanged: ['~', '^'], merges: 126 });
    const facts = demoForget.split('\n').slice(0, FACTS);
    workspace.write('forget.jsonl', [...facts, '{"id": "mute", "answers": "Solwyn"}'].join('\n'));
    workspace.write('seep.json', JSON.stringify(demoConfig({ checkpoints: ['runs/step-*'] })));
  });

  async function probe(...args: string[]): Promise<CliResult & { lines: ProbeLine[]; summary: ProbeSummary }> {
    const result = await runCli(['probe', '--format', 'jsonl', ...args], workspace.path, {
      SEEP_CACHE_DIR: join(workspace.path, '.cache'),
    });
    assertForPeople(result);
    const lines = result.stdout.trimEnd().split('\n');
    const summary = JSON.parse(lines.pop() ?? '') as ProbeSummary;
    return { ...result, summary, lines: lines.map((line) => JSON.parse(line) as ProbeLine) };
  }

  it('asks every model about every fact with prompts, and tells nothing of the facts', async () => {
    const { code, lines, summary, stdout, stderr } = await probe();
    assert.equal(code, 1);
    assert.deepEqual(
      summary.models.map(({ model, role }) => [model, role]),
      [
        ['teacher', 'teacher'],
        ['student', 'student'],
        ['reference', 'reference'],
        ['step-9', 'checkpoint'],
        ['step-10', 'checkpoint'],
      ],
    );
    assert.equal(lines.length, 5 * FACTS);
    assert.deepEqual(
      [summary.facts, summary.notAsked.map(({ fact, line }) => [fact, line])],
      [FACTS, [['mute', FACTS + 1]]],
    );
    assert.match(stderr, /^forget\.jsonl:4: fact "mute" is not asked: It has no prompts\. Add "prompts"/m);
    for (const { answers, prompts } of demoFacts.slice(0, FACTS)) {
      for (const text of [...answers, ...prompts]) {
        assert.ok(!stdout.includes(text), text);
      }
    }
    const of = (name: string) => lines.filter(({ model }) => model === name);
    assert.ok(of('teacher').every(({ mass, knows }) => mass > 0.4 && knows !== 'no'));
    assert.ok(of('reference').every(({ mass, knows }) => mass < 0.01 && knows === 'no'));
    // The same weights, read in tokens that they were not trained on.
    assert.ok(of('step-10').every(({ mass }) => mass > 0));
  });

  it('gives the same again from what is kept, as a table and as JSON, and shows answers when asked', async () => {
    const jsonl = await probe('--fail-on', 'none');
    assert.equal(jsonl.code, 0);
    const run = (...args: string[]) =>
      runCli(['probe', ...args], workspace.path, { SEEP_CACHE_DIR: join(workspace.path, '.cache') });
    const json = await run('--format', 'json');
    const { schema, summary, answers } = JSON.parse(json.stdout) as Record<string, unknown>;
    assert.deepEqual([schema, summary, answers], ['seep.probeReport/1', jsonl.summary, jsonl.lines]);
    const table = await run('--show-answers');
    assertForPeople(table);
    assert.match(table.stdout, /^ {2}fact +teacher +student +reference +step-9 +step-10 +answers$/m);
    assert.match(table.stdout, /^ {2}still knows +3 of 3 /m);
    assert.match(table.stdout, /reference knows none of 3 facts\./);
    assert.ok(table.stdout.includes(demoFacts[0]?.answers[0] ?? '?'));
  });

  it('asks further models alone, and needs no teacher', async () => {
    const only = await runCli(
      [
        'probe',
        '--config',
        workspace.write('bare.json', '{"forgetSet": "forget.jsonl"}'),
        '--model',
        'runs/step-9',
        '--tokens',
        '2',
      ],
      workspace.path,
    );
    assert.equal(only.code, 0, only.stderr);
    assert.match(only.stdout, /^ {2}fact +step-9$/m);
  });

  it('refuses what it cannot do, and says what would', async () => {
    const refused = async (args: string[], message: RegExp) =>
      assertRefused(await runCli(['probe', ...args], workspace.path), message);
    await refused(['--model', 'runs/stop-*'], /--model runs\/stop-\*: no folder with a model/);
    await refused(
      ['--config', workspace.write('none.json', '{"forgetSet": "forget.jsonl"}')],
      /No model to probe: give --model DIR/,
    );
    await refused(
      ['--forget', workspace.write('mute.jsonl', '{"answers": "x"}')],
      /mute\.jsonl: no fact has "prompts"/,
    );
    await refused(['--known-from', '2'], /between 0 and 1/);
    await refused(['--tokens', '1.5'], /whole number/);
  });
});
