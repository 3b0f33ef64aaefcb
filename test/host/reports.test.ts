import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import * as vscode from 'vscode';
import { Commands } from '../../src/host/ids';
import { answering, cleanGolden, jsonl, leakyGolden, makeProject, messagesDuring, scanned, show } from './window';

describe('reports from the editor', function () {
  this.timeout(60_000);
  const picking = (...labels: string[]) => ({
    pick: (offered: readonly string[]) => offered.find((each) => labels.includes(each)),
  });

  it('are about the file or the whole corpus, in the form that people pick', async () => {
    const leaky = leakyGolden('shadow', 3).map(({ text }) => text);
    const folder = makeProject('reports', {
      config: { corpus: { include: '*.jsonl', exclude: 'forget.jsonl' } },
      files: { 'one.jsonl': jsonl(cleanGolden().text, ...leaky), 'two.jsonl': jsonl(...leaky) },
    });
    const { document } = await show(folder, 'one.jsonl');
    const leaks = (await scanned(document)).records.flatMap((each) => each.leaks).length;
    const [csv, html] = ['r.csv', 'r.html'].map((name) => join(folder, name));
    assert.ok(csv && html);
    const messages = await messagesDuring(async () => {
      await answering(picking('This file', 'CSV'), async () =>
        vscode.commands.executeCommand(Commands.exportReport, vscode.Uri.file(csv)),
      );
      await answering({ ...picking('The whole corpus', 'HTML'), save: vscode.Uri.file(html) }, async () =>
        vscode.commands.executeCommand(Commands.exportReport),
      );
      // Nobody picks anything.
      await answering({}, async () => vscode.commands.executeCommand(Commands.exportReport));
    });
    assert.deepEqual(
      messages.map(({ text, buttons }) => [text, buttons]),
      [
        [`Seep: Reported ${leaks} leaks in 4 records.`, ['Open Report']],
        [`Seep: Reported ${2 * leaks} leaks in 7 records.`, ['Open Report']],
      ],
    );
    assert.equal(parse(readFileSync(csv, 'utf8'), { columns: true }).length, leaks);
    const page = readFileSync(html, 'utf8');
    assert.match(page, /<dt>records<\/dt><dd>7<\/dd>/);
    assert.match(page, /seep scan --config \S*reports\/seep\.json --format html/);
  });

  it('are not written over what is read', async () => {
    const folder = makeProject('reports-refused', { files: { 'corpus.jsonl': jsonl(cleanGolden().text) } });
    const { document } = await show(folder, 'corpus.jsonl');
    const messages = await messagesDuring(() =>
      answering(picking('This file', 'SARIF'), async () =>
        vscode.commands.executeCommand(Commands.exportReport, document.uri),
      ),
    );
    assert.match(messages[0]?.text ?? '', /corpus\.jsonl is read itself; choose another file\./);
    assert.ok(existsSync(join(folder, 'corpus.jsonl')));
  });
});
