import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { parseConfig } from '../../src/core/config/parseConfig';
import { parseForgetSet } from '../../src/core/forget/parseForgetSet';
import { Commands, Settings } from '../../src/host/ids';
import {
  answering,
  cleanGolden,
  extension,
  jsonl,
  leakyGolden,
  lensTitles,
  makeProject,
  messagesDuring,
  scanned,
  seep,
  show,
  until,
  windowFolder,
  write,
} from './window';

describe('the commands', () => {
  it('are all registered', async () => {
    await seep();
    const known = await vscode.commands.getCommands(true);
    for (const id of Object.values(Commands)) {
      assert.ok(known.includes(id), id);
    }
  });

  it('of the status bar’s menu lead to an audit and a probe', async () => {
    const folder = makeProject('menu', { files: { 'a.jsonl': jsonl(cleanGolden().text) } });
    await show(folder, 'a.jsonl');
    let offered: readonly string[] = [];
    const pick = (labels: readonly string[]) => {
      offered = labels;
      return undefined;
    };
    await answering({ pick }, async () => vscode.commands.executeCommand(Commands.showMenu));
    for (const label of ['Scan Corpus', 'Audit a Filter…', 'Probe the Models', 'Export Report…', 'Doctor']) {
      assert.ok(
        offered.some((each) => each.endsWith(label)),
        label,
      );
    }
  });

  it('copy the demo to where it can be edited, offline, and open it', async () => {
    const parent = vscode.Uri.file(join(windowFolder(), 'copies'));
    mkdirSync(parent.fsPath);
    const messages = await messagesDuring(async () => vscode.commands.executeCommand(Commands.openDemo, parent));
    assert.deepEqual(messages, [], 'a folder of the workspace needs no question');
    const folder = join(parent.fsPath, 'seep-demo');
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, join(folder, 'corpus/filtered.jsonl'));
    for (const name of ['seep.json', 'forget.jsonl', 'models/teacher/model.onnx']) {
      assert.deepEqual(
        readFileSync(join(folder, name)),
        readFileSync(join(extension().extensionPath, 'media/demo', name)),
        name,
      );
    }
    // An edited copy is never overwritten.
    write(join(folder, 'corpus/filtered.jsonl'), jsonl('changed'));
    await vscode.commands.executeCommand(Commands.openDemo, parent);
    assert.equal(readFileSync(join(folder, 'corpus/filtered.jsonl'), 'utf8'), jsonl('changed'));
  });

  it('ask before they replace the window’s folder with the demo', async () => {
    const messages = await messagesDuring(async () => vscode.commands.executeCommand(Commands.openDemo));
    assert.equal(messages.length, 1);
    assert.deepEqual(messages[0]?.buttons, ['Open in This Window', 'Open in New Window']);
  });

  it('create a seep.json from the model folders that are there, and never overwrite one', async () => {
    const folder = windowFolder();
    const messages = await messagesDuring(async () => vscode.commands.executeCommand(Commands.createConfig));
    assert.deepEqual(messages, []);
    const path = join(folder, 'seep.json');
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, path);
    const { config, problems } = parseConfig(readFileSync(path, 'utf8'));
    assert.deepEqual(problems, []);
    assert.ok(
      config.teacher !== null && existsSync(join(folder, config.teacher, 'model.onnx')),
      String(config.teacher),
    );
    assert.deepEqual(parseForgetSet(readFileSync(join(folder, 'forget.jsonl'), 'utf8')).problems, []);
    write(path, '{"teacher": "mine"}');
    await vscode.commands.executeCommand(Commands.createConfig);
    assert.equal(readFileSync(path, 'utf8'), '{"teacher": "mine"}');
    await vscode.workspace.fs.delete(vscode.Uri.file(path));
    await vscode.workspace.fs.delete(vscode.Uri.file(join(folder, 'forget.jsonl')));
  });

  it('examine the models and settings and write down no fact', async () => {
    await show(windowFolder(), 'demo/corpus/notes.md');
    await vscode.commands.executeCommand(Commands.doctor);
    const report = vscode.window.activeTextEditor?.document;
    assert.equal(report?.uri.scheme, 'seep-report');
    const text = report?.getText() ?? '';
    assert.match(text, /^Seep \d+\.\d+\.\d+ in VS Code \d+.*\nWorkspace trusted$/m);
    assert.match(text, /^Runtime +onnxruntime \d+\.\d+\.\d+ with cpu/m);
    assert.match(text, /^Teacher +.*demo.models.teacher/m);
    assert.match(text, /^Forget set .*forget\.jsonl: \d+ facts/m);
    assert.match(text, /sha256 [0-9a-f]{64}/);
    assert.match(text, /^Nothing is broken\.$/m);
    const { facts } = parseForgetSet(readFileSync(join(windowFolder(), 'demo/forget.jsonl'), 'utf8'));
    for (const word of facts.flatMap(({ answers, subjects }) => [...answers, ...subjects])) {
      assert.ok(!text.includes(word), word);
    }
  });

  it('explain what GPUs need here, for the provider that fits and in short for the others', async () => {
    await vscode.commands.executeCommand(Commands.explainGpu);
    const report = vscode.window.activeTextEditor?.document;
    assert.equal(report?.uri.toString(), 'seep-report:Seep%20GPU%20Setup.txt');
    const text = report?.getText() ?? '';
    const usual = { win32: 'DirectML', darwin: 'CoreML' }[process.platform as string] ?? 'CUDA';
    assert.match(
      text,
      new RegExp(`^${usual} (?:works here|does not work here: .+)\\.\\n\\nSystem +${process.platform}-`),
    );
    for (const name of ['CUDA', 'DirectML', 'CoreML', 'WebGPU']) {
      assert.equal(text.match(new RegExp(`^${name} (?:works|does not work) here`, 'gm'))?.length, 1, name);
    }
  });

  it('offer the explanation where a provider that is asked for does not work', async () => {
    const absent = process.platform === 'win32' ? 'coreml' : 'dml';
    const folder = makeProject('no-gpu', { config: { provider: absent }, files: { 'a.jsonl': jsonl('a text') } });
    await show(folder, 'a.jsonl');
    const messages = await messagesDuring(async () => vscode.commands.executeCommand(Commands.scanFile));
    assert.equal(messages.length, 1);
    assert.match(
      messages[0]?.text ?? '',
      new RegExp(`Provider "${absent}" does not work here: this build of onnxruntime has`),
    );
    assert.deepEqual(messages[0]?.buttons, ['Explain GPU Setup', 'Show Log']);
    // The explanation is of the provider that the file's project asks for.
    await vscode.commands.executeCommand(Commands.explainGpu);
    // A report that was open already takes its new text a little later than it is shown.
    const text = await until('the report', () => {
      const shown = vscode.window.activeTextEditor?.document.getText() ?? '';
      return shown.startsWith(absent === 'dml' ? 'DirectML' : 'CoreML') ? shown : null;
    });
    assert.match(text, /^\w+ does not work here: this build of onnxruntime has only cpu/);
    assert.match(text, /^What to do:\n {2}1\. /m);
  });

  it('say what to do where no file is open', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const messages = await messagesDuring(async () => vscode.commands.executeCommand(Commands.scanFile));
    assert.match(messages[0]?.text ?? '', /Open a \.jsonl, \.txt, \.md, \.csv or \.tsv file first/);
  });

  it('report what is a bug as one, with the log', async () => {
    const messages = await messagesDuring(async () => vscode.commands.executeCommand(Commands.revealLeak));
    assert.equal(messages.length, 1);
    assert.match(messages[0]?.text ?? '', /ran into a bug/);
    assert.deepEqual(messages[0]?.buttons, ['Show Log']);
  });
});

