import * as vscode from 'vscode';
import { takingBack } from '../../core/decisions/changeDecisions';
import { decisionOn } from '../../core/decisions/decidedLeaks';
import type { Decision } from '../../core/decisions/decision';
import { MAX_REASON } from '../../core/decisions/readDecision';
import { SeepError } from '../../core/errors';
import { groups } from '../../core/groups';
import { grouped, t } from '../../core/l10n';
import type { FoundRecord } from '../../core/report/corpusFindings';
import type { DecidedAct } from '../../host/actHistory';
import { type ActKind, CHANGES_TEXT } from '../../host/actKind';
import { type ActPlace, atOffset, placeAtCursor, targetOf } from '../../host/actPlaces';
import { type ActPlan, planAct } from '../../host/actPlan';
import type { AnalysisStore } from '../../host/analysisStore';
import { chooseProject } from '../../host/chooseProject';
import type { Controller } from '../../host/controller';
import type { CorpusScans } from '../../host/corpusScans';
import type { Decisions } from '../../host/decisions';
import type { ErrorReporter } from '../../host/errors';
import type { FileAnalysis } from '../../host/fileAnalysis';
import { Commands } from '../../host/ids';
import { withLateProgress } from '../../host/progress';
import { type Projects, shownPath } from '../../host/projects';
import { isRecordDocument, recordAddress } from '../../host/recordUri';
import { type ScannedRecord, scannedRecords } from '../../host/scannedRecords';
import type { LeakNode } from '../leakNodes';
import { type ActScope, scopeOfNodes } from './actScope';
import type { Acts } from './acts';
import { chooseAct, chooseScope } from './chooseAct';
import { askInstead, openTexts } from './openTexts';

/** What a command is called with: a place from a lens, a hover or a quick fix; nodes of the tree; nothing from the palette. */
type ActArguments = [about?: ActPlace | LeakNode, selected?: readonly LeakNode[]];

/** How long the status bar tells of an act on one record. */
const TELL_MS = 5000;

const GATHERING = t('Seep: gathering what leaks');

export function registerActCommands(
  store: AnalysisStore,
  controller: Controller,
  scans: CorpusScans,
  projects: Projects,
  decisions: Decisions,
  acts: Acts,
  errors: ErrorReporter,
): vscode.Disposable {
  const scopeOf = (...[about, selected]: ActArguments): ActScope => {
    if (about === undefined) {
      return { places: [placeAtCursor(store)], parts: [] };
    }
    if (!('kind' in about)) {
      return { places: [about], parts: [] };
    }
    const nodes = selected !== undefined && selected.length > 1 ? selected : [about];
    return scopeOfNodes(nodes, scans);
  };
  const act = async (kind: ActKind, about: ActScope) => {
    const { scope, instead } = await prepared(kind, about);
    await openDocuments(scope.places);
    const targets = unlike(scope.places).map((place) => targetOf(place, store));
    const reason = kind === 'ignore' ? await askReason() : null;
    const plan = await withLateProgress(GATHERING, (signal) =>
      planAct({ kind, reason, insteadOfRedact: instead }, targets, recordsOf(scope, signal)),
    );
    const decided = await acts.perform(plan);
    tell(plan, decided, (act) => void errors.guard('undo', () => undo(act)));
  };
  /** Scans in the editor what is to be edited, else only the rest of what is open there; asks about what cannot be redacted. */
  const prepared = async (kind: ActKind, about: ActScope) => {
    const edits = CHANGES_TEXT.includes(kind);
    const begun = begunFiles(store);
    if (!edits && begun.size === 0) {
      return { scope: about, instead: null };
    }
    const isOne = about.parts.length === 0 && about.places.length === 1;
    const files = await withLateProgress(GATHERING, (signal) => filesOf(recordsOf(about, signal)));
    const wanted = [...files].filter((file) => edits || begun.has(file));
    const texts = await openTexts(about, wanted, store, controller);
    return kind === 'redact' && texts.alone.length > 0 && !isOne
      ? askInstead(texts)
      : { scope: texts.scope, instead: null };
  };
  const recordsOf = async function* ({ parts }: ActScope, signal: AbortSignal): AsyncGenerator<ScannedRecord> {
    for (const part of parts) {
      const { project } = part.scan;
      await decisions.ready(project);
      for await (const record of scannedRecords(part, decisions.of(project), isInDocument(store), shownPath)) {
        signal.throwIfAborted();
        yield record;
      }
    }
  };
  const undo = async (act?: DecidedAct) => {
    const words = await decisions.undo(act);
    if (words === null && act !== undefined) {
      throw new SeepError('usage', t('This can no longer be undone, or is undone already: {0}.', act.words));
    }
    vscode.window.setStatusBarMessage(
      words === null ? t('Seep: no decision of this window is left to undo') : t('Seep: undone: {0}', words),
      TELL_MS,
    );
  };
  const acting =
    (kind: ActKind) =>
    (...args: ActArguments) =>
      act(kind, scopeOf(...args));
  return vscode.Disposable.from(
    errors.command(Commands.dropRecord, acting('drop')),
    errors.command(Commands.redactLeak, acting('redact')),
    errors.command(Commands.maskLeak, acting('mask')),
    errors.command(Commands.ignoreLeak, acting('ignore')),
    errors.command(Commands.markReviewed, acting('reviewed')),
    errors.command(Commands.leaveOutRecord, acting('leaveOut')),
    errors.command(Commands.actOnAll, async (...args: ActArguments) => {
      const scope = args[0] === undefined ? await chooseScope(store, scans) : scopeOf(...args);
      await act(await chooseAct(), scope);
    }),
    errors.command(Commands.takeBack, async (...args: ActArguments) => {
      const taken = scopeOf(...args).places.map((place) => decisionsAt(place, store));
      const all = groups(
        taken.filter(({ made }) => made.length > 0),
        ({ path }) => path,
      ).map(([path, here]) => [path, takingBack(here.flatMap(({ made }) => made))] as const);
      if (all.length === 0) {
        throw new SeepError('usage', t('Nothing is decided here.'));
      }
      await decisions.change(new Map(all), t('take back decisions'));
      tellInPassing(t('take back decisions'), true);
    }),
    errors.command(Commands.undoDecision, () => undo()),
    errors.command(Commands.showDecisions, async () => {
      const { decisionsPath } = await projects.load(
        await chooseProject(projects, t('Show the decisions of which project?')),
      );
      const uri = vscode.Uri.file(decisionsPath);
      try {
        await vscode.window.showTextDocument(uri);
      } catch {
        throw new SeepError('usage', t('Nothing is decided yet: there is no {0}.', shownPath(decisionsPath)));
      }
    }),
  );
}

