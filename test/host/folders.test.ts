import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { DECISIONS_FILE } from '../../src/core/decisions/decision';
import { marksOf } from '../../src/features/marks';
import { Commands } from '../../src/host/ids';
import { TemporaryFolder } from '../launchers/temporaryFolder.mjs';
import {
  answering,
  jsonl,
  leakyGolden,
  makeProject,
  messagesDuring,
  scanned,
  seep,
  show,
  until,
  windowFolder,
} from './window';

const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);

describe('a workspace of several folders', () => {
  const [record] = leakyGolden('shadow');
  assert.ok(record);
  const { text } = record;
  const elsewhere = new TemporaryFolder('folders');
  let north: string;
  let south: string;

  const foldersChange = async (start: number, removed: number, ...added: { uri: vscode.Uri; name: string }[]) => {
    const changed = new Promise<unknown>((resolve) => {
      const listener = vscode.workspace.onDidChangeWorkspaceFolders((event) => {
        listener.dispose();
        resolve(event);
      });
    });
    assert.ok(vscode.workspace.updateWorkspaceFolders(start, removed, ...added));
    await changed;
  };

  before(async () => {
    await run('workbench.action.closeAllEditors');
    await run(Commands.clearResults);
    await run(Commands.restartEngine);
    const files = { 'a.jsonl': jsonl(text) };
    north = makeProject('north', { files }, elsewhere.path);
    south = makeProject('south', { files, config: { student: null, threshold: 0.01 } }, elsewhere.path);
    await foldersChange(
      1,
      0,
      { uri: vscode.Uri.file(north), name: 'North' },
      { uri: vscode.Uri.file(south), name: 'South' },
    );
  });

  after(async () => {
    await run('workbench.action.closeAllEditors');
    await run(Commands.clearResults);
    const added = vscode.workspace.workspaceFolders?.slice(1) ?? [];
    if (added.length > 0) await foldersChange(1, added.length);
    elsewhere.remove();
  });

  it('takes models, threshold, engine and decisions of each file from its own folder', async () => {
    const { engines, leaksView } = await seep();
    const inSouth = await scanned((await show(south, 'a.jsonl')).document);
    const inNorth = await scanned((await show(north, 'a.jsonl')).document);
    for (const [analysis, folder, student, threshold] of [
      [inNorth, north, join(windowFolder(), 'demo/models/student'), 0.02],
      [inSouth, south, null, 0.01],
    ] as const) {
      assert.equal(analysis.project.configPath, join(folder, 'seep.json'));
      assert.deepEqual([analysis.project.student, analysis.project.threshold], [student, threshold]);
      assert.notDeepEqual(marksOf(analysis), []);
    }
    assert.equal(engines.states.length, 2);

    await run(Commands.groupByFact);
    const described = await until('both projects in the tree', () => {
      const all = leaksView.getChildren().map((node) => String(leaksView.getTreeItem(node).description));
      return ['North', 'South'].every((name) => all.some((words) => words.endsWith(` · ${name}`))) ? all : null;
    });
    assert.ok(described.every((words) => / · (North|South)$/.test(words)));
    assert.match(leaksView.message, /^South: .*\nNorth: /);

    await run(Commands.markReviewed);
    assert.ok(existsSync(join(north, DECISIONS_FILE)) && !existsSync(join(south, DECISIONS_FILE)));
    assert.equal(inNorth.records[0]?.decisions.length, 1);
    assert.deepEqual(inSouth.records[0]?.decisions, []);
  });

  it('sums up the project of the active file, and asks which where that does not tell', async () => {
    const { pages, scans } = await seep();
    const shown: string[] = [];
    const listener = pages.summary.page.onDidPost((message) => {
      if (message.type === 'snapshot') shown.push(message.snapshot.name);
    });
    const scan = (folder: string) =>
      messagesDuring(async () => run(Commands.scanCorpus, { configPath: join(folder, 'seep.json'), folder: null }));
    try {
      await scan(north);
      await scan(south);
      assert.deepEqual(
        scans.all.map(({ name }) => name),
        ['North', 'South'],
      );
      await show(north, 'a.jsonl');
      await run(Commands.openSummary);
      assert.equal(shown.at(-1), 'North');

      await run('workbench.action.closeAllEditors');
      const offered: (readonly string[])[] = [];
      const pick = (answer: string) => (labels: readonly string[]) => {
        offered.push(labels);
        return labels.find((label) => label.includes(answer));
      };
      await answering({ pick: pick('South') }, async () => run(Commands.openSummary));
      assert.equal(shown.at(-1), 'South');
      await run('workbench.action.closeAllEditors');
      await answering({ pick: pick('North') }, async () => scanAsked());
      assert.deepEqual(offered, [
        ['North', 'South'],
        ['North/seep.json', 'South/seep.json'],
      ]);
      assert.equal(scans.all.at(-1)?.name, 'North');
    } finally {
      listener.dispose();
    }
    async function scanAsked() {
      await messagesDuring(async () => run(Commands.scanCorpus));
    }
  });

  it('does nothing and says nothing where a question is dismissed', async () => {
    const { scans } = await seep();
    const before = scans.all;
    for (const command of [Commands.scanCorpus, Commands.openSummary]) {
      let asked = 0;
      const pick = () => {
        asked++;
        return undefined;
      };
      assert.deepEqual(await messagesDuring(() => answering({ pick }, async () => run(command))), []);
      assert.equal(asked, 1);
    }
    assert.deepEqual(scans.all, before);
  });

  it('asks which project a text without a file belongs to, once', async () => {
    const { store } = await seep();
    const document = await vscode.workspace.openTextDocument({ content: jsonl(`New. ${text}`), language: 'jsonl' });
    await vscode.window.showTextDocument(document);
    let asked = 0;
    const pick = (labels: readonly string[]) => {
      asked++;
      return labels.find((label) => label.startsWith('South'));
    };
    await answering({ pick }, async () => run(Commands.scanFile));
    await run(Commands.scanFile);
    assert.equal(asked, 1);
    const analysis = store.get(document.uri);
    assert.ok(analysis);
    assert.equal(analysis.project.root, south);
    assert.notDeepEqual(marksOf(analysis), []);
    await run(Commands.leaveOutRecord);
    const [decision] = readFileSync(join(south, DECISIONS_FILE), 'utf8').trimEnd().split('\n');
    assert.equal((JSON.parse(decision ?? '') as { file?: string }).file ?? null, null);
    await run('workbench.action.revertAndCloseActiveEditor');
  });

  it('forgets what a removed folder has brought, and its engine; a folder that is added is ours at once', async () => {
    const { engines, store, scans, projects } = await seep();
    const { document } = await show(south, 'a.jsonl');
    await scanned(document);
    await scanned((await show(north, 'a.jsonl')).document);
    const of = (folder: string) => store.files.filter(({ project }) => project.root === folder).length;
    assert.ok(of(south) > 0);
    const before = engines.states.length;
    await foldersChange(2, 1);
    await until('the folder to be forgotten', () => of(south) === 0);
    assert.ok(of(north) > 0);
    assert.deepEqual(
      scans.all.map(({ scope }) => basename(join(scope.configPath, '..'))),
      ['north'],
    );
    assert.equal(engines.states.length, before - 1);

    await foldersChange(2, 0, { uri: vscode.Uri.file(south), name: 'South' });
    assert.equal((await projects.ofWorkspace()).length, 2);
    assert.notDeepEqual(marksOf(await scanned(document)), []);
  });
});
