import * as vscode from 'vscode';
import { groups } from '../core/groups';
import type { Band } from '../core/score/bands';
import type { Leak, LeakKind } from '../core/score/leak';
import type { AnalysisStore } from '../host/analysisStore';
import type { FileAnalysis, FileCounts, RecordAnalysis } from '../host/fileAnalysis';
import { type ColorId, Colors } from '../host/ids';
import { choose, type Mark, marksIn, rulerMarks } from './marks';
import { recordsNear, visibleIn } from './nearby';

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

/** Marks that are coloured in one editor at a time. Only a record of many thousand tokens has more on the screen. */
const MAX_MARKS = 5000;

/** About as many as a scroll bar has pixels, in each of its two lanes. */
const MAX_RULER_MARKS = 2000;

/** What is drawn in an editor. */
export interface Drawn {
  /** The records whose marks are coloured, with the leaks that they had. */
  readonly near: ReadonlyMap<RecordAnalysis, readonly Leak[]>;
  readonly marks: readonly Mark[];
  /** Of the file; others as soon as anything in it has changed. */
  readonly counts: FileCounts | undefined;
}

const NOTHING: Drawn = { near: new Map(), marks: [], counts: undefined };

/**
 * Colours the spans of the predicted tokens: those on the screen and near it, while the scroll bar shows those of the whole file. So what is
 * drawn does not grow with the file. A dozen decoration types, made once.
 */
export class Decorations implements vscode.Disposable {
  readonly #near = new Map(STYLES.map((style) => [style, vscode.window.createTextEditorDecorationType(look(style))]));
  readonly #ruler = new Map(STYLES.map((style) => [style, vscode.window.createTextEditorDecorationType(ruler(style))]));
  readonly #ends = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  readonly #drawn = new WeakMap<vscode.TextEditor, Drawn>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(private readonly store: AnalysisStore) {
    this.#subscriptions = [
      store.onDidChange((uris) => this.#draw((uri) => uris.has(uri))),
      store.onDidEdit((edited) => this.#clearEdited(edited)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#draw(() => true)),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.#scrolled(textEditor)),
    ];
  }

  dispose(): void {
    for (const each of [...this.#near.values(), ...this.#ruler.values(), this.#ends, ...this.#subscriptions]) {
      each.dispose();
    }
  }

  /** What an editor shows: each side of a split has its own. */
  drawnIn(editor: vscode.TextEditor): Drawn {
    return this.#drawn.get(editor) ?? NOTHING;
  }

  #draw(wanted: (uri: string) => boolean): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const analysis = this.store.get(document.uri);
      // A scan tells of its progress far more often than of leaks.
      if (wanted(document.uri.toString()) && this.drawnIn(editor).counts !== analysis?.counts) {
        this.#drawNear(editor, analysis);
        this.#set(editor, this.#ruler, analysis ? rulerMarks(analysis, MAX_RULER_MARKS) : []);
        this.#drawn.set(editor, { ...this.drawnIn(editor), counts: analysis?.counts });
      }
    }
  }

  /**
   * Takes the marks off what has been edited. Those of other records move with their text: VS Code sees to that, and knows of later keys of
   * which nobody has been told here.
   */
  #clearEdited(uri: string): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const near = [...this.drawnIn(editor).near];
      if (editor.document.uri.toString() === uri && near.some(([entry, leaks]) => entry.leaks !== leaks)) {
        this.#drawNear(editor, this.store.get(editor.document.uri));
      }
    }
  }

  #scrolled(editor: vscode.TextEditor): void {
    const analysis = this.store.get(editor.document.uri);
    const { near } = this.drawnIn(editor);
    const shown = analysis && visibleIn(editor).flatMap(([start, end]) => analysis.between(start, end));
    if (shown?.some((entry) => near.get(entry) !== entry.leaks)) {
      this.#drawNear(editor, analysis);
    }
  }

  #drawNear(editor: vscode.TextEditor, analysis: FileAnalysis | undefined): void {
    const near = analysis ? recordsNear(editor, analysis) : [];
    const marks = analysis ? choose(marksIn(near, analysis.project.threshold), MAX_MARKS, visibleIn(editor)) : [];
    const { counts } = this.drawnIn(editor);
    this.#drawn.set(editor, { near: new Map(near.map((entry) => [entry, entry.leaks])), marks, counts });
    this.#set(
      editor,
      this.#near,
      marks.filter(({ start, end }) => start < end),
    );
    editor.setDecorations(
      this.#ends,
      marks
        .filter(({ start, end }) => start === end)
        .map((mark) => ({
          range: rangeOf(editor.document, mark),
          renderOptions: { after: endMarker(styleOf(mark)) },
        })),
    );
  }

  #set(
    editor: vscode.TextEditor,
    types: ReadonlyMap<Style, vscode.TextEditorDecorationType>,
    marks: readonly Mark[],
  ): void {
    const byStyle = new Map(groups(marks, styleOf));
    for (const [style, type] of types) {
      editor.setDecorations(
        type,
        (byStyle.get(style) ?? []).map((mark) => rangeOf(editor.document, mark)),
      );
    }
  }
}

function rangeOf(document: vscode.TextDocument, { start, end }: Mark): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
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
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  };
}

/** A mark in the scroll bar, stated and shadow leaks in lanes of their own. */
function ruler(style: Style): vscode.DecorationRenderOptions {
  return {
    overviewRulerColor: new vscode.ThemeColor(LINE[style]),
    overviewRulerLane: style.startsWith('stated') ? vscode.OverviewRulerLane.Right : vscode.OverviewRulerLane.Center,
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
