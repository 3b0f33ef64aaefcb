import * as vscode from 'vscode';
import type { AnalysisStore } from '../host/analysisStore';
import type { CorpusScans } from '../host/corpusScans';

/** How many leaks scans have counted in a file, by its uri; none where it is in the editor, which knows all of them one by one. */
export function leaksOfFiles(store: AnalysisStore, scans: CorpusScans): (uri: string) => number {
  const counted = new Map(scans.all.flatMap(({ findings }) => findings.files.map(({ file, leaks }) => [file, leaks])));
  return (uri) => {
    const file = vscode.Uri.parse(uri);
    return store.get(file) === undefined ? (counted.get(file.fsPath) ?? 0) : 0;
  };
}
