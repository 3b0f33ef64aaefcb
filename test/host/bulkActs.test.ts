import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { sha256 } from '../../src/client/calibration';
import { DECISIONS_FILE, type Decision } from '../../src/core/decisions/decision';
import type { FactNode, FileNode, LeakNode } from '../../src/features/leakNodes';
import { Commands, PREVIEW_SCHEME, RECORD_SCHEME } from '../../src/host/ids';
import { parseAtOnce, textAtOnce } from '../unit/decisions/atOnce';
import { RECORD_FILES } from './recordFiles';
import {
  answering,
  cleanGolden,
  closeUnshown,
  jsonl,
  leakyGolden,
  makeProject,
  messagesDuring,
  scanned,
  seep,
  until,
} from './window';

const [first, second, third] = leakyGolden('shadow', 3);
assert.ok(first && second && third);
const calm = cleanGolden().text;

/** By file: its texts, of which all but the calm one leak. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  'packed.jsonl.gz': [calm, first.text, `Before. ${second.text}`],
  'table.parquet': [second.text, calm],
  'large.jsonl': [calm, calm, calm, calm, third.text],
  'plain.jsonl': [`Before. ${third.text}`],
};
const ALONE = Object.keys(RECORD_FILES);

describe('acting on many leaks in files that VS Code hands to no extension', () => {
  let folder = '';

  before(async () => {
    const { store, controller, scans } = await seep();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const { uri } of store.files) {
      controller.clear(vscode.Uri.parse(uri));
    }
    folder = makeProject('bulk-records', { config: { corpus: { include: Object.keys(TEXTS) } } });
    for (const [file, texts] of Object.entries(TEXTS)) {
      fill(file, texts);
    }
    scans.clear();
    await scans.start({ configPath: join(folder, 'seep.json'), folder: null });
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    writeFileSync(join(folder, DECISIONS_FILE), '');
    const { scans } = await seep();
    await until('the window to hear of it', () => scans.all[0]?.decisions.isEmpty);
  });
  after(async () => {
    (await seep()).scans.clear();
  });

  function fill(file: string, texts: readonly string[]): void {
    const path = join(folder, file);
    const write = RECORD_FILES[file] ?? (() => writeFileSync(path, jsonl(...texts)));
    write(path, texts);
  }

  const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);

  function decided(): readonly Decision[] {
    const path = join(folder, DECISIONS_FILE);
    return existsSync(path) ? parseAtOnce(readFileSync(path, 'utf8')).decisions : [];
  }

  /** Texts that something is decided about, by the file that the decisions name. */
  function decidedTexts(): Record<string, readonly string[]> {
    const found = Object.entries(TEXTS).map(([file, texts]) => {
      const hashes = new Set(decided().flatMap((each) => (each.file === file ? [each.record] : [])));
      return [file, texts.filter((text) => hashes.has(sha256(text)))] as const;
    });
    return Object.fromEntries(found.filter(([, texts]) => texts.length > 0));
  }

  /** What leaks in some of the files. */
  function leaking(...files: readonly string[]): Record<string, readonly string[]> {
    return Object.fromEntries(files.map((file) => [file, (TEXTS[file] ?? []).filter((text) => text !== calm)]));
  }

  /** Once all of these files are in the tree. */
  async function fileNodes(...files: readonly string[]): Promise<FileNode[]> {
    const { leaksView } = await seep();
    await run(Commands.groupByRecord);
    const nodes = await until('the files', () => {
      const found = leaksView.getChildren().filter((node) => node.kind === 'file');
      const wanted = found.filter(({ uri }) => files.includes(basename(vscode.Uri.parse(uri).fsPath)));
      return wanted.length === files.length ? wanted : null;
    });
    await run(Commands.groupByFact);
    return nodes;
  }

  async function factNodes(): Promise<FactNode[]> {
    await run(Commands.groupByFact);
    return (await seep()).leaksView.getChildren().filter((node) => node.kind === 'fact');
  }

  /** Acts on nodes as the tree's menu does. */
  const act = (
    command: string,
    nodes: readonly LeakNode[],
    pick: (labels: readonly string[]) => string | Promise<string>,
  ) => messagesDuring(() => answering({ input: 'known', pick }, async () => run(command, nodes[0], nodes)));
  const apply = () => 'Apply';

  for (const [command, action] of [
    [Commands.maskLeak, 'mask'],
    [Commands.ignoreLeak, 'ignore'],
    [Commands.markReviewed, 'reviewed'],
    [Commands.leaveOutRecord, 'drop'],
    [Commands.dropRecord, 'drop'],
  ] as const) {
    it(`decides in all of them, and takes all back in one step: ${command}`, async () => {
      const before = ALONE.map((file) => readFileSync(join(folder, file)));
      const nodes = await fileNodes(...ALONE);
      const messages = await act(command, nodes, apply);
      assert.deepEqual(decidedTexts(), leaking(...ALONE));
      assert.deepEqual(new Set(decided().map((each) => each.action)), new Set([action]));
      assert.deepEqual(
        messages.map(({ buttons }) => buttons),
        [['Undo']],
      );
      assert.match(messages[0]?.text ?? '', /in 3 files\.$/);
      const again = await act(command, nodes, apply);
      assert.match(again[0]?.text ?? '', /Nothing leaks here that is still open/);
      const left = (await seep()).leaksView.getChildren().flatMap((node) => (node.kind === 'fact' ? node.places : []));
      assert.deepEqual(
        new Set(left.map(({ file }) => basename(file))),
        new Set(['plain.jsonl']),
        'the tree shows what is open',
      );
      await run(Commands.undoDecision);
      assert.deepEqual(decided(), []);
      assert.ok(ALONE.every((file, i) => readFileSync(join(folder, file)).equals(before[i] ?? Buffer.of())));
    });
  }

  it('shows how much it is by file and by fact, and opens what is picked', async () => {
    let rows: readonly string[] = [];
    let preview = '';
    const opened: string[] = [];
    const wanted = [/large\.jsonl$/, /packed\.jsonl\.gz:\d+$/];
    const pick = (labels: readonly string[]) => {
      rows = labels;
      preview = vscode.workspace.textDocuments.findLast(({ uri }) => uri.scheme === PREVIEW_SCHEME)?.getText() ?? '';
      const { document } = vscode.window.activeTextEditor ?? {};
      if (document?.uri.scheme === RECORD_SCHEME) {
        opened.push(document.getText());
      }
      const next = wanted.shift();
      return labels.find((label) => next?.test(label)) ?? 'Cancel';
    };
    await act(Commands.markReviewed, await fileNodes(...ALONE), pick);
    const at = (label: string) => rows.indexOf(label);
    assert.deepEqual(rows.slice(0, 2), ['Apply', 'Cancel']);
    assert.deepEqual(
      rows.slice(at('files') + 1, at('facts')).map((row) => basename(row)),
      rows
        .slice(at('files') + 1, at('facts'))
        .map((row) => basename(row))
        .filter((row) => ALONE.includes(row)),
    );
    assert.equal(at('facts') - at('files') - 1, 3);
    assert.ok(at('examples') > at('facts') + 1);
    assert.equal(rows.length - at('examples') - 1, 4, 'every leaking record is among the ten worst');
    const inPacked = TEXTS['packed.jsonl.gz'] ?? [];
    assert.equal(opened[0], third.text);
    assert.ok(inPacked.includes(opened[1] ?? ''));
    assert.deepEqual(decided(), [], 'to look is not to apply');
    assert.equal(parseAtOnce(preview).decisions.length, 4, 'and the editor shows what would be decided');
  });

  it('reaches all that the tree only counts, and of a filtered tree no more than it shows', async () => {
    const nodes = await factNodes();
    const node = nodes.find(({ places }) => places.some(({ file }) => file.endsWith('table.parquet')));
    assert.ok(node);
    const [closed] = node.places.filter(({ entry }) => entry === null);
    const shown = node.places.filter(({ entry }) => entry !== null);
    assert.ok(closed);
    const counted = { ...node, places: [closed, ...shown], all: 1000 };
    await act(Commands.ignoreLeak, [counted], apply);
    const fact = node.places[0]?.leak.fact;
    assert.ok(decided().every((each) => each.fact === fact));
    const files = new Set(node.places.map(({ file }) => basename(vscode.Uri.parse(file).fsPath)));
    assert.ok(files.size > 1);
    assert.deepEqual(new Set(Object.keys(decidedTexts())), files);
    await run(Commands.undoDecision);

    await run(Commands.filterLeaks, 'table.parquet');
    await act(Commands.ignoreLeak, await factNodes(), apply);
    await run(Commands.clearFilter);
    assert.deepEqual(decidedTexts(), leaking('table.parquet'));
  });

  it('takes in closed records and leaks that are selected beside a file', async () => {
    const { leaksView, store, controller } = await seep();
    for (const { uri } of store.files) {
      controller.clear(vscode.Uri.parse(uri));
    }
    const nodes = await fileNodes('table.parquet', 'packed.jsonl.gz');
    const [table, packed] = ['table.parquet', 'packed.jsonl.gz'].map((file) =>
      nodes.find(({ uri }) => uri.endsWith(file)),
    );
    assert.ok(table && packed);
    const [record, other] = leaksView.getChildren(packed);
    assert.ok(record?.kind === 'record' && record.offset === null && other?.kind === 'record');
    const textOf = ({ places: [place] }: typeof record) => TEXTS['packed.jsonl.gz']?.[place?.record.index ?? -1];
    await act(Commands.markReviewed, [table, record], apply);
    assert.deepEqual(decidedTexts(), { 'packed.jsonl.gz': [textOf(record)], ...leaking('table.parquet') });
    await run(Commands.undoDecision);

    const leak = leaksView.getChildren(other)[0];
    assert.ok(leak?.kind === 'leak' && leak.offset === null);
    await act(Commands.ignoreLeak, [table, leak], apply);
    assert.deepEqual(decidedTexts(), { 'packed.jsonl.gz': [textOf(other)], ...leaking('table.parquet') });
    const inPacked = decided().filter(({ file }) => file === 'packed.jsonl.gz');
    assert.deepEqual(new Set(inPacked.map(({ fact }) => fact)), new Set([leak.place.leak.fact]));
  });

  it('scores first what is open and not wholly scored', async () => {
    const { store, controller } = await seep();
    const plain = await vscode.workspace.openTextDocument(join(folder, 'plain.jsonl'));
    store.unscore(await scanned(plain));
    await act(Commands.ignoreLeak, await factNodes(), apply);
    assert.deepEqual(decidedTexts(), leaking(...Object.keys(TEXTS)));
    controller.clear(plain.uri);
  });

  it('is asked for from the palette, for everything', async () => {
    const pick = (labels: readonly string[]) =>
      ['Everything', '$(shield) Mask', 'Apply'].find((label) => labels.includes(label)) ?? '';
    await messagesDuring(() => answering({ pick }, async () => run(Commands.actOnAll)));
    assert.deepEqual(decidedTexts(), leaking(...Object.keys(TEXTS)));
  });

  it('decides nothing either where VS Code refuses to edit', async () => {
    const { applyEdit } = vscode.workspace;
    Object.assign(vscode.workspace, { applyEdit: async () => false });
    try {
      const pick = (labels: readonly string[]) => labels.find((label) => label === 'Mask there instead') ?? 'Apply';
      const [shown] = await act(Commands.redactLeak, await fileNodes(...ALONE, 'plain.jsonl'), pick);
      assert.match(shown?.text ?? '', /VS Code did not accept the change of .*plain\.jsonl; is the file read-only\?/);
    } finally {
      Object.assign(vscode.workspace, { applyEdit });
    }
    assert.deepEqual(decided(), []);
  });

  it('redacts where text can be edited, and offers masks elsewhere, by file', async () => {
    const plain = vscode.Uri.file(join(folder, 'plain.jsonl'));
    let asked: readonly string[] = [];
    const answer = (choice: string) => (labels: readonly string[]) => {
      if (labels.includes(choice)) {
        const isFirst = String(asked) !== String(labels);
        asked = labels;
        return isFirst ? (labels.at(-1) ?? '') : choice;
      }
      return 'Apply';
    };
    const all = [...ALONE, 'plain.jsonl'];
    const [told] = await act(Commands.redactLeak, await fileNodes(...all), answer('Mask there instead'));
    assert.match(
      told?.text ?? '',
      /redact \d+ spans? and mask \d+ places in 4 files\. Undo takes back what was decided, Ctrl\+Z what was edited/,
    );
    assert.deepEqual(new Set(asked.slice(3).map((name) => basename(name))), new Set(ALONE));
    assert.deepEqual(decidedTexts(), leaking(...ALONE));
    assert.deepEqual(new Set(decided().map(({ action }) => action)), new Set(['mask']));
    const document = await vscode.workspace.openTextDocument(plain);
    assert.match(document.getText(), /\[REDACTED\]/);
    await run(Commands.undoDecision);
    await vscode.window.showTextDocument(document);
    await run('undo');
    assert.doesNotMatch(document.getText(), /REDACTED/);

    await act(Commands.redactLeak, await fileNodes(...all), answer('Redact in the other files only'));
    assert.deepEqual(decided(), []);
    assert.match(document.getText(), /\[REDACTED\]/);
    await vscode.window.showTextDocument(document);
    await run('undo');
    assert.doesNotMatch(document.getText(), /REDACTED/);

    await act(Commands.redactLeak, await fileNodes(...ALONE), answer('Mask there instead'));
    assert.ok(!asked.includes('Redact in the other files only'), 'there are no others');
    assert.deepEqual(decidedTexts(), leaking(...ALONE));
    (await seep()).controller.clear(plain);
  });

  it('takes in what another window decides meanwhile, and leaves that when it is undone', async () => {
    const theirs: Decision = {
      record: sha256(first.text),
      action: 'reviewed',
      fact: null,
      span: null,
      reason: 'by another window',
      file: null,
      line: null,
      time: null,
    };
    const pick = () => {
      writeFileSync(join(folder, DECISIONS_FILE), textAtOnce([theirs]));
      return 'Apply';
    };
    await act(Commands.maskLeak, await fileNodes(...ALONE), pick);
    assert.deepEqual(new Set(decided().map(({ action }) => action)), new Set(['reviewed', 'mask']));
    assert.deepEqual(decidedTexts(), leaking(...ALONE));
    await run(Commands.undoDecision);
    assert.deepEqual(decided(), [theirs]);
  });

  it('does nothing in no file where one has changed since the preview, or since the scan', async () => {
    const packed = TEXTS['packed.jsonl.gz'] ?? [];
    const pick = () => {
      fill('packed.jsonl.gz', [...packed, first.text]);
      return 'Apply';
    };
    // What documents hold of a changed file is gone from them at some moment; here it is about the others.
    const nodes = (await fileNodes(...ALONE)).map((node) => ({
      ...node,
      places: node.places.filter(({ entry }) => entry === null),
      all: 1000,
    }));
    const [shown] = await act(Commands.markReviewed, nodes, pick);
    assert.match(
      shown?.text ?? '',
      /packed\.jsonl\.gz has changed since this was previewed: nothing was done, in no file\. Scan it/,
    );
    const [refused] = await act(Commands.markReviewed, nodes, apply);
    assert.match(
      refused?.text ?? '',
      /packed\.jsonl\.gz has changed since it was scanned: nothing was done, in no file/,
    );
    assert.deepEqual(decided(), []);
    const { scans } = await seep();
    const again = scans.start({ configPath: join(folder, 'seep.json'), folder: null });
    await until('the scan', () => scans.all[0]?.running);
    const [waiting] = await act(Commands.markReviewed, nodes, apply);
    assert.match(
      waiting?.text ?? '',
      /bulk-records is being scanned\. Wait for the end or cancel the scan, then act\./,
    );
    await again;
    await act(Commands.markReviewed, await fileNodes(...ALONE), apply);
    assert.deepEqual(decidedTexts(), leaking(...ALONE));
  });

  it('acts on documents that VS Code has closed meanwhile, unless their files have changed', async () => {
    const path = join(folder, 'plain.jsonl');
    const plain = () => vscode.workspace.openTextDocument(path);
    const redact = async (change: () => void) => {
      const pick = async (labels: readonly string[]) => {
        if (labels.includes('Mask there instead')) {
          return 'Mask there instead';
        }
        await closeUnshown(await plain());
        change();
        return 'Apply';
      };
      return act(Commands.redactLeak, await fileNodes(...ALONE, 'plain.jsonl'), pick);
    };
    const [done] = await redact(() => undefined);
    assert.match(done?.text ?? '', /redact \d+ spans? and mask \d+ places in 4 files/);
    assert.deepEqual(decidedTexts(), leaking(...ALONE));
    assert.match((await plain()).getText(), /\[REDACTED\]/);
    await vscode.window.showTextDocument(await plain());
    await run('workbench.action.files.revert');
    await run(Commands.undoDecision);

    const [refused] = await redact(() => writeFileSync(path, jsonl(calm, ...(TEXTS['plain.jsonl'] ?? []))));
    assert.match(refused?.text ?? '', /plain\.jsonl has changed since this was previewed/);
    assert.deepEqual(decided(), []);
  });
});