describe('the settings', () => {
  const [record] = leakyGolden('stated');
  const configuration = () => vscode.workspace.getConfiguration('seep');
  const set = (name: string, value: unknown) => configuration().update(name, value, vscode.ConfigurationTarget.Global);

  async function start(name: string): Promise<vscode.TextDocument> {
    const texts = [record, ...leakyGolden('shadow', 2), cleanGolden()].map((each) => each?.text ?? '');
    const files = { 'a.jsonl': jsonl(...texts) };
    const { document } = await show(makeProject(name, { files }), 'a.jsonl');
    await scanned(document);
    return document;
  }

  const problems = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Seep');

  it('take the problems and the lenses away and bring them back at once', async () => {
    const { uri } = await start('set-surfaces');
    assert.ok(problems(uri).length > 0);
    assert.ok((await lensTitles(uri)).length > 3);
    try {
      await set(Settings.problems, false);
      await set(Settings.codeLens, false);
      await until('no problems', () => problems(uri).length === 0);
      assert.deepEqual(await lensTitles(uri), []);
    } finally {
      await set(Settings.problems, undefined);
      await set(Settings.codeLens, undefined);
    }
    await until('problems', () => problems(uri).length > 0);
    assert.ok((await lensTitles(uri)).length > 3);
  });
});
