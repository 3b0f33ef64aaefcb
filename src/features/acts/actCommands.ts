import * as vscode from 'vscode';
import { decisionOn } from '../../core/decisions/decidedLeaks';
import type { Decision } from '../../core/decisions/decision';
import { MAX_REASON } from '../../core/decisions/parseDecisions';
import { takingBack } from '../../core/decisions/writeDecisions';
import { SeepError } from '../../core/errors';
import { groups } from '../../core/groups';
import { grouped, t } from '../../core/l10n';
import { type ActPlace, atOffset, placeAtCursor, targetOf } from '../../host/actPlaces';
import { type ActKind, planAct } from '../../host/actPlan';
import type { Acts } from '../../host/acts';
import type { AnalysisStore } from '../../host/analysisStore';
import { chooseProject } from '../../host/chooseProject';
import type { Controller } from '../../host/controller';
import type { Decisions } from '../../host/decisions';
import type { ErrorReporter } from '../../host/errors';
import { Commands } from '../../host/ids';
import { type Projects, shownPath } from '../../host/projects';
import type { LeakNode } from '../leakNodes';
import { chooseAct, choosePlaces } from './chooseAct';
import { placesOfNodes } from './nodePlaces';

/** What a command is called with: a place from a lens, a hover or a quick fix; nodes of the tree; nothing from the palette. */
type ActArguments = [about?: ActPlace | LeakNode, selected?: readonly LeakNode[]];

/** How long the status bar tells of an act on one record. */
const TELL_MS = 5000;

export function registerActCommands(
  store: AnalysisStore,
  controller: Controller,
  projects: Projects,
  decisions: Decisions,
  acts: Acts,
  errors: ErrorReporter,
): vscode.Disposable {
  const placesOf = async (...[about, selected]: ActArguments): Promise<readonly ActPlace[]> => {
    if (about === undefined) {
      return [placeAtCursor(store)];
    }
    if (!('kind' in about)) {
      return [about];
    }
    const nodes = selected !== undefined && selected.length > 1 ? selected : [about];
    return placesOfNodes(nodes, store, controller);
  };
  const act = async (kind: ActKind, places: readonly ActPlace[]) => {
    await openDocuments(places);
    const targets = unlike(places).map((place) => targetOf(place, store));
    const reason = kind === 'ignore' ? await askReason() : null;
    const plan = await planAct(kind, targets, reason);
    if (await acts.perform(plan)) {
      tell(plan.words, plan.records, plan.decisions.size > 0);
    }
  };
  const acting =
    (kind: ActKind) =>
    async (...args: ActArguments) =>
      act(kind, await placesOf(...args));
  return vscode.Disposable.from(
    errors.command(Commands.dropRecord, acting('drop')),
    errors.command(Commands.redactLeak, acting('redact')),
    errors.command(Commands.maskLeak, acting('mask')),
    errors.command(Commands.ignoreLeak, acting('ignore')),
    errors.command(Commands.markReviewed, acting('reviewed')),
    errors.command(Commands.leaveOutRecord, acting('leaveOut')),
    errors.command(Commands.actOnAll, async (...args: ActArguments) => {
      const places = args[0] === undefined ? await choosePlaces(store) : await placesOf(...args);
      await act(await chooseAct(), places);
    }),
    errors.command(Commands.takeBack, async (...args: ActArguments) => {
      const taken = (await placesOf(...args)).map((place) => decisionsAt(place, store));
      const all = groups(
        taken.filter(({ made }) => made.length > 0),
        ({ path }) => path,
      ).map(([path, here]) => [path, takingBack(here.flatMap(({ made }) => made))] as const);
      if (all.length === 0) {
        throw new SeepError('usage', t('Nothing is decided here.'));
      }
      await decisions.change(new Map(all), t('take back decisions'));
      tell(t('take back decisions'), 1, true);
    }),
    errors.command(Commands.undoDecision, async () => {
      const words = await decisions.undo();
      vscode.window.setStatusBarMessage(
        words === null ? t('Seep: no decision of this window is left to undo') : t('Seep: undone: {0}', words),
        TELL_MS,
      );
    }),
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

/** One record is told of in passing; of more there is a message that can take it back. */
function tell(words: string, records: number, canUndo: boolean): void {
  if (records === 1 || !canUndo) {
    const done = canUndo
      ? t('Seep: done: {0} (Seep: Undo Last Decision takes it back)', words)
      : t('Seep: done: {0} (Ctrl+Z takes it back)', words);
    vscode.window.setStatusBarMessage(done, TELL_MS);
    return;
  }
  const undo = t('Undo');
  void vscode.window.showInformationMessage(t('Seep: done: {0}.', words), undo).then((picked) => {
    if (picked === undo) {
      void vscode.commands.executeCommand(Commands.undoDecision);
    }
  });
}
