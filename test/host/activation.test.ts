import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { Commands } from '../../src/host/ids';
import { extension, lensTitles, messagesDuring, seep, show, until, windowFolder } from './window';

// Runs first: mocha takes the files by name.
describe('activation', () => {
  it('does not happen because VS Code starts or a corpus file is opened', async () => {
    await show(windowFolder(), 'demo/corpus/filtered.jsonl');
    await sleep(500);
    assert.equal(extension().isActive, false);
  });

  it('happens with the first command, which needs no engine', async () => {
    const messages = await messagesDuring(async () => vscode.commands.executeCommand(Commands.clearMarks));
    assert.equal(extension().isActive, true);
    assert.deepEqual(messages, []);
    assert.deepEqual((await seep()).engines.states, [], 'no engine before somebody scans');
  });

  it('offers to scan files of the corpus, without starting an engine', async () => {
    const uri = (name: string) => vscode.Uri.file(join(windowFolder(), 'demo', name));
    const offer = ['Seep: Scan this file'];
    await until('the lens', async () => (await lensTitles(uri('corpus/filtered.jsonl'))).length > 0);
    assert.deepEqual(await lensTitles(uri('corpus/filtered.jsonl')), offer);
    assert.deepEqual(await lensTitles(uri('corpus/notes.md')), offer);
    assert.deepEqual(await lensTitles(uri('corpus/raw.jsonl')), [], 'not named by corpus.include');
    assert.deepEqual(await lensTitles(uri('forget.jsonl')), []);
    const { engines, store } = await seep();
    assert.deepEqual(engines.states, []);
    assert.deepEqual(store.files, []);
  });
});
