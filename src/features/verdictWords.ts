import * as vscode from 'vscode';
import type { Project } from '../client/project';
import { Tally } from '../core/report/tally';
import { type CorpusVerdict, corpusVerdict } from '../core/report/verdict';
import { fileOf } from '../host/corpusDocuments';
import { type CorpusScan, isWithin } from '../host/corpusScan';
import type { FileAnalysis } from '../host/fileAnalysis';

/** What was scanned of one project, counted together. */
export interface Counted {
  readonly project: Project;
  readonly tally: Tally;
  /** More is to come. */
  readonly scanning: boolean;
  /** Something was not scored. */
  readonly incomplete: boolean;
}

/** Files put together by the settings they were scanned with, in their order. */
export function byProject(analyses: readonly FileAnalysis[]): Counted[] {
  const groups = new Map<string, FileAnalysis[]>();
  for (const analysis of analyses) {
    const group = groups.get(analysis.project.hash);
    if (group) {
      group.push(analysis);
    } else {
      groups.set(analysis.project.hash, [analysis]);
    }
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first
      ? [
          {
            project: first.project,
            tally: together(first.project, group),
            scanning: group.some(({ activity }) => activity.kind !== 'idle'),
            incomplete: group.some(({ incomplete }) => incomplete),
          },
        ]
      : [];
  });
}

function together({ facts, threshold }: Project, analyses: readonly FileAnalysis[]): Tally {
  const [only] = analyses;
  if (analyses.length === 1 && only) {
    return only.tally();
  }
  const tally = new Tally(facts, threshold);
  for (const analysis of analyses) {
    tally.merge(analysis.tally());
  }
  return tally;
}

/** What was scanned of each project, nothing twice: what scans have counted, and the editor's files that are in no scan. */
export function countedTogether(analyses: readonly FileAnalysis[], scans: readonly CorpusScan[]): Counted[] {
  const isInScan = ({ uri, project }: FileAnalysis) =>
    scans.some(({ scope }) => {
      const path = fileOf(vscode.Uri.parse(uri)).fsPath;
      return scope.configPath === project.configPath && isWithin(scope, path);
    });
  const others = byProject(analyses.filter((analysis) => !isInScan(analysis)));
  const left = new Set(others);
  const ofScans = scans.map((scan) => {
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

/** What a scan has counted of a corpus. */
export function countedScan({ project, findings, running, activity }: CorpusScan): Counted {
  const incomplete = findings.incomplete.all > 0 || activity.kind !== 'done';
  return { project, tally: findings.tally, scanning: running, incomplete };
}

/** Whether filtering these files keeps the facts from the student; null as long as they are being scanned. */
export function verdictOf({ project, tally, scanning, incomplete }: Counted): CorpusVerdict | null {
  return scanning
    ? null
    : corpusVerdict(tally.facts, { records: tally.totals.records, temperature: project.temperature, incomplete });
}
