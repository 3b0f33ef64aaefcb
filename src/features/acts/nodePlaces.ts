import * as vscode from 'vscode';
import { SeepError } from '../../core/errors';
import { t } from '../../core/l10n';
import type { ActPlace, Reach } from '../../host/actPlaces';
import type { AnalysisStore } from '../../host/analysisStore';
import type { Controller } from '../../host/controller';
import type { RecordAnalysis } from '../../host/fileAnalysis';
import { shownPath } from '../../host/projects';
import { showsRecordsAlone } from '../../host/recordDocuments';
import type { LeakNode } from '../leakNodes';
import type { LeakPlace } from '../leakPlaces';

/**
 * Where nodes of the Leaks view have an act be done. Files of which a scan of the corpus knows only the worst are scanned in the editor first.
 * @throws SeepError where VS Code does not show such a file as text
 */
export async function placesOfNodes(
  nodes: readonly LeakNode[],
  store: AnalysisStore,
  controller: Controller,
): Promise<ActPlace[]> {
  for (const uri of new Set(nodes.flatMap(closedFiles))) {
    const { fsPath } = vscode.Uri.parse(uri);
    if (await showsRecordsAlone(fsPath)) {
      throw new SeepError(
        'file',
        t(
          'VS Code does not show {0} as text: open its records from the summary, and act on one after the other.',
          shownPath(fsPath),
        ),
        fsPath,
      );
    }
    await controller.scan(await vscode.workspace.openTextDocument(vscode.Uri.file(fsPath)), { again: false });
  }
  return nodes.flatMap((node) => placesOfNode(node, store));
}

function closedFiles(node: LeakNode): readonly string[] {
  return node.kind === 'fact' || node.kind === 'file'
    ? node.places.flatMap(({ entry, uri }) => (entry === null ? [uri] : []))
    : [];
}

function placesOfNode(node: LeakNode, store: AnalysisStore): readonly ActPlace[] {
  switch (node.kind) {
    case 'fact': {
      const id = node.places[0]?.leak.fact;
      return recordsIn(node.places, store)
        .filter(({ entry }) => entry.leaks.some(({ fact }) => fact === id))
        .map(({ uri, entry }) => ({ ...placeIn(uri, entry, 'fact'), ...(id === undefined ? {} : { fact: id }) }));
    }
    case 'file':
      return recordsIn(node.places, store)
        .filter(({ entry }) => entry.leaks.length > 0)
        .map(({ uri, entry }) => placeIn(uri, entry, 'record'));
    case 'record': {
      const entry = node.places[0]?.entry;
      return entry ? [placeIn(node.uri, entry, 'record')] : [];
    }
    case 'leak':
    case 'decidedLeak': {
      const { uri, entry, leak } = node.place;
      return entry ? [{ ...placeIn(uri, entry, 'place', entry.spanOf(leak)[0]), fact: leak.fact }] : [];
    }
    case 'decided':
      return node.places.map(({ uri, entry }) => placeIn(uri, entry, 'record'));
    case 'unnamed':
    case 'unnamedPlace':
    case 'unnamedRest':
    case 'more':
      return [];
  }
}

/** The records that the places are in; of files that were only read for a scan of the corpus all. */
function recordsIn(places: readonly LeakPlace[], store: AnalysisStore) {
  const known = places.flatMap(({ uri, entry }) => (entry === null ? [] : [{ uri, entry }]));
  const closed = new Set(places.flatMap(({ uri, entry }) => (entry === null ? [uri] : [])));
  const found = [...closed].flatMap((uri) =>
    (store.get(vscode.Uri.parse(uri))?.records ?? []).map((entry) => ({ uri, entry })),
  );
  return [...known, ...found];
}

/** A place in a record, as command arguments give it. */
export function placeIn(uri: string, entry: RecordAnalysis, reach: Reach, offset = entry.start): ActPlace {
  return { uri, offset, reach, record: entry.hash };
}
