import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { RecordIndexes } from '../../src/client/recordIndexes';
import { DECISIONS_FILE } from '../../src/core/decisions/decision';
import { marksOf } from '../../src/features/marks';
import { offerUnfinished } from '../../src/features/scanCommands';
import type { CorpusScan, CorpusScope } from '../../src/host/corpusScan';
import { CorpusScans } from '../../src/host/corpusScans';
import { Decisions } from '../../src/host/decisions';
import { ErrorReporter } from '../../src/host/errors';
import { Commands, PageTypes } from '../../src/host/ids';
import type { Place } from '../../src/protocol/place';
import type { SummarySnapshot } from '../../src/protocol/summary';
import { textAtOnce } from '../unit/decisions/atOnce';
import { someDecision } from '../unit/decisions/someDecision';
import {
  cleanGolden,
  jsonl,
  leakyGolden,
  makeProject,
  messagesDuring,
  seep,
  show,
  summaryMessages,
  until,
  windowFolder,
  write,
} from './window';

describe('scanning a corpus', () => {
  const [shadow] = leakyGolden('shadow');
  const [stated] = leakyGolden('stated');
  assert.ok(shadow && stated);
  const messages = summaryMessages();

  const scopeOf = (folder: string): CorpusScope => ({ configPath: join(folder, 'seep.json'), folder: null });
  const snapshots = () => messages.flatMap((each) => (each.type === 'snapshot' ? [each.snapshot] : []));
  const lastSnapshot = () =>
    until('the whole', () => {
      const last = snapshots().at(-1);
      return last !== undefined && !['loading', 'scanning'].includes(last.activity.kind) ? last : null;
    });

  /** Scans as the explorer's menu does, without waiting for anybody to react to the result. */
  async function scan(target: vscode.Uri | CorpusScope): Promise<SummarySnapshot> {
    await messagesDuring(async () => vscode.commands.executeCommand(Commands.scanCorpus, target));
    return lastSnapshot();
  }

  async function current(folder: string): Promise<CorpusScan> {
    const found = (await seep()).scans.all.find(({ scope }) => scope.configPath === join(folder, 'seep.json'));
    assert.ok(found);
    return found;
  }

  /** A corpus that takes some seconds, or one. */
  function longProject(name: string, records: number): string {
    const lines = readFileSync(join(windowFolder(), 'demo/corpus/raw.jsonl'), 'utf8')
      .split('\n')
      .slice(0, records - 1);
    // Texts of its own, so that no other test has brought their scores.
    const own = lines.map((line) => line.replace('"text": "', `"text": "${name}: `)).join('\n');
    return makeProject(name, { files: { 'a.jsonl': jsonl(shadow?.text ?? ''), 'long.jsonl': `${own}\n` } });
  }

  it('reads what include and exclude name from disk, opens no editor but its summary, and sums up', async () => {
    const folder = makeProject('corpus-whole', {
      config: { corpus: { include: ['in/**/*.jsonl', 'in/*.md'], exclude: ['**/skip/**'] } },
      files: {
        'in/a.jsonl': jsonl(cleanGolden().text, shadow.text, stated.text),
        'in/b.md': `# Title\n\n${shadow.text}\n`,
        'in/skip/c.jsonl': jsonl(shadow.text),
        'out/d.jsonl': jsonl(shadow.text),
        'in/broken.jsonl': `{"text": 5}\n${jsonl(cleanGolden().text)}`,
      },
    });
    const { store, leaksView } = await seep();
    const whole = await scan(scopeOf(folder));
    assert.deepEqual(whole.files.rows.map(({ name }) => name.split('/in/')[1]).toSorted(), [
      'a.jsonl',
      'b.md',
      'broken.jsonl',
    ]);
    assert.equal(whole.totals.files, 3);
    assert.equal(whole.totals.records, 6);
    assert.equal(whole.totals.leakingRecords, 3);
    assert.deepEqual(whole.activity, { kind: 'done' });
    assert.match(
      whole.verdict?.sentences.join(' ') ?? '',
      /Mend the filter first.*This holds only for what could be scored/,
    );
    assert.deepEqual(
      whole.incomplete.rows.map(({ where, place }) => [where.split('/').at(-1), place.line]),
      [['broken.jsonl:1', 1]],
    );
    const counted = whole.bins.filter(({ from }) => from >= 0.1).reduce((sum, bin) => sum + bin.shadow + bin.stated, 0);
    assert.ok(counted >= 3, 'the histogram holds the leaks');
    assert.deepEqual(
      store.files.filter(({ uri }) => uri.includes('corpus-whole')),
      [],
      'closed files take no memory',
    );
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    assert.deepEqual(
      tabs.map(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(PageTypes.summary)),
      [true],
    );

    // The Leaks view shows what nobody has opened, to the same digits.
    await vscode.commands.executeCommand(Commands.groupByFact);
    const facts = leaksView.getChildren().map((node) => String(leaksView.getTreeItem(node).description));
    assert.deepEqual(
      facts.map((words) => words.split(' · ')[0]),
      whole.facts.rows.map(({ exposure }) => exposure.toFixed(3)),
    );
    await until('the verdict', () => leaksView.message.startsWith('Mend the filter first'));
  });

  it('of a folder scans only what lies in it', async () => {
    const folder = makeProject('corpus-part', {
      config: { corpus: { include: ['**/*.jsonl'] } },
      files: { 'one/a.jsonl': jsonl(shadow.text), 'one-more/b.jsonl': jsonl(shadow.text) },
    });
    const part = await scan(vscode.Uri.file(join(folder, 'one')));
    assert.equal(part.name, 'corpus-part/one');
    assert.deepEqual(
      part.files.rows.map(({ name }) => name.split('/').at(-1)),
      ['a.jsonl'],
    );

    const empty = join(folder, 'empty');
    write(join(empty, 'x.csvx'), '');
    const [shown] = await messagesDuring(async () =>
      vscode.commands.executeCommand(Commands.scanCorpus, vscode.Uri.file(empty)),
    );
    assert.match(shown?.text ?? '', /match no file in corpus-part\/empty\. Mend corpus\.include/);
  });

  it('shows in its editor what is on the screen, and what is opened later', async () => {
    const folder = makeProject('corpus-open', {
      files: { 'a.jsonl': jsonl(shadow.text), 'b.jsonl': jsonl(stated.text) },
    });
    const { store } = await seep();
    const { document } = await show(folder, 'b.jsonl');
    const whole = await scan(scopeOf(folder));
    assert.match((await current(folder)).findings.files[0]?.file ?? '', /b\.jsonl$/, 'what is visible goes first');
    const analysis = store.get(document.uri);
    assert.ok(analysis);
    assert.notDeepEqual(marksOf(analysis), []);
    assert.equal(whole.files.rows.find(({ name }) => name.endsWith('b.jsonl'))?.leaks, analysis.tally().totals.leaks);
    const later = vscode.Uri.file(join(folder, 'a.jsonl'));
    assert.equal(store.get(later), undefined);
    await vscode.window.showTextDocument(later, { viewColumn: vscode.ViewColumn.One });
    await until('its marks', () => {
      const opened = store.get(later);
      return opened !== undefined && marksOf(opened).length > 0;
    });
  });

  it('opens the place that is picked in the page, and none that the scan has not named', async () => {
    const text = `Before. ${shadow.text}`;
    const folder = makeProject('corpus-pick', {
      files: { 'a.jsonl': jsonl(cleanGolden().text, text), 'b.md': 'Nothing.' },
    });
    const { pages } = await seep();
    const whole = await scan(scopeOf(folder));
    const place = whole.records.rows[0]?.place;
    assert.ok(place?.token);
    const pick = (picked: Place) => messagesDuring(() => pages.summary.page.receive({ type: 'open', place: picked }));
    await pick(place);
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    const { document, selection } = editor;
    assert.equal(selection.active.line, 1);
    assert.ok(document.getText().startsWith(place.token.text, document.offsetAt(selection.active)), 'on the token');
    assert.ok(
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .some(({ input }) => input instanceof vscode.TabInputWebview),
      'the page is still there',
    );

    await pick({ ...place, file: join(folder, 'seep.json'), token: null });
    assert.equal(vscode.window.activeTextEditor?.document, document);
  });

  it('refuses to open a place where another record stands by now', async () => {
    const folder = makeProject('corpus-changed', { files: { 'a.jsonl': jsonl(cleanGolden().text, shadow.text) } });
    const { pages } = await seep();
    const place = (await scan(scopeOf(folder))).records.rows[0]?.place;
    assert.ok(place);
    write(place.file, jsonl(cleanGolden().text, cleanGolden().text));
    const [shown] = await messagesDuring(() => pages.summary.page.receive({ type: 'open', place }));
    assert.match(shown?.text ?? '', /This record has changed since it was scanned/);
  });

  it('streams its results, says how fast it is, can be cancelled and gone on with', async () => {
    const folder = longProject('corpus-long', 1000);
    const { scans } = await seep();
    const ended = messagesDuring(async () => vscode.commands.executeCommand(Commands.scanCorpus, scopeOf(folder)));
    await until('results before the end', () =>
      snapshots().some(({ totals, verdict }) => totals.records > 0 && verdict === null),
    );
    await until('the pace', () =>
      messages.some(
        (each) =>
          each.type === 'progress' && each.activity.kind === 'scanning' && /tokens\/s/.test(each.activity.words),
      ),
    );
    await vscode.commands.executeCommand(Commands.cancelScan);
    assert.deepEqual(await ended, [], 'to cancel is no error');
    const stopped = await lastSnapshot();
    assert.equal(stopped.activity.kind, 'stopped');
    assert.ok(stopped.totals.records > 0 && stopped.totals.records < 1000);
    assert.match(stopped.verdict?.sentences.at(-1) ?? '', /only for what could be scored/);
    assert.deepEqual(scans.unfinished, [], 'what somebody has cancelled is not offered again');

    const { pages } = await seep();
    await messagesDuring(() => pages.summary.page.receive({ type: 'scan' }));
    const whole = snapshots().at(-1);
    assert.deepEqual([whole?.activity, whole?.totals.records], [{ kind: 'done' }, 1000]);
  });

  it('begins anew where it is asked for while one that was cancelled still lets go', async () => {
    const folder = longProject('corpus-again', 1000);
    const { scans } = await seep();
    const first = scans.start(scopeOf(folder));
    await until('some results', () => (scans.all[0]?.tokens ?? 0) > 0);
    scans.cancel();
    const second = scans.start(scopeOf(folder));
    await assert.rejects(first, { code: 'cancelled' });
    await second;
    assert.equal((await current(folder)).findings.tally.totals.records, 1000);
  });

  it('says that something was decided while it was counting', async () => {
    const folder = longProject('corpus-decided', 1000);
    const { scans } = await seep();
    const scanned = scans.start(scopeOf(folder));
    await until('some results', () => (scans.all[0]?.tokens ?? 0) > 0);
    writeFileSync(join(folder, DECISIONS_FILE), textAtOnce([someDecision()]));
    await scanned;
    await until('the notice', async () => (await current(folder)).outdated);
    await scans.start(scopeOf(folder));
    assert.equal((await current(folder)).outdated, false);
  });

  it('is remembered when the window closes, and gone on with from the page that VS Code kept', async () => {
    const folder = longProject('corpus-reload', 400);
    const { controller, projects, engines, pages, scans } = await seep();
    const kept = new Map<string, unknown>();
    const memory = {
      keys: () => [...kept.keys()],
      get: <T>(key: string, fallback?: T) => (kept.get(key) as T | undefined) ?? fallback,
      update: async (key: string, value: unknown) => void kept.set(key, value),
    };
    const log = vscode.window.createOutputChannel('Seep test', { log: true });
    const errors = new ErrorReporter(log);
    const decisions = new Decisions(errors);
    const parts = { controller, projects, decisions, engines, indexes: new RecordIndexes(), errors, memory, log };
    const closing = new CorpusScans(parts);
    const cut = closing.start(scopeOf(folder));
    await until('some results', () => (closing.all[0]?.tokens ?? 0) > 0);
    closing.dispose();
    await assert.rejects(cut, { code: 'cancelled' });
    const reopened = new CorpusScans(parts);
    assert.deepEqual(reopened.unfinished, [scopeOf(folder)]);
    const [offered] = await messagesDuring(() => offerUnfinished(reopened));
    assert.match(offered?.text ?? '', /The scan of corpus-reload was cut off when the window closed/);
    assert.deepEqual(offered?.buttons, ['Continue', 'Not Now']);
    assert.deepEqual(reopened.unfinished, [scopeOf(folder)], 'whoever does not answer is asked again');
    await reopened.forget(scopeOf(folder));
    assert.deepEqual(reopened.unfinished, []);
    reopened.dispose();
    log.dispose();

    const column = { viewColumn: vscode.ViewColumn.One, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel(PageTypes.summary, 'Corpus Summary', column, {});
    await pages.summary.page.restore(panel, { scope: scopeOf(folder) });
    const offer = await until('the offer', () => messages.find((each) => each.type === 'message'));
    assert.match(offer.text, /corpus-reload/);
    assert.ok(offer.action);
    assert.deepEqual(scans.all, [], 'nothing is scanned unasked');
    await messagesDuring(() => pages.summary.page.receive({ type: 'scan' }));
    assert.equal((await current(folder)).findings.tally.totals.records, 400);
  });

  it('says when its settings have changed', async () => {
    const folder = makeProject('corpus-settings', { files: { 'a.jsonl': jsonl(shadow.text) } });
    const first = await scan(scopeOf(folder));
    assert.equal(first.outdated, false);
    makeProject('corpus-settings', { config: { threshold: 0.9 } });
    await until('the notice', () => snapshots().at(-1)?.outdated);
    const again = await scan(scopeOf(folder));
    assert.deepEqual([again.outdated, again.threshold], [false, 0.9]);
  });

  it('says when one of its files has changed', async () => {
    const folder = makeProject('corpus-changed', { files: { 'a.jsonl': jsonl(shadow.text), 'b.jsonl': jsonl('B.') } });
    assert.equal((await scan(scopeOf(folder))).outdated, false);
    write(join(folder, 'b.jsonl'), jsonl('Another.'));
    await until('the notice', () => snapshots().at(-1)?.outdated);
    assert.equal((await scan(scopeOf(folder))).outdated, false);
  });
});
