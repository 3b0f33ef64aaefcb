import * as vscode from 'vscode';
import type { Band } from '../core/score/bands';
import type { LeakKind } from '../core/score/leak';
import type { AnalysisStore } from '../host/analysisStore';
import { type ColorId, Colors, Settings } from '../host/ids';
import { onDidChangeSetting } from '../host/settings';
import { hiddenMarks, markLimit } from './markLimit';
import { choose, type Mark, marksOf } from './marks';

type Style = `${LeakKind}-${Band}`;

const FILL: Readonly<Record<Style, ColorId>> = {
  'shadow-low': Colors.shadowLow,
  'shadow-medium': Colors.shadowMedium,
  'shadow-high': Colors.shadowHigh,
  'stated-low': Colors.statedLow,
  'stated-medium': Colors.statedMedium,
  'stated-high': Colors.statedHigh,
};

const LINE: Readonly<Record<Style, ColorId>> = {
  'shadow-low': Colors.shadowLowBorder,
  'shadow-medium': Colors.shadowMediumBorder,
  'shadow-high': Colors.shadowHighBorder,
  'stated-low': Colors.statedLowBorder,
  'stated-medium': Colors.statedMediumBorder,
  'stated-high': Colors.statedHighBorder,
};

/** The cue besides colour: a box says stated, an underline shadow; the line grows from dotted over dashed to solid. */
const LINE_STYLE: Readonly<Record<Band, string>> = { low: 'dotted', medium: 'dashed', high: 'solid' };

/** Stands at a record's end where the teacher expects an answer that would come next. */
const END_MARKER = '▸';

const STYLES = Object.keys(FILL) as Style[];

/** Colours the spans of the predicted tokens. Seven decoration types, made once, whatever the number of tokens. */
export class Decorations implements vscode.Disposable {
  readonly #types = new Map(STYLES.map((style) => [style, vscode.window.createTextEditorDecorationType(look(style))]));
  readonly #ends = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  readonly #decorated = new WeakSet<vscode.TextEditor>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(private readonly store: AnalysisStore) {
    this.#subscriptions = [
      store.onDidChange((uris) => this.#draw((uri) => uris.has(uri))),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#draw(() => true)),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        const analysis = store.get(textEditor.document.uri);
        if (analysis && hiddenMarks(analysis) > 0) {
          this.#drawEditor(textEditor);
        }
      }),
      onDidChangeSetting([Settings.maxHighlights], () => this.#draw(() => true)),
    ];
  }

  dispose(): void {
    for (const each of [...this.#types.values(), this.#ends, ...this.#subscriptions]) {
      each.dispose();
    }
  }

  #draw(wanted: (uri: string) => boolean): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (wanted(editor.document.uri.toString())) {
        this.#drawEditor(editor);
      }
    }
  }

  #drawEditor(editor: vscode.TextEditor): void {
    const { document } = editor;
    const analysis = this.store.get(document.uri);
    if (analysis === undefined && !this.#decorated.has(editor)) {
      return;
    }
    this.#decorated.add(editor);
    const visible = editor.visibleRanges.map(
      ({ start, end }) => [document.offsetAt(start), document.offsetAt(end)] as const,
    );
    const marks = analysis ? choose(marksOf(analysis), markLimit(document.uri), visible) : [];
    const range = ({ start, end }: Mark) => new vscode.Range(document.positionAt(start), document.positionAt(end));
    for (const [style, type] of this.#types) {
      editor.setDecorations(type, marks.filter((mark) => mark.start < mark.end && styleOf(mark) === style).map(range));
    }
    editor.setDecorations(
      this.#ends,
      marks
        .filter((mark) => mark.start === mark.end)
        .map((mark) => ({ range: range(mark), renderOptions: { after: endMarker(styleOf(mark)) } })),
    );
  }
}

function styleOf({ kind, band }: Mark): Style {
  return `${kind}-${band}`;
}

function look(style: Style): vscode.DecorationRenderOptions {
  const [kind, band] = style.split('-') as [LeakKind, Band];
  const line = new vscode.ThemeColor(LINE[style]);
  return {
    backgroundColor: new vscode.ThemeColor(FILL[style]),
    borderColor: line,
    borderStyle: LINE_STYLE[band],
    borderWidth: kind === 'stated' ? '1px' : '0 0 2px 0',
    borderRadius: kind === 'stated' ? '3px' : '2px 2px 0 0',
    overviewRulerColor: line,
    overviewRulerLane: kind === 'stated' ? vscode.OverviewRulerLane.Right : vscode.OverviewRulerLane.Center,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  };
}

function endMarker(style: Style): vscode.ThemableDecorationAttachmentRenderOptions {
  return {
    contentText: END_MARKER,
    color: new vscode.ThemeColor(LINE[style]),
    backgroundColor: new vscode.ThemeColor(FILL[style]),
    margin: '0 1px',
  };
}
