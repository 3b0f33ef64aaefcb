import * as vscode from 'vscode';
import { maskedSpans } from '../../core/decisions/decidedLeaks';
import { plainMarkdown as plain } from '../../core/report/plainMarkdown';
import type { AnalysisStore } from '../../host/analysisStore';
import type { DecidedRecords } from '../../host/decidedRecords';
import type { Decisions } from '../../host/decisions';
import type { RecordAnalysis } from '../../host/fileAnalysis';
import { decisionsInWords } from './decisionWords';

/** Quiet time before marks are drawn: typing must not wait for them. */
const DRAW_MS = 150;

/** Records marked in one editor; more would be a scroll bar full of them. */
const MAX_MARKS = 2000;

const QUIET = new vscode.ThemeColor('editorCodeLens.foreground');

/** Bars records about which something is decided, says what behind them, and draws the places; in diffs on both sides. */
export class DecisionMarks implements vscode.Disposable {
  readonly #record = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    borderStyle: 'solid',
    borderColor: QUIET,
    borderWidth: '0 0 0 2px',
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    overviewRulerColor: QUIET,
    overviewRulerLane: vscode.OverviewRulerLane.Left,
  });
  readonly #place = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    border: '1px dotted',
    borderColor: QUIET,
    borderRadius: '3px',
    opacity: '0.75',
  });
  readonly #subscriptions: vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly records: DecidedRecords,
    store: AnalysisStore,
    decisions: Decisions,
  ) {
    const draw = () => this.#drawSoon();
    this.#subscriptions = [
      this.#record,
      this.#place,
      store.onDidChange(draw),
      decisions.onDidChange(draw),
      vscode.window.onDidChangeVisibleTextEditors(draw),
      vscode.workspace.onDidChangeTextDocument(draw),
    ];
    draw();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  #drawSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const editor of vscode.window.visibleTextEditors) {
        void this.#draw(editor);
      }
    }, DRAW_MS);
  }

  async #draw(editor: vscode.TextEditor): Promise<void> {
    const { document } = editor;
    const { version } = document;
    const entries = (await this.records.of(document)).slice(0, MAX_MARKS);
    if (document.version !== version) {
      return;
    }
    editor.setDecorations(
      this.#record,
      entries.map((entry) => words(document, entry)),
    );
    editor.setDecorations(
      this.#place,
      entries.flatMap((entry) => places(document, entry)),
    );
  }
}

/** What stands behind the record: text in front of it would push it out of the window. */
function words(document: vscode.TextDocument, { start, end, decisions }: RecordAnalysis): vscode.DecorationOptions {
  const text = decisionsInWords(decisions);
  return {
    range: new vscode.Range(document.positionAt(start), document.positionAt(end)),
    hoverMessage: new vscode.MarkdownString(`**Seep:** ${plain(text)}`),
    renderOptions: { after: { contentText: text, color: QUIET, margin: '0 0 0 1.5em', fontStyle: 'italic' } },
  };
}

/** Of decisions about a place; what is masked is drawn once. */
function places(document: vscode.TextDocument, entry: RecordAnalysis): vscode.Range[] {
  const ignored = entry.decisions.flatMap(({ action, span }) => (action === 'ignore' && span !== null ? [span] : []));
  return [...maskedSpans(entry.decisions), ...ignored]
    .filter(({ end }) => end <= entry.record.text.length)
    .map((span) => {
      const [start, end] = entry.spanOf(span);
      return new vscode.Range(document.positionAt(start), document.positionAt(end));
    });
}
