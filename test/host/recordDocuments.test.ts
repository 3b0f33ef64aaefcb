import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as vscode from 'vscode';
import { DECISIONS_FILE } from '../../src/core/decisions/decision';
import type { LeakNode } from '../../src/features/leakNodes';
import { marksOf } from '../../src/features/marks';
import type { FileAnalysis } from '../../src/host/fileAnalysis';
import { Commands, RECORD_SCHEME } from '../../src/host/ids';
import type { RecordsPart } from '../../src/protocol/summary';
import { parseAtOnce } from '../unit/decisions/atOnce';
import { PADDING, RECORD_FILES } from './recordFiles';
import {
  cleanGolden,
  golden,
  hoverAt,
  jsonl,
  leakyGolden,
  lensTitles,
  makeProject,
  messagesDuring,
  scanned as scannedIn,
  seep,
  show,
  summaryMessages,
  textAt,
  until,
} from './window';

const [first, second, third] = leakyGolden('shadow', 3);
assert.ok(first && second && third);
const calm = cleanGolden().text;

/** Records 1, 3 and 4 leak. */
const TEXTS = [calm, first.text, calm, second.text, third.text];

describe('records of files that VS Code hands to no extension', () => {
  const messages = summaryMessages();

  function project(name: string, file: string, texts = TEXTS): { folder: string; path: string } {
    const folder = makeProject(name, { config: { corpus: { include: [file] } } });
    const path = join(folder, file);
    RECORD_FILES[file]?.(path, texts);
    return { folder, path };
  }

  async function scanned(folder: string): Promise<void> {
    const scope = { configPath: join(folder, 'seep.json'), folder: null };
    await messagesDuring(async () => vscode.commands.executeCommand(Commands.scanCorpus, scope));
  }

  /** The record in the active editor, once it is scored. */
  async function active(): Promise<{ editor: vscode.TextEditor; analysis: FileAnalysis }> {
    const { store } = await seep();
    return until('a scored record', () => {
      const editor = vscode.window.activeTextEditor;
      const analysis = editor && store.get(editor.document.uri);
      const isScored = analysis?.activity.kind === 'idle' && analysis.records[0]?.state.kind === 'scored';
      return editor?.document.uri.scheme === RECORD_SCHEME && isScored ? { editor, analysis } : null;
    });
  }

  const reveal = (path: string, index: number) =>
    vscode.commands.executeCommand(Commands.revealLeak, {
      uri: vscode.Uri.file(path).toString(),
      record: index,
      start: 0,
      end: 0,
    });
  const listed = () =>
    until('the list of records', () => {
      const last = messages.at(-1);
      return last?.type === 'records' ? last.part : null;
    });
  const cursor = ({ document, selection }: vscode.TextEditor) => document.offsetAt(selection.active);

  for (const file of Object.keys(RECORD_FILES)) {
    it(`are shown alone, marked like those of other files: ${file}`, async () => {
      const { folder } = project(`record-${file.replaceAll('.', '-')}`, file);
      const { pages, leaksView } = await seep();
      await scanned(folder);
      const part: RecordsPart = await listed();
      assert.deepEqual(part.rows.map(({ place }) => place.token?.record).toSorted(), [1, 3, 4]);
      const row = part.rows.find(({ place }) => place.token?.record === 3);
      assert.ok(row?.place.token);
      await pages.summary.page.receive({ type: 'open', place: row.place });

      const { editor, analysis } = await active();
      const { document } = editor;
      assert.equal(document.getText(), second?.text);
      assert.equal(document.uri.path.split('/').at(-1), `${file} record 4`);
      assert.ok(document.getText().startsWith(row.place.token.text, cursor(editor)), 'the cursor is on the token');
      const [entry] = analysis.records;
      const wanted = golden().find(({ text }) => text === second?.text);
      assert.ok(entry && wanted);
      const told = new Map(
        entry.leaks.map((leak) => {
          const text = textAt(document, entry.spanOf(leak));
          return [`${leak.fact} ${leak.position}`, { lift: leak.lift.toFixed(3), text }];
        }),
      );
      const clear = wanted.leaks.filter(({ lift }) => lift >= 0.021);
      for (const leak of clear) {
        assert.deepEqual(told.get(`${leak.fact} ${leak.position}`), {
          lift: leak.lift.toFixed(3),
          text: wanted.text.slice(...(wanted.spans[leak.position] ?? [0, 0])).trimStart(),
        });
      }
      const worst = Math.max(...entry.leaks.map(({ lift }) => lift));
      assert.equal(worst.toFixed(3), row.lift.toFixed(3), 'the page and the editor tell the same number');

      const titles = await lensTitles(document.uri);
      assert.match(titles.join('|'), /Seep: record (t-)?3, line 4\|Previous\|Next/);
      assert.ok(titles.some((title) => title.includes(`${worst.toFixed(3)} lift`)));
      const [mark] = marksOf(analysis);
      assert.match(await hoverAt(document, mark?.start ?? 0), /lift/i);
      assert.ok(vscode.languages.getDiagnostics(document.uri).length > 0);

      // The Leaks view has the record's leaks once, below its file.
      await vscode.commands.executeCommand(Commands.groupByRecord);
      const files = await until('one file in the tree', () => {
        const nodes = leaksView.getChildren().filter(({ kind }) => kind === 'file');
        const records = nodes.flatMap((node) => leaksView.getChildren(node));
        return nodes.length === 1 && records.some((node) => node.kind === 'record' && node.offset !== null)
          ? records
          : null;
      });
      assert.deepEqual(recordsOf(files).toSorted(), [1, 3, 4]);
      await vscode.commands.executeCommand(Commands.groupByFact);
    });
  }

  it('are scanned where their file is given or in front, whether the corpus has it or not', async () => {
    const { path } = project('record-file', 'packed.jsonl.gz');
    const parquet = join(dirname(path), 'table.parquet');
    RECORD_FILES['table.parquet']?.(parquet, TEXTS);
    const { scans, pages } = await seep();
    const scan = async (...args: (vscode.Uri | readonly vscode.Uri[])[]) => {
      await messagesDuring(async () => vscode.commands.executeCommand(Commands.scanFile, ...args));
      return (await listed()).rows.toSorted((a, b) => (a.place.token?.record ?? 0) - (b.place.token?.record ?? 0));
    };
    const rows = await scan(vscode.Uri.file(parquet));
    assert.deepEqual(
      rows.map(({ place }) => [place.file, place.token?.record]),
      [1, 3, 4].map((index) => [parquet, index]),
    );
    assert.deepEqual(
      scans.all.map(({ name, files }) => [name, files]),
      [['record-file/table.parquet', 1]],
    );

    const both = [path, parquet].map((each) => vscode.Uri.file(each));
    await scan(both[0] ?? assert.fail(), both);
    assert.deepEqual(
      scans.all.map(({ name, files }) => [name, files]),
      [['record-file: 2 files', 2]],
      'files that are picked together are scanned together',
    );

    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path));
    const [row] = await scan();
    assert.equal(row?.place.file, path);
    await pages.summary.page.receive({ type: 'open', place: row.place });
    assert.equal((await active()).editor.document.getText(), first?.text);
  });

  it('do not stand for the open files that a scan of theirs has not read', async () => {
    const { folder, path } = project('record-beside', 'packed.jsonl.gz', [calm]);
    writeFileSync(join(folder, 'open.jsonl'), jsonl(first.text));
    const { document } = await show(folder, 'open.jsonl');
    await scannedIn(document);
    const { leaksView } = await seep();
    await messagesDuring(async () => vscode.commands.executeCommand(Commands.scanFile, vscode.Uri.file(path)));
    await until('the verdict', () => /leak/.test(leaksView.message) && !/[Nn]othing leaks/.test(leaksView.message));
  });

  it('are not looked for any longer once that is cancelled', async () => {
    const { path } = project('record-cancelled', 'packed.jsonl.gz');
    // A gigabyte of lines without a text, which takes a few kilobytes on disk.
    const packed = gzipSync(`{"pad": "${PADDING.repeat(4)}"}\n`);
    writeFileSync(path, Buffer.concat([...Array<Buffer>(64).fill(packed), gzipSync(jsonl(first.text))]));
    let announced = '';
    const original = vscode.window.withProgress;
    const cancelled: typeof original = (options, task) => {
      announced = options.title ?? '';
      const source = new vscode.CancellationTokenSource();
      setTimeout(() => source.cancel(), 0);
      return task({ report: () => {} }, source.token);
    };
    Object.assign(vscode.window, { withProgress: cancelled });
    try {
      assert.deepEqual(await messagesDuring(async () => reveal(path, 0)), [], 'cancelled is no error');
    } finally {
      Object.assign(vscode.window, { withProgress: original });
    }
    assert.match(announced, /looking for a record of .*packed\.jsonl\.gz/);
    assert.notEqual(vscode.window.activeTextEditor?.document.uri.scheme, RECORD_SCHEME);
  });

  it('lead from one to the next that leaks, by record and by leak, and round', async () => {
    const { folder, path } = project('record-steps', 'packed.jsonl.gz');
    await scanned(folder);
    await reveal(path, 1);
    const text = async () => (await active()).editor.document.getText();
    assert.equal(await text(), first.text);
    const go = (command: string) => vscode.commands.executeCommand(command);
    await go(Commands.nextRecord);
    assert.equal(await text(), second.text);
    await go(Commands.nextRecord);
    await go(Commands.nextRecord);
    assert.equal(await text(), first.text);
    await go(Commands.previousRecord);
    assert.equal(await text(), third.text);

    const { editor, analysis } = await active();
    const last = marksOf(analysis).at(-1)?.start ?? 0;
    editor.selection = new vscode.Selection(editor.document.positionAt(last), editor.document.positionAt(last));
    await go(Commands.nextLeak);
    assert.equal(await text(), first.text);
    const next = await active();
    assert.equal(cursor(next.editor), marksOf(next.analysis)[0]?.start);
    await go(Commands.previousLeak);
    assert.equal(await text(), third.text);
    assert.equal(cursor((await active()).editor), last);
  });

  it('take decisions into the sidecar, and say why their text is not edited', async () => {
    const { folder, path } = project('record-acts', 'packed.jsonl.gz');
    const packed = readFileSync(path);
    await reveal(path, 1);
    const { analysis } = await active();
    const [shown] = await messagesDuring(async () => vscode.commands.executeCommand(Commands.redactLeak));
    assert.match(shown?.text ?? '', /packed\.jsonl\.gz is read-only \(VS Code does not edit files that are packed/);
    const decided = () => {
      const sidecar = join(folder, DECISIONS_FILE);
      return existsSync(sidecar) ? parseAtOnce(readFileSync(sidecar, 'utf8')).decisions : [];
    };
    assert.deepEqual(decided(), []);
    await vscode.commands.executeCommand(Commands.dropRecord);
    const [drop] = await until('the decision', () => (decided().length > 0 ? decided() : null));
    assert.deepEqual([drop?.action, drop?.file, drop?.line], ['drop', 'packed.jsonl.gz', 2]);
    await until('no open leak', () => analysis.counts.open === 0);
    await vscode.commands.executeCommand(Commands.takeBack);
    await until('nothing decided', () => decided().length === 0);
    assert.ok(readFileSync(path).equals(packed));
  });

  it('follow the distributions panel', async () => {
    const { path } = project('record-panel', 'table.parquet');
    await reveal(path, 3);
    const { analysis } = await active();
    const worst = analysis.records.flatMap(({ leaks }) => leaks).toSorted((a, b) => b.lift - a.lift)[0];
    const entry = analysis.records[0];
    assert.ok(worst && entry);
    const { distributions } = (await seep()).pages;
    let told: unknown;
    const subscription = distributions.page.onDidPost((message) => {
      if (message.type === 'snapshot') {
        told = [message.snapshot.text, message.snapshot.recordLine, message.snapshot.inspection.position];
      }
    });
    await vscode.commands.executeCommand(Commands.openDistributions, {
      uri: analysis.uri,
      offset: entry.spanOf(worst)[0],
    });
    await distributions.page.receive({ type: 'ready' });
    await until('the snapshot', () => told !== undefined);
    subscription.dispose();
    assert.deepEqual(told, [second.text, 4, worst.position]);
  });

  it('are outdated once their file has changed, and are read again on demand', async () => {
    const { path } = project('record-outdated', 'packed.jsonl.gz');
    const { store } = await seep();
    await reveal(path, 1);
    const { editor } = await active();
    const { uri } = editor.document;
    RECORD_FILES['packed.jsonl.gz']?.(path, [calm, third.text]);
    await until('no marks', () => store.get(uri) === undefined);
    await until('the notice', async () => (await lensTitles(uri)).some((title) => /outdated/.test(title)));
    assert.equal(editor.document.getText(), first.text, 'the text stays');
    await reveal(path, 1);
    const fresh = await active();
    assert.equal(fresh.editor.document.getText(), third.text);
    assert.notEqual(fresh.editor.document.uri.toString(), uri.toString());
    const [shown] = await messagesDuring(() => Promise.resolve(reveal(path, 4)));
    assert.match(shown?.text ?? '', /packed\.jsonl\.gz: there is no record 5/);
  });

  it('are compared where a filter is audited', async () => {
    const { folder, path: raw } = project('record-audit', 'packed.jsonl.gz');
    const filtered = join(folder, 'filtered.jsonl.gz');
    writeFileSync(
      filtered,
      gzipSync(
        jsonl(...TEXTS)
          .split('\n')
          .toSpliced(1, 1)
          .join('\n'),
      ),
    );
    const { audit } = (await seep()).pages;
    let row: number | undefined;
    const subscription = audit.page.onDidPost((message) => {
      row = message.type === 'snapshot' ? message.snapshot.result?.part.rows[0]?.number : row;
    });
    await vscode.commands.executeCommand(Commands.auditFilter, vscode.Uri.file(raw), vscode.Uri.file(filtered));
    subscription.dispose();
    assert.ok(row !== undefined, 'some record is left and leaks');
    await audit.page.receive({ type: 'open', row });
    const input = await until('a diff', () => {
      const found = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return found instanceof vscode.TabInputTextDiff ? found : null;
    });
    const { store } = await seep();
    for (const [uri, file] of [[input.original, raw] as const, [input.modified, filtered] as const]) {
      assert.deepEqual([uri.scheme, dirname(uri.path)], [RECORD_SCHEME, file]);
      const analysis = await until('marks', () => {
        const found = store.get(uri);
        return found !== undefined && marksOf(found).length > 0 ? found : null;
      });
      assert.ok([second.text, third.text].includes(analysis.records[0]?.record.text ?? ''));
    }
  });

  it('keep line ends that an editor would change out of the way', async () => {
    const text = `One.\r\nTwo.\n${second.text}`;
    const { path } = project('record-line-ends', 'packed.jsonl.gz', [text]);
    await reveal(path, 0);
    const { editor, analysis } = await active();
    const [entry] = analysis.records;
    assert.equal(entry?.record.text, text);
    assert.equal(editor.document.getText(), text.replaceAll('\r', ''));
    for (const leak of entry.leaks) {
      assert.equal(textAt(editor.document, entry.spanOf(leak)), text.slice(leak.start, leak.end).trimStart());
    }
  });

  it('open at the line where no record could be read, if VS Code shows the file', async () => {
    const folder = makeProject('record-lines', { config: { corpus: { include: ['large.jsonl'] } } });
    const path = join(folder, 'large.jsonl');
    writeFileSync(path, `{"id": "p", "pad": "${PADDING.repeat(13)}"}\n${jsonl(first.text)}`);
    const uri = vscode.Uri.file(path).toString();
    await vscode.commands.executeCommand(Commands.revealLeak, { uri, line: 2 });
    assert.equal((await active()).editor.document.getText(), first.text);
    await vscode.commands.executeCommand(Commands.revealLeak, { uri, line: 1 });
    await until('the file itself', () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .some(({ input }) => input instanceof vscode.TabInputText && input.uri.fsPath === path),
    );
  });
});

function recordsOf(nodes: readonly LeakNode[]): number[] {
  return nodes.flatMap((node) => (node.kind === 'record' ? (node.places[0]?.record.index ?? []) : []));
}
