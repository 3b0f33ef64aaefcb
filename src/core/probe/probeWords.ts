import { grouped } from '../l10n';
import { count } from '../report/closingWords';
import { isJudged } from './probedModel';
import type { ProbedModelSummary, ProbeSummary } from './probeLine';

/** What a probe found, in plain words, a sentence or a few on each model. Holds no fact text. */
export function probeWords({ models, facts, notAsked, knownFrom, incomplete }: Omit<ProbeSummary, 'schema'>): string[] {
  const judged = models.filter(isJudged);
  return [
    // What was meant to be forgotten matters most.
    ...[...judged, ...models.filter((model) => !isJudged(model))].map(modelWords),
    ...(judged.length > 0 && judged.every(({ says, likely }) => says + likely === 0) ? [NO_PROOF] : []),
    `A model still knows a fact if its likeliest continuation of some prompt starts with an answer, or if it gives all answers together a probability of ${knownFrom} or more behind some prompt.`,
    ...(notAsked.length > 0
      ? [
          `${count(notAsked.length, 'fact')} of ${grouped(facts + notAsked.length)} could not be asked about: no prompts.`,
        ]
      : []),
    ...(incomplete.length > 0 ? [`Incomplete: ${count(incomplete.length, 'answer')} could not be had.`] : []),
  ];
}

const NO_PROOF =
  'That is no proof of forgetting: other prompts may still draw the facts out, and so may a little training.';

function modelWords({ model, answered, says, likely }: ProbedModelSummary): string {
  const known = says + likely;
  if (answered === 0) {
    return `${model} has answered nothing.`;
  }
  if (known === 0) {
    return `${model} knows none of ${count(answered, 'fact')}.`;
  }
  const how = says === 0 ? 'none of them said' : likely === 0 ? 'all of them said' : `${grouped(says)} of them said`;
  return `${model} still knows ${grouped(known)} of ${count(answered, 'fact')}, ${how} outright.`;
}
