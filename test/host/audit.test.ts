import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { DECISIONS_FILE } from '../../src/core/decisions/decision';
import type { AuditPage } from '../../src/features/auditPage';
import { Commands, PageTypes } from '../../src/host/ids';
import type { AuditSnapshot, FromAudit, ToAudit } from '../../src/protocol/audit';
import { textAtOnce } from '../unit/decisions/atOnce';
import { someDecision } from '../unit/decisions/someDecision';
import { answering, cleanGolden, leakyGolden, makeProject, messagesDuring, seep, until } from './window';

/** What the page was sent; the page itself is tested in a browser of its own. */
class Conversation {
  readonly messages: ToAudit[] = [];
  readonly #subscription: vscode.Disposable;

  constructor(private readonly audit: AuditPage) {
    this.#subscription = audit.page.onDidPost((message) => this.messages.push(message));
  }

  say(message: FromAudit): void {
    this.audit.page.receive(message);
  }

  /** Waits for the newest message to be of a type. */
  async next<T extends ToAudit['type']>(type: T): Promise<Extract<ToAudit, { type: T }>> {
    return until(`the message "${type}"`, () => {
      const last = this.messages.at(-1);
      return last?.type === type ? (last as Extract<ToAudit, { type: T }>) : null;
    });
  }

