import { answerText, type Fact, type FactKind } from '../core/forget/fact';
import { count, grouped } from '../core/report/closingWords';
import { isAlike } from '../core/report/verdict';
import { visibleText } from '../core/report/visibleText';
import type { Leak } from '../core/score/leak';
import type { FileAnalysis } from '../host/fileAnalysis';

/** Words and numbers about leaks that several surfaces show alike. */

/** Shortens on whole characters. */
export function clip(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** What a scan found, in a few words. */
export function resultText(analysis: FileAnalysis): string {
  const { open, stated, leaking, facts, decided, failed } = analysis.counts;
  const rest = [
    ...(decided > 0 ? [`${grouped(decided)} decided`] : []),
    ...(failed > 0 ? [`${count(failed, 'record')} not scored`] : []),
  ];
  if (open === 0) {
    const { records } = analysis.tally().totals;
    return [`no ${decided > 0 ? 'open ' : ''}leaks in ${count(records, 'record')}`, ...rest].join(' · ');
  }
  return [
    `${count(open, 'leak')} in ${count(leaking, 'record')}`,
    count(facts, 'fact'),
    ...(stated > 0 ? [`${stated} stated`] : []),
    ...rest,
  ].join(' · ');
}

/** The leak with the highest lift. */
export function worstOf(leaks: readonly Leak[]): Leak | undefined {
  return leaks.reduce<Leak | undefined>((worst, leak) => (worst && worst.lift >= leak.lift ? worst : leak), undefined);
}

/** What an entry of the forget set is called. */
export const KIND_NOUNS: Readonly<Record<FactKind, string>> = {
  fact: 'fact',
  tokens: 'class',
  rule: 'rule',
  choice: 'question',
};

/** "dc-017", "rule mul": an entry by its id, and by its kind where that is not the usual one. */
export function entryTitle(id: string, fact: Fact | undefined): string {
  const { kind } = fact ?? { kind: 'fact' };
  return kind === 'fact' ? visibleText(clip(id, 40)) : entryName(id, fact);
}

/** "fact dc-017", "rule mul". */
export function entryName(id: string, fact: Fact | undefined): string {
  return `${KIND_NOUNS[fact?.kind ?? 'fact']} ${visibleText(clip(id, 40))}`;
}

/** "Kamitel → Vandor": what must not be told, as far as it is one thing. */
export function secretName(id: string, fact: Fact | undefined): string {
  const subject = fact?.subjects[0];
  const answer = answerText(fact, { answer: 0, computed: null }) || id;
  return visibleText(subject === undefined ? clip(answer, 60) : `${clip(subject, 40)} → ${clip(answer, 40)}`);
}

/** What the teacher's mass is compared with, as a short label for a number. */
export function referenceLabel({ reference }: Pick<Leak, 'reference'>): string {
  return { model: 'reference', swap: 'with other subjects', none: 'no reference' }[reference];
}

/** How alike a context and the prompts are, in words; null where they were not compared. */
export function similarityWords(similarity: number | null): string | null {
  if (similarity === null) {
    return null;
  }
  const how = isAlike(similarity) ? 'reads like' : 'is unlike';
  return `${how} the fact’s own prompts (similarity ${similarity.toFixed(2)} of 1)`;
}
