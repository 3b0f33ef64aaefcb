import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { DECISIONS_FILE, type Decision } from '../../src/core/decisions/decision';
import type { LeakNode } from '../../src/features/leakNodes';
import { marksOf } from '../../src/features/marks';
import type { ActPlace, Reach } from '../../src/host/actPlaces';
import type { FileAnalysis, RecordAnalysis } from '../../src/host/fileAnalysis';
import { Commands, PREVIEW_SCHEME } from '../../src/host/ids';
import { parseAtOnce, textAtOnce } from '../unit/decisions/atOnce';
import {
  answering,
  cleanGolden,
  hoverAt,
  jsonl,
  leakyGolden,
  lensTitles,
  makeProject,
  messagesDuring,
  scanned,
  seep,
  show,
  until,
} from './window';

const [first, second, third] = leakyGolden('shadow', 3);
const [stating] = leakyGolden('stated');
assert.ok(first && second && third && stating);
const texts = [first.text, cleanGolden().text, second.text, third.text, stating.text];

/** A line as people write them: spaces, other fields, escapes. */
const line = (text: string, i: number) =>
  `{ "id": "r-${i}",\t"text" : ${JSON.stringify(text)} , "n": 1.0, "note": "\\u00e9" }`;
const CORPUS = `${texts.map(line).join('\n')}\n`;

interface Started {
  readonly folder: string;
  readonly document: vscode.TextDocument;
  /** As the store has it now. */
  analysis(): FileAnalysis;
  entry(index: number): RecordAnalysis;
  decisions(): readonly Decision[];
}

async function start(name: string, content = CORPUS, file = 'a.jsonl'): Promise<Started> {
  const folder = makeProject(name, { files: { [file]: content } });
  const { document } = await show(folder, file);
  await scanned(document);
  const { store } = await seep();
  const analysis = () => {
    const found = store.get(document.uri);
    assert.ok(found);
    return found;
  };
  const entry = (index: number) => {
    const found = analysis().records[index];
    assert.ok(found);
    return found;
  };
  const sidecar = join(folder, DECISIONS_FILE);
  const decisions = () => (existsSync(sidecar) ? parseAtOnce(readFileSync(sidecar, 'utf8')).decisions : []);
  return { folder, document, analysis, entry, decisions };
}

const place = ({ document }: Started, entry: RecordAnalysis, reach: Reach = 'record'): ActPlace => {
  const [leak] = entry.leaks;
  const offset = reach === 'place' && leak ? entry.spanOf(leak)[0] : entry.start;
  return { uri: document.uri.toString(), offset, reach, record: entry.hash };
};
const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);

/** Waits until the file has been read again after an edit and everything in it has scores. */
async function settled(started: Started): Promise<void> {
  await until('the rescan', () => {
    const analysis = started.analysis();
    const done = analysis.version === started.document.version && analysis.activity.kind === 'idle';
    return done && analysis.unscored().length === 0;
  });
}

