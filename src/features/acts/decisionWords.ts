import type { Decision } from '../../core/decisions/decision';
import { DECIDED } from '../../core/decisions/decisionWords';
import { visibleText } from '../../core/report/visibleText';
import { clip } from '../leakText';

const MAX_REASON = 80;

/** "ignored: public knowledge". Safe to show wherever plain text is shown. */
export function decisionWords({ action, reason }: Pick<Decision, 'action' | 'reason'>): string {
  return reason === null ? DECIDED[action] : `${DECIDED[action]}: ${visibleText(clip(reason, MAX_REASON))}`;
}

/** What is decided about a record, each thing once. */
export function decisionsInWords(decisions: readonly Decision[]): string {
  return [...new Set(decisions.map(decisionWords))].join(', ');
}
