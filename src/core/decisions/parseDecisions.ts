import type { Problem } from '../errors';
import type { Report } from '../json/objectReader';
import { grouped, t } from '../l10n';
import type { Slices } from '../slices';
import { type Decision, decisionKey } from './decision';
import { readDecision } from './readDecision';
import { readWrittenDecision } from './writtenDecision';

export interface DecisionsResult {
  /** Those of the lines without problems, by their keys; of several with one key the last. */
  readonly decisions: Map<string, Decision>;
  /** By line. */
  readonly problems: readonly Problem[];
}

/** Faults after which a file is not read any further: it is no file of decisions. */
export const MAX_FAULTS = 1000;

/**
 * Reads a file of decisions: one a line, as JSON. Blank lines are skipped.
 * @param pieces of its text, each of whole lines; yields behind each
 */
export function* parseDecisions(pieces: Iterable<string>): Slices<DecisionsResult> {
  const decisions = new Map<string, Decision>();
  const problems: Problem[] = [];
  const result = () => ({ decisions, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) });
  let number = 0;
  for (const piece of pieces) {
    for (const each of linesIn(piece)) {
      number++;
      const line = number === 1 ? each.replace(/^\ufeff/, '') : each;
      if (line.trim() === '') {
        continue;
      }
      const before = problems.length;
      const report: Report = (offset, message) => problems.push({ line: number, column: offset + 1, message });
      if (before >= MAX_FAULTS) {
        report(0, t('after {0} faults nothing from this line on was read', grouped(MAX_FAULTS)));
        return result();
      }
      const decision = readWrittenDecision(line) ?? readDecision(line, report);
      if (decision !== null && problems.length === before) {
        decisions.set(decisionKey(decision), decision);
      }
    }
    yield;
  }
  return result();
}

/** One after the other, for there may be millions. */
function* linesIn(text: string): Generator<string> {
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    yield text.slice(start, end);
    start = end + 1;
  }
  if (start < text.length) {
    yield text.slice(start);
  }
}