describe('deciding about leaks', () => {
  it('ignores a leak with its reason: no mark, no problem, no count, and the text stays', async () => {
    const started = await start('act-ignore');
    const { document, analysis, entry, decisions } = started;
    const before = { marks: marksOf(analysis()).length, leaks: analysis().counts.open };
    const here = place(started, entry(0), 'place');
    const ignored = entry(0).leaks.filter(({ position }) => position === entry(0).leaks[0]?.position);
    await answering({ input: 'the public site' }, async () => run(Commands.ignoreLeak, here));
    assert.deepEqual(
      decisions().map(({ action, fact, reason, file, line: at }) => [action, fact, reason, file, at]),
      ignored.map(({ fact }) => ['ignore', fact, 'the public site', 'a.jsonl', 1]),
    );
    assert.equal(analysis().counts.open, before.leaks - ignored.length);
    assert.ok(marksOf(analysis()).length < before.marks);
    assert.equal(analysis().tally().totals.leaks, before.leaks - ignored.length, 'what is ignored does not count');
    const problems = vscode.languages.getDiagnostics(document.uri).map(({ range }) => document.offsetAt(range.start));
    assert.ok(!problems.includes(here.offset));
    const hover = await hoverAt(document, here.offset);
    assert.match(hover, /ignored\\: the public site/);
    assert.match(hover, /command:seep\.takeBack\?/);
    assert.ok((await lensTitles(document.uri)).some((title) => /^ignored: the public site · Take back$/.test(title)));
    assert.equal(document.getText(), CORPUS);
    assert.equal(document.isDirty, false);

    await run(Commands.takeBack, here);
    assert.deepEqual(decisions(), []);
    assert.equal(analysis().counts.open, before.leaks);
  });

  it('asks for a reason, and decides nothing without', async () => {
    const started = await start('act-dismissed');
    const messages = await messagesDuring(async () =>
      answering({}, async () => run(Commands.ignoreLeak, place(started, started.entry(0)))),
    );
    assert.deepEqual([messages, started.decisions()], [[], []]);
  });

  it('masks the places of a record, marks it as reviewed and leaves it out, each undone in one step', async () => {
    const started = await start('act-mask');
    const { analysis, entry, decisions } = started;
    const spans = new Set(entry(2).leaks.map(({ start: from, end }) => `${from} ${end}`));
    const open = analysis().counts.open;
    await run(Commands.maskLeak, place(started, entry(2)));
    assert.deepEqual(new Set(decisions().map(({ span }) => `${span?.start} ${span?.end}`)), spans);
    assert.deepEqual(entry(2).leaks, []);
    assert.equal(analysis().tally().totals.leaks, open, 'what is masked is still in the text');
    await run(Commands.markReviewed, place(started, entry(3)));
    await run(Commands.leaveOutRecord, place(started, entry(1)));
    const actions = () => decisions().map(({ action }) => action);
    assert.deepEqual(actions(), ['drop', ...[...spans].map(() => 'mask'), 'reviewed']);
    await run(Commands.undoDecision);
    assert.ok(!actions().includes('drop'));
    await run(Commands.undoDecision);
    assert.ok(!actions().includes('reviewed'));
    await run(Commands.undoDecision);
    assert.deepEqual(actions(), []);
    assert.equal(analysis().counts.open, open);
  });

  it('undoes two acts where it is asked twice at once', async () => {
    const started = await start('act-twice');
    const { entry, decisions } = started;
    for (const number of [0, 1, 2]) {
      await run(Commands.markReviewed, place(started, entry(number)));
    }
    await Promise.all([run(Commands.undoDecision), run(Commands.undoDecision)]);
    assert.equal(decisions().length, 1);
    await run(Commands.undoDecision);
    assert.deepEqual(decisions(), []);
  });

  it('holds for the text wherever it moves, and not for another text', async () => {
    const started = await start('act-moved');
    const { document, entry, analysis } = started;
    await run(Commands.markReviewed, place(started, entry(0)));
    const whole = new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length));
    const replace = async (text: string) => {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, whole, text);
      await vscode.workspace.applyEdit(edit);
      await settled(started);
    };
    await replace(`${texts.toReversed().map(line).join('\n')}\n`);
    assert.deepEqual(
      analysis().records.map(({ decisions }) => decisions.length),
      [0, 0, 0, 0, 1],
    );
    await run('undo');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(document.getText().indexOf(first.text)), 'Now ');
    await vscode.workspace.applyEdit(edit);
    await settled(started);
    assert.deepEqual(entry(0).decisions, []);
    assert.equal(started.decisions().length, 1, 'kept, for the text may come back');
    await run('workbench.action.files.revert');
  });

  it('follows the file when another window, a person or a merge changes it', async () => {
    const started = await start('act-others');
    const { folder, entry, decisions } = started;
    await run(Commands.markReviewed, place(started, entry(0)));
    const theirs: Decision[] = decisions().map((each) => ({ ...each, record: entry(2).hash }));
    const path = join(folder, DECISIONS_FILE);
    writeFileSync(path, textAtOnce([...decisions(), ...theirs]));
    await until('their decision', () => entry(2).decisions.length === 1);
    // Both windows' lines are there after this one's next act, and after its undo.
    await run(Commands.markReviewed, place(started, entry(3)));
    assert.equal(decisions().length, 3);
    await run(Commands.undoDecision);
    await run(Commands.undoDecision);
    assert.deepEqual(decisions(), theirs);
  });

  it('does not touch a file with faults or with changes that are not saved, and says what to do', async () => {
    const started = await start('act-faults');
    const { folder, entry, document } = started;
    const path = join(folder, DECISIONS_FILE);
    await run(Commands.markReviewed, place(started, entry(0)));
    const good = readFileSync(path, 'utf8');
    writeFileSync(path, `${good}{"action":"ignore"}\n`);
    const uri = vscode.Uri.file(path);
    await until('the fault', () => vscode.languages.getDiagnostics(uri).length > 0);
    assert.equal(vscode.languages.getDiagnostics(uri)[0]?.range.start.line, 1);
    assert.equal(entry(0).decisions.length, 1, 'the good line counts');
    const faulty = await messagesDuring(async () => run(Commands.markReviewed, place(started, entry(2))));
    assert.match(faulty[0]?.text ?? '', /seep\.decisions\.jsonl:2:1: "schema" is missing/);
    assert.ok(faulty[0]?.buttons.includes('Open File'));
    writeFileSync(path, good);
    await until('the mending', () => vscode.languages.getDiagnostics(uri).length === 0);

    const editor = await show(path);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '\n'));
    await vscode.window.showTextDocument(document);
    const dirty = await messagesDuring(async () => run(Commands.markReviewed, place(started, entry(2))));
    assert.match(
      dirty[0]?.text ?? '',
      /seep\.decisions\.jsonl has changes that are not saved\. Save or revert it first\./,
    );
    assert.equal(readFileSync(path, 'utf8'), good);
    await vscode.window.showTextDocument(uri);
    await run('workbench.action.files.revert');
  });

  it('opens the decisions, or says that there are none', async () => {
    const started = await start('act-show');
    const messages = await messagesDuring(async () => run(Commands.showDecisions));
    assert.match(messages[0]?.text ?? '', /Nothing is decided yet: there is no .*seep\.decisions\.jsonl/);
    await run(Commands.markReviewed, place(started, started.entry(0)));
    await run(Commands.showDecisions);
    assert.ok(vscode.window.activeTextEditor?.document.uri.fsPath.endsWith(join('act-show', DECISIONS_FILE)));
  });

  it('is offered at the light bulb, for the place and for its record', async () => {
    const started = await start('act-bulb');
    const { document, entry } = started;
    const at = document.positionAt(place(started, entry(0), 'place').offset);
    const fixes = async () =>
      vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        new vscode.Range(at, at),
      );
    const commands = async () => (await fixes()).map(({ command }) => command?.command);
    const expected = [
      Commands.maskLeak,
      Commands.ignoreLeak,
      Commands.redactLeak,
      Commands.markReviewed,
      Commands.leaveOutRecord,
      Commands.dropRecord,
    ];
    assert.deepEqual(
      (await commands()).filter((id) => id?.startsWith('seep.')),
      expected,
    );
    const mask = (await fixes()).find(({ command }) => command?.command === Commands.maskLeak);
    await run(Commands.maskLeak, ...(mask?.command?.arguments ?? []));
    assert.equal(started.decisions().length, 1);
    assert.ok((await commands()).includes(Commands.takeBack));
  });
});

