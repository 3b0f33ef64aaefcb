import * as vscode from 'vscode';
import type { Fact } from '../core/forget/fact';
import { plural, t } from '../core/l10n';
import { documentFormatOf } from '../core/records/corpusFormat';
import { LEAK_KINDS } from '../core/report/leakWords';
import { share } from '../core/report/share';
import { visibleText } from '../core/report/visibleText';
import type { AnalysisStore } from '../host/analysisStore';
import { CORPUS_DOCUMENTS } from '../host/corpusDocuments';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';
import { type CommandId, Commands, Settings, Views } from '../host/ids';
import { isCorpusFile, type Projects, shownPath } from '../host/projects';
import { isRecordDocument, type RecordAddress, recordAddress } from '../host/recordUri';
import { onDidChangeSetting, setting } from '../host/settings';
import { placeIn } from './acts/actScope';
import { decisionsInWords } from './acts/decisionWords';

import { clip, entryTitle, resultText, worstOf } from './leakText';
import { recordsNear, visibleIn } from './nearby';

/** Lenses are laid out anew by the editor each time, so that progress moves them no more often than this. */
const REFRESH_MS = 700;

/** Leaking records of a file up to which all have lenses. Of more, those on the screen and near it. */
const MAX_RECORDS = 500;

/** Above the file: what can be done with it and what came out. Above each leaking record: its worst fact. */
export class LeakLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;
  /** Of documents with too many: the records whose lenses have been asked for. */
  readonly #provided = new WeakMap<vscode.TextDocument, ReadonlySet<RecordAnalysis>>();

  constructor(
    private readonly store: AnalysisStore,
    private readonly projects: Projects,
  ) {
    this.#subscriptions = [
      this.#changed,
      store.onDidChange(() => this.#refreshSoon()),
      projects.onDidChange(() => this.#refreshSoon()),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.#scrolled(textEditor)),
      store.records.onDidOutdate(() => this.#refreshSoon()),
      onDidChangeSetting([Settings.codeLens], () => this.#changed.fire()),
      vscode.languages.registerCodeLensProvider(CORPUS_DOCUMENTS, this),
    ];
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!setting('codeLens', document.uri)) {
      return [];
    }
    const analysis = this.store.get(document.uri);
    const address = recordAddress(document.uri);
    if (address !== null) {
      return this.#recordDocumentLenses(document, address, analysis);
    }
    if (analysis === undefined) {
      return (await this.#isCorpus(document)) ? [scanLens(document, t('Seep: Scan this file'))] : [];
    }
    return [...fileLenses(document, analysis), ...this.#recordLenses(document, analysis)];
  }

  /** Of a record that is shown alone: which one it is, and the ways to the others. */
  #recordDocumentLenses(
    document: vscode.TextDocument,
    { file, index }: RecordAddress,
    analysis: FileAnalysis | undefined,
  ): vscode.CodeLens[] {
    const record = this.store.records.recordIn(document);
    if (record === undefined) {
      const place = { uri: vscode.Uri.file(file).toString(), record: index, start: 0, end: 0 };
      return [
        topLens(plainTitle(t('Seep: outdated: {0} has changed since this was read', shownPath(file))), ''),
        topLens(t('Read Again'), Commands.revealLeak, place),
      ];
    }
    return [
      // The tab names the file; what stands here shares its line with the record's own lenses.
      topLens(
        plainTitle(t('Seep: record {0}, line {1}', visibleText(clip(record.id, 40)), record.line)),
        Commands.openSummary,
      ),
      topLens(t('Previous'), Commands.previousRecord),
      topLens(t('Next'), Commands.nextRecord),
      ...(analysis === undefined ? [scanLens(document, t('Scan'))] : this.#recordStateLenses(document, analysis)),
    ];
  }

  #recordStateLenses(document: vscode.TextDocument, analysis: FileAnalysis): vscode.CodeLens[] {
    const isLeft = analysis.activity.kind === 'idle' && analysis.unscored().length > 0;
    return [
      ...(isLeft ? [scanLens(document, t('Scan'))] : activityLenses(document, analysis)),
      ...this.#recordLenses(document, analysis),
    ];
  }

  #recordLenses(document: vscode.TextDocument, analysis: FileAnalysis): vscode.CodeLens[] {
    const facts = new Map(analysis.project.facts.map((fact) => [fact.id, fact]));
    return this.#withLenses(document, analysis).flatMap((entry) => recordLenses(document, entry, facts));
  }

  #withLenses(document: vscode.TextDocument, analysis: FileAnalysis): readonly RecordAnalysis[] {
    const all = analysis.records.filter(hasLenses);
    if (all.length <= MAX_RECORDS) {
      this.#provided.delete(document);
      return all;
    }
    const editors = vscode.window.visibleTextEditors.filter((editor) => editor.document === document);
    const near = new Set(editors.flatMap((editor) => recordsNear(editor, analysis)).filter(hasLenses));
    this.#provided.set(document, near);
    return [...near].slice(0, MAX_RECORDS);
  }

  #scrolled(editor: vscode.TextEditor): void {
    const provided = this.#provided.get(editor.document);
    const analysis = provided && this.store.get(editor.document.uri);
    const shown = analysis && visibleIn(editor).flatMap(([start, end]) => analysis.between(start, end));
    if (shown?.some((entry) => hasLenses(entry) && !provided?.has(entry))) {
      this.#refreshSoon();
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  /** Reads seep.json at most; never loads a model, never complains. */
  async #isCorpus(document: vscode.TextDocument): Promise<boolean> {
    if (!vscode.workspace.isTrusted || documentFormatOf(document.uri.path) === null) {
      return false;
    }
    const configPath = await this.projects.find(document.uri);
    if (configPath === null) {
      return false;
    }
    try {
      return isCorpusFile(document, await this.projects.load(configPath));
    } catch {
      // A scan will say what is wrong with seep.json; that is reason enough to offer one.
      return document.uri.fsPath.endsWith('.jsonl');
    }
  }

  #refreshSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire();
    }, REFRESH_MS);
  }
}

