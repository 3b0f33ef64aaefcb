import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import type { ExportHeader, ExportRecord } from '../../src/core/export/exportFormat';
import { Commands, RECORD_SCHEME } from '../../src/host/ids';
import { RECORD_FILES } from './recordFiles';
import {
  answering,
  cleanGolden,
  jsonl,
  leakyGolden,
  makeProject,
  messagesDuring,
  type Shown,
  scanned,
  show,
  until,
  write,
} from './window';

describe('exports from the editor', function () {
  this.timeout(60_000);
  const texts = () => [cleanGolden().text, ...leakyGolden('shadow', 3).map(({ text }) => text), 'Bread is baked.'];
  const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');

  async function openProject(name: string, config: Record<string, unknown> = {}) {
    const folder = makeProject(name, { config, files: { 'corpus.jsonl': jsonl(...texts()) } });
    const { document } = await show(folder, 'corpus.jsonl');
    return { folder, document };
  }

  it('write the redactions of the active file to where people say', async () => {
    const { folder, document } = await openProject('redactions');
    const target = join(folder, 'out.jsonl');
    const messages = await messagesDuring(() =>
      answering({ save: vscode.Uri.file(target) }, async () =>
        vscode.commands.executeCommand(Commands.exportRedactions),
      ),
    );
    assert.deepEqual(
      messages.map(({ buttons }) => buttons),
      [['Open File']],
    );
    assert.match(messages[0]?.text ?? '', /^Seep: Exported \d+ positions of 3 records\.$/);
    const parsed = linesOf(target).map((line) => JSON.parse(line) as unknown);
    const [header, ...records] = parsed.slice(0, -1) as [ExportHeader, ...ExportRecord[]];
    assert.deepEqual([header.schema, header.kind, header.threshold], ['seep.export/1', 'redactions', 0.02]);
    const analysis = await scanned(document);
    assert.deepEqual(
      records.map(({ record, redactions = [] }) => [record.index, redactions.map(({ position }) => position)]),
      analysis.records
        .filter(({ leaks }) => leaks.length > 0)
        .map(({ record, leaks }) => [record.index, [...new Set(leaks.map(({ position }) => position))]]),
    );
    assert.match(records[0]?.file ?? '', /redactions\/corpus\.jsonl$/);
  });

  it('write masks and clean copies of a file that is named', async () => {
    const { folder, document } = await openProject('masks');
    const at = (name: string) => vscode.Uri.file(join(folder, name));
    const messages = await messagesDuring(async () => {
      await vscode.commands.executeCommand(Commands.exportMasks, document.uri, at('masks.jsonl'));
      await vscode.commands.executeCommand(Commands.exportClean, document.uri, at('clean.jsonl'));
    });
    assert.match(
      messages.map(({ text }) => text).join(' '),
      /Exported \d+ positions of 3 records\. Seep: Kept 2 records and left out 3 that leak\./,
    );
    const [header, first] = linesOf(at('masks.jsonl').fsPath).map(
      (line) => JSON.parse(line) as { kind?: string; mask?: number[] },
    );
    assert.equal(header?.kind, 'masks');
    assert.ok((first?.mask?.length ?? 0) > 0);
    const lines = jsonl(...texts()).split('\n');
    assert.equal(readFileSync(at('clean.jsonl').fsPath, 'utf8'), `${lines[0]}\n${lines[4]}\n`);
  });

  it('are of the whole file where a record of a packed one is shown alone', async () => {
    const folder = makeProject('exports-packed', { files: {} });
    const packed = join(folder, 'packed.jsonl.gz');
    RECORD_FILES['packed.jsonl.gz']?.(packed, texts());
    const place = { uri: vscode.Uri.file(packed).toString(), record: 1, start: 0, end: 0 };
    await vscode.commands.executeCommand(Commands.revealLeak, place);
    await until('the record', () => vscode.window.activeTextEditor?.document.uri.scheme === RECORD_SCHEME);
    const target = vscode.Uri.file(join(folder, 'masks.jsonl'));
    const messages = await messagesDuring(() =>
      answering({ save: target }, async () => vscode.commands.executeCommand(Commands.exportMasks)),
    );
    assert.match(messages[0]?.text ?? '', /Exported \d+ positions of 3 records\./);
    const [first] = linesOf(target.fsPath)
      .slice(1)
      .map((line) => JSON.parse(line) as ExportRecord);
    assert.match(first?.file ?? '', /packed\.jsonl\.gz$/);
  });

  it('say what high temperatures and incomplete records mean', async () => {
    const { folder, document } = await openProject('warm', { temperature: 2 });
    write(join(folder, 'odd.jsonl'), `{"txt": 1}\n${jsonl(...texts())}`);
    const messages = await messagesDuring(async () => {
      await vscode.commands.executeCommand(Commands.exportRedactions, document.uri, vscode.Uri.file(join(folder, 'a')));
      await vscode.commands.executeCommand(
        Commands.exportClean,
        vscode.Uri.file(join(folder, 'odd.jsonl')),
        vscode.Uri.file(join(folder, 'b')),
      );
    });
    assert.match(messages[0]?.text ?? '', /At distillation temperature 2 redaction stops only a part of the leak/);
    assert.match(
      messages[1]?.text ?? '',
      /Left out besides, because it could not be scored: 1 place \(see the log\)\. At distillation temperature 2/,
    );
    assert.ok(!readFileSync(join(folder, 'b'), 'utf8').includes('txt'));
  });

  it('leave no half file where the disk fills up, and what was there as it was', async function () {
    const prlimit = '/usr/bin/prlimit';
    if (!existsSync(prlimit)) this.skip();
    const { folder, document } = await openProject('full');
    const targets = ['r.html', 'masks.jsonl', 'redactions.jsonl', 'clean.jsonl'].map((name) => join(folder, name));
    const [report = '', ...others] = targets;
    for (const target of targets) {
      write(target, 'from before');
    }
    const before = readdirSync(folder);
    // No file of this process may grow beyond 100 bytes: writing stops in the middle, as on a full disk.
    const limit = (bytes: string) => execFileSync(prlimit, ['--pid', String(process.pid), `--fsize=${bytes}:`]);
    const file = (path: string) => vscode.Uri.file(path);
    limit('100');
    let said: Shown[];
    try {
      said = await messagesDuring(async () => {
        const pick = (labels: readonly string[]) =>
          labels.find((label) => ['HTML', 'Leave answers out'].includes(label));
        await answering({ pick }, async () =>
          vscode.commands.executeCommand(Commands.exportReport, document.uri, file(report)),
        );
        const commands = [Commands.exportMasks, Commands.exportRedactions, Commands.exportClean];
        for (const [i, command] of commands.entries()) {
          await vscode.commands.executeCommand(command, document.uri, file(others[i] ?? ''));
        }
      });
    } finally {
      limit('unlimited');
    }
    assert.deepEqual(
      said.map(({ text }) => text.replace(/^\S*\//, '')),
      targets.map((path) => `${basename(path)}: the file would become larger than is allowed here`),
    );
    assert.deepEqual(
      targets.map((path) => readFileSync(path, 'utf8')),
      targets.map(() => 'from before'),
    );
    assert.deepEqual(readdirSync(folder), before);
  });

  it('refuse what would be wrong, and leave nothing behind', async () => {
    const { folder, document } = await openProject('refused');
    const target = vscode.Uri.file(join(folder, 'target.jsonl'));
    const said = async (...args: unknown[]) =>
      (await messagesDuring(async () => vscode.commands.executeCommand(Commands.exportMasks, ...args)))
        .map(({ text }) => text)
        .join();
    assert.match(await said(document.uri, document.uri), /corpus\.jsonl: it is read itself; choose another file/);
    assert.match(await said(document.uri, vscode.Uri.file(join(folder, 'no/x.jsonl'))), /its folder does not exist/);
    write(join(folder, 'table.xlsx'), 'a,b\n');
    assert.match(
      await said(vscode.Uri.file(join(folder, 'table.xlsx')), target),
      /table\.xlsx: not a kind of file that Seep reads; it reads \.jsonl/,
    );
    const silent = await messagesDuring(() =>
      answering({}, async () => vscode.commands.executeCommand(Commands.exportMasks)),
    );
    assert.deepEqual(silent, [], 'nobody chose a file');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '\n');
    await vscode.workspace.applyEdit(edit);
    assert.match(await said(document.uri, target), /has changes that are not saved\. Save it first/);
    await document.save();
    assert.ok(!existsSync(target.fsPath));
  });
});
