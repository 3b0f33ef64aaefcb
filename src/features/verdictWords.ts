import type { Project } from '../client/project';
import { Tally } from '../core/report/tally';
import { type CorpusVerdict, corpusVerdict } from '../core/report/verdict';
import type { FileAnalysis } from '../host/fileAnalysis';

/** Files of one project, counted together. */
export interface Counted {
  readonly project: Project;
  readonly analyses: readonly FileAnalysis[];
  readonly tally: Tally;
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
    return first ? [{ project: first.project, analyses: group, tally: together(first.project, group) }] : [];
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

/** Whether filtering these files keeps the facts from the student; null as long as they are being scanned. */
export function verdictOf({ project, analyses, tally }: Counted): CorpusVerdict | null {
  if (analyses.some(({ activity }) => activity.kind !== 'idle')) {
    return null;
  }
  const incomplete = analyses.some((analysis) => analysis.incomplete);
  const { records } = tally.totals;
  return corpusVerdict(tally.facts, { records, temperature: project.temperature, incomplete });
}
