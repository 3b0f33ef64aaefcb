import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { marksOf } from '../../src/features/marks';
import { Commands, Settings } from '../../src/host/ids';
import { jsonl, leakyGolden, makeProject, scanned, seep, show } from './window';

describe('scores on disk', () => {
  const keep = (value: boolean) =>
    vscode.workspace.getConfiguration('seep').update(Settings.cache, value, vscode.ConfigurationTarget.Global);
  before(async () => {
    await keep(true);
    await vscode.commands.executeCommand(Commands.restartEngine);
  });
  after(async () => {
    await keep(false);
    await vscode.commands.executeCommand(Commands.restartEngine);
  });

  it('are found again after the engine was restarted and the file closed; no engine is started for them', async () => {
    const texts = leakyGolden('shadow', 2).map(({ text }) => `Kept. ${text}`);
    const folder = makeProject('cache', { files: { 'a.jsonl': jsonl(...texts) } });
    const { controller, engines } = await seep();
    const sent = controller.recordsSent;
    const first = await scanned((await show(folder, 'a.jsonl')).document);
    assert.equal(controller.recordsSent - sent, texts.length);
    const marks = marksOf(first);
    assert.notDeepEqual(marks, []);

    await vscode.commands.executeCommand(Commands.restartEngine);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const { document } = await show(folder, 'a.jsonl');
    const second = await scanned(document);
    assert.equal(controller.recordsSent - sent, texts.length, 'nothing was asked for');
    assert.deepEqual(marksOf(second), marks);
    assert.deepEqual(
      engines.states.map(({ kind }) => kind),
      ['stopped'],
    );

    // Scanning again finds the same; an edit costs the one record.
    await controller.scan(document);
    assert.equal(controller.recordsSent - sent, texts.length);
    assert.deepEqual(marksOf(second), marks);
    const edited = jsonl(...texts.map((text, i) => (i === 0 ? `And now. ${text}` : text)));
    const other = makeProject('cache-other', { files: { 'b.jsonl': edited } });
    await scanned((await show(other, 'b.jsonl')).document);
    assert.equal(controller.recordsSent - sent, texts.length + 1, 'known in other files and projects too');
  });

  it('do not keep the panel from looking closer', async () => {
    const [record] = leakyGolden('shadow');
    const folder = makeProject('cache-inspect', { files: { 'a.jsonl': jsonl(`Closer. ${record?.text}`) } });
    const { controller } = await seep();
    const { document } = await show(folder, 'a.jsonl');
    await scanned(document);
    await vscode.commands.executeCommand(Commands.restartEngine);
    const analysis = await scanned(document);
    const offset = analysis.records[0]?.toDocument(10, 10)[0] ?? 0;
    const options = { temperature: 1, topK: 5, follow: null };
    const place = await controller.inspect(document, { offset }, options, new AbortController().signal);
    assert.ok((place?.inspection.rows.length ?? 0) >= 5);
  });
});
