import * as vscode from 'vscode';
import { SeepError } from '../../core/errors';
import { t } from '../../core/l10n';
import type { ActPlace } from '../../host/actPlaces';
import type { AnalysisStore } from '../../host/analysisStore';
import type { Controller } from '../../host/controller';
import { fileOf } from '../../host/corpusDocuments';
import { shownPath } from '../../host/projects';
import { notEdited, showsRecordsAlone } from '../../host/recordDocuments';
import { isRecordDocument } from '../../host/recordUri';
import { has, type ScannedPart } from '../../host/scannedRecords';
import { type ActScope, placeIn } from './actScope';

/** What is to be acted on, and the files in which VS Code edits nothing: packed ones, Parquet, and those above 50 MB. */
export interface OpenedTexts {
  readonly scope: ActScope;
  /** Absolute paths. */
  readonly alone: readonly string[];
}

/**
 * Scans in the editor those files of a scope that VS Code shows as text.
 * @param files of the scope's parts that are to be scanned, absolute paths
 */
export async function openTexts(
  { places, parts }: ActScope,
  files: readonly string[],
  store: AnalysisStore,
  controller: Controller,
): Promise<OpenedTexts> {
  const alone = new Set(places.map(uriOf).flatMap((uri) => (isRecordDocument(uri) ? [fileOf(uri).fsPath] : [])));
  const opened: ActPlace[] = [];
  for (const path of files) {
    if (await showsRecordsAlone(path)) {
      alone.add(path);
    } else {
      const uri = vscode.Uri.file(path);
      await controller.scan(await vscode.workspace.openTextDocument(uri), { again: false });
      opened.push(...parts.flatMap((part) => placesInDocument(uri, part, store)));
    }
  }
  // What is open in an editor now is no longer looked for in the scans' lists.
  return { scope: { places: [...places, ...opened], parts }, alone: [...alone] };
}

/** Asks what to do where nothing can be redacted. Gives what is then to be acted on, and how. */
export async function askInstead({ scope, alone }: OpenedTexts): Promise<{ scope: ActScope; instead: 'mask' | null }> {
  const mask = {
    label: t('Mask there instead'),
    detail: t('Leave the places out of the loss. The text stays as it is.'),
  };
  const leave = { label: t('Redact in the other files only'), detail: t('These stay as they are.') };
  const others = scope.places.filter((place) => !isRecordDocument(uriOf(place)));
  const files = alone.map((path) => ({ label: shownPath(path), detail: notEdited() }));
  const rows: vscode.QuickPickItem[] = [
    mask,
    ...(others.length > 0 ? [leave] : []),
    { label: t('files'), kind: vscode.QuickPickItemKind.Separator },
    ...files,
  ];
  for (;;) {
    const title = t('Redact: these texts cannot be edited');
    const picked = await vscode.window.showQuickPick(rows, { title, ignoreFocusOut: true });
    switch (picked) {
      case mask:
        return { scope, instead: 'mask' };
      case leave:
        return { scope: { places: others, parts: [] }, instead: null };
      case undefined:
        throw new SeepError('cancelled', 'Cancelled.');
      default:
      // A file is no answer.
    }
  }
}

/** What leaks of a part of a scan in the file's document. */
function placesInDocument(uri: vscode.Uri, { records, facts }: ScannedPart, store: AnalysisStore): ActPlace[] {
  const place = uri.toString();
  return (store.get(uri)?.records ?? []).flatMap((entry): ActPlace[] => {
    const record = { file: uri.fsPath, index: entry.record.index };
    if (entry.leaks.length > 0 && has(records, record)) {
      return [placeIn(place, entry, 'record')];
    }
    const meant = new Set(entry.leaks.map(({ fact }) => fact).filter((fact) => has(facts.get(fact), record)));
    return [...meant].map((fact) => ({ ...placeIn(place, entry, 'fact'), fact }));
  });
}

function uriOf({ uri }: ActPlace): vscode.Uri {
  return vscode.Uri.parse(uri);
}
