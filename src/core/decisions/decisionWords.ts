import { t } from '../l10n';
import type { DecisionAction } from './decision';

/** What a decision did to a record, as people are told it. */
export const DECIDED: Readonly<Record<DecisionAction, string>> = {
  drop: t('left out of exports'),
  mask: t('masked'),
  ignore: t('ignored'),
  reviewed: t('reviewed'),
};