  async done(): Promise<AuditSnapshot> {
    return until('the end of the audit', () => {
      const last = this.messages.at(-1);
      return last?.type === 'snapshot' && last.snapshot.activity.kind === 'done' ? last.snapshot : null;
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

describe('the audit of a filter', function () {
  this.timeout(60_000);
  const [stated] = leakyGolden('stated');
  const [shadow, other] = leakyGolden('shadow', 2);
  assert.ok(stated && shadow && other);
  const calm = cleanGolden().text;
  const lines = (entries: readonly (readonly [id: string, text: string])[]) =>
    entries.map(([id, text]) => `${JSON.stringify({ id, text })}\n`).join('');
  const files = {
    'raw.jsonl': lines([
      ['a', calm],
      ['b', stated.text],
      ['c', shadow.text],
      ['d', 'Bread is baked in the morning.'],
      ['e', other.text],
    ]),
    'filtered.jsonl': lines([
      ['a', calm],
      ['c', shadow.text],
      ['e', `${other.text} So it is.`],
    ]),
    'strange.jsonl': lines([
      ['x', 'Nothing of this'],
      ['y', 'is in the raw file.'],
    ]),
  };
  const again = { 'again.jsonl': files['filtered.jsonl'] };
  let conversation: Conversation;
  let audit: AuditPage;

  before(async () => {
    audit = (await seep()).pages.audit;
    conversation = new Conversation(audit);
  });
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  after(() => conversation.dispose());

  /** A project whose seep.json names the pair, with its file in front. */
  async function project(name: string, config: Record<string, unknown> = {}) {
    const folder = makeProject(name, { config, files: { ...files, ...again } });
    const uri = (file: string) => vscode.Uri.file(join(folder, file));
    await vscode.window.showTextDocument(uri('filtered.jsonl'));
    return { folder, uri };
  }

  /** Waits until a diff of the two files is in front. */
  const diffOf = (raw: vscode.Uri, filtered: vscode.Uri) =>
    until('the diff editor', () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return (
        input instanceof vscode.TabInputTextDiff &&
        input.original.toString() === raw.toString() &&
        input.modified.toString() === filtered.toString()
      );
    });

  it('makes one audit of two that are asked for at once', async () => {
    const { uri } = await project('audit-twice');
    const { engines } = await seep();
    const use = engines.use.bind(engines);
    let scored = 0;
    engines.use = (...asked) => {
      scored++;
      return use(...asked);
    };
    try {
      const run = () => vscode.commands.executeCommand(Commands.auditFilter, uri('raw.jsonl'), uri('filtered.jsonl'));
      await Promise.all([run(), run()]);
      await conversation.done();
    } finally {
      engines.use = use;
    }
    assert.equal(scored, 1);
  });

  it('says what was removed, changed and left, and opens each pair in the diff editor with its leaks', async () => {
    const { uri } = await project('audit-pair');
    const { store } = await seep();
    const [raw, filtered] = [uri('raw.jsonl'), uri('filtered.jsonl')];
    await vscode.commands.executeCommand(Commands.auditFilter, raw, filtered);
    const { result, raw: rawName } = await conversation.done();
    assert.equal(rawName, 'audit-pair/raw.jsonl');
    assert.deepEqual(result?.records, { raw: 5, filtered: 3, kept: 2, changed: 1, removed: 2, added: 0 });
    assert.deepEqual(result?.removed, { stated: 1, shadow: 0, named: 0, none: 1 });
    assert.equal(result?.left.stated, 0);
    assert.ok(result.verdict.sentences.length > 3 && result.facts.length > 0);
    assert.deepEqual(result.part.counts, { left: 2, removed: 1, collateral: 1, changed: 1, added: 0 });

    conversation.say({ type: 'view', view: { list: 'removed', fact: null, from: 0 } });
    const [removed] = (await conversation.next('part')).part.rows;
    assert.deepEqual([removed?.id, removed?.kind, removed?.where], ['b', 'stated', 'audit-pair/raw.jsonl:2']);
    conversation.say({ type: 'open', row: removed?.number ?? -1 });
    await diffOf(raw, filtered);
    const left = await until('the raw side', () =>
      vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === raw.toString()),
    );
    await until('the cursor on the removed record', () => left.selection.active.line === 1);
    const leaks = (at: vscode.Uri) => store.get(at)?.records.map((entry) => entry.leaks.length > 0) ?? [];
    await until('marks on both sides', () => leaks(filtered).length === 3 && leaks(filtered)[2] === true);
    assert.deepEqual(leaks(raw), [false, true, true, false, true]);
    assert.deepEqual(leaks(filtered), [false, true, true]);

    conversation.say({ type: 'view', view: { list: 'changed', fact: null, from: 0 } });
    const [changed] = (await conversation.next('part')).part.rows;
    assert.equal(changed?.where, 'audit-pair/raw.jsonl:5 → audit-pair/filtered.jsonl:3');
    conversation.say({ type: 'open', row: changed?.number ?? -1 });
    await until('the cursor on the changed record', () => {
      const editor = vscode.window.activeTextEditor;
      return editor?.document.uri.toString() === filtered.toString() && editor.selection.active.line === 2;
    });
    conversation.say({ type: 'open', row: 12_345 });
  });

  it('is outdated once one of its files has changed', async () => {
    const { folder, uri } = await project('audit-changed');
    await vscode.commands.executeCommand(Commands.auditFilter, uri('raw.jsonl'), uri('filtered.jsonl'));
    assert.equal((await conversation.done()).outdated, false);
    writeFileSync(join(folder, 'filtered.jsonl'), lines([['a', calm]]));
    await until('the notice', () => {
      const last = conversation.messages.at(-1);
      return last?.type === 'snapshot' && last.snapshot.outdated;
    });
  });

  it('goes by decisions, and shows them on its page and on both sides of the diff', async () => {
    const { folder, uri } = await project('audit-decided');
    const { store } = await seep();
    const audited = async () => {
      await vscode.commands.executeCommand(Commands.auditFilter, uri('raw.jsonl'), uri('filtered.jsonl'));
      return conversation.done();
    };
    const before = (await audited()).result;
    const record = createHash('sha256').update(shadow.text).digest('hex');
    writeFileSync(join(folder, DECISIONS_FILE), textAtOnce([someDecision({ record, reason: 'public' })]));
    const outdated = await until('the notice that the audit is outdated', () => {
      const last = conversation.messages.at(-1);
      return last?.type === 'snapshot' && last.snapshot.outdated ? last.snapshot : null;
    });
    assert.deepEqual(outdated.result?.leaks, before?.leaks, 'the figures stand until it is run again');

    const { result, outdated: isOutdated } = await audited();
    assert.equal(isOutdated, false);
    assert.ok(result && before && result.leaks.after < before.leaks.after);
    assert.ok(result.notes.some((note) => /^Ignored by decision, and not counted: \d+ leaks?\.$/.test(note)));
    assert.deepEqual(
      result.part.rows.map(({ id }) => id),
      ['e'],
      'the ignored one leaks no more',
    );
    conversation.say({ type: 'open', row: result.part.rows[0]?.number ?? -1 });
    await diffOf(uri('raw.jsonl'), uri('filtered.jsonl'));
    for (const side of ['raw.jsonl', 'filtered.jsonl']) {
      await until(`the decision in ${side}`, () =>
        store.get(uri(side))?.records.some(({ decisions }) => decisions.some(({ reason }) => reason === 'public')),
      );
    }
  });

  it('offers what seep.json names and what was audited last', async () => {
    const { uri } = await project('audit-named', { audit: { raw: 'raw.jsonl', filtered: 'filtered.jsonl' } });
    let offered: readonly string[] = [];
    const pick = (which: (labels: readonly string[]) => string | undefined) => (labels: readonly string[]) => {
      offered = labels;
      return which(labels);
    };
    await answering({ pick: pick(([first]) => first) }, async () =>
      vscode.commands.executeCommand(Commands.auditFilter),
    );
    assert.deepEqual(offered, ['raw.jsonl → filtered.jsonl', 'Choose Files…', 'Choose Folders…']);
    assert.equal((await conversation.done()).result?.records.removed, 2);

    // The page is in front now; the project is found by the file.
    await vscode.window.showTextDocument(uri('raw.jsonl'));
    await vscode.commands.executeCommand(Commands.auditFilter, uri('raw.jsonl'), uri('again.jsonl'));
    await vscode.window.showTextDocument(uri('raw.jsonl'));
    await answering({ pick: pick(() => undefined) }, async () => vscode.commands.executeCommand(Commands.auditFilter));
    assert.deepEqual(offered, [
      'raw.jsonl → filtered.jsonl',
      'raw.jsonl → again.jsonl',
      'Choose Files…',
      'Choose Folders…',
    ]);
  });

  it('audits two files that are selected, and refuses those that do not belong together', async () => {
    const { uri } = await project('audit-selected');
    const selected = [uri('filtered.jsonl'), uri('raw.jsonl')];
    const pickRaw = (labels: readonly string[]) => labels.find((label) => label.endsWith('raw.jsonl'));
    await answering({ pick: pickRaw }, async () =>
      vscode.commands.executeCommand(Commands.auditSelected, selected[0], selected),
    );
    assert.equal((await conversation.done()).result?.records.removed, 2);

    const said = await messagesDuring(async () => {
      await vscode.commands.executeCommand(Commands.auditFilter, uri('raw.jsonl'), uri('strange.jsonl'));
      await vscode.commands.executeCommand(Commands.auditSelected, selected[0], [selected[0]]);
    });
    assert.match(
      said[0]?.text ?? '',
      /raw\.jsonl and .*strange\.jsonl do not correspond: of 2 records in .* only 0 have/,
    );
    assert.match(said[1]?.text ?? '', /Select two files or two folders/);
    assert.match((await conversation.next('message')).text, /did not come to its end/);
  });

  it('is cancelled from its page, and run again from it', async () => {
    const { uri } = await project('audit-cancel');
    const { pages } = await seep();
    const cancelling = pages.audit.page.onDidPost((message) => {
      if (message.type === 'snapshot' && message.snapshot.activity.kind === 'loading') {
        conversation.say({ type: 'cancel' });
      }
    });
    const said = await messagesDuring(async () =>
      vscode.commands.executeCommand(Commands.auditFilter, uri('raw.jsonl'), uri('filtered.jsonl')),
    );
    cancelling.dispose();
    assert.deepEqual(said, [], 'cancelled is no error');
    assert.equal((await conversation.next('message')).action, 'Run Audit');
    conversation.say({ type: 'run' });
    assert.equal((await conversation.done()).result?.records.removed, 2);
  });

  it('is offered again where VS Code has kept its page through a reload', async () => {
    const { folder, uri } = await project('audit-reload');
    const scope = {
      configPath: join(folder, 'seep.json'),
      raw: uri('raw.jsonl').fsPath,
      filtered: uri('filtered.jsonl').fsPath,
    };
    const panel = vscode.window.createWebviewPanel(PageTypes.audit, 'Filter Audit', vscode.ViewColumn.Active);
    await audit.page.restore(panel, { version: 1, scope, view: { list: 'collateral', fact: null, from: 0 } });
    conversation.say({ type: 'ready' });
    const { text, action } = await conversation.next('message');
    assert.match(
      text,
      /audit-reload\/raw\.jsonl and audit-reload\/filtered\.jsonl was not run since the window was opened/,
    );
    assert.equal(action, 'Run Audit');
    conversation.say({ type: 'run' });
    const { result } = await conversation.done();
    assert.equal(result?.part.view.list, 'collateral', 'what the page was about is kept');
  });
});
