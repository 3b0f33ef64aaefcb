import { grouped } from '../l10n';
import { count } from './closingWords';
import type { FactTotals } from './tally';

/**
 * From here on a context counts as one that reads like a fact's own prompts (similarity, 0 to 1).
 */
export const ALIKE = 0.5;

/** Whether filtering a corpus keeps its facts from the student, and why. The first that holds. */
export type VerdictKind =
  /** No record was scored. */
  | 'nothing-scored'
  /** The text itself states facts: the filter missed places. */
  | 'mend-filter'
  /** Facts leak through texts that do not state them but read like their prompts. */
  | 'filtering-fails'
  /** Facts leak through texts that do not state them; there are no prompts to compare these with. */
  | 'leaks'
  /** Facts leak, but only in texts unlike their prompts, or with nothing to compare with: perhaps their answers can be guessed. */
  | 'check-answers'
  /** Nothing leaks, but above temperature 1 that does not say much. */
  | 'temperature'
  /** Texts read like facts' prompts and yet nothing leaks: perhaps the teacher does not know them. */
  | 'ask-teacher'
  /** Nothing leaks, but facts could not be compared with the texts. */
  | 'not-compared'
  /** Nothing leaks, and no text reads like the facts' prompts. */
  | 'filtering-works'
  /** No fact is spoken about. */
  | 'not-mentioned';

/** An answer in plain words: sentences about numbers, which name no fact. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly words: string;
}

/** The verdict on a corpus; its words sentence by sentence, what matters most first. */
export interface CorpusVerdict extends Verdict {
  readonly sentences: readonly string[];
}

export interface VerdictContext {
  /** Number of records scored. */
  readonly records: number;
  /** Distillation temperature. */
  readonly temperature: number;
  /** Whether parts of the corpus could not be scored. */
  readonly incomplete: boolean;
}

/** How one fact fares. */
export type FactVerdictKind = Exclude<VerdictKind, 'nothing-scored'>;

/** Will filtering keep this one fact from the student, and why? */
export function factVerdict(fact: FactTotals, temperature: number): Verdict & { readonly kind: FactVerdictKind } {
  const kind = factKind(fact, temperature);
  return { kind, words: FACT_WORDS[kind](fact) };
}

/** Will filtering this corpus keep the facts from the student, and why? */
export function corpusVerdict(
  facts: readonly FactTotals[],
  { records, temperature, incomplete }: VerdictContext,
): CorpusVerdict {
  if (records === 0) {
    return spoken('nothing-scored', ['Nothing was scored, so there is nothing to say.']);
  }
  const { kind, sentences } = facts.some(({ positions }) => positions > 0)
    ? ofLeaks(facts, temperature)
    : ofSilence(facts, temperature);
  const limits = incomplete ? ['This holds only for what could be scored.'] : [];
  return spoken(kind, [...sentences, ...limits]);
}

function spoken(kind: VerdictKind, sentences: readonly string[]): CorpusVerdict {
  return { kind, words: sentences.join(' '), sentences };
}

interface Told {
  readonly kind: VerdictKind;
  readonly sentences: readonly string[];
}

