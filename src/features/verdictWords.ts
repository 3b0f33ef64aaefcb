import type { Project } from '../client/project';
import { Tally } from '../core/report/tally';
import { type CorpusVerdict, corpusVerdict } from '../core/report/verdict';
import type { CorpusScan } from '../host/corpusScan';
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
