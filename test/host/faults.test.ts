import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Commands } from '../../src/host/ids';
import { requireTrust } from '../../src/host/projects';
import {
  hoverAt,
  jsonl,
  leakyGolden,
  lensTitles,
  makeProject,
  messagesDuring,
  scanned,
  seep,
  show,
  textAt,
  windowFolder,
  write,
} from './window';

/** Runs the scan command on a file and gives the one message that people see. */
async function complaint(...path: string[]): Promise<{ text: string; buttons: readonly string[] }> {
  const uri = vscode.Uri.file(join(...path));
  const messages = await messagesDuring(async () => vscode.commands.executeCommand(Commands.scanFile, uri));
  assert.equal(messages.length, 1, JSON.stringify(messages));
  const [message] = messages;
  assert.ok(message);
  assert.doesNotMatch(message.text, /\n\s+at /, 'no stack for people');
  return message;
}

/** Tokens that the demo's models read at once. */
const CONTEXT = 256;

describe('a fault', () => {
  const [record] = leakyGolden('shadow');
  const text = record?.text ?? '';

  it('of a file without seep.json offers the demo and a new seep.json', async () => {
    write(join(windowFolder(), 'lonely/a.jsonl'), jsonl(text));
    const { text: said, buttons } = await complaint(windowFolder(), 'lonely/a.jsonl');
    assert.match(said, /No seep\.json found in lonely or above/);
    assert.deepEqual(buttons, ['Open Demo', 'Create seep.json']);
  });

  it('in seep.json is named with its place, and the file can be opened', async () => {
    const folder = makeProject('fault-config', { config: { techer: 'x' }, files: { 'a.jsonl': jsonl(text) } });
    const { text: said, buttons } = await complaint(folder, 'a.jsonl');
    assert.match(said, /fault-config\/seep\.json:\d+:\d+: .*"?techer/);
    assert.deepEqual(buttons, ['Open File', 'Show Log']);
  });

  it('in the forget set is named with its line', async () => {
    const folder = makeProject('fault-facts', {
      config: { forgetSet: 'forget.jsonl' },
      files: { 'a.jsonl': jsonl(text), 'forget.jsonl': '{"answers":["x"]}\n{"answers":[]}\n' },
    });
    const { text: said } = await complaint(folder, 'a.jsonl');
    assert.match(said, /fault-facts\/forget\.jsonl:2:\d+: /);
  });

  it('of a model folder that is missing or empty is named', async () => {
    const missing = makeProject('fault-missing', {
      config: { teacher: 'no/such/folder' },
      files: { 'a.jsonl': jsonl(text) },
    });
    assert.match((await complaint(missing, 'a.jsonl')).text, /no\/such\/folder/);
    const empty = makeProject('fault-empty', { config: { teacher: 'models' }, files: { 'a.jsonl': jsonl(text) } });
    mkdirSync(join(empty, 'models'));
    assert.match((await complaint(empty, 'a.jsonl')).text, /fault-empty.models/);
  });

  it('of a model that is no ONNX file is named, and the next scan works once it is mended', async () => {
    const folder = makeProject('fault-model', {
      config: { teacher: 'broken', student: null, reference: null },
      files: { 'a.jsonl': jsonl(text), 'broken/model.onnx': 'not a model' },
    });
    const demo = vscode.Uri.file(join(windowFolder(), 'demo/models/teacher'));
    for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
      const target = vscode.Uri.file(join(folder, 'broken', name));
      await vscode.workspace.fs.copy(vscode.Uri.joinPath(demo, name), target);
    }
    assert.match((await complaint(folder, 'a.jsonl')).text, /broken.*model\.onnx|model\.onnx.*broken/);
    assert.deepEqual(await lensTitles(vscode.Uri.file(join(folder, 'a.jsonl'))), [
      'Seep: the scan failed',
      'Try again',
    ]);
    const model = vscode.Uri.joinPath(demo, 'model.onnx');
    await vscode.workspace.fs.copy(model, vscode.Uri.file(join(folder, 'broken/model.onnx')), { overwrite: true });
    const { document } = await show(folder, 'a.jsonl');
    const analysis = await scanned(document);
    assert.ok(analysis.tally().totals.leaks > 0);
    const worst = analysis.records[0]?.leaks[0];
    assert.ok(worst && analysis.records[0]);
    const hover = await hoverAt(document, analysis.records[0].toDocument(worst.end - 1, worst.end)[0]);
    assert.match(hover, /with other subjects/);
    assert.doesNotMatch(hover, /student \d/);
  });

  it('of a single line does not keep the others from being scanned', async () => {
    const folder = makeProject('fault-line', {
      files: { 'a.jsonl': `${jsonl(text)}{"text": 3}\nnot json\n\n${jsonl(text)}` },
    });
    const { document } = await show(folder, 'a.jsonl');
    const analysis = await scanned(document);
    assert.equal(analysis.records.length, 2);
    assert.ok(analysis.records.every(({ leaks }) => leaks.length > 0));
    const problems = vscode.languages
      .getDiagnostics(document.uri)
      .filter(({ source, severity, code }) => source === 'Seep' && severity === 1 && code === undefined);
    assert.deepEqual(
      problems.map(({ range }) => range.start.line),
      [1, 2],
    );
    assert.match(problems[0]?.message ?? '', /not a string/);
  });

  it('is not that a file is empty', async () => {
    const folder = makeProject('fault-nothing', { files: { 'a.jsonl': '', 'b.txt': '\n \n' } });
    for (const name of ['a.jsonl', 'b.txt']) {
      const { document } = await show(folder, name);
      const analysis = await scanned(document);
      assert.deepEqual(analysis.records, []);
      assert.equal(analysis.activity.kind, 'idle');
      assert.match((await lensTitles(document.uri))[0] ?? '', /no leaks in 0 records/);
    }
  });

  it('is not that a record is longer than the model’s context', async () => {
    const corpus = readFileSync(join(windowFolder(), 'demo/corpus/filtered.jsonl'), 'utf8').trimEnd().split('\n');
    const texts = corpus.slice(0, 30).map((line) => (JSON.parse(line) as { text: string }).text);
    const folder = makeProject('fault-huge', { files: { 'a.jsonl': jsonl(texts.join(' ')) } });
    const { document } = await show(folder, 'a.jsonl');
    const analysis = await scanned(document);
    const [entry] = analysis.records;
    assert.ok(entry?.state.kind === 'scored');
    assert.ok(entry.state.scores.tokens > 2 * CONTEXT, `${entry.state.scores.tokens} tokens`);
    const beyond = entry.leaks.filter(({ position }) => position > CONTEXT);
    assert.ok(beyond.length > 0, 'leaks are found behind the first window too');
    for (const { start, end } of beyond) {
      assert.equal(textAt(document, entry.toDocument(start, end)), entry.record.text.slice(start, end));
    }
  });

  it('is told where a file cannot be scanned at all', async () => {
    const unsaved = await vscode.workspace.openTextDocument({ content: 'x', language: 'typescript' });
    const { controller } = await seep();
    await assert.rejects(
      controller.scan(unsaved),
      /Seep scans files that end in \.jsonl, \.txt, \.md.*, and unsaved texts in a language of these/,
    );
    await assert.rejects(
      controller.scan(await vscode.workspace.openTextDocument(vscode.Uri.file(join(windowFolder(), 'demo/seep.json')))),
      { name: 'SeepError', code: 'usage' },
    );
  });

  it('is met with the button to manage trust where the workspace is not trusted', () => {
    assert.throws(() => requireTrust(false), /only in a trusted workspace\. Nothing has been read or loaded/);
    requireTrust(true);
  });
});
