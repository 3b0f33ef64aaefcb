import * as vscode from 'vscode';
import { SeepError } from '../../core/errors';
import { plural, t } from '../../core/l10n';
import type { ActKind } from '../../host/actKind';
import type { AnalysisStore } from '../../host/analysisStore';
import type { CorpusScans } from '../../host/corpusScans';
import { placesIn } from '../editorPlaces';
import { LeakIndex } from '../leakIndex';
import { factNodes, fileNodes, type LeakNode } from '../leakNodes';
import { fileName } from '../leakPlaces';
import { leaksOfFact, leaksOfFiles } from '../leaksOfScans';
import { leaksInWords, secretName } from '../leakText';
import { placesOfScans } from '../scanPlaces';
import { type ActScope, scopeOfNodes } from './actScope';

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
export async function chooseScope(store: AnalysisStore, scans: CorpusScans): Promise<ActScope> {
  const index = new LeakIndex(placesIn);
  index.update(store.counted, placesOfScans(scans.all, store.counted));
  if (index.facts.length === 0) {
    throw new SeepError('usage', t('There are no open leaks: scan a file, or act on single records.'));
  }
  const files = fileNodes(index.files, leaksOfFiles(store, scans));
  const facts = factNodes(index.facts, (place) => leaksOfFact(place, scans));
  const leaks = files.reduce((sum, { all }) => sum + all, 0);
  const everything = {
    label: t('Everything'),
    description: plural(files.length, '{1} in {0} file', '{1} in {0} files', leaksInWords(leaks)),
    nodes: files,
  };
  const heading = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator, nodes: [] });
  const picked = await vscode.window.showQuickPick<vscode.QuickPickItem & { readonly nodes: readonly LeakNode[] }>(
    [
      heading(t('facts')),
      ...facts.map((node) => {
        const id = node.places[0]?.leak.fact ?? '';
        return {
          label: secretName(id, node.fact),
          description: `${id} · ${leaksInWords(node.all)}`,
          nodes: [node],
        };
      }),
      heading(t('files')),
      ...files.map((node) => ({ label: fileName(node.uri), description: leaksInWords(node.all), nodes: [node] })),
      everything,
    ],
    { title: t('Act on all leaks of…'), matchOnDescription: true },
  );
  return scopeOfNodes((picked ?? cancelled()).nodes, scans);
}

function cancelled(): never {
  throw new SeepError('cancelled', 'Cancelled.');
}
