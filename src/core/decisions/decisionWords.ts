import type { DecisionAction } from './decision';

/** What a decision did to a record, as people are told it. */
export const DECIDED: Readonly<Record<DecisionAction, string>> = {
  drop: 'left out of exports',
  mask: 'masked',
  ignore: 'ignored',
  reviewed: 'reviewed',
};
