import type { Decision } from '../../../src/core/decisions/decision';
import { DecisionIndex } from '../../../src/core/decisions/decisionIndex';
import { parseDecisions } from '../../../src/core/decisions/parseDecisions';
import { decisionsText, inFileOrder } from '../../../src/core/decisions/writeDecisions';
import type { Slices } from '../../../src/core/slices';

/** Does to its end what is made to be done in slices. */
export function atOnce<T>(work: Slices<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) {
      return value;
    }
  }
}

export function parseAtOnce(text: string) {
  const { decisions, problems } = atOnce(parseDecisions([text]));
  return { decisions: [...decisions.values()], problems };
}

/** What a file says that holds these decisions. */
export function textAtOnce(decisions: readonly Decision[]): string {
  return [...decisionsText(atOnce(inFileOrder(decisions)))].join('');
}

export function indexAtOnce(decisions: readonly Decision[]): DecisionIndex {
  return atOnce(DecisionIndex.build(decisions));
}
