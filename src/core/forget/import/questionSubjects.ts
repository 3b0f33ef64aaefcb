import type { SubjectSource } from './importFormat';

/** Words that begin questions, and are no names though they are capitalised there. */
const OPENERS = new Set(
  (
    'a an and are as at be been by can could describe did do does during explain for from give had has have how if in ' +
    'into is list may might must name of on or please shall should since state tell that the there these this those to ' +
    'under was were what when where which while who whom whose why will with within would'
  ).split(' '),
);

/** A capitalised word, also with initials, hyphens and apostrophes inside: "J.", "O'Brien", "Day-Lewis". */
const CAPITALISED = String.raw`\p{Lu}[\p{L}\p{M}\p{N}]*(?:[.'’-](?=[\p{L}\p{N}])[\p{L}\p{M}\p{N}]+)*(?:(?<=(?<![\p{L}])\p{Lu})\.)?`;
/** Small words that may stand inside a name. */
const PARTICLE = '(?:of|da|de|del|della|der|di|du|la|le|van|von|bin|ibn|al|el)';
const RUN = new RegExp(
  String.raw`(?<![\p{L}\p{N}])${CAPITALISED}(?:(?: ${PARTICLE}){0,2} ${CAPITALISED})*(?![\p{L}\p{N}])`,
  'gu',
);

/** More names than this in one question would gate nothing. */
const MAX_NAMES = 5;

/**
 * What a question is about: the names in it, that is the runs of capitalised words, except a question word and a single word that the
 * question begins with; where there are none, the question itself.
 */
export function questionSubjects(question: string): {
  readonly subjects: readonly string[];
  readonly source: SubjectSource;
} {
  const names = new Set<string>();
  for (const match of question.matchAll(RUN)) {
    // What opens the question is capitalised whatever it is.
    const isOpening = !/\p{L}/u.test(question.slice(0, match.index));
    const name = isOpening ? withoutOpeners(match[0]) : match[0];
    const bare = name.replace(/['’]s$/u, '');
    const isSingleOpening = isOpening && name === match[0] && !name.includes(' ');
    if (bare !== '' && bare !== 'I' && !isSingleOpening) {
      names.add(bare);
    }
  }
  return names.size > 0
    ? { subjects: [...names].slice(0, MAX_NAMES), source: 'names' }
    : { subjects: [question], source: 'question' };
}

function withoutOpeners(run: string): string {
  const words = run.split(' ');
  while (words.length > 0 && OPENERS.has((words[0] ?? '').toLowerCase())) {
    words.shift();
  }
  return words.join(' ');
}
