import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import type { AnalysisStore } from '../host/analysisStore';
import type { Controller, InspectedPlace } from '../host/controller';
import { CORPUS_DOCUMENTS, documentName } from '../host/corpusDocuments';
import { isCancelled } from '../host/errorActions';
import type { ErrorReporter } from '../host/errors';
import { Colors, Commands } from '../host/ids';
import { isCorpusFile, type Projects, requireTrust } from '../host/projects';
import { WebviewPage } from '../host/webviewPage';
import { FromPanel, type PanelPlace, savedPlace, type ToPanel } from '../protocol/panel';
import { copyText, savePicture } from './panelCopies';
import { panelSnapshot } from './panelSnapshot';

/** Quiet time of the cursor before its token is looked at. */
const FOLLOW_MS = 150;

/** A look that takes longer than this is announced. */
const BUSY_MS = 150;

const TEMPERATURE = { minimum: 0.1, maximum: 10 };
const TOP_K = { minimum: 5, maximum: 50, initial: 10 };

const NOTHING_YET = t('Put the cursor on a token of a corpus file.');

/** A place to look at: an offset in a document, or a position in the record that holds the offset. */
export interface Target {
  readonly uri: string;
  readonly offset: number;
  readonly position?: number;
}

/** The distributions panel. At most one is open; it follows the cursor and moves a marker in the editor. */
export class DistributionsPanel implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[];
  readonly #marker = vscode.window.createTextEditorDecorationType({
    outlineColor: new vscode.ThemeColor(Colors.selectedToken),
    outlineStyle: 'solid',
    outlineWidth: '2px',
    overviewRulerColor: new vscode.ThemeColor(Colors.selectedToken),
    overviewRulerLane: vscode.OverviewRulerLane.Full,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  readonly #pointer = vscode.window.createTextEditorDecorationType({
    outlineColor: new vscode.ThemeColor(Colors.selectedToken),
    outlineStyle: 'dotted',
    outlineWidth: '2px',
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  readonly page: WebviewPage<ToPanel, FromPanel>;
  /** The token that the panel is about, as long as the document has the text that the panel shows. */
  #marked: vscode.Range | undefined;
  /** Where the editor shows the token that the pointer is over in the panel's strip. */
  #pointed: vscode.Range | undefined;
  /** What the panel shows, as long as the document has the text that it shows. */
  #shown:
    | { readonly document: vscode.TextDocument; readonly version: number; readonly place: InspectedPlace }
    | undefined;
  #target: Target | undefined;
  /** The editor whose cursor the panel is at. */
  #followedEditor: vscode.TextEditor | undefined;
  /** Chosen in the panel; until then the project's distillation temperature. */
  #temperature: number | undefined;
  #topK = TOP_K.initial;
  /** The fact whose answers are shown token by token. */
  #followed: string | null = null;
  /** Restored with the window: nobody has asked for anything yet. */
  #asleep = false;
  /** `seq` of the panel's newest request. */
  #seq = 0;
  #running: AbortController | undefined;
  #follow: NodeJS.Timeout | undefined;

  constructor(
    extensionUri: vscode.Uri,
    private readonly controller: Controller,
    private readonly store: AnalysisStore,
    private readonly projects: Projects,
    private readonly errors: ErrorReporter,
  ) {
    this.page = new WebviewPage<ToPanel, FromPanel>(
      extensionUri,
      { name: 'distributions', title: t('Distributions'), messages: FromPanel },
      {
        receive: (message) => this.#receive(message),
        restored: (state) => this.#restored(savedPlace(state)),
        closed: () => this.#closed(),
      },
      errors,
    );
    this.#subscriptions = [
      this.page,
      this.#marker,
      this.#pointer,
      errors.command(Commands.openDistributions, (target?: Target) => this.#open(target)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind }) => this.#cursorMoved(textEditor, kind)),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        // Who comes back from the panel to the editor that it follows has not moved.
        if (editor !== undefined && editor !== this.#followedEditor) {
          this.#cursorMoved(editor, undefined);
        }
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#draw()),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && document.uri.toString() === this.#target?.uri) {
          this.#mark(undefined);
        }
      }),
      vscode.languages.registerHoverProvider(CORPUS_DOCUMENTS, {
        // Asked whenever the pointer rests in the text; what it is shown there others say.
        provideHover: (document, at) => this.#editorPoints(document, at),
      }),
      store.onDidChange((uris) => {
        // The record's leaks may have come in; a stream of results need not be followed one by one.
        if (
          this.#target &&
          uris.has(this.#target.uri) &&
          store.get(vscode.Uri.parse(this.#target.uri))?.activity.kind === 'idle'
        ) {
          this.#lookSoon(this.#target);
        }
      }),
    ];
  }

  get pointed(): vscode.Range | undefined {
    return this.#pointed;
  }

  dispose(): void {
    this.#stop();
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  #restored(place: PanelPlace | null): void {
    this.#asleep = true;
    if (place !== null) {
      const { uri, offset, position } = place;
      this.#target = { uri, offset, position };
      this.#temperature = place.temperature ?? undefined;
      this.#followed = place.followed;
    }
  }

  #receive(message: FromPanel): Promise<void> | undefined {
    switch (message.type) {
      case 'copy':
        return copyText(message.text);
      case 'savePicture':
        return savePicture(message.png);
      case 'point':
        this.#pointAt(message.position);
        return;
      case 'ready':
        this.#welcome();
        return;
      case 'show':
        this.#asleep = false;
        this.#welcome();
        return;
      default:
        this.#answer(message);
        return;
    }
  }

  /** A page that is new, and what it says of the place that it had been at. */
  #welcome(): void {
    this.#seq = 0;
    if (this.#target === undefined) {
      this.page.post({ type: 'message', text: NOTHING_YET, action: null });
    } else if (this.#asleep) {
      const name = documentName(vscode.Uri.parse(this.#target.uri));
      const text = t('A token of {0} was shown here before the window was reloaded.', name);
      this.page.post({ type: 'message', text, action: t('Show Again') });
    } else {
      void this.#look(this.#target);
    }
  }

  /** Messages that a snapshot answers. */
  #answer(message: Extract<FromPanel, { type: 'select' | 'temperature' | 'topK' | 'follow' }>): void {
    this.#seq = message.seq;
    if (message.type === 'temperature') {
      this.#temperature = clamp(message.value, TEMPERATURE.minimum, TEMPERATURE.maximum);
    } else if (message.type === 'topK') {
      this.#topK = Math.round(clamp(message.value, TOP_K.minimum, TOP_K.maximum));
    } else if (message.type === 'follow') {
      this.#followed = message.fact;
    } else if (message.type === 'select' && this.#target) {
      this.#target = { ...this.#target, position: Math.max(0, Math.round(message.position)) };
    }
    if (this.#target) {
      void this.#look(this.#target, message.type === 'select');
    }
  }

  #closed(): void {
    this.#target = undefined;
    this.#stop();
    this.#mark(undefined);
  }

  #open(given: Target | undefined): void {
    requireTrust();
    this.#asleep = false;
    const editor = vscode.window.activeTextEditor;
    this.#followedEditor = editor;
    const target =
      given ??
      (editor && { uri: editor.document.uri.toString(), offset: editor.document.offsetAt(editor.selection.active) });
    this.page.show(vscode.ViewColumn.Beside, true);
    if (target) {
      void this.#look(target);
    }
  }

  #cursorMoved(editor: vscode.TextEditor, kind: vscode.TextEditorSelectionChangeKind | undefined): void {
    const { document, selections } = editor;
    const active = vscode.window.activeTextEditor;
    // An edit moves the cursors of the other editors on the same text.
    if (active !== undefined && active !== editor) {
      return;
    }
    this.#followedEditor = editor;
    const cursor = selections[0]?.active;
    // VS Code restores cursors too; that has no kind.
    if (this.#asleep && kind === undefined) {
      return;
    }
    this.#asleep = false;
    if (this.page.visible && cursor) {
      this.#lookSoon({ uri: document.uri.toString(), offset: document.offsetAt(cursor) });
    }
  }

  #lookSoon(target: Target): void {
    clearTimeout(this.#follow);
    const follow = setTimeout(() => {
      void this.errors.guard('distributions', async () => {
        const document = documentOf(target.uri);
        if (document && (await this.#isOurs(document)) && this.#follow === follow) {
          await this.#look(target);
        }
      });
    }, FOLLOW_MS);
    this.#follow = follow;
  }

  async #isOurs(document: vscode.TextDocument): Promise<boolean> {
    if (this.store.get(document.uri)) {
      return true;
    }
    const configPath = vscode.workspace.isTrusted ? await this.projects.find(document.uri) : null;
    return configPath !== null && isCorpusFile(document, await this.projects.load(configPath));
  }

  /** Asks for the distributions at a place and shows them, unless something newer was asked for meanwhile. */
  async #look(target: Target, reveal = false): Promise<void> {
    if (!this.page.isOpen) {
      return;
    }
    this.#target = target;
    // Whatever the cursor did before is overtaken.
    this.#stopFollowing();
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    const seq = this.#seq;
    const busy = setTimeout(() => this.page.post({ type: 'busy' }), BUSY_MS);
    try {
      const document = await opened(target.uri);
      const project = await this.projects.of(document.uri);
      const options = {
        temperature: this.#temperature ?? project.temperature,
        topK: this.#topK,
        follow: this.#followed,
      };
      const { version } = document;
      const place = await this.controller.inspect(document, target, options, running.signal);
      if (this.#running !== running) {
        return;
      }
      if (place === null) {
        this.#mark(undefined);
        this.page.post({ type: 'message', text: NOTHING_YET, action: null });
        return;
      }
      this.#target = { ...target, position: place.inspection.position };
      const { inspection, entry } = place;
      const { record, leaks } = entry;
      const file = documentName(document.uri);
      const scanned = entry.state.kind === 'scored';
      const { position } = inspection;
      const back = { uri: target.uri, offset: target.offset, position };
      const kept = { ...back, temperature: this.#temperature ?? null, followed: this.#followed };
      const parts = { file, place: kept, record, scanned, leaks, project: place.project, inspection, topK: this.#topK };
      this.page.post({ type: 'snapshot', seq, snapshot: panelSnapshot(parts) });
      if (document.version === version) {
        this.#mark(document, place, reveal);
      }
    } catch (error) {
      if (this.#running === running && !isCancelled(error)) {
        this.#mark(undefined);
        const expected = error instanceof SeepError;
        this.page.post({
          type: 'message',
          text: expected ? error.message : t('Seep ran into a bug; its log has the details.'),
          action: null,
        });
        if (!expected) {
          this.errors.report('distributions', error);
        }
      }
    } finally {
      clearTimeout(busy);
    }
  }

  #stopFollowing(): void {
    clearTimeout(this.#follow);
    this.#follow = undefined;
  }

  #stop(): void {
    this.#stopFollowing();
    this.#running?.abort();
    this.#running = undefined;
  }

  /** Shows in every editor on the text which token the panel is about. */
  #mark(document: vscode.TextDocument | undefined, place?: InspectedPlace, reveal = false): void {
    this.#shown = document && place && { document, version: document.version, place };
    this.#marked = document && place && tokenRange(document, place, place.inspection.position);
    this.#pointed = undefined;
    this.#draw();
    for (const editor of vscode.window.visibleTextEditors) {
      if (reveal && this.#marked && editor.document === document) {
        editor.revealRange(this.#marked, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      }
    }
  }

  /** Shows in the editor which token of the strip the pointer is over. */
  #pointAt(position: number | null): void {
    const shown = this.#shown;
    // The place of a token is known for the text that was looked at, not for what it was edited into since.
    const isCurrent = shown !== undefined && shown.document.version === shown.version;
    this.#pointed = isCurrent && position !== null ? tokenRange(shown.document, shown.place, position) : undefined;
    this.#draw();
  }

  /** Shows in the strip which token the editor's pointer is over. */
  #editorPoints(document: vscode.TextDocument, at: vscode.Position): undefined {
    const shown = this.#shown;
    if (shown !== undefined && document === shown.document && document.version === shown.version) {
      this.page.post({ type: 'pointed', position: positionAt(shown.place, document.offsetAt(at)) });
    }
  }

  #draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const isShown = editor.document === this.#shown?.document;
      editor.setDecorations(this.#marker, isShown && this.#marked ? [this.#marked] : []);
      editor.setDecorations(this.#pointer, isShown && this.#pointed ? [this.#pointed] : []);
    }
  }
}

/** Position of the token at an offset of the document; null: there is none, or none of this record. */
function positionAt({ entry, inspection: { spans, firstPosition } }: InspectedPlace, offset: number): number | null {
  if (offset < entry.start || offset > entry.end) {
    return null;
  }
  const at = entry.toText(offset);
  const index = spans.findIndex(([start, end]) => start <= at && at < end);
  return index < 0 ? null : firstPosition + index;
}

function tokenRange(
  document: vscode.TextDocument,
  { entry, inspection }: InspectedPlace,
  position: number,
): vscode.Range | undefined {
  const span = inspection.spans[position - inspection.firstPosition];
  if (span === undefined) {
    return undefined;
  }
  const [start, end] = entry.spanOf({ start: span[0], end: span[1] });
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** The document of a uri, which may be gone since it was shown. */
async function opened(uri: string): Promise<vscode.TextDocument> {
  const parsed = vscode.Uri.parse(uri);
  try {
    return await vscode.workspace.openTextDocument(parsed);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SeepError('file', t('{0} cannot be opened: {1}', documentName(parsed), reason));
  }
}

function documentOf(uri: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri);
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(maximum, Math.max(minimum, value));
}
