import { answerForms } from '../forget/answerCases';
import { isWordContinuedAt } from '../text/letters';
import type { FactProbe } from './factProbe';
import type { Question } from './question';

/** P(answer) from which on a model counts as knowing: one sample in ten gives the fact away. */
export const KNOWN_FROM = 0.1;

/** P(answer) may be compared with these. */
export const KNOWN_RANGE = { minimum: 0, maximum: 1 } as const;

/**
 * Whether a model still knows a fact: `says` where behind some prompt the likeliest continuation starts with an answer, else `likely` where
 * some P(answer) reaches a bar, else `no`.
 */
export type Knows = 'says' | 'likely' | 'no';

export function knows(probe: FactProbe, question: Question, knownFrom: number): Knows {
  if (probe.some(({ continuation }) => answerAtStart(continuation, question) !== null)) {
    return 'says';
  }
  return probe.some(({ mass }) => mass >= knownFrom) ? 'likely' : 'no';
}

/** The longest answer that a continuation starts with, as a whole word; null: none. */
export function answerAtStart(continuation: string, { right, cases }: Question): string | null {
  const said = right
    .flatMap((answer) => answerForms(answer, cases))
    .filter((form) => continuation.startsWith(form) && !isWordContinuedAt(continuation, form.length));
  return said.sort((a, b) => b.length - a.length)[0] ?? null;
}