/** The decisions that a place stands for, and their file. */
function decisionsAt(place: ActPlace, store: AnalysisStore): { path: string; made: readonly Decision[] } {
  const { analysis, entry } = targetOf(place, store);
  const path = analysis.project.decisionsPath;
  if (place.reach !== 'place') {
    return { path, made: entry.decisions };
  }
  const here = atOffset(entry, entry.decided, place.offset, ({ leak }) => leak);
  const leaks = here.filter(({ leak }) => place.fact === undefined || leak.fact === place.fact);
  return { path, made: leaks.flatMap(({ leak }) => decisionOn(leak, entry.decisions) ?? []) };
}

/** Files that nothing shows any more are read again as they are opened; only then are places in them what they seem. */
async function openDocuments(places: readonly ActPlace[]): Promise<void> {
  for (const uri of new Set(places.map((place) => place.uri))) {
    await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  }
}

/** Absolute paths. */
async function filesOf(records: AsyncIterable<ScannedRecord>): Promise<ReadonlySet<string>> {
  const files = new Set<string>();
  for await (const { file } of records) {
    files.add(file);
  }
  return files;
}

/** Absolute paths of files whose documents are not wholly scored yet. */
function begunFiles({ counted }: AnalysisStore): ReadonlySet<string> {
  const uris = counted.filter((analysis) => !isWhole(analysis)).map(({ uri }) => vscode.Uri.parse(uri));
  return new Set(uris.filter((uri) => !isRecordDocument(uri)).map(({ fsPath }) => fsPath));
}

/** Whether all records have been scored, as far as they can be. */
function isWhole({ records }: FileAnalysis): boolean {
  return records.every(({ state }) => state.kind !== 'unscored');
}

/** Tells of records whether a document holds them, and so its scores are those that count. */
function isInDocument({ counted }: AnalysisStore): (record: FoundRecord) => boolean {
  const whole = new Set<string>();
  const alone = new Set<string>();
  for (const analysis of counted) {
    const { uri, records } = analysis;
    const address = recordAddress(vscode.Uri.parse(uri));
    if (address === null) {
      if (isWhole(analysis)) {
        whole.add(vscode.Uri.parse(uri).fsPath);
      }
    } else if (records.some(({ state }) => state.kind === 'scored')) {
      alone.add(`${address.file} ${address.index}`);
    }
  }
  return ({ file, index }) => whole.has(file) || alone.has(`${file} ${index}`);
}

function unlike(places: readonly ActPlace[]): readonly ActPlace[] {
  return groups(places, (place) => JSON.stringify(place)).flatMap(([, [first]]) => first ?? []);
}

async function askReason(): Promise<string> {
  const reason = await vscode.window.showInputBox({
    title: t('Ignore: why is this no leak?'),
    prompt: t('The reason is kept beside seep.json with the decision, for those who come after you.'),
    placeHolder: t('such as: the public site, not the secret one'),
    validateInput: (text) => {
      if (text.trim() === '') {
        return t('Give a reason.');
      }
      return text.length > MAX_REASON ? t('At most {0} characters.', grouped(MAX_REASON)) : undefined;
    },
  });
  if (reason === undefined) {
    throw new SeepError('cancelled', 'Cancelled.');
  }
  return reason.trim();
}

/** One record is told of in passing; of more there is a message that can take decisions back. */
function tell({ words, records, files }: ActPlan, decided: DecidedAct | null, undo: (act: DecidedAct) => void): void {
  if (records === 1 || decided === null) {
    tellInPassing(words, decided !== null);
    return;
  }
  const takeBack = t('Undo');
  const edits = files.some((file) => file.edits !== null);
  const done = edits
    ? t('Seep: done: {0}. Undo takes back what was decided, Ctrl+Z what was edited.', words)
    : t('Seep: done: {0}.', words);
  void vscode.window.showInformationMessage(done, takeBack).then((picked) => {
    if (picked === takeBack) {
      undo(decided);
    }
  });
}

function tellInPassing(words: string, decides: boolean): void {
  const done = decides
    ? t('Seep: done: {0} (Seep: Undo Last Decision takes it back)', words)
    : t('Seep: done: {0} (Ctrl+Z takes it back)', words);
  vscode.window.setStatusBarMessage(done, TELL_MS);
}
