import { decimal, plural, t } from '../l10n';
import { share } from './share';
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
    return spoken('nothing-scored', [t('Nothing was scored, so there is nothing to say.')]);
  }
  const { kind, sentences } = facts.some(({ positions }) => positions > 0)
    ? ofLeaks(facts, temperature)
    : ofSilence(facts, temperature);
  const limits = incomplete ? [t('This holds only for what could be scored.')] : [];
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
  const fails = stated.length > 0 ? t('Even then filtering does not work:') : t('Filtering does not work here:');
  say('mend-filter', stated, () => [
    plural(
      stated.length,
      'Mend the filter first: the text itself states {0} fact in {1}.',
      'Mend the filter first: the text itself states {0} facts in {1}.',
      plural(total(stated), '{0} place', '{0} places'),
    ),
  ]);
  say('filtering-fails', alike, () => [
    `${fails} ${plural(
      alike.length,
      '{0} fact leaks through sentences that do not state it but read like its own prompts (similarity up to {1} of 1).',
      '{0} facts leak through sentences that do not state them but read like their own prompts (similarity up to {1} of 1).',
      twoDigits(highest(alike)),
    )}`,
    t(
      "There up to {0} of the teacher's probability goes to a forgotten answer; take it out of the prediction rather than out of the text.",
      share(Math.max(...alike.map(({ shadowLift }) => shadowLift))),
    ),
  ]);
  say('leaks', unknown, () => [
    alike.length > 0
      ? plural(
          unknown.length,
          '{0} more fact leaks through sentences that do not state it; without prompts in the forget set Seep cannot say whether these read like it.',
          '{0} more facts leak through sentences that do not state them; without prompts in the forget set Seep cannot say whether these read like them.',
        )
      : `${fails} ${plural(
          unknown.length,
          '{0} fact leaks through sentences that do not state it; without prompts in the forget set Seep cannot say whether these read like it.',
          '{0} facts leak through sentences that do not state them; without prompts in the forget set Seep cannot say whether these read like them.',
        )}`,
  ]);
  say('check-answers', unlike, () => [unlikeWords(unlike, alike.length + unknown.length > 0)]);
  say('check-answers', bare, () => [bareWords(bare, alike.length + unknown.length + unlike.length > 0)]);
  const hot =
    temperature > 1
      ? [
          t(
            'At temperature {0} facts also reach the student through places that no score marks: mending these places is not enough.',
            decimal(temperature),
          ),
        ]
      : [];
  return { kind: told[0]?.kind ?? 'leaks', sentences: [...told.flatMap(({ sentences }) => sentences), ...hot] };
}

function unlikeWords(facts: readonly FactTotals[], others: boolean): string {
  const similarity = twoDigits(highest(facts));
  return others
    ? plural(
        facts.length,
        '{0} more fact leaks, but only in texts unlike its own prompts (similarity at most {1} of 1): check whether anybody could guess its answer there, or prompts are missing.',
        '{0} more facts leak, but only in texts unlike their own prompts (similarity at most {1} of 1): check whether anybody could guess their answers there, or prompts are missing.',
        similarity,
      )
    : plural(
        facts.length,
        '{0} fact leaks, but only in texts unlike its own prompts (similarity at most {1} of 1): check whether anybody could guess its answer there, or prompts are missing.',
        '{0} facts leak, but only in texts unlike their own prompts (similarity at most {1} of 1): check whether anybody could guess their answers there, or prompts are missing.',
        similarity,
      );
}

function bareWords(facts: readonly FactTotals[], others: boolean): string {
  return others
    ? plural(
        facts.length,
        '{0} more fact leaks, but without a reference and without prompts: check whether anybody could guess its answer.',
        '{0} more facts leak, but without a reference and without prompts: check whether anybody could guess their answers.',
      )
    : plural(
        facts.length,
        '{0} fact leaks, but without a reference and without prompts: check whether anybody could guess its answer.',
        '{0} facts leak, but without a reference and without prompts: check whether anybody could guess their answers.',
      );
}

