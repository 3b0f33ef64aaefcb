import { answerText, type Fact, type FactKind } from '../core/forget/fact';
import { decimal, grouped, plural, t } from '../core/l10n';
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
    ...(decided > 0 ? [t('{0} decided', grouped(decided))] : []),
    ...(failed > 0 ? [plural(failed, '{0} record not scored', '{0} records not scored')] : []),
  ];
  if (open === 0) {
    const { records } = analysis.tally().totals;
    return [
      decided > 0
        ? plural(records, 'no open leaks in {0} record', 'no open leaks in {0} records')
        : plural(records, 'no leaks in {0} record', 'no leaks in {0} records'),
      ...rest,
    ].join(' · ');
  }
  return [
    leaksInRecords(open, leaking),
    plural(facts, '{0} fact', '{0} facts'),
    ...(stated > 0 ? [t('{0} stated', grouped(stated))] : []),
    ...rest,
  ].join(' · ');
}

/** "1 leak", "1,432 leaks". */
export function leaksInWords(leaks: number): string {
  return plural(leaks, '{0} leak', '{0} leaks');
}

/** "3 leaks in 2 records". */
export function leaksInRecords(leaks: number, records: number): string {
  return plural(records, '{1} in {0} record', '{1} in {0} records', leaksInWords(leaks));
}

/** The leak with the highest lift. */
export function worstOf(leaks: readonly Leak[]): Leak | undefined {
  return leaks.reduce<Leak | undefined>((worst, leak) => (worst && worst.lift >= leak.lift ? worst : leak), undefined);
}

/** What an entry of the forget set is called, by its id. */
const NAMED: Readonly<Record<FactKind, (id: string) => string>> = {
  fact: (id) => t('fact {0}', id),
  tokens: (id) => t('class {0}', id),
  rule: (id) => t('rule {0}', id),
  choice: (id) => t('question {0}', id),
};

/** "dc-017", "rule mul": an entry by its id, and by its kind where that is not the usual one. */
export function entryTitle(id: string, fact: Fact | undefined): string {
  const { kind } = fact ?? { kind: 'fact' };
  return kind === 'fact' ? visibleText(clip(id, 40)) : entryName(id, fact);
}

/** "fact dc-017", "rule mul". */
export function entryName(id: string, fact: Fact | undefined): string {
  return NAMED[fact?.kind ?? 'fact'](visibleText(clip(id, 40)));
}

/** "Kamitel → Vandor": what must not be told, as far as it is one thing. */
export function secretName(id: string, fact: Fact | undefined): string {
  const subject = fact?.subjects[0];
  const answer = answerText(fact, { answer: 0, computed: null }) || id;
  return visibleText(subject === undefined ? clip(answer, 60) : `${clip(subject, 40)} → ${clip(answer, 40)}`);
}

/** What the teacher's mass is compared with, as a short label for a number. */
export function referenceLabel({ reference }: Pick<Leak, 'reference'>): string {
  return { model: t('reference'), swap: t('with other subjects'), none: t('no reference') }[reference];
}

/** How alike a context and the prompts are, in words; null where they were not compared. */
export function similarityWords(similarity: number | null): string | null {
  if (similarity === null) {
    return null;
  }
  const figure = decimal(similarity.toFixed(2));
  return isAlike(similarity)
    ? t('This place reads like the fact’s own prompts (similarity {0} of 1).', figure)
    : t('This place is unlike the fact’s own prompts (similarity {0} of 1).', figure);
}
