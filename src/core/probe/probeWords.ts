import { decimal, grouped, plural, t } from '../l10n';
import { isJudged } from './probedModel';
import type { ProbedModelSummary, ProbeSummary } from './probeLine';

/** What a probe found, in plain words, a sentence or a few on each model. Holds no fact text. */
export function probeWords({ models, facts, notAsked, knownFrom, incomplete }: Omit<ProbeSummary, 'schema'>): string[] {
  const judged = models.filter(isJudged);
  return [
    // What was meant to be forgotten matters most.
    ...[...judged, ...models.filter((model) => !isJudged(model))].map(modelWords),
    ...(judged.length > 0 && judged.every(({ says, likely }) => says + likely === 0) ? [NO_PROOF] : []),
    t(
      'A model still knows a fact if its likeliest continuation of some prompt starts with an answer, or if it gives all answers together a probability of {0} or more behind some prompt.',
      decimal(knownFrom),
    ),
    ...(notAsked.length > 0
      ? [
          plural(
            notAsked.length,
            '{0} fact of {1} could not be asked about: no prompts.',
            '{0} facts of {1} could not be asked about: no prompts.',
            grouped(facts + notAsked.length),
          ),
        ]
      : []),
    ...(incomplete.length > 0
      ? [
          plural(
            incomplete.length,
            'Incomplete: {0} answer could not be had.',
            'Incomplete: {0} answers could not be had.',
          ),
        ]
      : []),
  ];
}

const NO_PROOF = t(
  'That is no proof of forgetting: other prompts may still draw the facts out, and so may a little training.',
);

function modelWords({ model, answered, says, likely }: ProbedModelSummary): string {
  const known = says + likely;
  if (answered === 0) {
    return t('{0} has answered nothing.', model);
  }
  if (known === 0) {
    return plural(answered, '{1} knows none of {0} fact.', '{1} knows none of {0} facts.', model);
  }
  const how =
    says === 0
      ? t('none of them said outright')
      : likely === 0
        ? t('all of them said outright')
        : t('{0} of them said outright', grouped(says));
  return plural(
    answered,
    '{1} still knows {2} of {0} fact, {3}.',
    '{1} still knows {2} of {0} facts, {3}.',
    model,
    grouped(known),
    how,
  );
}
