import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { marksOf } from '../../src/features/marks';
import { Commands } from '../../src/host/ids';
import { cleanGolden, jsonl, leakyGolden, makeProject, scanned, show } from './window';

describe('going from leak to leak', () => {
  const [first, second] = leakyGolden('shadow', 2);
  const texts = [cleanGolden().text, first?.text ?? '', second?.text ?? ''];

  it('visits every mark in turn and goes round, in both directions', async () => {
    const editor = await show(makeProject('go-round', { files: { 'a.jsonl': jsonl(...texts) } }), 'a.jsonl');
    const { document } = editor;
    const places = [...new Set(marksOf(await scanned(document)).map(({ start }) => start))].toSorted((a, b) => a - b);
    assert.ok(places.length >= 2);
    const cursor = () => document.offsetAt(editor.selection.active);
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    const visited: number[] = [];
    for (let i = 0; i <= places.length; i++) {
      await vscode.commands.executeCommand(Commands.nextLeak);
      visited.push(cursor());
    }
    assert.deepEqual(visited, [...places, places[0]]);
    await vscode.commands.executeCommand(Commands.previousLeak);
    assert.equal(cursor(), places.at(-1));
    assert.ok(editor.selection.isEmpty, 'typing must replace nothing');
  });

  it('follows marks that edits have moved', async () => {
    const editor = await show(makeProject('go-moved', { files: { 'a.jsonl': jsonl(...texts) } }), 'a.jsonl');
    const { document } = editor;
    const [place] = marksOf(await scanned(document));
    assert.ok(place);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '\n\n\n'));
    await vscode.commands.executeCommand(Commands.nextLeak);
    assert.equal(document.offsetAt(editor.selection.active), place.start + 3);
  });

  it('does nothing in a file without marks', async () => {
    const editor = await show(makeProject('go-none', { files: { 'a.jsonl': jsonl(cleanGolden().text) } }), 'a.jsonl');
    await scanned(editor.document);
    const { active } = editor.selection;
    await vscode.commands.executeCommand(Commands.nextLeak);
    assert.deepEqual(editor.selection.active, active);
  });
});
