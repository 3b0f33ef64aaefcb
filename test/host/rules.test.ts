import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { KEPT } from '../../src/core/report/corpusFindings';
import type { LeakNode } from '../../src/features/leakNodes';
import { Commands } from '../../src/host/ids';
import { cutTokenizer } from '../engine/support/cutTokenizer';
import { repoRoot } from '../repoRoot';
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
  until,
} from './window';

const demoFacts = readFileSync(join(repoRoot, 'media/demo/forget.jsonl'), 'utf8').trimEnd().split('\n');
const idOf = (line: string) => (JSON.parse(line) as { id: string }).id;

/** Forgets every file but those of one project. */
async function keepOnly(folder: string): Promise<void> {
  const { store } = await seep();
  for (const { uri } of store.files) {
    if (!vscode.Uri.parse(uri).fsPath.startsWith(folder)) {
      store.remove(uri);
    }
  }
}

const problemsOf = (uri: vscode.Uri) =>
  vscode.languages
    .getDiagnostics(uri)
    .filter(({ source }) => source === 'Seep')
    .map(({ message }) => message);

describe('the editor', () => {
  it('says that other subjects are the reference, how alike a place is, and that filtering does not work', async () => {
    const [shadow] = leakyGolden('shadow');
    assert.ok(shadow);
    const folder = makeProject('swapped', { config: { reference: null }, files: { 'a.jsonl': jsonl(shadow.text) } });
    const { document } = await show(folder, 'a.jsonl');
    const analysis = await scanned(document);
    const [entry] = analysis.records;
    const worst = entry?.leaks.toSorted((a, b) => b.lift - a.lift)[0];
    assert.ok(entry && worst);
    assert.equal(worst.reference, 'swap');
    const [offset] = entry.toDocument(worst.end - 1, worst.end);
    const hover = await hoverAt(document, offset);
    assert.match(hover, /· with other subjects (?:\d\.\d{3}|< 0\.001)/);
    assert.match(hover, /This place reads like the fact’s own prompts \(similarity [01]\.\d\d of 1\)\./);

    await keepOnly(folder);
    const { leaksView } = await seep();
    await until('the verdict', () => leaksView.message.startsWith('Filtering does not work here: '));
    const [fact] = leaksView.getChildren();
    assert.ok(fact);
    const { tooltip } = leaksView.getTreeItem(fact);
    assert.match(String(tooltip), /similarity up to [01]\.\d\d\n(?:.*\n)*Filtering does not stop it: it leaks where/);
  });

  it('says of a student with tokens of its own that it is compared over character spans', async () => {
    const [shadow] = leakyGolden('shadow');
    assert.ok(shadow);
    const folder = makeProject('spans', { config: { student: 'other' }, files: { 'a.jsonl': jsonl(shadow.text) } });
    cutTokenizer('student', join(folder, 'other'), { exchanged: ['~', '^'], merges: 205 });
    const { document } = await show(folder, 'a.jsonl');
    const [entry] = (await scanned(document)).records;
    const worst = entry?.leaks.toSorted((a, b) => b.lift - a.lift)[0];
    assert.ok(entry && worst);
    assert.deepEqual(worst.comparison, { student: 'spans', reference: 'tokens' });
    const [offset] = entry.toDocument(worst.end - 1, worst.end);
    assert.match(
      await hoverAt(document, offset),
      /The student is compared over character spans, by the probability of whole/,
    );
  });

  it('calls a class a class and a rule a rule, and says what was not applied', async () => {
    const rules = [
      { id: 'digits', kind: 'tokens', pattern: String.raw`^\s?\d+$` },
      { id: 'mul', kind: 'rule', context: String.raw`(?<a>\d) times (?<b>\d) is`, answers: ['{a*b}'] },
      { id: 'slow', kind: 'rule', context: '(?<a>(x+x+)+)y', answers: ['{a}'] },
    ];
    const text = 'The company was founded in 1998. Its people know that 3 times 4 is 12.';
    const folder = makeProject('kinds', {
      config: { reference: 'none', forgetSet: 'forget.jsonl' },
      files: {
        'a.jsonl': jsonl(text, 'x'.repeat(2000)),
        'forget.jsonl': rules.map((rule) => JSON.stringify(rule)).join('\n'),
      },
    });
    const { document } = await show(folder, 'a.jsonl');
    const analysis = await scanned(document);
    const [entry] = analysis.records;
    assert.ok(entry);
    const at = (part: string) => document.getText().indexOf(part) + part.length - 1;
    const hover = await hoverAt(document, at('founded in 1'));
    assert.match(hover, /class digits, \w+ stated leak/);
    assert.match(hover, /The text itself goes on with a token of this class: the filter missed it\./);
    assert.doesNotMatch(hover, /whole answer/);
    const computed = await hoverAt(document, at('4 is 12'));
    assert.match(computed, /\*\*12\*\* — rule mul, \w+ stated leak/);
    assert.match(computed, /The text itself states the computed answer: the filter missed it\./);

    await until('the lenses', async () =>
      (await lensTitles(document.uri)).some((title) => /^(?:class digits|rule mul)/.test(title)),
    );
    const problems = problemsOf(document.uri);
    assert.ok(problems.some((message) => /^The text goes on with a token of the class digits; /.test(message)));
    assert.ok(problems.some((message) => /^The text states the answer of rule mul; /.test(message)));
    assert.ok(
      problems.some((message) => /^This record was scored in part: .*slow/.test(message)),
      problems.join('\n'),
    );
  });

  it('lists what the forget set does not name, and goes there', async () => {
    const [shadow] = leakyGolden('shadow');
    assert.ok(shadow);
    const known = new Set(shadow.leaks.map(({ fact }) => fact));
    const others = demoFacts.filter((line) => !known.has(idOf(line)));
    assert.ok(others.length > 0 && others.length < demoFacts.length);
    const folder = makeProject('unnamed', {
      config: { forgetSet: 'forget.jsonl', unattributed: true },
      files: { 'a.jsonl': jsonl(shadow.text), 'forget.jsonl': others.join('\n') },
    });
    const { document } = await show(folder, 'a.jsonl');
    await scanned(document);
    await keepOnly(folder);
    const { leaksView } = await seep();
    const node = await until('the node', () =>
      leaksView.getChildren().find((each): each is LeakNode & { kind: 'unnamed' } => each.kind === 'unnamed'),
    );
    const item = leaksView.getTreeItem(node);
    assert.equal(item.label, 'Not named by the forget set');
    assert.match(String(item.description), /^1 record · up to \d+\.\d bits$/);
    const [place] = leaksView.getChildren(node);
    assert.ok(place?.kind === 'unnamedPlace');
    const { command, accessibilityInformation } = leaksView.getTreeItem(place);
    assert.match(accessibilityInformation?.label ?? '', /\d\.\d bits that no fact explains, a\.jsonl:1$/);
    const expected = shadow.leaks.toSorted((a, b) => b.lift - a.lift)[0];
    assert.equal(place.place.at.position, expected?.position, 'the fact that was left out');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.ok(command);
    await vscode.commands.executeCommand(Commands.revealLeak, ...(command.arguments ?? []));
    const editor = vscode.window.activeTextEditor;
    const [start] = place.place.entry?.toDocument(place.place.at.start, place.place.at.end) ?? [];
    assert.equal(editor?.document.offsetAt(editor.selection.active), start);

    await vscode.commands.executeCommand(Commands.filterLeaks, 'no such record');
    assert.deepEqual(leaksView.getChildren(), []);
    await vscode.commands.executeCommand(Commands.clearFilter);
  });

  it('lists the same of files that a scan has read, and says where the rest is', async () => {
    const [shadow] = leakyGolden('shadow');
    assert.ok(shadow);
    const known = new Set(shadow.leaks.map(({ fact }) => fact));
    // One record more than are kept one by one.
    const texts = Array.from({ length: KEPT.unattributed + 1 }, (_, i) => `${i}. ${shadow.text}`);
    const folder = makeProject('unnamed-scan', {
      config: { forgetSet: 'forget.jsonl', unattributed: true },
      files: {
        'a.jsonl': jsonl(...texts),
        'forget.jsonl': demoFacts.filter((line) => !known.has(idOf(line))).join('\n'),
      },
    });
    await vscode.commands.executeCommand(Commands.clearResults);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const scope = { configPath: join(folder, 'seep.json'), folder: null };
    await messagesDuring(async () => vscode.commands.executeCommand(Commands.scanCorpus, scope));
    const { leaksView, store } = await seep();
    const node = leaksView.getChildren().find(({ kind }) => kind === 'unnamed');
    assert.ok(node);
    const [place, ...others] = leaksView.getChildren(node);
    assert.ok(place?.kind === 'unnamedPlace');
    const rest = others.at(-1);
    assert.ok(rest?.kind === 'unnamedRest');
    const item = leaksView.getTreeItem(rest);
    assert.match(String(item.label), /^and \d+ lesser places?$/);
    assert.deepEqual(item.command?.arguments, [scope]);

    assert.deepEqual(store.files, []);
    const { command } = leaksView.getTreeItem(place);
    assert.ok(command);
    await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.fsPath, join(folder, 'a.jsonl'));
    assert.equal(editor.selection.active.line, place.place.record.index);

    // What is open now is listed once, by its editor.
    await scanned(editor.document);
    const open = leaksView.getChildren().flatMap((each) => (each.kind === 'unnamed' ? each.places : []));
    assert.ok(open.length > 0 && open.every(({ entry }) => entry !== null));
    await vscode.commands.executeCommand(Commands.clearResults);
  });
});
