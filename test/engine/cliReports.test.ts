import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { LeakLine } from '../../src/core/report/leakLine';
import { checkSarif } from '../unit/report/formats/sarifSchema';
import { cliWorkspace, demoFacts, jsonl, leakingTexts } from './support/cliWorkspace';
import { assertForPeople, runCli } from './support/runCli';

describe('seep scan --format', function () {
  this.timeout(120_000);
  const workspace = cliWorkspace();

  async function scan(format: string, ...args: string[]): Promise<string> {
    const result = await runCli(
      ['scan', 'odd.jsonl', 'corpus/leaks.jsonl', '--format', format, ...args],
      workspace.path,
    );
    assertForPeople(result);
    assert.equal(result.code, 3, 'a line is no JSON');
    return result.stdout;
  }

  it('gives the same leaks in every form', async () => {
    const answers = demoFacts.flatMap((fact) => fact.answers);
    const hide = (text: string) => answers.reduce((rest, answer) => rest.replaceAll(answer, 'Elsewhere'), text);
    workspace.write('corpus/leaks.jsonl', jsonl(...leakingTexts.map(hide)));
    workspace.write('odd.jsonl', 'no JSON\n');
    const lines = (await scan('jsonl')).trimEnd().split('\n');
    const leaks = lines.slice(0, -1).map((line) => JSON.parse(line) as LeakLine);
    assert.ok(leaks.length > 0);
    const [csv, sarif, markdown] = [await scan('csv'), await scan('sarif'), await scan('markdown')];
    assert.equal(await scan('html', '--output', 'report.html'), '');
    const html = readFileSync(join(workspace.path, 'report.html'), 'utf8');

    assert.deepEqual(
      (parse(csv, { columns: true }) as Record<string, string>[]).map((row) => [
        row.file,
        row['record.id'],
        row.fact,
        row.lift,
      ]),
      leaks.map(({ file, record, fact, lift }) => [file, record.id, fact, String(lift)]),
    );
    const log: unknown = JSON.parse(sarif);
    checkSarif(log);
    const [run] = log.runs;
    const source = readFileSync(join(workspace.path, 'corpus/leaks.jsonl'), 'utf8');
    const { schema, ...first } = leaks[0] ?? { schema: null };
    assert.deepEqual(run?.results.map(({ properties }) => properties)[0], first);
    for (const { locations, properties } of run?.results ?? []) {
      const region = locations[0]?.physicalLocation.region ?? {};
      const from = region.charOffset ?? 0;
      assert.equal(source.slice(from, from + (region.charLength ?? 0)), properties.text);
      assert.equal(
        source
          .split('\n')
          [(region.startLine ?? 0) - 1]?.slice((region.startColumn ?? 0) - 1)
          .startsWith(String(properties.text)),
        true,
      );
    }
    assert.equal(run?.results.length, leaks.length);
    assert.equal(run?.invocations[0]?.toolExecutionNotifications.length, 1);

    assert.ok(html.includes(`<dt>leaks</dt><dd>${leaks.length}</dd>`));
    assert.match(html, /<h2>Not scored<\/h2>[\s\S]*odd\.jsonl:1<\/td>/);
    assert.match(html, /seep scan odd\.jsonl corpus\/leaks\.jsonl --format html --output report\.html/);
    assert.match(markdown, /^# Seep leak report\n\n\*\*[^\n]+\*\*\n/);
    for (const text of [csv, sarif, markdown, html]) {
      assert.deepEqual(
        answers.filter((answer) => text.includes(answer)),
        [],
      );
    }
    assert.match(await scan('csv', '--show-answers'), /,answer\r\n/);
  });

  it('says where all places are listed that could not be scored, where there are many', async () => {
    workspace.write('odd.jsonl', 'no JSON\n'.repeat(25));
    for (const [format, where] of [
      ['jsonl', 'the report lists all of them'],
      ['csv', '--format jsonl lists all of them'],
      ['table', '--format jsonl lists all of them'],
    ] as const) {
      const { stderr } = await runCli(['scan', 'odd.jsonl', '--format', format], workspace.path);
      assert.ok(stderr.includes(`odd.jsonl: more places like these; ${where}\n`), stderr);
    }
  });
});
