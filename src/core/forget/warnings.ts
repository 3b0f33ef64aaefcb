import type { Problem } from '../errors';
import type { Fact } from './fact';
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
      warnings.push(`says the same as ${JSON.stringify(twin)}`);
    }
    const name = `${fact.kind} ${JSON.stringify(fact.id)}`;
    return warnings.map((message) => ({ line: fact.line, column: 1, message: `${name}: ${message}` }));
  });
}

function* warningsOf(fact: Fact): Generator<string> {
  const { kind, subjects, answers, distractors } = fact;
  if (kind === 'fact' && subjects.length === 0) {
    yield 'has no subjects, so it counts in every text and an answer that anybody would guess leaks everywhere';
  }
  const foldedSubjects = subjects.map((subject) => subject.toLowerCase());
  if (new Set(foldedSubjects).size < subjects.length) {
    yield 'names a subject twice';
  }
  if (new Set(answers).size < answers.length) {
    yield 'names an answer twice';
  }
  const short = answers.find((answer) => [...answer].length <= SHORT_ANSWER);
  if (short !== undefined) {
    const length = [...short].length;
    const characters = length === 1 ? '1 character' : `${length} characters`;
    yield `${nameOf(fact, short)} is only ${characters} long, which ordinary text may well contain`;
  }
  const inSubject = answers.find((answer) => foldedSubjects.some((each) => each.includes(answer.toLowerCase())));
  if (inSubject !== undefined) {
    yield foldedSubjects.includes(inSubject.toLowerCase())
      ? `${nameOf(fact, inSubject)} is also a subject: every mention of the subject will look like a leak`
      : `${nameOf(fact, inSubject)} is part of a subject: naming the subject again will look like a leak`;
  }
  if (kind === 'choice') {
    if (distractors.some((each) => answers.includes(each))) {
      yield 'a wrong choice is the same as the right one';
    }
    if (new Set(distractors).size < distractors.length) {
      yield 'two of its choices are the same';
    }
  } else {
    const wrong = distractors.findIndex((distractor) => answers.includes(distractor));
    if (wrong >= 0) {
      yield `distractors[${wrong}] is one of the answers`;
    }
  }
  if (kind === 'rule' && fact.anchored !== null) {
    const { context, answers: templates } = fact.anchored;
    const checked = checkPattern(context);
    if ('groups' in checked && checked.groups.length === 0) {
      yield 'its context has no named groups, so its answer is the same behind every match';
    }
    if (new Set(templates).size < templates.length) {
      yield 'names an answer twice';
    }
  }
}

/** What an entry looks for and where, whatever it is called. */
function contentOf({ kind, subjects, gated, answers, anchored, pattern }: Fact): string {
  const gate = gated ? subjects.map((each) => each.toLowerCase()).sort() : [];
  return JSON.stringify([kind, gate, [...answers].sort(), anchored, pattern]);
}

/** An answer of an entry by its place. */
function nameOf({ kind, answers }: Fact, answer: string): string {
  return kind === 'choice' ? 'the right choice' : `answers[${answers.indexOf(answer)}]`;
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
      const message = `its pattern matches ${tokens.length} of the ${vocabulary} tokens (${percent} %), so ordinary text will look like a leak; narrow the pattern`;
      return { line: lines.get(fact) ?? 1, column: 1, message: `tokens ${JSON.stringify(fact)}: ${message}` };
    });
}