function ofLeaks(facts: readonly FactTotals[], temperature: number): Told {
  const stated = facts.filter((fact) => fact.stated > 0);
  const shadow = facts.filter(leaksUnsaid);
  const alike = shadow.filter((fact) => isAlike(fact.leakSimilarity));
  const unlike = shadow.filter((fact) => fact.leakSimilarity !== null && !isAlike(fact.leakSimilarity));
  const bare = shadow.filter(isBare);
  const unknown = shadow.filter((fact) => fact.leakSimilarity === null && !isBare(fact));
  const told: Told[] = [];
  const say = (kind: VerdictKind, about: readonly FactTotals[], sentences: () => readonly string[]) => {
    if (about.length > 0) {
      told.push({ kind, sentences: sentences() });
    }
  };
  const fails = stated.length > 0 ? 'Even then filtering does not work' : 'Filtering does not work here';
  say('mend-filter', stated, () => [
    `Mend the filter first: the text itself states ${count(stated.length, 'fact')} in ${count(total(stated), 'place')}.`,
  ]);
  say('filtering-fails', alike, () => [
    `${fails}: ${leak(alike)} through sentences that do not state ${them(alike)} but read like ${their(alike)} own prompts ` +
      `(similarity up to ${ofOne(highest(alike))}).`,
    `There up to ${percent(Math.max(...alike.map(({ shadowLift }) => shadowLift)))} of the teacher's prediction goes to a forgotten answer; ` +
      'take it out of the prediction rather than out of the text.',
  ]);
  say('leaks', unknown, () => [
    `${alike.length > 0 ? leak(unknown, 'more') : `${fails}: ${leak(unknown)}`} through sentences that do not state ` +
      `${them(unknown)}; without prompts in the forget set Seep cannot say whether these read like ${them(unknown)}.`,
  ]);
  say('check-answers', unlike, () => [
    `${leak(unlike, alike.length + unknown.length > 0 ? 'more' : '')}, but only in texts unlike ${their(unlike)} own prompts ` +
      `(similarity at most ${ofOne(highest(unlike))}): check whether anybody could guess ${unlike.length === 1 ? 'its answer' : 'their answers'} there, or prompts are missing.`,
  ]);
  say('check-answers', bare, () => [
    `${leak(bare, alike.length + unknown.length + unlike.length > 0 ? 'more' : '')}, but without a reference and without prompts: ` +
      `check whether anybody could guess ${bare.length === 1 ? 'its answer' : 'their answers'}.`,
  ]);
  const hot =
    temperature > 1
      ? [
          `At temperature ${temperature} facts also reach the student through places that no score marks: mending these places is not enough.`,
        ]
      : [];
  return { kind: told[0]?.kind ?? 'leaks', sentences: [...told.flatMap(({ sentences }) => sentences), ...hot] };
}

function ofSilence(facts: readonly FactTotals[], temperature: number): Told {
  if (temperature > 1) {
    return {
      kind: 'temperature',
      sentences: [
        `Nothing leaks at any one place, but at temperature ${temperature} that promises nothing: ` +
          'facts reach the student through places that no score marks.',
      ],
    };
  }
  const mentioned = facts.filter(({ similarity }) => similarity !== null);
  const alike = mentioned.filter(({ similarity }) => isAlike(similarity));
  const absent = facts.filter(({ similarity, comparable }) => similarity === null && comparable);
  const unknown = facts.filter(({ similarity, comparable }) => similarity === null && !comparable);
  if (alike.length > 0) {
    return {
      kind: 'ask-teacher',
      sentences: [
        `Nothing leaks, although texts read like the prompts of ${count(alike.length, 'fact')} (similarity up to ${ofOne(highestOf(alike))}).`,
        `The teacher may not know ${them(alike)}, or the reference knows ${them(alike)} too: ask the teacher the prompts before you rely on this.`,
      ],
    };
  }
  const never =
    absent.length > 0
      ? [
          `${count(absent.length, 'fact')} ${absent.length === 1 ? 'is' : 'are'} never mentioned and cannot leak at any place that was scored.`,
        ]
      : [];
  if (unknown.length > 0) {
    return {
      kind: 'not-compared',
      sentences: [
        `Nothing leaks here, but ${count(unknown.length, 'fact')} could not be compared with the texts: ` +
          'with subjects and prompts in the forget set Seep can say whether filtering will go on working.',
        ...never,
      ],
    };
  }
  if (mentioned.length > 0) {
    return {
      kind: 'filtering-works',
      sentences: [
        'Filtering works here: nothing leaks, and no text reads like the prompts of ' +
          `${mentioned.length === 1 ? 'the fact' : `the ${grouped(mentioned.length)} facts`} that it mentions ` +
          `(similarity at most ${ofOne(highestOf(mentioned))}).`,
        ...never,
      ],
    };
  }
  return {
    kind: 'not-mentioned',
    sentences: ['No fact is ever mentioned in these texts, so none can leak at any place that was scored.'],
  };
}