const TOP_OF_FILE = new vscode.Range(0, 0, 0, 0);

function topLens(title: string, command: string, ...args: unknown[]): vscode.CodeLens {
  return new vscode.CodeLens(TOP_OF_FILE, { title, command, arguments: args });
}

function scanLens({ uri }: vscode.TextDocument, title: string): vscode.CodeLens {
  return new vscode.CodeLens(TOP_OF_FILE, {
    command: Commands.scanFile,
    title,
    tooltip: t('Score every record here with the models that seep.json names'),
    arguments: [uri],
  });
}

/** What is being done, or has gone wrong. */
function activityLenses(document: vscode.TextDocument, { activity }: FileAnalysis): vscode.CodeLens[] {
  const cancel = () => topLens(t('Cancel'), Commands.cancelScan, document.uri);
  switch (activity.kind) {
    case 'loading':
      return [topLens(t('Seep: loading the models…'), ''), cancel()];
    case 'scanning':
      return [
        topLens(t('Seep: scanning, {0} %', Math.floor((100 * activity.done) / Math.max(1, activity.total))), ''),
        cancel(),
      ];
    case 'failed':
      return [
        new vscode.CodeLens(TOP_OF_FILE, {
          title: t('Seep: the scan failed'),
          command: Commands.showLog,
          tooltip: activity.message,
        }),
        scanLens(document, t('Try again')),
      ];
    case 'idle':
      return [];
  }
}

function fileLenses(document: vscode.TextDocument, analysis: FileAnalysis): vscode.CodeLens[] {
  if (analysis.activity.kind !== 'idle') {
    return activityLenses(document, analysis);
  }
  const left = analysis.unscored().length;
  const again = left > 0 ? plural(left, 'Scan {0} remaining record', 'Scan {0} remaining records') : t('Rescan');
  return [
    topLens(t('Seep: {0}', resultText(analysis)), `${Views.leaks}.focus`),
    scanLens(document, again),
    topLens(t('Clear'), Commands.clearMarks, document.uri),
  ];
}

function hasLenses({ leaks, decisions }: RecordAnalysis): boolean {
  return leaks.length > 0 || decisions.length > 0;
}

function recordLenses(
  document: vscode.TextDocument,
  entry: RecordAnalysis,
  facts: ReadonlyMap<string, Fact>,
): vscode.CodeLens[] {
  const worst = worstOf(entry.leaks);
  const start = document.positionAt(entry.start);
  const range = new vscode.Range(start, start);
  const uri = document.uri.toString();
  const onRecord = placeIn(uri, entry, 'record');
  const act = (title: string, command: CommandId, tooltip: string) =>
    new vscode.CodeLens(range, { title, command, tooltip, arguments: [onRecord] });
  const decided = entry.decisions.length === 0 ? [] : [decidedLens(act, entry)];
  if (worst === undefined) {
    return decided;
  }
  const more = entry.leaks.length > 1 ? ` +${entry.leaks.length - 1}` : '';
  const [offset] = entry.spanOf(worst);
  return [
    new vscode.CodeLens(range, {
      title: `${plainTitle(entryTitle(worst.fact, facts.get(worst.fact)))}${more} · ${t('{0} lift', share(worst.lift))}, ${LEAK_KINDS[worst.kind]}`,
      command: Commands.openDistributions,
      tooltip: t('Show what the models expect at the worst leak of this record'),
      arguments: [{ uri, offset }],
    }),
    isRecordDocument(document.uri)
      ? act(
          t('Leave Out'),
          Commands.leaveOutRecord,
          t('The clean corpus goes without this record; the file stays as it is'),
        )
      : act(t('Drop'), Commands.dropRecord, t('Delete this record from the file; undo brings it back')),
    act(t('Mask'), Commands.maskLeak, t('Leave the places that leak out of the loss; the text stays as it is')),
    act(t('Ignore…'), Commands.ignoreLeak, t('What leaks here is no leak, for a reason')),
    act(t('Reviewed'), Commands.markReviewed, t('Seen: it counts as before, but asks for nothing more')),
    ...decided,
  ];
}

/** What is decided, and the way back. */
function decidedLens(
  act: (title: string, command: CommandId, tooltip: string) => vscode.CodeLens,
  { decisions }: RecordAnalysis,
): vscode.CodeLens {
  return act(
    t('{0} · Take back', plainTitle(decisionsInWords(decisions))),
    Commands.takeBack,
    t('Decide nothing about this record'),
  );
}

/** Fact ids come from a file: no codicons from there. */
function plainTitle(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}
