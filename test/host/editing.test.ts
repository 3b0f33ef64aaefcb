import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { marksOf } from '../../src/features/marks';
import type { FileAnalysis } from '../../src/host/fileAnalysis';
import { Commands } from '../../src/host/ids';
import { cleanGolden, jsonl, leakyGolden, makeProject, scanned, seep, show, textAt, until } from './window';

const markedTexts = (document: vscode.TextDocument, analysis: FileAnalysis) =>
  marksOf(analysis).map(({ start, end }) => textAt(document, [start, end]));

/** The analysis that the store has of a document now. */
async function stored(document: vscode.TextDocument): Promise<FileAnalysis> {
  const analysis = (await seep()).store.get(document.uri);
  assert.ok(analysis);
  return analysis;
}

/** Waits until the file has been read again and everything in it has scores. */
async function settled(document: vscode.TextDocument): Promise<FileAnalysis> {
  return until('the rescan', async () => {
    const analysis = await stored(document);
    const done = analysis.version === document.version && analysis.activity.kind === 'idle';
    return done && analysis.unscored().length === 0 ? analysis : null;
  });
}

// Scores are kept by text for all files of one forget set and one set of models: every edit here makes a text of its own.
describe('editing a scanned file', () => {
  const [first, second, third] = leakyGolden('shadow', 3);
  assert.ok(first && second && third);
  const texts = [first.text, cleanGolden().text, second.text, third.text];

  async function start(name: string): Promise<vscode.TextEditor> {
    const editor = await show(makeProject(name, { files: { 'a.jsonl': jsonl(...texts) } }), 'a.jsonl');
    await scanned(editor.document);
    return editor;
  }

  it('clears the marks of the changed record at once, keeps the others in place, and asks for that record alone', async () => {
    const editor = await start('edit-one');
    const { document } = editor;
    const { controller } = await seep();
    const before = await stored(document);
    const marks = markedTexts(document, before);
    const sent = controller.recordsSent;

    const at = document.positionAt(document.getText().indexOf(second.text));
    await editor.edit((edit) => edit.insert(at, 'One. '));
    const during = await stored(document);
    assert.deepEqual(
      during.records.map(({ edited, leaks }) => [edited, leaks.length > 0]),
      [
        [false, true],
        [false, false],
        [true, false],
        [false, true],
      ],
    );
    const left = markedTexts(document, during);
    assert.ok(left.length > 0 && left.every((text) => marks.includes(text)), 'the other marks moved with their text');

    const after = await settled(document);
    assert.equal(after.records[2]?.record.text, `One. ${second.text}`);
    assert.equal(controller.recordsSent - sent, 1);
  });

  it('needs the engine neither for undo nor for moving records about', async () => {
    const editor = await start('edit-undo');
    const { document } = editor;
    const marks = markedTexts(document, await stored(document));
    const { controller } = await seep();
    await editor.edit((edit) => edit.insert(document.positionAt(document.getText().indexOf(first.text)), 'Two. '));
    await settled(document);
    const sent = controller.recordsSent;
    await vscode.commands.executeCommand('undo');
    assert.deepEqual(markedTexts(document, await settled(document)), marks);

    const lines = document.getText().trimEnd().split('\n').reverse();
    const whole = new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length));
    await editor.edit((edit) => edit.replace(whole, `\n\n${lines.join('\n')}\n`));
    const moved = await settled(document);
    assert.deepEqual(markedTexts(document, moved).toSorted(), marks.toSorted());
    assert.equal(controller.recordsSent, sent);
  });

  it('asks once for what many quick keystrokes changed', async () => {
    const editor = await start('edit-quick');
    const { document } = editor;
    const { controller } = await seep();
    const sent = controller.recordsSent;
    const at = document.positionAt(document.getText().indexOf(second.text));
    editor.selection = new vscode.Selection(at, at);
    const versions = document.version;
    await Promise.all([...'Three. '].map((text) => vscode.commands.executeCommand('type', { text })));
    assert.ok(document.version >= versions + 7, 'a change for each keystroke');
    await settled(document);
    assert.equal(controller.recordsSent - sent, 1);
  });

  it('runs the models on one record where one of 1,000 is edited, and reads no other again', async () => {
    // Of most records the models need to read nothing: the test is of those that need not be read again.
    const many = Array.from({ length: 1000 }, (_, i) => `Edited among many ${i}. ${i % 20 === 0 ? first.text : ''}`);
    const editor = await show(makeProject('edit-many', { files: { 'a.jsonl': jsonl(...many) } }), 'a.jsonl');
    const { document } = editor;
    const { controller } = await seep();
    const atStart = controller.recordsSent;
    const before = [...(await scanned(document)).records];
    assert.equal(controller.recordsSent - atStart, 1000);
    assert.ok(before.filter(({ leaks }) => leaks.length > 0).length >= 40);
    const sent = controller.recordsSent;

    const at = document.positionAt(document.getText().indexOf('Edited among many 500. '));
    await editor.edit((edit) => edit.insert(at, 'Five hundred. '));
    const after = await settled(document);
    assert.equal(controller.recordsSent - sent, 1);
    assert.equal(after.records[500]?.record.text, `Five hundred. ${many[500]}`);
    assert.deepEqual(
      after.records.flatMap((entry, i) => (entry === before[i] ? [] : [i])),
      [500],
    );
    for (const { record, start, end } of after.records) {
      assert.deepEqual(JSON.parse(textAt(document, [start, end])), { id: record.id, text: record.text });
    }
  });

  it('does not rescan where the setting says so, and offers to', async () => {
    const configuration = vscode.workspace.getConfiguration('seep');
    await configuration.update('rescanOnEdit', false, vscode.ConfigurationTarget.Global);
    try {
      const editor = await start('edit-manual');
      const { document } = editor;
      const { controller } = await seep();
      const sent = controller.recordsSent;
      const at = document.positionAt(document.getText().indexOf(second.text));
      await editor.edit((edit) => edit.insert(at, 'Four. '));
      await until('the reading', async () => (await stored(document)).version === document.version);
      await sleep(200);
      assert.equal(controller.recordsSent, sent);
      assert.deepEqual((await stored(document)).unscored(), [`Four. ${second.text}`]);
      await vscode.commands.executeCommand(Commands.scanFile, document.uri);
      await settled(document);
      assert.equal(controller.recordsSent, sent + 1, 'only what was missing');
    } finally {
      await configuration.update('rescanOnEdit', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('leaves a file alone that nobody scanned, and one whose marks were cleared', async () => {
    const editor = await start('edit-cleared');
    const { document } = editor;
    const { controller, store } = await seep();
    await vscode.commands.executeCommand(Commands.clearMarks, document.uri);
    assert.equal(store.get(document.uri), undefined);
    const sent = controller.recordsSent;
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), ' '));
    await sleep(700);
    assert.equal(store.get(document.uri), undefined);
    assert.equal(controller.recordsSent, sent);
  });

  it('joins and parts paragraphs of plain text as a fresh reading does', async () => {
    const editor = await show(
      makeProject('edit-text', { files: { 'a.txt': [first.text, second.text, third.text].join('\n\n') } }),
      'a.txt',
    );
    const { document } = editor;
    await scanned(document);
    const blank = document.positionAt(document.getText().indexOf('\n\n') + 1);
    await editor.edit((edit) => edit.insert(blank, 'and'));
    const during = await stored(document);
    assert.deepEqual(
      during.records.map(({ edited }) => edited),
      [true, true, false],
    );
    const after = await settled(document);
    assert.deepEqual(
      after.records.map(({ record }) => record.text),
      [`${first.text}\nand\n${second.text}`, third.text],
    );
  });

  it('drops a record whole, as one step that can be undone', async () => {
    const editor = await start('edit-drop');
    const { document } = editor;
    const before = document.getText();
    const entry = (await stored(document)).records[2];
    assert.ok(entry);
    await vscode.commands.executeCommand(Commands.dropRecord, {
      uri: document.uri.toString(),
      offset: entry.start,
      reach: 'record',
    });
    assert.equal(document.getText(), before.split('\n').toSpliced(2, 1).join('\n'));
    assert.equal((await settled(document)).records.length, 3);
    const { controller } = await seep();
    const sent = controller.recordsSent;
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
    assert.equal((await settled(document)).records.length, 4);
    assert.equal(controller.recordsSent, sent);
  });
});

