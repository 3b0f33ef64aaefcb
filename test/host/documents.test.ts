import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { marksOf } from '../../src/features/marks';
import type { ActPlace } from '../../src/host/actPlaces';
import type { FileAnalysis } from '../../src/host/fileAnalysis';
import { Commands } from '../../src/host/ids';
import {
  answering,
  cleanGolden,
  hoverAt,
  jsonl,
  leakyGolden,
  lensTitles,
  makeProject,
  messagesDuring,
  scanned,
  seep,
  show,
  until,
} from './window';

const [first, second] = leakyGolden('shadow', 2);
assert.ok(first && second);

const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);

/** As the store has it, once it is scored as it stands now. */
async function scoredAnalysis(uri: vscode.Uri): Promise<FileAnalysis> {
  const { store } = await seep();
  const document = await vscode.workspace.openTextDocument(uri);
  return until(`the scores of ${uri}`, () => {
    const found = store.get(uri);
    const isCurrent = found?.version === document.version && found.activity.kind === 'idle';
    return isCurrent && found.unscored().length === 0 ? found : null;
  });
}

function placeOf(analysis: FileAnalysis, record: number): ActPlace {
  const entry = analysis.records[record];
  const [leak] = entry?.leaks ?? [];
  assert.ok(entry && leak);
  return { uri: analysis.uri, offset: entry.spanOf(leak)[0], reach: 'place', record: entry.hash };
}

describe('another version of a file', () => {
  /** As version control has it: an address of its own kind with the file's path. */
  const SCHEME = 'seep-test-older';
  const older = `Before. ${second.text}`;
  let provider: vscode.Disposable;
  let folder: string;
  let file: vscode.Uri;
  let version: vscode.Uri;

  before(async () => {
    provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: () => jsonl(first.text, older, cleanGolden().text),
    });
    folder = makeProject('versions', { files: { 'a.jsonl': jsonl(first.text, cleanGolden().text) } });
    file = vscode.Uri.file(join(folder, 'a.jsonl'));
    version = file.with({ scheme: SCHEME, query: 'HEAD' });
  });

  after(async () => {
    await run('workbench.action.closeAllEditors');
    provider.dispose();
  });

  it('is marked in a diff like the file; only what differs is scored, and no leak counts twice', async () => {
    const { controller, store, leaksView } = await seep();
    const { document } = await show(folder, 'a.jsonl');
    const own = await scanned(document);
    await until('what the Leaks view shows', () => leaksView.getChildren().length > 0);
    const nodes = () => leaksView.getChildren().map((node) => leaksView.getTreeItem(node).description);
    const [alone, sent] = [nodes(), controller.recordsSent];

    await run('vscode.diff', version, file, 'HEAD ↔ working tree');
    const analysis = await scoredAnalysis(version);
    assert.equal(controller.recordsSent, sent + 1);
    assert.deepEqual(analysis.records[0]?.leaks, own.records[0]?.leaks);
    assert.ok(marksOf(analysis).length > marksOf(own).length);
    assert.ok(store.files.includes(analysis) && !store.counted.includes(analysis));
    assert.deepEqual(nodes(), alone);
    assert.deepEqual(vscode.languages.getDiagnostics(version), []);

    const shown = await vscode.workspace.openTextDocument(version);
    assert.match(await hoverAt(shown, placeOf(analysis, 1).offset), /shadow leak/);
    assert.ok((await lensTitles(version)).some((title) => title.includes('lift')));
  });

  it('cannot be edited, but decided upon', async () => {
    const analysis = await scoredAnalysis(version);
    const place = placeOf(analysis, 0);
    for (const command of [Commands.dropRecord, Commands.redactLeak]) {
      const [shown] = await messagesDuring(async () => run(command, place));
      assert.match(shown?.text ?? '', /a\.jsonl is read-only \(it is a version of the file.*\): nothing was changed/);
    }
    const own = await scoredAnalysis(file);
    const marks = marksOf(own).length;
    await answering({ input: 'public' }, async () => run(Commands.ignoreLeak, place));
    await until('the decision', () => marksOf(own).length < marks);
    await run(Commands.undoDecision);
    await until('its undoing', () => marksOf(own).length === marks);
  });

  it('loses its marks with the file, and is forgotten when it is closed', async () => {
    const { store } = await seep();
    await run(Commands.clearMarks, file);
    await until('the version to be cleared', () => store.get(version) === undefined);
    await scanned(await vscode.workspace.openTextDocument(file));
    await scoredAnalysis(version);
    await run('workbench.action.closeAllEditors');
    await until('the version to be forgotten', () => store.get(version) === undefined);
    assert.ok(store.get(file), 'a file can be opened again');
  });

  it('is none of ours outside the folders of the workspace', async () => {
    const { projects } = await seep();
    assert.equal(await projects.find(version), join(folder, 'seep.json'));
    assert.equal(await projects.find(vscode.Uri.from({ scheme: SCHEME, path: '/a.jsonl' })), null);
  });
});

describe('an unsaved text', () => {
  const text = `Not saved. ${first.text}`;

  afterEach(async () => {
    await run('workbench.action.revertAndCloseActiveEditor');
  });

  /** A new file that has its place but is not on disk. */
  async function unsaved(name: string): Promise<vscode.TextEditor> {
    const uri = vscode.Uri.from({ scheme: 'untitled', path: join(makeProject(name), 'new.jsonl') });
    const editor = await vscode.window.showTextDocument(uri);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), jsonl(text, cleanGolden().text)));
    return editor;
  }

  it('is scanned, edited and decided upon like a file, and forgotten when it is closed', async () => {
    const { store } = await seep();
    const { document } = await unsaved('unsaved');
    const analysis = await scanned(document);
    assert.notDeepEqual(marksOf(analysis), []);
    assert.ok(store.counted.includes(analysis));
    await run(Commands.markReviewed, placeOf(analysis, 0));
    assert.match((await lensTitles(document.uri)).join('\n'), /Take back/);
    await run(Commands.undoDecision);
    await run(Commands.redactLeak, placeOf(analysis, 0));
    assert.match(document.getText(), /\[REDACTED\]/);
    await run('undo');
    await run(Commands.dropRecord, { ...placeOf(await scoredAnalysis(document.uri), 0), reach: 'record' });
    assert.equal(document.getText(), jsonl('', cleanGolden().text).split('\n').slice(1).join('\n'));
    await run('workbench.action.revertAndCloseActiveEditor');
    await until('the text to be forgotten', () => store.get(document.uri) === undefined);
  });

  it('has to be saved where an act reads the disk', async () => {
    const { document } = await unsaved('unsaved-export');
    await scanned(document);
    const [shown] = await messagesDuring(async () => run(Commands.exportMasks));
    assert.match(shown?.text ?? '', /new\.jsonl is not on disk as it stands here\. Save it/);
  });

  it('of no project says so', async () => {
    const document = await vscode.workspace.openTextDocument({ content: jsonl(text), language: 'jsonl' });
    await vscode.window.showTextDocument(document);
    const [shown] = await messagesDuring(async () => run(Commands.scanFile));
    assert.match(shown?.text ?? '', /No seep\.json found in this workspace/);
  });
});
