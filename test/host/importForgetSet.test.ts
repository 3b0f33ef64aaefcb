import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { parseForgetSet } from '../../src/core/forget/parseForgetSet';
import { Commands } from '../../src/host/ids';
import { repoRoot } from '../repoRoot';
import { answering, messagesDuring, windowFolder, write } from './window';

describe('importing a forget set', () => {
  const run = async () => vscode.commands.executeCommand(Commands.importForgetSet);
  const target = (name: string) => vscode.Uri.file(join(windowFolder(), name));

  it('asks for the file, its format, which is guessed, and a place, and opens the forget set', async () => {
    const source = vscode.Uri.file(join(repoRoot, 'test/fixtures/import/rwkuLevel1.json'));
    const save = target('imported.jsonl');
    let offered: readonly string[] = [];
    const pick = (labels: readonly string[]) => {
      offered = labels;
      return labels[0];
    };
    const messages = await messagesDuring(() => answering({ open: [source], save, pick }, run));
    assert.match(offered[0] ?? '', /^RWKU/);
    assert.equal(offered.length, 6);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, save.fsPath);
    const { facts, problems } = parseForgetSet(readFileSync(save.fsPath, 'utf8'));
    assert.deepEqual(problems, []);
    assert.deepEqual(
      facts.map(({ answers }) => answers),
      [['Vandor'], ['The Grey Heron']],
    );
    assert.deepEqual(
      messages.map(({ text }) => text),
      ['2 facts imported: 2 with the subject that the file gives.'],
    );
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await vscode.workspace.fs.delete(save);
  });

  it('writes nothing where the file is wrong, and says where', async () => {
    const path = join(windowFolder(), 'wrong.json');
    write(path, '[{"question": "Q?"}]');
    const save = target('none.jsonl');
    const pick = (labels: readonly string[]) => labels.find((each) => each.startsWith('TOFU'));
    const messages = await messagesDuring(() => answering({ open: [vscode.Uri.file(path)], save, pick }, run));
    assert.equal(messages.length, 1);
    assert.match(messages[0]?.text ?? '', /^wrong\.json:1:2: the field "answer" is missing; /);
    assert.deepEqual(messages[0]?.buttons, ['Open File', 'Show Log']);
    assert.ok(!existsSync(save.fsPath));
    await vscode.workspace.fs.delete(vscode.Uri.file(path));
  });

  it('does not write over the file that it reads', async () => {
    const source = target('facts.txt');
    write(source.fsPath, 'Vandor\n');
    const pick = (labels: readonly string[]) => labels[0];
    const messages = await messagesDuring(() => answering({ open: [source], save: source, pick }, run));
    assert.match(messages[0]?.text ?? '', /facts\.txt: it is read itself; choose another file/);
    assert.equal(readFileSync(source.fsPath, 'utf8'), 'Vandor\n');
    await vscode.workspace.fs.delete(source);
  });

  it('goes no further when a question is dismissed', async () => {
    const source = vscode.Uri.file(join(repoRoot, 'test/fixtures/import/list.txt'));
    const save = target('none.jsonl');
    const pick = (labels: readonly string[]) => labels[0];
    for (const answers of [{}, { open: [source] }, { open: [source], pick }, { open: [source], save }]) {
      assert.deepEqual(await messagesDuring(() => answering(answers, run)), []);
      assert.ok(!existsSync(save.fsPath));
    }
  });
});