describe('editing by acts', () => {
  it('redacts the span and nothing beside it, at the cursor, in one step', async () => {
    const started = await start('act-redact');
    const { document, entry } = started;
    const stated = entry(4).leaks.find(({ kind }) => kind === 'stated');
    assert.ok(stated);
    const [from, to] = entry(4).spanOf(stated);
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(document.positionAt(from), document.positionAt(from));
    await run(Commands.redactLeak);
    const after = document.getText();
    const [head, tail] = after.split('[REDACTED]');
    assert.ok(head !== undefined && tail !== undefined && CORPUS.startsWith(head) && CORPUS.endsWith(tail));
    assert.ok(head.length <= from && CORPUS.length - tail.length >= to, 'the span is gone');
    assert.match(CORPUS.slice(head.length, CORPUS.length - tail.length), /^[\p{L}\p{N}' .-]{1,40}$/u);
    assert.equal(document.isDirty, true, 'people save');
    await settled(started);
    await run('undo');
    assert.equal(document.getText(), CORPUS);
    await run('workbench.action.files.revert');
  });

  it('drops and redacts in paragraphs too', async () => {
    const started = await start('act-text', `${first.text}\n\n${second.text}\n`, 'a.txt');
    const { document, entry } = started;
    await run(Commands.redactLeak, place(started, entry(0), 'place'));
    assert.match(document.getText(), /\[REDACTED\]/);
    await settled(started);
    await run(Commands.dropRecord, place(started, entry(0)));
    assert.equal(document.getText(), `${second.text}\n`);
    await run('undo');
    await run('undo');
    assert.equal(document.getText(), `${first.text}\n\n${second.text}\n`);
    await run('workbench.action.files.revert');
  });

  it('redacts and drops in tables, within the quotation marks', async () => {
    const quoted = `"He said ""no"". ${first.text}"`;
    const table = `id,text,note\n1,${quoted},"a,b"\n2,"${cleanGolden().text}",c\n`;
    const started = await start('act-table', table, 'a.csv');
    const { document, entry } = started;
    assert.match(await hoverAt(document, place(started, entry(0), 'place').offset), /command:seep\.redactLeak/);
    await run(Commands.redactLeak, place(started, entry(0), 'place'));
    const [head, tail] = document.getText().split('[REDACTED]');
    assert.ok(head && tail && table.startsWith(head) && table.endsWith(tail));
    assert.match(head, /^id,text,note\n1,"He said ""no""\./);
    await settled(started);
    await run(Commands.dropRecord, place(started, entry(0)));
    assert.equal(document.getText(), `id,text,note\n2,"${cleanGolden().text}",c\n`);
    await run('workbench.action.files.revert');
  });

  it('keeps what was typed before and not saved, and saves nothing', async () => {
    const started = await start('act-dirty');
    const { document, entry, folder } = started;
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), `${line('typed', 9)}\n`);
    await vscode.workspace.applyEdit(edit);
    await settled(started);
    await run(Commands.dropRecord, place(started, entry(1)));
    assert.equal(document.getText(), `${line('typed', 9)}\n${CORPUS.split('\n').slice(1).join('\n')}`);
    assert.equal(readFileSync(join(folder, 'a.jsonl'), 'utf8'), CORPUS);
    await run('workbench.action.files.revert');
  });

  it('refuses a read-only file with the reason; decisions work there', async () => {
    const started = await start('act-readonly');
    const { document, entry, folder, decisions } = started;
    chmodSync(join(folder, 'a.jsonl'), 0o444);
    for (const command of [Commands.dropRecord, Commands.redactLeak]) {
      const messages = await messagesDuring(async () => run(command, place(started, entry(0))));
      assert.match(
        messages[0]?.text ?? '',
        /a\.jsonl is read-only \(by its permissions\): nothing was changed\. Masking/,
      );
    }
    assert.equal(document.getText(), CORPUS);
    await run(Commands.leaveOutRecord, place(started, entry(0)));
    assert.equal(decisions()[0]?.action, 'drop');
    chmodSync(join(folder, 'a.jsonl'), 0o644);
    const files = vscode.workspace.getConfiguration('files');
    await files.update('readonlyInclude', { '**/act-readonly/*': true }, vscode.ConfigurationTarget.Global);
    try {
      const messages = await messagesDuring(async () => run(Commands.dropRecord, place(started, entry(0))));
      assert.match(messages[0]?.text ?? '', /read-only \(by the setting files\.readonlyInclude\)/);
    } finally {
      await files.update('readonlyInclude', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('does not act on another record than the one that was meant', async () => {
    const started = await start('act-stale');
    const { document, entry } = started;
    const meant = place(started, entry(0));
    const edit = new vscode.WorkspaceEdit();
    edit.delete(document.uri, new vscode.Range(0, 0, 1, 0));
    await vscode.workspace.applyEdit(edit);
    await settled(started);
    const messages = await messagesDuring(async () => run(Commands.dropRecord, meant));
    assert.match(messages[0]?.text ?? '', /has just been edited/);
    assert.equal(document.getText(), CORPUS.split('\n').slice(1).join('\n'));
    await run('workbench.action.files.revert');
  });

  it('refuses to redact where there is no text', async () => {
    const leak = first.leaks.toSorted((a, b) => b.lift - a.lift)[0];
    // The teacher reads the same up to there, whatever comes behind.
    const started = await start('act-end', jsonl(first.text.slice(0, first.spans[leak?.position ?? 0]?.[0])));
    const end = started.entry(0).leaks.find((each) => each.start === each.end);
    assert.ok(end);
    const here = { ...place(started, started.entry(0)), reach: 'place', offset: started.entry(0).spanOf(end)[0] };
    const messages = await messagesDuring(async () => run(Commands.redactLeak, here));
    assert.match(messages[0]?.text ?? '', /there is no text to redact\. Drop or mask it instead/);
  });
});

describe('acting on many leaks', () => {
  async function nodes(): Promise<{ facts: LeakNode[]; all: LeakNode[] }> {
    const { leaksView } = await seep();
    await run(Commands.groupByFact);
    const all = leaksView.getChildren();
    return { facts: all.filter(({ kind }) => kind === 'fact'), all };
  }

  /** Previews that are open now. */
  const previews = () => vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === PREVIEW_SCHEME);

  async function onlyFile(name: string, content = CORPUS): Promise<Started> {
    const { store, controller } = await seep();
    for (const { uri } of store.files) {
      controller.clear(vscode.Uri.parse(uri));
    }
    return start(name, content);
  }

  it('shows what would change, does nothing unless told to, and then all in one step', async () => {
    const started = await onlyFile('bulk-drop');
    const { document } = started;
    let seen = '';
    const choose = (apply: string) => (labels: readonly string[]) => {
      if (labels.includes('Everything')) {
        return 'Everything';
      }
      if (labels.includes('$(trash) Drop')) {
        return '$(trash) Drop';
      }
      seen = previews()[0]?.getText() ?? '';
      return apply;
    };
    await answering({ pick: choose('Cancel') }, async () => run(Commands.actOnAll));
    const left = `${line(texts[1] ?? '', 1)}\n`;
    assert.equal(seen, left, 'the preview is what will be');
    assert.equal(document.getText(), CORPUS);
    await answering({ pick: choose('Apply') }, async () => run(Commands.actOnAll));
    assert.equal(document.getText(), left);
    assert.equal(document.isDirty, true);
    await vscode.window.showTextDocument(document);
    await run('undo');
    assert.equal(document.getText(), CORPUS);
    assert.deepEqual(
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ label }) => label.includes('(preview)')),
      [],
    );
    await run('workbench.action.files.revert');
  });

  it('takes the nodes of the tree that are selected, and undoes their decisions together', async () => {
    const started = await onlyFile('bulk-nodes');
    const { facts } = await nodes();
    assert.ok(facts.length >= 2);
    let preview = '';
    const pick = () => {
      preview = previews().at(-1)?.getText() ?? '';
      return 'Apply';
    };
    const messages = await messagesDuring(async () =>
      answering({ input: 'all known', pick }, async () => run(Commands.ignoreLeak, facts[0], facts)),
    );
    const ignored = started.decisions();
    assert.equal(preview, textAtOnce(ignored));
    assert.ok(ignored.every(({ reason, span }) => reason === 'all known' && span === null));
    assert.deepEqual(new Set(ignored.map(({ fact }) => fact)).size, facts.length);
    assert.equal(started.analysis().counts.open, 0);
    assert.deepEqual(
      messages.map(({ buttons }) => buttons),
      [['Undo']],
    );
    const decided = (await nodes()).all.find(({ kind }) => kind === 'decided');
    assert.ok(decided, 'the tree lists what is decided');
    await run(Commands.undoDecision);
    assert.deepEqual(started.decisions(), []);
    assert.ok(started.analysis().counts.open > 0);
  });

  it('undoes from a message the act that it tells of, and says so where that is undone already', async () => {
    const started = await onlyFile('bulk-undo');
    const { entry, decisions } = started;
    const act = async () => {
      const { facts } = await nodes();
      let press = (_button: string): void => undefined;
      const pressed = new Promise<string>((resolve) => {
        press = resolve;
      });
      const pick = () => 'Apply';
      await messagesDuring(
        async () => answering({ input: 'known', pick }, async () => run(Commands.ignoreLeak, facts[0], facts)),
        pressed,
      );
      return press;
    };
    const press = await act();
    assert.ok(decisions().length > 1);
    await run(Commands.markReviewed, place(started, entry(1)));
    press('Undo');
    await until('the undo', () => decisions().length === 1);
    assert.deepEqual(
      decisions().map(({ action }) => action),
      ['reviewed'],
      'what was decided later stays',
    );
    await run(Commands.undoDecision);
    assert.deepEqual(decisions(), []);

    const again = await act();
    await run(Commands.undoDecision);
    await run(Commands.markReviewed, place(started, entry(1)));
    const shown: string[] = [];
    await messagesDuring(async () => {
      const { showWarningMessage } = vscode.window;
      Object.assign(vscode.window, { showWarningMessage: async (text: string) => void shown.push(text) });
      again('Undo');
      await until('the message', () => shown.length > 0);
      Object.assign(vscode.window, { showWarningMessage });
    });
    assert.match(shown[0] ?? '', /^This can no longer be undone, or is undone already: ignore \d+ leaking places\.$/);
    assert.equal(decisions().length, 1);
    await run(Commands.undoDecision);
  });

  it('redacts in several files, also in one that no editor shows, as one step', async () => {
    const started = await onlyFile('bulk-files');
    const other = join(started.folder, 'b.jsonl');
    writeFileSync(other, CORPUS);
    // A document that an extension asks for stays open for some minutes; one that people open does not.
    await run('vscode.open', vscode.Uri.file(other));
    const closed = vscode.window.activeTextEditor?.document;
    assert.equal(closed?.uri.fsPath, other);
    await scanned(closed);
    await run('workbench.action.closeActiveEditor');
    await until('the file to be closed', () => closed.isClosed);
    const pick = (labels: readonly string[]) =>
      labels.includes('Everything') ? 'Everything' : labels.includes('$(edit) Redact') ? '$(edit) Redact' : 'Apply';
    await answering({ pick }, async () => run(Commands.actOnAll));
    const second = await vscode.workspace.openTextDocument(other);
    for (const document of [started.document, second]) {
      assert.match(document.getText(), /\[REDACTED\]/);
      assert.equal(document.lineCount, CORPUS.split('\n').length);
      for (const [i, text] of document.getText().trimEnd().split('\n').entries()) {
        const { id, n, note } = JSON.parse(text);
        assert.deepEqual([id, n, note], [`r-${i}`, 1, 'é']);
      }
    }
    assert.equal(readFileSync(other, 'utf8'), CORPUS, 'people save');
    for (const document of [started.document, second]) {
      await vscode.window.showTextDocument(document);
      await run('workbench.action.files.revert');
    }
  });

  it('reaches files that only a scan of the corpus has read, and that scan goes by what is decided', async () => {
    const { store, controller, scans, leaksView } = await seep();
    for (const { uri } of store.files) {
      controller.clear(vscode.Uri.parse(uri));
    }
    scans.clear();
    await run('workbench.action.closeAllEditors');
    const folder = makeProject('bulk-corpus', { files: { 'a.jsonl': CORPUS, 'b.jsonl': `${line(second.text, 0)}\n` } });
    const scope = { configPath: join(folder, 'seep.json'), folder: null };
    const leaks = () => scans.all[0]?.findings.tally.totals.leaks;
    await scans.start(scope);
    const before = leaks();
    const { facts } = await nodes();
    const messages = await messagesDuring(async () =>
      answering({ input: 'known', pick: () => 'Apply' }, async () => run(Commands.ignoreLeak, facts[0], facts)),
    );
    assert.deepEqual(
      messages.map(({ buttons }) => buttons),
      [['Undo']],
    );
    const { decisions } = parseAtOnce(readFileSync(join(folder, DECISIONS_FILE), 'utf8'));
    assert.ok(new Set(decisions.map(({ record }) => record)).size >= 3);
    assert.equal(scans.all[0]?.outdated, true);
    const isTold = () => leaksView.message.includes('Scan again for new counts');
    await until('the notice that counts are from before', isTold);
    await scans.start(scope);
    await until('no such notice', () => !isTold());
    assert.ok(before !== undefined && before > 0);
    assert.equal(leaks(), 0);
    scans.clear();
  });

  for (const [how, change] of [
    ['on disk', async ({ folder }: Started) => writeFileSync(join(folder, 'a.jsonl'), `${CORPUS}${line('new', 7)}\n`)],
    [
      'in the editor',
      async ({ document }: Started) => {
        const edit = new vscode.WorkspaceEdit();
        edit.insert(document.uri, new vscode.Position(0, 0), '\n');
        await vscode.workspace.applyEdit(edit);
      },
    ],
  ] as const) {
    for (const act of ['$(trash) Drop', '$(pass) Mark as Reviewed']) {
      it(`does nothing (${act}) where a file has changed ${how} since the preview, and names it`, async () => {
        const started = await onlyFile(`bulk-changed-${how}-${act.slice(-4)}`.replaceAll(' ', '-'));
        let text = '';
        const pick = async (labels: readonly string[]) => {
          const wanted = ['Everything', act, 'Apply'].find((label) => labels.includes(label));
          if (wanted === 'Apply') {
            await change(started);
            text = started.document.getText();
          }
          return wanted;
        };
        const messages = await messagesDuring(async () => answering({ pick }, async () => run(Commands.actOnAll)));
        assert.match(
          messages[0]?.text ?? '',
          /a\.jsonl has changed since this was previewed: nothing was done, in no file\. Scan it/,
        );
        assert.deepEqual(started.decisions(), []);
        assert.ok([text, `${CORPUS}${line('new', 7)}\n`].includes(started.document.getText()));
        await vscode.window.showTextDocument(started.document);
        await run('workbench.action.files.revert');
      });
    }
  }
});

describe('decisions in a diff', () => {
  it('are found on both sides, scanned or not', async () => {
    const started = await start('act-diff');
    await run(Commands.markReviewed, place(started, started.entry(0)));
    const other = join(started.folder, 'older.jsonl');
    writeFileSync(other, `${line('gone', 8)}\n${CORPUS}`);
    await run('vscode.diff', vscode.Uri.file(other), started.document.uri, 'older ↔ newer');
    const sides = await until('both sides', () => {
      const found = vscode.window.visibleTextEditors.filter(({ document }) =>
        [other, started.document.uri.fsPath].includes(document.uri.fsPath),
      );
      return found.length === 2 ? found : null;
    });
    const { DecidedRecords } = await import('../../src/host/decidedRecords');
    const { Decisions } = await import('../../src/host/decisions');
    const { ErrorReporter } = await import('../../src/host/errors');
    const { store, projects } = await seep();
    const log = vscode.window.createOutputChannel('test', { log: true });
    const decisions = new Decisions(new ErrorReporter(log));
    const records = new DecidedRecords(store, projects, decisions);
    for (const { document } of sides) {
      const [entry, ...more] = await records.of(document);
      assert.equal(more.length, 0);
      assert.equal(document.positionAt(entry?.start ?? -1).line, document.uri.fsPath === other ? 1 : 0);
    }
    decisions.dispose();
    log.dispose();
  });
});
