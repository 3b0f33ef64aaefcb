import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { DistributionsPanel } from '../../src/features/panel';
import { Commands, PageTypes } from '../../src/host/ids';
import type { FromPanel, PanelSnapshot, ToPanel } from '../../src/protocol/panel';
import {
  answering,
  cleanGolden,
  hoverAt,
  jsonl,
  leakyGolden,
  makeProject,
  messagesDuring,
  scanned,
  seep,
  show,
  until,
} from './window';

type Message = Extract<ToPanel, { type: 'snapshot' }>;

/** What the panel was sent; the page itself is tested in a browser of its own. */
class Conversation {
  readonly messages: ToPanel[] = [];
  readonly #subscription: vscode.Disposable;

  constructor(private readonly panel: DistributionsPanel) {
    this.#subscription = panel.page.onDidPost((message) => this.messages.push(message));
  }

  get snapshots(): Message[] {
    return this.messages.filter((message): message is Message => message.type === 'snapshot');
  }

  /** Says something as the page would and waits for the snapshot that answers it. */
  async say(message: FromPanel): Promise<PanelSnapshot> {
    const before = this.snapshots.length;
    this.panel.page.receive(message);
    return (await until('a snapshot', () => this.snapshots.slice(before).at(-1) ?? null)).snapshot;
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

describe('the distributions panel', () => {
  const [record] = leakyGolden('shadow');
  assert.ok(record);
  // A text of its own, so that no other test has brought its scores.
  const text = `So they say. ${record.text}`;
  let conversation: Conversation;

  before(async () => {
    const panel = (await seep()).pages.distributions;
    conversation = new Conversation(panel);
  });

  after(async () => {
    conversation.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  async function open(name: string): Promise<{ editor: vscode.TextEditor; start: number; first: PanelSnapshot }> {
    const files = { 'a.jsonl': jsonl(cleanGolden().text, text), 'b.json': '{}' };
    const editor = await show(makeProject(name, { files }), 'a.jsonl');
    const start = editor.document.getText().indexOf(text);
    const at = editor.document.positionAt(start + 2);
    editor.selection = new vscode.Selection(at, at);
    const before = conversation.snapshots.length;
    await vscode.commands.executeCommand(Commands.openDistributions);
    const first = await until('the first snapshot', () => conversation.snapshots.slice(before).at(-1) ?? null);
    return { editor, start, first: first.snapshot };
  }

  it('shows the token under the cursor of a file that was not scanned', async () => {
    const { first } = await open('panel-first');
    assert.equal(first.text, text);
    assert.equal(first.recordId, 't-1');
    assert.equal(first.recordLine, 2);
    assert.equal(first.scanned, false);
    assert.deepEqual(first.leaks, []);
    assert.deepEqual(first.models, { teacher: 'teacher', student: 'student', reference: 'reference' });
    const [from, to] = first.inspection.spans[first.inspection.position - first.inspection.firstPosition] ?? [0, 0];
    assert.ok(from <= 2 && 2 < to, 'the token that holds the cursor');
    assert.deepEqual([first.inspection.temperature, first.topK], [1, 10]);
    const sum = first.inspection.rows.reduce((total, { teacher }) => total + teacher.p, first.inspection.teacher.rest);
    assert.ok(Math.abs(sum - 1) < 1e-3, 'rows and rest are all of the vocabulary');
  });

  it('opens beside the editor and leaves the cursor there', async () => {
    await open('panel-beside');
    const tab = vscode.window.tabGroups.all.find(({ activeTab }) => activeTab?.label === 'Distributions');
    assert.ok(tab?.viewColumn && tab.viewColumn > 1);
    assert.equal(vscode.window.activeTextEditor?.document.uri.path.split('/').at(-1), 'a.jsonl');
  });

  it('answers ready with the whole picture, and everything the page asks for', async () => {
    await open('panel-asks');
    const whole = await conversation.say({ type: 'ready' });
    assert.equal(whole.text, text);
    assert.equal(conversation.snapshots.at(-1)?.seq, 0);

    const last = whole.inspection.spans.length - 1 + whole.inspection.firstPosition;
    const selected = await conversation.say({ type: 'select', seq: 1, position: last });
    assert.equal(selected.inspection.position, last);
    assert.equal(conversation.snapshots.at(-1)?.seq, 1);

    const hot = await conversation.say({ type: 'temperature', seq: 2, value: 2 });
    assert.equal(hot.inspection.temperature, 2);
    assert.equal(hot.inspection.position, last, 'the same token');
    assert.ok(hot.inspection.teacher.entropy > selected.inspection.teacher.entropy);

    const long = await conversation.say({ type: 'topK', seq: 3, value: 30 });
    assert.equal(long.topK, 30);
    assert.ok(long.inspection.rows.length >= 30);
    assert.equal(long.inspection.temperature, 2, 'the temperature stays');

    const [fact] = long.inspection.rows.flatMap(({ facts }) => facts);
    assert.ok(fact, 'an answer is watched behind the last token');
    const followed = await conversation.say({ type: 'follow', seq: 4, fact });
    assert.equal(followed.inspection.followed?.fact, fact);
    assert.equal((await conversation.say({ type: 'follow', seq: 4, fact: null })).inspection.followed, null);

    // What a page may not ask for is bounded, whatever it sends.
    assert.equal((await conversation.say({ type: 'topK', seq: 4, value: 1e9 })).topK, 50);
    assert.equal((await conversation.say({ type: 'temperature', seq: 5, value: -3 })).inspection.temperature, 0.1);
    const panel = (await seep()).pages.distributions;
    const before = conversation.messages.length;
    for (const odd of [{ type: 'temperature', seq: 6, value: Number.NaN }, { type: 'run' }, null]) {
      panel.page.receive(odd);
    }
    assert.equal(conversation.messages.length, before, 'what no page says is passed over');
    await conversation.say({ type: 'temperature', seq: 6, value: 1 });
    assert.equal((await conversation.say({ type: 'topK', seq: 7, value: 10 })).topK, 10);
  });

  it('drops what was overtaken: one answer to many quick requests, the last', async () => {
    await open('panel-quick');
    const before = conversation.snapshots.length;
    const panel = (await seep()).pages.distributions;
    for (let position = 1; position <= 6; position++) {
      panel.page.receive({ type: 'select', seq: 20 + position, position });
    }
    await until('the last', () => conversation.snapshots.at(-1)?.seq === 26);
    await sleep(500);
    const answers = conversation.snapshots.slice(before);
    assert.deepEqual(
      answers.map(({ seq, snapshot }) => [seq, snapshot.inspection.position]),
      [[26, 6]],
    );
  });

  it('follows the cursor, within the corpus only', async () => {
    const { editor, start } = await open('panel-follow');
    const last = text.length - 1;
    const at = editor.document.positionAt(start + last);
    editor.selection = new vscode.Selection(at, at);
    await until('the last token', () => {
      const { spans, position, firstPosition } = conversation.snapshots.at(-1)?.snapshot.inspection ?? { spans: [] };
      const [from, to] = spans[(position ?? 0) - (firstPosition ?? 0)] ?? [0, 0];
      return from <= last && last < to;
    });

    const quiet = conversation.messages.length;
    const other = await vscode.window.showTextDocument(vscode.Uri.joinPath(editor.document.uri, '../b.json'), {
      viewColumn: vscode.ViewColumn.One,
    });
    other.selection = new vscode.Selection(0, 1, 0, 1);
    await sleep(700);
    assert.equal(conversation.messages.length, quiet, 'b.json is no corpus file');
  });

  it('follows the editor in front where a file is split, not one whose cursor an edit has moved', async () => {
    const { editor, start } = await open('panel-split');
    const { document } = editor;
    const left = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    const right = await vscode.window.showTextDocument(document, vscode.ViewColumn.Three);
    const shownAt = (offset: number) =>
      until(`the token at ${offset}`, () => {
        const { inspection, text: shown } = conversation.snapshots.at(-1)?.snapshot ?? {};
        const [from = 0, to = 0] = inspection?.spans[inspection.position - inspection.firstPosition] ?? [];
        return shown === text && from <= offset - start && offset - start < to;
      });
    const cursor = (offset: number) => new vscode.Selection(document.positionAt(offset), document.positionAt(offset));
    const [first, second] = [start + 2, start + text.length - 3];
    right.selection = cursor(second);
    await shownAt(second);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await shownAt(first);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.Three);
    await shownAt(second);

    left.selection = cursor(first + 1);
    await sleep(400);
    await shownAt(second);
  });

  it('hears of the leaks once the file has been scanned', async () => {
    const { editor, first } = await open('panel-scan');
    assert.equal(first.scanned, false);
    const analysis = await scanned(editor.document);
    const snapshot = await until(
      'the leaks',
      // Of the other record, which the cursor passed, the scores may have been known before.
      () => conversation.snapshots.findLast((each) => each.snapshot.scanned && each.snapshot.text === text) ?? null,
    );
    assert.deepEqual(snapshot.snapshot.leaks, analysis.records[1]?.leaks);
    assert.equal(snapshot.snapshot.threshold, 0.02);
    const named = new Set(snapshot.snapshot.facts.map(({ id }) => id));
    assert.ok(snapshot.snapshot.leaks.every(({ fact }) => named.has(fact)));
  });

  it('says where there is nothing to show, and what is wrong', async () => {
    const folder = makeProject('panel-wrong', {
      config: { teacher: 'nowhere' },
      files: { 'a.jsonl': `\n${jsonl(text)}` },
    });
    const { document } = await show(folder, 'a.jsonl');
    const said = async (offset: number) => {
      const before = conversation.messages.length;
      await vscode.commands.executeCommand(Commands.openDistributions, { uri: document.uri.toString(), offset });
      const message = await until('a word', () =>
        conversation.messages.slice(before).findLast(({ type }) => type === 'message'),
      );
      return message.type === 'message' ? message.text : '';
    };
    assert.match(await said(0), /Put the cursor on a token/);
    assert.match(await said(5), /nowhere/);
  });

  it('comes back with the window, and loads nothing until somebody moves', async () => {
    const { pages, engines } = await seep();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const { document } = await show(makeProject('panel-back', { files: { 'a.jsonl': jsonl(text) } }), 'a.jsonl');
    await vscode.commands.executeCommand(Commands.restartEngine);
    const column = { viewColumn: vscode.ViewColumn.Two, preserveFocus: true };
    const restored = vscode.window.createWebviewPanel(PageTypes.distributions, 'Distributions', column, {});
    await pages.distributions.page.restore(restored, undefined);
    assert.equal(restored.webview.options.enableScripts, true);
    const before = conversation.messages.length;
    await until('the page to be ready', () => conversation.messages.length > before);
    assert.deepEqual(conversation.messages.at(-1)?.type, 'message');
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await sleep(600);
    assert.deepEqual(engines.states, [], 'an editor that VS Code opens again asks for nothing');
    await vscode.commands.executeCommand('cursorRight');
    const next = await until('a snapshot', () => conversation.snapshots.at(-1));
    assert.equal(next.snapshot.text, text);
  });

  it('goes back to where it was before the window was reloaded, once people say so', async () => {
    const { pages } = await seep();
    const { first } = await open('panel-again');
    const token = first.inspection.firstPosition + 4;
    const moved = await conversation.say({ type: 'select', seq: 1, position: token });
    assert.equal(moved.place.position, token);
    const warm = await conversation.say({ type: 'temperature', seq: 2, value: 3 });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const column = { viewColumn: vscode.ViewColumn.Two, preserveFocus: true };
    const restored = vscode.window.createWebviewPanel(PageTypes.distributions, 'Distributions', column, {});
    const before = conversation.messages.length;
    await pages.distributions.page.restore(restored, { version: 6, place: warm.place });
    const message = await until('an offer', () => conversation.messages.slice(before).at(-1));
    assert.ok(message.type === 'message');
    assert.match(message.text, /^A token of panel-again\/a\.jsonl was shown here before/);
    assert.equal(message.action, 'Show Again');
    const { text: shown, inspection } = await conversation.say({ type: 'show' });
    assert.deepEqual([shown, inspection.position, inspection.temperature], [text, token, 3]);

    const gone = vscode.window.createWebviewPanel(PageTypes.distributions, 'Distributions', column, {});
    const place = { ...warm.place, uri: warm.place.uri.replace('a.jsonl', 'gone.jsonl') };
    await pages.distributions.page.restore(gone, { version: 6, place });
    const messages = await messagesDuring(async () => {
      await pages.distributions.page.receive({ type: 'show' });
      await until('why not', () => {
        const last = conversation.messages.at(-1);
        return last?.type === 'message' && /gone\.jsonl cannot be opened/.test(last.text);
      });
    });
    assert.deepEqual(messages, []);
    await pages.distributions.page.receive({ type: 'temperature', seq: 1, value: 1 });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('tells its page which token the pointer is over in the editor', async () => {
    const { editor, start, first } = await open('panel-hovered');
    const [from] = first.inspection.spans[5] ?? [0];
    const hovered = async (offset: number) => {
      await hoverAt(editor.document, offset);
      return conversation.messages.findLast((message) => message.type === 'pointed')?.position;
    };
    assert.equal(await hovered(start + from + 1), first.inspection.firstPosition + 5);
    assert.equal(await hovered(1), null, 'another record');
  });

  it('copies what the page hands over, and saves a picture where people say', async () => {
    await open('panel-copies');
    const { page } = (await seep()).pages.distributions;
    await page.receive({ type: 'copy', text: '| Token |' });
    assert.equal(await vscode.env.clipboard.readText(), '| Token |');
    await page.receive({ type: 'copy', text: 'x'.repeat((1 << 20) + 1) });
    assert.equal(await vscode.env.clipboard.readText(), '| Token |', 'what is too long is passed over');

    const target = vscode.Uri.file(join(makeProject('panel-picture', { files: {} }), 'card.png'));
    const png = Buffer.from('\u0089PNG and so on', 'latin1');
    await answering({ save: target }, () => page.receive({ type: 'savePicture', png: png.toString('base64') }));
    assert.deepEqual(Buffer.from(await vscode.workspace.fs.readFile(target)), png);

    const save = vscode.Uri.file('/dev/full');
    const messages = await messagesDuring(() =>
      answering({ save }, () => page.receive({ type: 'savePicture', png: png.toString('base64') })),
    );
    assert.deepEqual(
      messages.map((each) => each.text),
      ['/dev/full: the disk is full'],
    );
  });

  it('marks in the editor the token that the pointer is over in the page, as long as the text is the same', async () => {
    const { editor, start, first } = await open('panel-points');
    const panel = (await seep()).pages.distributions;
    const pointAt = async (position: number | null) => {
      await panel.page.receive({ type: 'point', position });
      return panel.pointed && editor.document.getText(panel.pointed);
    };
    const position = first.inspection.firstPosition + 5;
    const [from, to] = first.inspection.spans[5] ?? [0, 0];
    assert.equal(await pointAt(position), text.slice(from, to).trimStart());
    assert.ok(panel.pointed && editor.document.offsetAt(panel.pointed.end) === start + to);
    assert.equal(await pointAt(null), undefined);
    assert.equal(await pointAt(1e9), undefined, 'no such token');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '\n'));
    assert.equal(await pointAt(position), undefined);
  });

  it('gives its page no rights beyond its own script and style', async () => {
    const panel = (await seep()).pages.distributions;
    const { webview } = panel.page;
    assert.ok(webview);
    const { html, options } = webview;
    const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];
    const directives = new Map(policy.split(';').map((each) => [each.trim().split(' ')[0], each.trim()]));
    assert.deepEqual([...directives.keys()], ['default-src', 'style-src', 'script-src']);
    assert.equal(directives.get('default-src'), "default-src 'none'");
    assert.match(directives.get('script-src') ?? '', /^script-src 'nonce-[\w+/]{22}=='$/);
    assert.doesNotMatch(policy, /unsafe|data:|blob:/);
    assert.deepEqual(
      options.localResourceRoots?.map(({ path }) => path.split('/').at(-1)),
      ['pages'],
    );
    // A block of data runs nothing.
    assert.doesNotMatch(html, /<script(?![^>]*(?: nonce=| type="application\/json"))/);
  });
});
