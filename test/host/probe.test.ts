import assert from 'node:assert/strict';
import { appendFileSync, cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ProbePage } from '../../src/features/probePage';
import { Commands, PageTypes } from '../../src/host/ids';
import type { FromProbe, ProbeSnapshot, ToProbe } from '../../src/protocol/probe';
import {
  answering,
  lensTitles,
  makeProject,
  messagesDuring,
  type ProjectOptions,
  seep,
  until,
  windowFolder,
} from './window';

describe('the probe of models', function () {
  this.timeout(60_000);
  const messages: ToProbe[] = [];
  let probe: ProbePage;
  let listening: vscode.Disposable;

  before(async () => {
    probe = (await seep()).pages.probe;
    listening = probe.page.onDidPost((message) => messages.push(message));
  });
  beforeEach(() => {
    messages.length = 0;
  });
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  after(() => listening.dispose());

  /** The first facts of the demo, in a project whose forget set is in front. */
  async function project(name: string, { config = {}, files = {} }: ProjectOptions = {}) {
    const lines = readFileSync(join(windowFolder(), 'demo/forget.jsonl'), 'utf8').split('\n').slice(0, 3);
    const forgetSet = `${lines.join('\n')}\n{"id": "mute", "answers": "Solwyn"}\n`;
    const folder = makeProject(name, {
      config: { forgetSet: 'facts.jsonl', ...config },
      files: { 'facts.jsonl': forgetSet, ...files },
    });
    const uri = vscode.Uri.file(join(folder, 'facts.jsonl'));
    await vscode.window.showTextDocument(uri);
    return { folder, uri };
  }

  const say = (message: FromProbe) => probe.page.receive(message);

  async function done(models: number): Promise<ProbeSnapshot> {
    return until('the end of the probe', () => {
      const last = messages.at(-1);
      const isDone = last?.type === 'snapshot' && last.snapshot.activity.kind === 'done';
      return isDone && last.snapshot.models.length === models ? last.snapshot : null;
    });
  }

  it('tells which model knows what, opens a fact in the forget set, and copies', async () => {
    const { uri } = await project('probe-models');
    await vscode.commands.executeCommand(Commands.probeModels);
    const { models, facts, notAsked, project: name } = await done(3);
    assert.equal(name, 'probe-models');
    assert.deepEqual(
      models.map((model) => [model.name, model.totals.says + model.totals.likely, model.totals.answered]),
      [
        ['teacher', 3, 3],
        ['student', 3, 3],
        ['reference', 0, 3],
      ],
    );
    assert.deepEqual([facts.length, notAsked.map(({ fact }) => fact)], [3, ['mute']]);
    assert.match(facts.find(({ fact }) => fact === 'dc-002')?.name ?? '', /Brixolan → Farlund/);

    await say({ type: 'open', fact: 'dc-002' });
    const editor = await until('the forget set', () => {
      const active = vscode.window.activeTextEditor;
      return active?.document.uri.toString() === uri.toString() ? active : null;
    });
    assert.equal(editor.selection.active.line, 1);
    await say({ type: 'copy', text: 'fact,teacher' });
    assert.equal(await vscode.env.clipboard.readText(), 'fact,teacher');
  });

  it('is outdated once the forget set or a file of a model changes', async () => {
    const { folder, uri } = await project('probe-outdated', { config: { checkpoints: 'step' } });
    const step = join(folder, 'step');
    cpSync(join(windowFolder(), 'demo/models/reference'), step, { recursive: true });
    const outdated = (what: string) =>
      until(what, () => {
        const last = messages.at(-1);
        return last?.type === 'snapshot' && last.snapshot.outdated;
      });
    await vscode.commands.executeCommand(Commands.probeModels);
    assert.equal((await done(4)).outdated, false);
    appendFileSync(uri.fsPath, '{"id": "new", "answers": "Kest", "prompts": "The new one is in"}\n');
    await outdated('the notice that the forget set has changed');
    messages.length = 0;
    await say({ type: 'run' });
    assert.equal((await done(4)).outdated, false);
    appendFileSync(join(step, 'config.json'), '\n');
    await outdated('the notice that a model has changed');
  });

  it('keeps the folders of checkpoints out of the corpus', async () => {
    const { folder } = await project('probe-corpus', {
      config: { corpus: { include: '**/*.md' }, checkpoints: ['runs/*', 'last'] },
      files: { 'notes.md': 'A text.\n', 'runs/step-1/README.md': 'A model.\n', 'last/README.md': 'A model.\n' },
    });
    const uri = (...path: string[]) => vscode.Uri.file(join(folder, ...path));
    assert.ok((await lensTitles(uri('notes.md'))).length > 0);
    for (const model of ['runs/step-1', 'last']) {
      assert.deepEqual(await lensTitles(uri(model, 'README.md')), []);
    }
    const { projects } = await seep();
    const found = await projects.corpusFiles(await projects.load(join(folder, 'seep.json')));
    assert.deepEqual(found, [uri('notes.md').fsPath]);
  });

  it('compares checkpoints that people add with the models of the project', async () => {
    const { folder } = await project('probe-checkpoints');
    const step = join(folder, 'runs/step-100');
    cpSync(join(windowFolder(), 'demo/models/reference'), step, { recursive: true });
    await vscode.commands.executeCommand(Commands.probeModels);
    await done(3);
    await answering({ open: [vscode.Uri.file(step)] }, async () => say({ type: 'add' }));
    const { models, scope } = await done(4);
    const added = models.at(-1);
    assert.deepEqual([added?.name, added?.role, added?.added], ['step-100', 'checkpoint', step]);
    assert.deepEqual(added?.totals, models[2]?.totals, 'it is the reference under another name');
    assert.deepEqual(scope.further, [step]);
    await say({ type: 'remove', folder: step });
    await done(3);
  });

  it('is cancelled from its page, and offered again where VS Code has kept the page through a reload', async () => {
    const { folder } = await project('probe-reload');
    const cancelling = probe.page.onDidPost(({ type }) => {
      if (type !== 'message') {
        void say({ type: 'cancel' });
      }
    });
    const said = await messagesDuring(async () => vscode.commands.executeCommand(Commands.probeModels));
    cancelling.dispose();
    assert.deepEqual(said, [], 'cancelled is no error');
    const last = messages.at(-1);
    assert.ok(last?.type === 'snapshot' && last.snapshot.activity.kind === 'stopped');

    const other = { configPath: join(folder, 'seep.json'), further: [join(windowFolder(), 'demo/models/reference')] };
    const panel = vscode.window.createWebviewPanel(PageTypes.probe, 'Model Probe', vscode.ViewColumn.Active);
    await probe.page.restore(panel, { version: 1, scope: other });
    await say({ type: 'ready' });
    const offered = messages.at(-1);
    assert.ok(offered?.type === 'message');
    assert.match(offered.text, /probe-reload\/seep\.json were not probed since the window was opened/);
    await say({ type: 'run' });
    // A folder that has a role already is asked once.
    assert.deepEqual((await done(3)).scope, other);
  });

  it('says what is missing where no fact has prompts', async () => {
    await project('probe-mute', { files: { 'facts.jsonl': '{"id": "mute", "answers": "Solwyn"}\n' } });
    const said = await messagesDuring(async () => vscode.commands.executeCommand(Commands.probeModels));
    assert.match(said[0]?.text ?? '', /probe-mute\/facts\.jsonl: no fact has "prompts"/);
  });
});
