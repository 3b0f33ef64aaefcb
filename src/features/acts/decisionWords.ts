import type { Decision, DecisionAction } from '../../core/decisions/decision';
import { t } from '../../core/l10n';
import { visibleText } from '../../core/report/visibleText';
import { clip } from '../leakText';

const DONE: Readonly<Record<DecisionAction, string>> = {
  drop: t('left out of exports'),
  mask: t('masked'),
  ignore: t('ignored'),
  reviewed: t('reviewed'),
};

const MAX_REASON = 80;

/** "ignored: public knowledge". Safe to show wherever plain text is shown. */
export function decisionWords({ action, reason }: Pick<Decision, 'action' | 'reason'>): string {
  return reason === null ? DONE[action] : `${DONE[action]}: ${visibleText(clip(reason, MAX_REASON))}`;
}

/** What is decided about a record, each thing once. */
export function decisionsInWords(decisions: readonly Decision[]): string {
  return [...new Set(decisions.map(decisionWords))].join(', ');
}