describe('changed settings', () => {
  const [record] = leakyGolden('shadow');
  assert.ok(record);

  async function start(name: string) {
    const folder = makeProject(name, { files: { 'a.jsonl': jsonl(record?.text ?? '', cleanGolden().text) } });
    const { document } = await show(folder, 'a.jsonl');
    await scanned(document);
    return { folder, document, config: join(folder, 'seep.json') };
  }

  function change(path: string, from: RegExp, to: string): void {
    const text = readFileSync(path, 'utf8');
    assert.match(text, from);
    writeFileSync(path, text.replace(from, to));
  }

  it('move the threshold without asking the engine', async () => {
    const { document, config } = await start('settings-threshold');
    const { controller } = await seep();
    const sent = controller.recordsSent;
    assert.notDeepEqual(marksOf(await stored(document)), []);
    change(config, /"threshold": 0.02/, '"threshold": 0.999');
    await until('the marks to go', async () => marksOf(await stored(document)).length === 0);
    assert.deepEqual((await stored(document)).unscored(), []);
    change(config, /"threshold": 0.999/, '"threshold": 0.02');
    await until('the marks to come back', async () => marksOf(await stored(document)).length > 0);
    assert.equal(controller.recordsSent, sent);
  });

  it('drop the scores that other facts or models gave', async () => {
    const { folder, document, config } = await start('settings-facts');
    writeFileSync(join(folder, 'forget.jsonl'), '{"id":"other","subjects":["Nobody"],"answers":["Nowhere"]}\n');
    change(config, /"\.\.\/demo\/forget\.jsonl"/, '"forget.jsonl"');
    await until('the scores to go', async () => (await stored(document)).unscored().length === 2);
    assert.deepEqual(marksOf(await stored(document)), []);
    const analysis = await scanned(document);
    assert.deepEqual(marksOf(analysis), []);
    assert.deepEqual(
      analysis.project.facts.map(({ id }) => id),
      ['other'],
    );
    // The forget set is followed too, not only seep.json.
    writeFileSync(join(folder, 'forget.jsonl'), '{"id":"another","subjects":["Nobody"],"answers":["Nowhere"]}\n');
    await until('the new fact', async () => (await stored(document)).project.facts[0]?.id === 'another');
  });

  it('that are broken take the marks away and say why, until they are mended', async () => {
    const { document, config } = await start('settings-broken');
    const marks = marksOf(await stored(document)).length;
    change(config, /"threshold"/, '"treshold"');
    const { activity } = await until('the fault', async () => {
      const analysis = await stored(document);
      return analysis.activity.kind === 'failed' ? analysis : null;
    });
    assert.ok(activity.kind === 'failed');
    assert.match(activity.message, /seep\.json:\d+:\d+: .*treshold/);
    assert.deepEqual(marksOf(await stored(document)), []);
    change(config, /"treshold"/, '"threshold"');
    await until('the marks', async () => marksOf(await stored(document)).length === marks);
    assert.equal((await stored(document)).activity.kind, 'idle');
  });
});