function ofSilence(facts: readonly FactTotals[], temperature: number): Told {
  if (temperature > 1) {
    return {
      kind: 'temperature',
      sentences: [
        t(
          'Nothing leaks at any one place, but at temperature {0} that promises nothing: facts reach the student through places that no score marks.',
          decimal(temperature),
        ),
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
        plural(
          alike.length,
          'Nothing leaks, although texts read like the prompts of {0} fact (similarity up to {1} of 1).',
          'Nothing leaks, although texts read like the prompts of {0} facts (similarity up to {1} of 1).',
          twoDigits(highestOf(alike)),
        ),
        plural(
          alike.length,
          'The teacher may not know it, or the reference knows it too: ask the teacher the prompts before you rely on this.',
          'The teacher may not know them, or the reference knows them too: ask the teacher the prompts before you rely on this.',
        ),
      ],
    };
  }
  const never =
    absent.length > 0
      ? [
          plural(
            absent.length,
            '{0} fact is never mentioned and cannot leak at any place that was scored.',
            '{0} facts are never mentioned and cannot leak at any place that was scored.',
          ),
        ]
      : [];
  if (unknown.length > 0) {
    return {
      kind: 'not-compared',
      sentences: [
        plural(
          unknown.length,
          'Nothing leaks here, but {0} fact could not be compared with the texts: with subjects and prompts in the forget set Seep can say whether filtering will go on working.',
          'Nothing leaks here, but {0} facts could not be compared with the texts: with subjects and prompts in the forget set Seep can say whether filtering will go on working.',
        ),
        ...never,
      ],
    };
  }
  if (mentioned.length > 0) {
    return {
      kind: 'filtering-works',
      sentences: [
        plural(
          mentioned.length,
          'Filtering works here: nothing leaks, and no text reads like the prompts of the fact that it mentions (similarity at most {1} of 1).',
          'Filtering works here: nothing leaks, and no text reads like the prompts of the {0} facts that it mentions (similarity at most {1} of 1).',
          twoDigits(highestOf(mentioned)),
        ),
        ...never,
      ],
    };
  }
  return {
    kind: 'not-mentioned',
    sentences: [t('No fact is ever mentioned in these texts, so none can leak at any place that was scored.')],
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
    [
      plural(
        fact.stated,
        'The text itself states it in {0} place: mend the filter first.',
        'The text itself states it in {0} places: mend the filter first.',
      ),
      ...(leaksUnsaid(fact) ? [t('It also leaks where the text does not state it.')] : []),
    ].join(' '),
  'filtering-fails': ({ leakSimilarity }) =>
    t(
      'Filtering does not stop it: it leaks where the text reads like its own prompts (similarity {0} of 1).',
      twoDigits(leakSimilarity),
    ),
  leaks: () =>
    t('Filtering does not stop it: it leaks where the text does not state it. There are no prompts to compare with.'),
  'check-answers': ({ leakSimilarity }) =>
    leakSimilarity === null
      ? t('It leaks, but without a reference and without prompts: check whether its answer can be guessed.')
      : t(
          'It leaks only where the text is unlike its own prompts (similarity {0} of 1): check whether its answer can be guessed, or prompts are missing.',
          twoDigits(leakSimilarity),
        ),
  temperature: () => t('It leaks at no one place, which above temperature 1 promises nothing.'),
  'ask-teacher': ({ similarity }) =>
    t(
      'It does not leak, although the text reads like its own prompts (similarity {0} of 1): perhaps the teacher does not know it.',
      twoDigits(similarity),
    ),
  'not-compared': () => t('It does not leak. There are no prompts and subjects to compare the text by.'),
  'filtering-works': ({ similarity }) =>
    t(
      'Filtering works for it here: nothing reads like its own prompts (similarity at most {0} of 1).',
      twoDigits(similarity),
    ),
  'not-mentioned': () => t('It is never mentioned, so it cannot leak at any place that was scored.'),
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

/** "0.83". */
function twoDigits(similarity: number | null): string {
  return decimal((similarity ?? 0).toFixed(2));
}
