import * as vscode from 'vscode';
import type { AnalysisStore } from '../host/analysisStore';
import type { CorpusScans } from '../host/corpusScans';
import type { LeakPlace } from './leakPlaces';

/** How many open leaks scans have counted in a file, by its uri; none where it is in the editor, which knows all of them one by one. */
export function leaksOfFiles(store: AnalysisStore, scans: CorpusScans): (uri: string) => number {
  return (uri) => {
    const file = vscode.Uri.parse(uri);
    return store.get(file) === undefined
      ? Math.max(0, ...scans.all.map(({ findings }) => findings.openIn(file.fsPath)))
      : 0;
  };
}

/** How many open leaks of a place's fact a scan has counted. */
export function leaksOfFact({ project, leak }: LeakPlace, scans: CorpusScans): number {
  return scans.of(project.configPath)?.findings.openOf(leak.fact) ?? 0;
}
