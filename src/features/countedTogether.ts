import * as vscode from 'vscode';
import { Tally } from '../core/report/tally';
import { fileOf } from '../host/corpusDocuments';
import { isWithin } from '../host/corpusScan';
import type { CorpusScans } from '../host/corpusScans';
import type { FileAnalysis } from '../host/fileAnalysis';
import { byProject, type Counted, countedScan } from './verdictWords';

/** What was scanned of each project, nothing twice: what scans have counted, and the editor's files that are in no scan. */
export function countedTogether(analyses: readonly FileAnalysis[], scans: CorpusScans): Counted[] {
  const isInScan = ({ uri, project }: FileAnalysis) => {
    const scan = scans.of(project.configPath);
    return scan !== undefined && isWithin(scan.scope, fileOf(vscode.Uri.parse(uri)).fsPath);
  };
  const others = byProject(analyses.filter((analysis) => !isInScan(analysis)));
  const left = new Set(others);
  const ofScans = scans.all.map((scan) => {
    const other = others.find(({ project }) => project.hash === scan.project.hash);
    if (other === undefined) {
      return countedScan(scan);
    }
    left.delete(other);
    return both(countedScan(scan), other);
  });
  return [...left, ...ofScans];
}

function both(a: Counted, b: Counted): Counted {
  const { project } = a;
  const tally = new Tally(project.facts, project.threshold);
  tally.merge(a.tally);
  tally.merge(b.tally);
  return { project, tally, scanning: a.scanning || b.scanning, incomplete: a.incomplete || b.incomplete };
}
