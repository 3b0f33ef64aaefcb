import * as vscode from 'vscode';
import type { Fact } from '../core/forget/fact';
import { documentFormatOf } from '../core/records/corpusFormat';
import { count } from '../core/report/closingWords';
import { share } from '../core/report/share';
import { visibleText } from '../core/report/visibleText';
import type { AnalysisStore } from '../host/analysisStore';
import { CORPUS_DOCUMENTS } from '../host/corpusDocuments';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';
import { type CommandId, Commands, Settings, Views } from '../host/ids';
import { isCorpusFile, type Projects, shownPath } from '../host/projects';
import { isRecordDocument, type RecordAddress, recordAddress } from '../host/recordUri';
import { onDidChangeSetting, setting } from '../host/settings';
import { decisionsInWords } from './acts/decisionWords';
import { placeIn } from './acts/nodePlaces';
import { clip, entryTitle, resultText, worstOf } from './leakText';

/** Lenses are laid out anew by the editor each time, so that progress moves them no more often than this. */
const REFRESH_MS = 700;

/** Above the file: what can be done with it and what came out. Above each leaking record: its worst fact. */
export class LeakLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: AnalysisStore,
    private readonly projects: Projects,
  ) {
    this.#subscriptions = [
      this.#changed,
      store.onDidChange(() => this.#refreshSoon()),
      projects.onDidChange(() => this.#refreshSoon()),
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
      return (await this.#isCorpus(document)) ? [scanLens(document, 'Seep: Scan this file')] : [];
    }
    return [...fileLenses(document, analysis), ...allRecordLenses(document, analysis)];
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
        topLens(plainTitle(`Seep: outdated: ${shownPath(file)} has changed since this was read`), ''),
        topLens('Read Again', Commands.revealLeak, place),
      ];
    }
    return [
      // The tab names the file; what stands here shares its line with the record's own lenses.
      topLens(
        plainTitle(`Seep: record ${visibleText(clip(record.id, 40))}, line ${record.line}`),
        Commands.openSummary,
      ),
      topLens('Previous', Commands.previousRecord),
      topLens('Next', Commands.nextRecord),
      ...(analysis === undefined ? [scanLens(document, 'Scan')] : recordStateLenses(document, analysis)),
    ];
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
    tooltip: 'Score every record here with the models that seep.json names',
    arguments: [uri],
  });
}

function recordStateLenses(document: vscode.TextDocument, analysis: FileAnalysis): vscode.CodeLens[] {
  const isLeft = analysis.activity.kind === 'idle' && analysis.unscored().length > 0;
  return [
    ...(isLeft ? [scanLens(document, 'Scan')] : activityLenses(document, analysis)),
    ...allRecordLenses(document, analysis),
  ];
}

/** What is being done, or has gone wrong. */
function activityLenses(document: vscode.TextDocument, { activity }: FileAnalysis): vscode.CodeLens[] {
  const cancel = () => topLens('Cancel', Commands.cancelScan, document.uri);
  switch (activity.kind) {
    case 'loading':
      return [topLens('Seep: loading the models…', ''), cancel()];
    case 'scanning':
      return [
        topLens(`Seep: scanning, ${Math.floor((100 * activity.done) / Math.max(1, activity.total))} %`, ''),
        cancel(),
      ];
    case 'failed':
      return [
        new vscode.CodeLens(TOP_OF_FILE, {
          title: 'Seep: the scan failed',
          command: Commands.showLog,
          tooltip: activity.message,
        }),
        scanLens(document, 'Try again'),
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
  const again = left > 0 ? `Scan ${count(left, 'remaining record')}` : 'Rescan';
  return [
    topLens(`Seep: ${resultText(analysis)}`, `${Views.leaks}.focus`),
    scanLens(document, again),
    topLens('Clear', Commands.clearMarks, document.uri),
  ];
}

function allRecordLenses(document: vscode.TextDocument, { project, records }: FileAnalysis): vscode.CodeLens[] {
  const facts = new Map(project.facts.map((fact) => [fact.id, fact]));
  return records.flatMap((entry) => recordLenses(document, entry, facts));
}

function recordLenses(
  document: vscode.TextDocument,
  entry: RecordAnalysis,
  facts: ReadonlyMap<string, Fact>,
): vscode.CodeLens[] {
  const worst = worstOf(entry.leaks);
  if (worst === undefined && entry.decisions.length === 0) {
    return [];
  }
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
      title: `${plainTitle(entryTitle(worst.fact, facts.get(worst.fact)))}${more} · ${share(worst.lift)} lift, ${worst.kind}`,
      command: Commands.openDistributions,
      tooltip: 'Show what the models expect at the worst leak of this record',
      arguments: [{ uri, offset }],
    }),
    isRecordDocument(document.uri)
      ? act('Leave Out', Commands.leaveOutRecord, 'The clean corpus goes without this record; the file stays as it is')
      : act('Drop', Commands.dropRecord, 'Delete this record from the file; undo brings it back'),
    act('Mask', Commands.maskLeak, 'Leave the places that leak out of the loss; the text stays as it is'),
    act('Ignore…', Commands.ignoreLeak, 'What leaks here is no leak, for a reason'),
    act('Reviewed', Commands.markReviewed, 'Seen: it counts as before, but asks for nothing more'),
    ...decided,
  ];
}

/** What is decided, and the way back. */
function decidedLens(
  act: (title: string, command: CommandId, tooltip: string) => vscode.CodeLens,
  { decisions }: RecordAnalysis,
): vscode.CodeLens {
  return act(
    `${plainTitle(decisionsInWords(decisions))} · Take back`,
    Commands.takeBack,
    'Decide nothing about this record',
  );
}

/** Fact ids come from a file: no codicons from there. */
function plainTitle(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}
