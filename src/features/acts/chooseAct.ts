import { basename } from 'node:path';
import * as vscode from 'vscode';
import { SeepError } from '../../core/errors';
import { groups } from '../../core/groups';
import { plural, t } from '../../core/l10n';
import type { ActPlace } from '../../host/actPlaces';
import type { ActKind } from '../../host/actPlan';
import type { AnalysisStore } from '../../host/analysisStore';
import { leaksInWords, secretName } from '../leakText';
import { placeIn } from './nodePlaces';

const ACTS: readonly (vscode.QuickPickItem & { readonly act: ActKind })[] = [
  {
    act: 'mask',
    label: `$(shield) ${t('Mask')}`,
    detail: t('Leave the places out of the loss. The text stays as it is.'),
  },
  {
    act: 'ignore',
    label: `$(eye-closed) ${t('Ignore…')}`,
    detail: t('They are no leaks, for a reason. The text stays as it is.'),
  },
  {
    act: 'reviewed',
    label: `$(pass) ${t('Mark as Reviewed')}`,
    detail: t('Seen. They count as before, but ask for nothing more.'),
  },
  {
    act: 'leaveOut',
    label: `$(circle-slash) ${t('Leave Out of Exports')}`,
    detail: t('The clean corpus goes without the records. The files stay as they are.'),
  },
  { act: 'redact', label: `$(edit) ${t('Redact')}`, detail: t('Put a placeholder in the place of what leaks.') },
  { act: 'drop', label: `$(trash) ${t('Drop')}`, detail: t('Delete the records from the files.') },
];

/** Asks what to do. */
export async function chooseAct(): Promise<ActKind> {
  const picked = await vscode.window.showQuickPick(ACTS, {
    title: t('Act on leaks'),
    placeHolder: t('What to do? You see what would change before it is done.'),
  });
  return (picked ?? cancelled()).act;
}

/** Asks which of all open leaks to act on: those of one fact, of one file, or all. */
export async function choosePlaces(store: AnalysisStore): Promise<readonly ActPlace[]> {
  const open = store.counted.flatMap((analysis) =>
    analysis.records.flatMap((entry) => entry.leaks.map((leak) => ({ analysis, entry, leak }))),
  );
  if (open.length === 0) {
    throw new SeepError('usage', t('There are no open leaks: scan a file, or act on single records.'));
  }
  const worstFirst = open.toSorted((a, b) => b.leak.lift - a.leak.lift);
  const facts = groups(worstFirst, ({ analysis, leak }) => `${analysis.project.configPath}\0${leak.fact}`).map(
    ([, here]) => {
      const [first] = here;
      const id = first?.leak.fact ?? '';
      return {
        label: secretName(
          id,
          first?.analysis.project.facts.find((fact) => fact.id === id),
        ),
        description: `${id} · ${leaksInWords(here.length)}`,
        places: here.map(({ analysis, entry }) => ({ ...placeIn(analysis.uri, entry, 'fact'), fact: id })),
      };
    },
  );
  const files = groups(open, ({ analysis }) => analysis).map(([analysis, here]) => ({
    label: basename(vscode.Uri.parse(analysis.uri).fsPath),
    description: leaksInWords(here.length),
    places: here.map(({ entry }) => placeIn(analysis.uri, entry, 'record')),
  }));
  const everything = {
    label: t('Everything'),
    description: plural(files.length, '{1} in {0} file', '{1} in {0} files', leaksInWords(open.length)),
    places: files.flatMap(({ places }) => places),
  };
  const heading = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator, places: [] });
  const picked = await vscode.window.showQuickPick(
    [heading(t('facts')), ...facts, heading(t('files')), ...files, everything],
    { title: t('Act on all leaks of…'), matchOnDescription: true },
  );
  return (picked ?? cancelled()).places;
}

function cancelled(): never {
  throw new SeepError('cancelled', 'Cancelled.');
}
