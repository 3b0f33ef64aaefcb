import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Leak } from '../../src/core/score/leak';
import { marksOf } from '../../src/features/marks';
import { Commands } from '../../src/host/ids';
import {
  cleanGolden,
  golden,
  hoverAt,
  jsonl,
  leakyGolden,
  lenses,
  lensTitles,
  makeProject,
  scanned,
  seep,
  show,
  textAt,
  until,
  windowFolder,
} from './window';

const TOLERANCE = 1e-4;

describe('a scan', () => {
  before(() => {
    // VS Code offers to remove U+2028 and the like from files that are opened; here they are to stay.
    const editor = vscode.workspace.getConfiguration('editor');
    return editor.update('unusualLineTerminators', 'off', vscode.ConfigurationTarget.Global);
  });

  it('finds at every place of every golden record what the independent computation found', async () => {
    const records = golden();
    const folder = makeProject('golden', { files: { 'golden.jsonl': jsonl(...records.map(({ text }) => text)) } });
    const { document } = await show(folder, 'golden.jsonl');
    const analysis = await scanned(document);
    assert.equal(analysis.records.length, records.length);
    let compared = 0;
    for (const [i, { name, text, spans, leaks }] of records.entries()) {
      const entry = analysis.records[i];
      assert.ok(entry?.state.kind === 'scored', `${name} was not scored`);
      const clear = leaks.filter(({ lift }) => lift >= 0.0201);
      for (const { position, fact, lift, tokenMass, rank, kind } of clear) {
        const where = `${name}, position ${position}, fact ${fact}`;
        const ours: Leak | undefined = entry.leaks.find((leak) => leak.position === position && leak.fact === fact);
        assert.ok(
          ours,
          `${where}: not found among ${JSON.stringify(entry.leaks)} of ${JSON.stringify(entry.record.text)}`,
        );
        assert.ok(Math.abs(ours.lift - lift) < TOLERANCE, `${where}: lift ${ours.lift} instead of ${lift}`);
        assert.ok(Math.abs(ours.tokenMass - tokenMass) < TOLERANCE, where);
        assert.equal(ours.kind, kind, where);
        assert.equal(ours.rank, rank, where);
        const [start, end] = spans[position] ?? [text.length, text.length];
        assert.deepEqual([ours.start, ours.end], [start, end], where);
        // The place in the editor: the JSON source of exactly these characters, whatever escapes stand there.
        const source = textAt(document, entry.toDocument(ours.start, ours.end));
        assert.equal(JSON.parse(`"${source}"`), text.slice(start, end), where);
        compared++;
      }
      assert.equal(entry.leaks.filter(({ lift }) => lift >= 0.0201).length, clear.length, `${name}: leaks too many`);
    }
    assert.ok(compared > 20, `only ${compared} leaks compared`);
  });

  it('puts marks to the same characters in plain text with CR LF, emoji and U+2028', async () => {
    const [first, second] = leakyGolden('shadow', 2);
    assert.ok(first && second);
    const decoys = ['👩‍💻🏳️‍🌈 first', 'U+2028 \u2028 is no line end', 'last\r\nline of a paragraph'];
    const text = [decoys[0], first.text, decoys[1], second.text, decoys[2]].join('\r\n\r\n');
    const folder = makeProject('plain', { files: { 'plain.txt': text } });
    const { document } = await show(folder, 'plain.txt');
    assert.equal(document.eol, vscode.EndOfLine.CRLF);
    const analysis = await scanned(document);
    const leaking = analysis.records.filter(({ leaks }) => leaks.some(({ lift }) => lift >= 0.1));
    assert.deepEqual(
      leaking.map(({ record }) => record.text),
      [first.text, second.text],
    );
    for (const mark of marksOf(analysis).filter(({ lift }) => lift >= 0.1)) {
      const record = [first, second].find((each) => {
        const at = document.getText().indexOf(each.text);
        return at <= mark.start && mark.start < at + each.text.length;
      });
      assert.ok(record, 'a mark outside the records that leak');
      const start = mark.start - document.getText().indexOf(record.text);
      const expected = record.leaks.filter(({ lift }) => lift >= 0.1).map(({ position }) => record.spans[position]);
      const shown = expected.map((span) => record.text.slice(...(span ?? [0, 0])).trimStart());
      assert.ok(shown.includes(textAt(document, [mark.start, mark.end])), record.text.slice(start, start + 9));
    }
  });

  it('puts marks to the same characters in a table, where quotation marks are doubled', async () => {
    const [first, second] = leakyGolden('shadow', 2);
    assert.ok(first && second);
    const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const text = [
      '"note\n",text',
      `"a ""note""",${cell(`"Quoted".\n${first.text}`)}`,
      'x',
      `y,${cell(second.text)}`,
      '',
    ];
    const { document } = await show(makeProject('table', { files: { 'table.csv': text.join('\n') } }), 'table.csv');
    const analysis = await scanned(document);
    assert.deepEqual(
      analysis.records.map(({ record }) => record.text),
      [`"Quoted".\n${first.text}`, second.text],
    );
    assert.match(analysis.problems[0]?.message ?? '', /this row has 1 cell, the first row 2/);
    const entry = analysis.records[1];
    assert.ok(entry && marksOf(analysis).length > 0);
    for (const { position, fact, lift } of second.leaks.filter((leak) => leak.lift >= 0.0201)) {
      const leak = entry.leaks.find((each) => each.position === position && each.fact === fact);
      assert.ok(leak && Math.abs(leak.lift - lift) < TOLERANCE);
    }
    for (const each of analysis.records) {
      for (const { start, end } of each.leaks) {
        const source = textAt(document, each.toDocument(start, end));
        assert.equal(source.replaceAll('""', '"'), each.record.text.slice(start, end));
      }
    }
  });

  it('is shown by hovers, lenses and problems', async () => {
    const [stated] = leakyGolden('stated');
    const [shadow] = leakyGolden('shadow');
    assert.ok(stated && shadow);
    const clean = cleanGolden();
    const folder = makeProject('surfaces', { files: { 'a.jsonl': jsonl(clean.text, shadow.text, stated.text) } });
    const { document } = await show(folder, 'a.jsonl');
    const analysis = await scanned(document);
    const [cleanEntry, shadowEntry, statedEntry] = analysis.records;
    assert.ok(cleanEntry && shadowEntry && statedEntry);
    assert.deepEqual(
      analysis.records.map(({ leaks }) => leaks.length > 0),
      [false, true, true],
    );

    const worst = shadowEntry.leaks.toSorted((a, b) => b.lift - a.lift)[0];
    assert.ok(worst);
    const [offset] = shadowEntry.toDocument(worst.end - 1, worst.end);
    const fact = analysis.project.facts.find(({ id }) => id === worst.fact);
    assert.ok(fact);
    const hover = await hoverAt(document, offset);
    for (const part of [worst.fact.replace('-', '\\-'), fact.subjects[0], fact.answers[worst.answer], 'shadow leak']) {
      assert.ok(part !== undefined && hover.includes(part), `${part} in\n${hover}`);
    }
    assert.match(hover, new RegExp(`lift \\*\\*${worst.lift.toFixed(3)}\\*\\*`));
    assert.match(hover, /student \d\.\d{3} \((?:absorbed|not absorbed yet)\) · reference (?:\d\.\d{3}|< 0\.001)/);
    assert.equal(hover.match(/^\|/gm)?.length, 7, 'a table of five tokens');
    assert.match(hover, /command:seep\.openDistributions\?/);
    assert.equal(await hoverAt(document, document.getText().indexOf(clean.text) + 3), '');

    await until('the lenses', async () => (await lensTitles(document.uri)).includes('Rescan'));
    const found = await lenses(document.uri);
    const onLine = (line: number) => found.filter(({ range }) => range.start.line === line);
    assert.match(onLine(0)[0]?.command?.title ?? '', /^Seep: \d+ leaks? in 2 records · 2 facts · \d+ stated$/);
    assert.match(
      onLine(1)[0]?.command?.title ?? '',
      new RegExp(`^${worst.fact}(?: \\+\\d+)? · 0\\.\\d{3} lift, shadow$`),
    );
    assert.match(onLine(2)[0]?.command?.title ?? '', /lift, stated$/);
    assert.equal(onLine(2)[1]?.command?.command, Commands.dropRecord);

    const problems = vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Seep');
    const severities = new Map(problems.map(({ range, severity }) => [range.start.line, severity]));
    assert.equal(severities.get(0), undefined);
    assert.equal(severities.get(1), vscode.DiagnosticSeverity.Information);
    assert.equal(severities.get(2), vscode.DiagnosticSeverity.Warning);
    const spans = marksOf(analysis).map(({ start }) => start);
    for (const { range } of problems) {
      assert.ok(spans.includes(document.offsetAt(range.start)), 'a problem stands where a mark stands');
    }
  });

  it('shows a leak behind the last token of a record', async () => {
    const record = golden().find(({ name }) => name === 'synthetic/unfinished');
    assert.ok(record);
    const folder = makeProject('ending', { files: { 'a.jsonl': jsonl(record.text), 'b.txt': record.text } });
    for (const name of ['a.jsonl', 'b.txt']) {
      const { document } = await show(folder, name);
      const analysis = await scanned(document);
      const end: number = document.getText().indexOf(record.text) + record.text.length;
      const last = marksOf(analysis).at(-1);
      assert.deepEqual([last?.start, last?.end], [end, end]);
      assert.match(await hoverAt(document, end), /behind this record/);
    }
  });

  it('lists what it found in the tree, by fact and by record, and filters', async () => {
    const { leaksView, store } = await seep();
    const labels = () =>
      leaksView.getChildren().map((node) => {
        const { label, resourceUri } = leaksView.getTreeItem(node);
        return typeof label === 'string' ? label : (label?.label ?? resourceUri?.path.split('/').at(-1) ?? '');
      });
    for (const { uri } of store.files) {
      if (!uri.includes('/surfaces/')) {
        store.remove(uri);
      }
    }
    await vscode.commands.executeCommand(Commands.groupByFact);
    const facts = leaksView.getChildren();
    assert.equal(facts.length, 2);
    const exposures = facts.map((node) => Number(/^[\d.]+/.exec(String(leaksView.getTreeItem(node).description))?.[0]));
    assert.ok((exposures[0] ?? 0) >= (exposures[1] ?? 1), 'the fact that leaks most comes first');
    const [first] = facts;
    assert.ok(first);
    const [place] = leaksView.getChildren(first);
    assert.ok(place);
    const item = leaksView.getTreeItem(place);
    assert.equal(item.command?.command, Commands.revealLeak);
    assert.match(
      String(leaksView.resolveTreeItem(item, place).tooltip),
      /lift 0\.\d+, rank \d+, exposure .*\nrecord t-\d/s,
    );
    assert.match(item.accessibilityInformation?.label ?? '', /leak of fact dc-\d+, lift 0\.\d+, rank \d+, a\.jsonl:\d/);

    await vscode.commands.executeCommand(Commands.groupByRecord);
    assert.deepEqual(labels(), ['a.jsonl']);
    const [file] = leaksView.getChildren();
    assert.ok(file);
    assert.deepEqual(
      leaksView
        .getChildren(file)
        .map((node) => leaksView.getTreeItem(node).label)
        .toSorted(),
      ['t-1', 't-2'],
    );

    await vscode.commands.executeCommand(Commands.filterLeaks, 'T-1');
    const [filtered] = leaksView.getChildren();
    assert.ok(filtered);
    assert.deepEqual(
      leaksView.getChildren(filtered).map((node) => leaksView.getTreeItem(node).label),
      ['t-1'],
    );
    assert.equal(leaksView.message, '1 leak with “T-1”');
    await vscode.commands.executeCommand(Commands.filterLeaks, 'no such fact');
    assert.deepEqual(leaksView.getChildren(), []);
    assert.equal(leaksView.message, '', 'VS Code welcomes people only where there are no words');
    await vscode.commands.executeCommand(Commands.clearFilter);
    assert.deepEqual(labels(), ['a.jsonl']);
    await vscode.commands.executeCommand(Commands.groupByFact);
  });

  it('says in words for screen readers what every entry of the tree is', async () => {
    const { leaksView } = await seep();
    for (const grouping of [Commands.groupByRecord, Commands.groupByFact]) {
      await vscode.commands.executeCommand(grouping);
      const nodes = leaksView.getChildren();
      for (const node of nodes) nodes.push(...leaksView.getChildren(node));
      assert.ok(new Set(nodes.map(({ kind }) => kind)).size >= 2);
      for (const node of nodes) {
        const { accessibilityInformation, label } = leaksView.getTreeItem(node);
        assert.match(accessibilityInformation?.label ?? '', /\w+.*[\d,]/, `${node.kind} ${String(label)}`);
      }
    }
  });

  it('opens the place that is clicked in the tree, also in a file that was closed', async () => {
    const { leaksView } = await seep();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const [fact] = leaksView.getChildren();
    const [place] = fact ? leaksView.getChildren(fact) : [];
    assert.ok(place?.kind === 'leak');
    const { command } = leaksView.getTreeItem(place);
    assert.ok(command);
    await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.toString(), place.uri);
    const { entry, leak } = place.place;
    const start = entry?.toDocument(leak.start, leak.end)[0];
    assert.equal(editor?.document.offsetAt(editor.selection.active), start);
    assert.ok(editor?.selection.isEmpty);
  });

  it('takes the nearest seep.json, and several projects at once', async () => {
    const [record] = leakyGolden('shadow');
    assert.ok(record);
    makeProject('outer', { config: { threshold: 0.9 }, files: { 'a.jsonl': jsonl(record.text) } });
    makeProject('outer/inner', { files: { 'deep/a.jsonl': jsonl(record.text) } });
    const outer = await show(windowFolder(), 'outer/a.jsonl');
    const inner = await show(windowFolder(), 'outer/inner/deep/a.jsonl');
    const [strict, usual] = await Promise.all([scanned(outer.document), scanned(inner.document)]);
    assert.equal(strict.project.configPath, join(windowFolder(), 'outer/seep.json'));
    assert.equal(usual.project.configPath, join(windowFolder(), 'outer/inner/seep.json'));
    assert.deepEqual(marksOf(strict), []);
    assert.notDeepEqual(marksOf(usual), []);
  });
});