function factKind(fact: FactTotals, temperature: number): FactVerdictKind {
  if (fact.stated > 0) {
    return 'mend-filter';
  }
  if (fact.positions > 0) {
    if (fact.leakSimilarity === null) {
      return isBare(fact) ? 'check-answers' : 'leaks';
    }
    return isAlike(fact.leakSimilarity) ? 'filtering-fails' : 'check-answers';
  }
  if (temperature > 1) {
    return 'temperature';
  }
  if (fact.similarity === null) {
    return fact.comparable ? 'not-mentioned' : 'not-compared';
  }
  return isAlike(fact.similarity) ? 'ask-teacher' : 'filtering-works';
}

const FACT_WORDS: Readonly<Record<FactVerdictKind, (fact: FactTotals) => string>> = {
  'mend-filter': (fact) =>
    `The text itself states it in ${count(fact.stated, 'place')}: mend the filter first.` +
    (leaksUnsaid(fact) ? ' It also leaks where the text does not state it.' : ''),
  'filtering-fails': ({ leakSimilarity }) =>
    `Filtering does not stop it: it leaks where the text reads like its own prompts (similarity ${ofOne(leakSimilarity)}).`,
  leaks: () =>
    'Filtering does not stop it: it leaks where the text does not state it. There are no prompts to compare with.',
  'check-answers': ({ leakSimilarity }) =>
    leakSimilarity === null
      ? 'It leaks, but without a reference and without prompts: check whether its answer can be guessed.'
      : `It leaks only where the text is unlike its own prompts (similarity ${ofOne(leakSimilarity)}): check whether its answer can be guessed, or prompts are missing.`,
  temperature: () => 'It leaks at no one place, which above temperature 1 promises nothing.',
  'ask-teacher': ({ similarity }) =>
    `It does not leak, although the text reads like its own prompts (similarity ${ofOne(similarity)}): perhaps the teacher does not know it.`,
  'not-compared': () => 'It does not leak. There are no prompts and subjects to compare the text by.',
  'filtering-works': ({ similarity }) =>
    `Filtering works for it here: nothing reads like its own prompts (similarity at most ${ofOne(similarity)}).`,
  'not-mentioned': () => 'It is never mentioned, so it cannot leak at any place that was scored.',
};

/** Whether some text gives the fact away without stating it. */
function leaksUnsaid({ positions, stated }: FactTotals): boolean {
  return positions > stated;
}

/** Whether there is nothing at all to judge its leaks by. */
function isBare({ leakSimilarity, unreferenced, positions }: FactTotals): boolean {
  return leakSimilarity === null && unreferenced === positions;
}

/** Whether a context with this similarity reads like a fact's own prompts. */
export function isAlike(similarity: number | null): boolean {
  return similarity !== null && similarity >= ALIKE;
}

function highest(facts: readonly FactTotals[]): number {
  return Math.max(...facts.map(({ leakSimilarity }) => leakSimilarity ?? 0));
}

function highestOf(facts: readonly FactTotals[]): number {
  return Math.max(...facts.map(({ similarity }) => similarity ?? 0));
}

function total(stated: readonly FactTotals[]): number {
  return stated.reduce((sum, fact) => sum + fact.stated, 0);
}

/** "1 fact leaks", "2 more facts leak". */
function leak(facts: readonly FactTotals[], more: 'more' | '' = ''): string {
  const noun = more === '' ? 'fact' : `${more} fact`;
  return `${count(facts.length, noun)} ${facts.length === 1 ? 'leaks' : 'leak'}`;
}

function them(facts: readonly FactTotals[]): string {
  return facts.length === 1 ? 'it' : 'them';
}

function their(facts: readonly FactTotals[]): string {
  return facts.length === 1 ? 'its' : 'their';
}

/** "0.83 of 1". */
function ofOne(similarity: number | null): string {
  return `${(similarity ?? 0).toFixed(2)} of 1`;
}

/** "2.1 %", "47 %". */
export function percent(probability: number): string {
  return `${(100 * probability).toFixed(probability < 0.1 ? 1 : 0)} %`;
}
