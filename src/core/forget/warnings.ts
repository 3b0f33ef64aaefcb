import type { Problem } from '../errors';
import { grouped, plural, t } from '../l10n';
import type { Fact, FactKind } from './fact';
import { checkPattern } from './pattern';

/** An answer this short (in characters) is likely part of ordinary text. */
const SHORT_ANSWER = 2;

/** What is allowed in a forget set but likely not meant, in the file's order. Names facts by id, never by their text. */
export function forgetSetWarnings(facts: readonly Fact[]): Problem[] {
  const firstOf = new Map<string, string>();
  return facts.flatMap((fact) => {
    const warnings = [...warningsOf(fact)];
    const content = contentOf(fact);
    const twin = firstOf.get(content);
    if (twin === undefined) {
      firstOf.set(content, fact.id);
    } else {
      warnings.push(t('says the same as {0}', JSON.stringify(twin)));
    }
    const name = entryName(fact.kind, fact.id);
    return warnings.map((message) => ({ line: fact.line, column: 1, message: `${name}: ${message}` }));
  });
}

function* warningsOf(fact: Fact): Generator<string> {
  const { kind, subjects, answers, distractors } = fact;
  if (kind === 'fact' && subjects.length === 0) {
    yield t('has no subjects, so it counts in every text and an answer that anybody would guess leaks everywhere');
  }
  const foldedSubjects = subjects.map((subject) => subject.toLowerCase());
  if (new Set(foldedSubjects).size < subjects.length) {
    yield t('names a subject twice');
  }
  if (new Set(answers).size < answers.length) {
    yield t('names an answer twice');
  }
  const short = answers.find((answer) => [...answer].length <= SHORT_ANSWER);
  if (short !== undefined) {
    yield plural(
      [...short].length,
      '{1} is only {0} character long, which ordinary text may well contain',
      '{1} is only {0} characters long, which ordinary text may well contain',
      nameOf(fact, short),
    );
  }
  const inSubject = answers.find((answer) => foldedSubjects.some((each) => each.includes(answer.toLowerCase())));
  if (inSubject !== undefined) {
    yield foldedSubjects.includes(inSubject.toLowerCase())
      ? t('{0} is also a subject: every mention of the subject will look like a leak', nameOf(fact, inSubject))
      : t('{0} is part of a subject: naming the subject again will look like a leak', nameOf(fact, inSubject));
  }
  if (kind === 'choice') {
    if (distractors.some((each) => answers.includes(each))) {
      yield t('a wrong choice is the same as the right one');
    }
    if (new Set(distractors).size < distractors.length) {
      yield t('two of its choices are the same');
    }
  } else {
    const wrong = distractors.findIndex((distractor) => answers.includes(distractor));
    if (wrong >= 0) {
      yield t('{0} is one of the answers', `distractors[${wrong}]`);
    }
  }
  if (kind === 'rule' && fact.anchored !== null) {
    const { context, answers: templates } = fact.anchored;
    const checked = checkPattern(context);
    if ('groups' in checked && checked.groups.length === 0) {
      yield t('its context has no named groups, so its answer is the same behind every match');
    }
    if (new Set(templates).size < templates.length) {
      yield t('names an answer twice');
    }
  }
}

/** What an entry looks for and where, whatever it is called. */
function contentOf({ kind, subjects, gated, answers, anchored, pattern }: Fact): string {
  const gate = gated ? subjects.map((each) => each.toLowerCase()).sort() : [];
  return JSON.stringify([kind, gate, [...answers].sort(), anchored, pattern]);
}

function entryName(kind: FactKind, id: string): string {
  const quoted = JSON.stringify(id);
  switch (kind) {
    case 'fact':
      return t('fact {0}', quoted);
    case 'tokens':
      return t('tokens {0}', quoted);
    case 'rule':
      return t('rule {0}', quoted);
    case 'choice':
      return t('choice {0}', quoted);
  }
}

/** An answer of an entry by its place. */
function nameOf({ kind, answers }: Fact, answer: string): string {
  return kind === 'choice' ? t('the right choice') : `answers[${answers.indexOf(answer)}]`;
}

/** Members of a class of tokens, by the id of its entry. */
export interface ClassMembers {
  readonly fact: string;
  readonly tokens: readonly number[];
}

/** Classes of tokens that hold most of a model's vocabulary, which can hardly be meant. */
export function classWarnings(facts: readonly Fact[], classes: readonly ClassMembers[], vocabulary: number): Problem[] {
  const lines = new Map(facts.map(({ id, line }) => [id, line]));
  return classes
    .filter(({ tokens }) => tokens.length * 2 > vocabulary)
    .map(({ fact, tokens }) => {
      const percent = Math.round((100 * tokens.length) / vocabulary);
      const message = t(
        'its pattern matches {0} of the {1} tokens ({2} %), so ordinary text will look like a leak; narrow the pattern',
        grouped(tokens.length),
        grouped(vocabulary),
        percent,
      );
      return { line: lines.get(fact) ?? 1, column: 1, message: `${entryName('tokens', fact)}: ${message}` };
    });
}
