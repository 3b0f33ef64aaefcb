import * as vscode from 'vscode';
import { decisionOn } from '../core/decisions/decidedLeaks';
import { groups } from '../core/groups';
import type { FoundPlace as FoundInScan } from '../core/report/corpusFindings';
import type { CorpusScan } from '../host/corpusScan';
import type { FileAnalysis } from '../host/fileAnalysis';
import { recordAddress } from '../host/recordUri';
import { factWithId, type LeakPlace, type RecordPlaces, type UnnamedPlace } from './leakPlaces';

/** The records of which scans know places, without those that an editor's file shows: the worst leaks, and where most is told that no fact names. */
export function placesOfScans(scans: readonly CorpusScan[], files: readonly FileAnalysis[]): readonly RecordPlaces[] {
  const shown = new Set(files.map(({ uri }) => uri));
  for (const { uri } of files) {
    const address = recordAddress(vscode.Uri.parse(uri));
    if (address !== null) {
      shown.add(recordKey({ file: vscode.Uri.file(address.file).toString(), record: address }));
    }
  }
  return scans.flatMap((scan) => {
    const places = [...leaksOf(scan), ...unnamedOf(scan)].filter(
      (place) => !shown.has(place.file) && !shown.has(recordKey(place)),
    );
    return groups(places, recordKey).flatMap(([, here]) => {
      const [first] = here;
      const open = here.filter((place) => 'leak' in place);
      const unnamed = here.find((place) => 'at' in place) ?? null;
      return first === undefined ? [] : [{ file: first.file, open, decided: [], unnamed }];
    });
  });
}

function recordKey({ file, record }: { readonly file: string; readonly record: { readonly index: number } }): string {
  return `${file} ${record.index}`;
}

/** The worst first. */
function leaksOf(scan: CorpusScan): readonly LeakPlace[] {
  const { project, findings, decisions } = scan;
  const placeOf = placesOf(scan);
  const open = findings.leaks.filter(({ leak, record: { hash } }) => {
    return hash === null || decisionOn(leak, decisions.of(hash)) === null;
  });
  return open.map((found) => ({
    ...placeOf(found),
    leak: found.leak,
    fact: factWithId(project, found.leak.fact),
    similarity: () => found.similarity,
  }));
}

/** The largest first. */
function unnamedOf(scan: CorpusScan): readonly UnnamedPlace[] {
  const placeOf = placesOf(scan);
  return scan.findings.unattributed.kept.map((found) => ({ ...placeOf(found), at: found.at }));
}

function placesOf({ project, findings }: CorpusScan) {
  const uris = new Map(findings.files.map(({ file }) => [file, vscode.Uri.file(file).toString()]));
  return ({ record, before, token, after }: FoundInScan) => {
    const uri = uris.get(record.file) ?? '';
    return { project, uri, file: uri, record, entry: null, around: () => ({ before, token, after }) };
  };
}
