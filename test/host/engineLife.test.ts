import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { marksOf } from '../../src/features/marks';
import type { FileAnalysis } from '../../src/host/fileAnalysis';
import { Commands } from '../../src/host/ids';
import {
  jsonl,
  leakyGolden,
  makeProject,
  messagesDuring,
  scanned,
  seep,
  show,
  until,
  windowFolder,
  write,
} from './window';

const RECORDS = 500;

/** Part of the demo's corpus: enough to be in the middle of a scan for a while. */
function manyRecords(): string {
  const lines = readFileSync(join(windowFolder(), 'demo/corpus/filtered.jsonl'), 'utf8').split('\n');
  return `${lines.slice(0, RECORDS).join('\n')}\n`;
}

function demoForgetSet(): string {
  return readFileSync(join(windowFolder(), 'demo/forget.jsonl'), 'utf8');
}

const scoredCount = ({ records }: FileAnalysis) => records.filter(({ state }) => state.kind === 'scored').length;

/** Starts a scan and gives it in the middle. */
async function underWay(name: string) {
  const { document } = await show(makeProject(name, { files: { 'a.jsonl': manyRecords() } }), 'a.jsonl');
  const { controller, store } = await seep();
  const done = controller.scan(document);
  done.catch(() => {});
  const analysis = await until('first results', () => {
    const found = store.get(document.uri);
    return found && scoredCount(found) > 0 ? found : null;
  });
  assert.ok(scoredCount(analysis) < RECORDS, 'still at work');
  return { document, analysis, done };
}

describe('the engine process', () => {
  it('may be killed in the middle of a scan, which goes on and completes', async () => {
    const { analysis, done } = await underWay('life-kill');
    const { engines } = await seep();
    const { pid } = await engines.hello(analysis.project);
    process.kill(pid, 'SIGKILL');
    await done;
    assert.equal(scoredCount(analysis), RECORDS);
    assert.notEqual((await engines.hello(analysis.project)).pid, pid, 'another process');
    assert.ok(marksOf(analysis).length > 0);
  });

  it('stops when the scan is cancelled; what is finished stays, and the next scan does the rest', async () => {
    const { document, analysis, done } = await underWay('life-cancel');
    const messages = await messagesDuring(async () => {
      await vscode.commands.executeCommand(Commands.cancelScan);
      await assert.rejects(done, { code: 'cancelled' });
    });
    assert.deepEqual(messages, [], 'cancelling is no error');
    const finished = scoredCount(analysis);
    assert.ok(finished > 0 && finished < RECORDS, `${finished} finished`);
    assert.equal(analysis.activity.kind, 'idle');
    const { controller } = await seep();
    const sent = controller.recordsSent;
    await controller.scan(document);
    assert.equal(scoredCount(analysis), RECORDS);
    assert.ok(controller.recordsSent - sent <= RECORDS - finished, 'only the rest');
  });

  it('writes no export that is half of other facts: work ends where its forget set is replaced', async () => {
    const folder = makeProject('life-superseded', {
      config: { forgetSet: 'forget.jsonl' },
      files: { 'a.jsonl': manyRecords(), 'b.jsonl': jsonl('Nothing.'), 'forget.jsonl': demoForgetSet() },
    });
    const { document } = await show(folder, 'b.jsonl');
    const { engines, projects } = await seep();
    const target = vscode.Uri.file(join(folder, 'a.redactions.jsonl'));
    const source = vscode.Uri.file(join(folder, 'a.jsonl'));
    const messages = await messagesDuring(async () => {
      const exporting = vscode.commands.executeCommand(Commands.exportRedactions, source, target);
      await until('the models', async () => engines.modelsOf(await projects.of(source)));
      write(join(folder, 'forget.jsonl'), demoForgetSet().split('\n', 1).join(''));
      await until('the new facts', async () => (await projects.of(source)).facts.length === 1);
      await scanned(document);
      await exporting;
    });
    assert.match(messages.map(({ text }) => text).join(), /the forget set or the models of .* have changed/);
    assert.ok(!existsSync(target.fsPath), 'nothing is left behind');
  });

  it('starts over with a scan of a file whose forget set is replaced', async () => {
    const folder = makeProject('life-over', {
      config: { forgetSet: 'forget.jsonl' },
      files: { 'a.jsonl': manyRecords(), 'forget.jsonl': demoForgetSet() },
    });
    const { document } = await show(folder, 'a.jsonl');
    const { controller, store } = await seep();
    const messages = await messagesDuring(async () => {
      const done = controller.scan(document);
      done.catch(() => {});
      await until('first results', () => {
        const found = store.get(document.uri);
        return found && scoredCount(found) > 0;
      });
      write(join(folder, 'forget.jsonl'), demoForgetSet().split('\n', 2).join('\n'));
      await assert.rejects(done, { code: 'cancelled' });
      await until('all of it with the new facts', () => {
        const found = store.get(document.uri);
        return found?.project.facts.length === 2 && scoredCount(found) === RECORDS;
      });
    });
    assert.deepEqual(messages, []);
  });

  it('takes two scans at once', async () => {
    const [record] = leakyGolden('shadow');
    const folder = makeProject('life-two', {
      files: { 'a.jsonl': manyRecords(), 'b.jsonl': jsonl(record?.text ?? '') },
    });
    const a = await show(folder, 'a.jsonl');
    const b = await show(folder, 'b.jsonl');
    const [first, second] = await Promise.all([scanned(a.document), scanned(b.document)]);
    assert.equal(scoredCount(first), RECORDS);
    assert.equal(scoredCount(second), 1);
  });

  it('is asked once where one file is scanned twice at once', async () => {
    const [record] = leakyGolden('shadow');
    const { document } = await show(
      makeProject('life-twice', { files: { 'a.jsonl': jsonl(`Twice. ${record?.text}`) } }),
      'a.jsonl',
    );
    const { controller } = await seep();
    const sent = controller.recordsSent;
    await Promise.all([controller.scan(document), controller.scan(document)]);
    assert.equal(controller.recordsSent - sent, 1);
  });

  it('is not disturbed by edits while it scans: late results for changed text are dropped', async () => {
    const { document, analysis, done } = await underWay('life-edit');
    // It is shown already; to wait for anything now would let the scan come to its end.
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor?.document === document);
    const last = analysis.records.at(-1);
    assert.ok(last?.state.kind === 'unscored');
    const old = last.record.text;
    await editor.edit((edit) => edit.insert(document.positionAt(last.toDocument(0, 0)[0]), 'Well. '));
    await done;
    const now = await until('the changed record', () => {
      const entry = analysis.records.at(-1);
      return entry?.state.kind === 'scored' ? entry : null;
    });
    assert.equal(now.record.text, `Well. ${old}`);
    assert.equal(scoredCount(analysis), RECORDS);
  });

  it('is started afresh by the command, and scores are computed again', async () => {
    const [record] = leakyGolden('shadow');
    const folder = makeProject('life-restart', { files: { 'a.jsonl': jsonl(record?.text ?? '') } });
    const { document } = await show(folder, 'a.jsonl');
    const analysis = await scanned(document);
    const { engines } = await seep();
    const { pid } = await engines.hello(analysis.project);
    await vscode.commands.executeCommand(Commands.restartEngine);
    assert.throws(() => process.kill(pid, 0), /ESRCH/, 'the old process is gone');
    assert.deepEqual(engines.states, [], 'nothing is started before it is needed');
    assert.deepEqual(marksOf(analysis), []);
    await scanned(document);
    assert.notEqual((await engines.hello(analysis.project)).pid, pid);
    assert.notDeepEqual(marksOf(analysis), []);
  });
});
