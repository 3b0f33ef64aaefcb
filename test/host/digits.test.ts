import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { bandOf } from '../../src/core/score/bands';
import type { Leak } from '../../src/core/score/leak';
import type { LeakNode } from '../../src/features/leakNodes';
import { marksOf } from '../../src/features/marks';
import type { FileAnalysis, RecordAnalysis } from '../../src/host/fileAnalysis';
import { Commands } from '../../src/host/ids';
import type { PanelSnapshot } from '../../src/protocol/panel';
import { positionView } from '../../webview-ui/pages/distributions/positionView';
import { marksOf as stripMarks, stripWindow, tokenLabel } from '../../webview-ui/pages/distributions/recordStrip';
import { asText, explain } from '../../webview-ui/pages/distributions/sentence';
import { golden, hoverAt, jsonl, lenses, makeProject, scanned, seep, show, until } from './window';

/** The number that stands behind or in front of a word. */
function numberIn(text: string, pattern: RegExp): string {
  const [, number] = pattern.exec(text) ?? [];
  assert.ok(number !== undefined, `${pattern} in\n${text}`);
  return number;
}

const DIGITS = '(\\d\\.\\d{3}|< 0\\.001)';

describe('the numbers of a leak', () => {
  let document: vscode.TextDocument;
  let analysis: FileAnalysis;
  /** The worst leak of every record. */
  let leaks: { readonly entry: RecordAnalysis; readonly leak: Leak }[];

  before(async () => {
    // Texts of its own, so that no other test has brought their scores; and where no two facts leak at one place.
    const texts = golden()
      .filter(({ name, leaks: found }) => !name.startsWith('synthetic') && found.some(({ lift }) => lift >= 0.03))
      .map(({ text }) => `In short: ${text}`);
    const folder = makeProject('digits', { files: { 'a.jsonl': jsonl(...texts) } });
    ({ document } = await show(folder, 'a.jsonl'));
    analysis = await scanned(document);
    leaks = analysis.records.flatMap((entry) => {
      const [leak] = entry.leaks.toSorted((a, b) => b.lift - a.lift);
      return leak ? [{ entry, leak }] : [];
    });
    const kinds = new Set(leaks.map(({ leak }) => leak.kind));
    assert.deepEqual([leaks.length > 5, kinds.size], [true, 2], 'leaks of both kinds');
  });

  after(async () => {
    await vscode.commands.executeCommand(Commands.groupByFact);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  /** What the panel is sent for a leak. */
  async function snapshotOf(entry: RecordAnalysis, leak: Leak): Promise<PanelSnapshot> {
    const { page } = (await seep()).pages.distributions;
    const told: PanelSnapshot[] = [];
    const listener = page.onDidPost((message) => {
      if (message.type === 'snapshot') {
        told.push(message.snapshot);
      }
    });
    try {
      const place = { uri: document.uri.toString(), offset: entry.start, position: leak.position };
      await vscode.commands.executeCommand(Commands.openDistributions, place);
      return await until('the panel', () =>
        told.find(({ text, inspection }) => text === entry.record.text && inspection.position === leak.position),
      );
    } finally {
      listener.dispose();
    }
  }

  it('are the same in hover, lens, Leaks view, Problems and panel', async () => {
    const { leaksView } = await seep();
    const problems = vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Seep');
    const found = await until('the lenses', async () => {
      const all = await lenses(document.uri);
      return all.some(({ command }) => command?.title === 'Rescan') ? all : null;
    });
    await vscode.commands.executeCommand(Commands.groupByRecord);
    const file = await until('the file in the Leaks view', () =>
      leaksView.getChildren().find((node): node is LeakNode & { kind: 'file' } => {
        return node.kind === 'file' && node.uri === document.uri.toString();
      }),
    );
    const recordNodes = leaksView.getChildren(file);
    const described = (node: LeakNode) => String(leaksView.getTreeItem(node).description);

    for (const { entry, leak } of leaks) {
      const name = `${entry.record.id}, ${leak.fact}`;
      const [start] = entry.spanOf(leak);
      const line = document.positionAt(entry.start).line;
      const hover = await hoverAt(document, start);
      const lift = numberIn(hover, new RegExp(`lift \\*\\*${DIGITS}\\*\\*`));

      const lens = found.find(
        ({ range, command }) => range.start.line === line && / lift, /.test(command?.title ?? ''),
      );
      assert.equal(numberIn(lens?.command?.title ?? '', new RegExp(`${DIGITS} lift`)), lift, `lens of ${name}`);

      const recordNode = recordNodes.find((node) => node.kind === 'record' && node.offset === entry.start);
      assert.ok(recordNode, name);
      assert.equal(numberIn(described(recordNode), new RegExp(`${DIGITS} lift`)), lift, `record of ${name}`);
      const leakNode = leaksView
        .getChildren(recordNode)
        .find((node) => node.kind === 'leak' && node.place.leak.position === leak.position && node.place.leak === leak);
      assert.ok(leakNode, name);
      assert.equal(numberIn(described(leakNode), new RegExp(`${DIGITS} lift`)), lift, `leak of ${name}`);
      const spoken = leaksView.getTreeItem(leakNode).accessibilityInformation?.label ?? '';
      assert.equal(numberIn(spoken, new RegExp(`lift ${DIGITS}`)), lift, `what is read out of ${name}`);

      const problem = problems.find(
        ({ range, code }) => document.offsetAt(range.start) === start && code === leak.fact,
      );
      assert.equal(numberIn(problem?.message ?? '', new RegExp(`Lift ${DIGITS}`)), lift, `problem of ${name}`);

      const mark = marksOf(analysis).find((each) => each.start <= start && start < Math.max(each.end, each.start + 1));
      assert.equal(mark?.band, bandOf(leak.lift, analysis.project.threshold), `highlight of ${name}`);
      assert.ok(hover.includes(`${mark?.band} ${leak.kind} leak`), `band of ${name}`);

      const snapshot = await snapshotOf(entry, leak);
      const marks = stripMarks(snapshot.leaks, snapshot.threshold);
      const token = stripWindow(snapshot, leak.position).tokens.find(({ position }) => position === leak.position);
      assert.ok(token, name);
      const label = tokenLabel(token, 1, 1, marks.get(leak.position));
      assert.equal(numberIn(label, new RegExp(`lift ${DIGITS}`)), lift, `strip of ${name}`);
      const sentence = asText(explain(positionView(snapshot)));
      for (const [inPanel, inHover] of [
        [`Teacher gives ${DIGITS} to`, `teacher ${DIGITS} ·`],
        [`The reference gives (?:it|them) ${DIGITS}\\. `, `reference ${DIGITS}`],
        [`The student (?:already )?has ${DIGITS}[:.]`, `student ${DIGITS} \\(`],
      ] as const) {
        const number = numberIn(hover, new RegExp(inHover));
        assert.equal(numberIn(sentence, new RegExp(inPanel)), number, `${inHover} of ${name}`);
      }
    }
  });
});
