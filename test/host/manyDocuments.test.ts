import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { type Mark, marksOf } from '../../src/features/marks';
import { Commands } from '../../src/host/ids';
import { jsonl, makeProject, messagesDuring, scanned, seep, until, windowFolder, write } from './window';

const DOCUMENTS = 50;
const RECORDS = 6;
const ACTS = 110;
const SEED = 20_260_711;
/** Acts before which the engine is killed; fewer than it is started again within three minutes. */
const DEATHS = [30, 60, 90];
/** Longer than an edit waits to be scanned. */
const QUIET_MS = 700;
const TOLERANCE = 1e-4;

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

describe('fifty documents, opened, edited and closed at random while they are scanned', function () {
  this.timeout(240_000);
  const random = numbers(SEED);
  const below = (count: number) => Math.floor(random.next().value * count);
  const rejections: unknown[] = [];
  const reject = (reason: unknown) => rejections.push(reason);
  before(() => process.on('unhandledRejection', reject));
  after(() => {
    process.off('unhandledRejection', reject);
    return vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const texts = (): string[] =>
    readFileSync(join(windowFolder(), 'demo/corpus/filtered.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { text: string }).text)
      .filter((text) => text.includes('data center'));

  /** One of the things that people do to a file; what is left may be no JSON for a while. */
  async function edit(document: vscode.TextDocument, corpus: readonly string[]): Promise<void> {
    const line = document.lineAt(below(document.lineCount));
    const inLine = new vscode.Position(line.lineNumber, below(line.text.length + 1));
    const changes = new vscode.WorkspaceEdit();
    switch (below(5)) {
      case 0:
        changes.insert(document.uri, inLine, ['x ', '"', '\n', 'Kamitel ', '\\'][below(5)] ?? '');
        break;
      case 1:
        changes.delete(document.uri, line.rangeIncludingLineBreak);
        break;
      case 2:
        changes.delete(document.uri, new vscode.Range(inLine, line.range.end));
        break;
      case 3:
        changes.replace(document.uri, line.range, JSON.stringify({ text: corpus[below(corpus.length)] }));
        break;
      default:
        changes.insert(document.uri, line.range.start, jsonl(corpus[below(corpus.length)] ?? ''));
    }
    await vscode.workspace.applyEdit(changes);
  }

  const isIn = (uri: vscode.Uri, { input }: vscode.Tab) =>
    input instanceof vscode.TabInputText && input.uri.toString() === uri.toString();
  const tabsOf = (uri: vscode.Uri) =>
    vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter((tab) => isIn(uri, tab));
  const isOpen = (uri: vscode.Uri) => tabsOf(uri).length > 0;
  let folder = '';
  let uris: vscode.Uri[] = [];

  it('raise no complaint, and come to an end', async () => {
    const corpus = texts();
    const record = () => corpus[below(corpus.length)] ?? '';
    const names = Array.from({ length: DOCUMENTS }, (_, i) => `d-${i}.jsonl`);
    const content = () => jsonl(...Array.from({ length: RECORDS }, record));
    folder = makeProject('many', { files: Object.fromEntries(names.map((name) => [name, content()])) });
    uris = names.map((name) => vscode.Uri.file(join(folder, name)));
    const { controller, store, engines } = await seep();
    const failures: unknown[] = [];
    let closed = 0;

    const act = async (uri: vscode.Uri) => {
      const document = await vscode.workspace.openTextDocument(uri);
      const kind = below(10);
      if (kind < 3 || !isOpen(uri)) {
        await vscode.window.showTextDocument(document, { preview: false });
        controller.scan(document, { again: below(2) === 0 }).catch((error: unknown) => failures.push(error));
      } else if (kind < 7) {
        await edit(document, corpus);
      } else if (kind < 9) {
        await document.save();
        await vscode.window.tabGroups.close(tabsOf(uri));
        closed++;
      } else {
        await vscode.window.showTextDocument(document, { preview: false });
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
        closed++;
      }
    };

    const messages = await messagesDuring(async () => {
      for (let i = 0; i < ACTS; i++) {
        const uri = uris[below(uris.length)];
        assert.ok(uri);
        await act(uri);
        const analysis = store.get(uri);
        if (DEATHS.includes(i) && analysis) {
          process.kill((await engines.hello(analysis.project)).pid, 'SIGKILL');
        }
      }
      await sleep(QUIET_MS);
      await until('the end of all scans', () => !controller.scanning, 60_000);
    });
    assert.deepEqual(messages, []);
    assert.deepEqual(failures, []);
    assert.deepEqual(rejections, []);
    assert.ok(closed > 10, `${closed} were closed`);
    assert.deepEqual(
      engines.states.filter(({ kind }) => kind !== 'ready' && kind !== 'stopped'),
      [],
    );
  });

  it('show what a fresh scan of them shows, where they are open, and nothing else', async () => {
    const { store } = await seep();
    const shown: { readonly text: string; readonly marks: readonly Mark[] }[] = [];
    for (const uri of uris) {
      const analysis = store.get(uri);
      if (isOpen(uri)) {
        const document = await vscode.workspace.openTextDocument(uri);
        assert.ok(analysis, 'what is open has been scanned');
        assert.equal(analysis.version, document.version, 'it was read as it is');
        assert.equal(analysis.activity.kind, 'idle');
        assert.deepEqual(analysis.unscored(), []);
        shown.push({ text: document.getText(), marks: marksOf(analysis) });
      } else {
        // Whatever is still known of it is of the file as it is.
        const text = readFileSync(uri.fsPath, 'utf8');
        for (const { record, state } of analysis?.records ?? []) {
          assert.ok(state.kind !== 'scored' || text.includes(JSON.stringify(record.text)), record.text);
        }
      }
    }
    assert.ok(shown.length > 10, `${shown.length} are open`);

    await vscode.commands.executeCommand(Commands.restartEngine);
    for (const [i, { text, marks }] of shown.entries()) {
      const path = join(folder, `fresh-${i}.jsonl`);
      write(path, text);
      const fresh = marksOf(await scanned(await vscode.workspace.openTextDocument(vscode.Uri.file(path))));
      const places = (list: readonly Mark[]) => list.map(({ start, end, kind, band }) => [start, end, kind, band]);
      assert.deepEqual(places(marks), places(fresh), text);
      fresh.forEach(({ lift }, k) => {
        assert.ok(Math.abs(lift - (marks[k]?.lift ?? Number.NaN)) < TOLERANCE);
      });
    }
    assert.ok(shown.some(({ marks }) => marks.length > 0));
    assert.deepEqual(rejections, []);
  });
});
