import type { Fact } from '../forget/fact';
import { foldCase } from '../text/foldCase';
import { hash32 } from '../text/hash32';
import { SubjectMatcher } from '../text/subjectMatcher';

/** A text in which another name stands for a subject. */
export interface SwappedText {
  readonly text: string;
  /** UTF-16 offset in `text` of an offset in the original; null inside a mention that was replaced. */
  offsetOf(original: number): number | null;
}

/** Puts `name` in place of every mention of any of the subjects; null where none is mentioned. */
export function swapSubject(text: string, subjects: readonly string[], name: string): SwappedText | null {
  const ranges = new SubjectMatcher(subjects.map((subject) => [subject, 0] as const)).ranges(text);
  if (ranges.length === 0) {
    return null;
  }
  let swapped = '';
  let at = 0;
  for (const [start, end] of ranges) {
    swapped += text.slice(at, start) + name;
    at = end;
  }
  return {
    text: swapped + text.slice(at),
    offsetOf: (original) => {
      let shift = 0;
      for (const [start, end] of ranges) {
        if (original <= start) {
          break;
        }
        if (original < end) {
          return null;
        }
        shift += name.length - (end - start);
      }
      return original + shift;
    },
  };
}

/** A name that may stand for a subject. */
interface Other {
  readonly name: string;
  /** Without regard to case. */
  readonly folded: string;
  /** Answers of all facts that it is the subject of, without regard to case. */
  readonly answers: Set<string>;
}

/**
 * Chooses whom to put in place of a fact's subject: the user's names first, then subjects of facts that share a tag with it (of all
 * facts where it has no tags), spread over the forget set and the same in every run. A name that the record mentions, or one of whose
 * facts shares an answer, is passed over: the other subject must not know the same.
 */
export class OtherSubjects {
  readonly #byTag = new Map<string, Set<Other>>();
  readonly #all = new Set<Other>();
  readonly #names: readonly Other[];
  readonly #pools = new Map<Set<Other>, readonly Other[]>();

  /** @param names the user's own, which come first */
  constructor(facts: readonly Fact[], names: readonly string[]) {
    const byName = new Map<string, Other>();
    const otherOf = (name: string): Other => {
      const folded = foldCase(name);
      const known = byName.get(folded);
      const other = known ?? { name, folded, answers: new Set<string>() };
      byName.set(folded, other);
      return other;
    };
    for (const { subjects, answers, tags } of facts) {
      for (const subject of subjects) {
        const other = otherOf(subject);
        for (const answer of answers) {
          other.answers.add(foldCase(answer));
        }
      }
      const [first] = subjects;
      if (first !== undefined) {
        this.#all.add(otherOf(first));
        for (const tag of tags) {
          const pool = this.#byTag.get(tag) ?? new Set();
          this.#byTag.set(tag, pool.add(otherOf(first)));
        }
      }
    }
    this.#names = names.map(otherOf);
  }

  /** At most `count` names. */
  of(fact: Fact, text: string, count: number): string[] {
    const chosen: string[] = [];
    const mentioned = foldCase(text);
    const own = new Set(fact.subjects.map(foldCase));
    const answers = fact.answers.map(foldCase);
    for (const { name, folded, answers: theirs } of this.#candidates(fact)) {
      if (chosen.length === count) {
        break;
      }
      const knowsTheSame = answers.some((answer) => theirs.has(answer));
      if (!own.has(folded) && !mentioned.includes(folded) && !knowsTheSame && !chosen.includes(name)) {
        chosen.push(name);
      }
    }
    return chosen;
  }

  *#candidates(fact: Fact): Generator<Other> {
    yield* this.#names;
    const pools = fact.tags.length === 0 ? [this.#all] : fact.tags.flatMap((tag) => this.#byTag.get(tag) ?? []);
    for (const others of pools) {
      const pool = this.#pools.get(others) ?? [...others];
      this.#pools.set(others, pool);
      const start = pool.length === 0 ? 0 : hash32(fact.id) % pool.length;
      // Neighbours in a forget set are often about the same; a step that shares no factor with the size visits all.
      const step = stepThrough(pool.length);
      for (let i = 0; i < pool.length; i++) {
        const other = pool[(start + i * step) % pool.length];
        if (other !== undefined) {
          yield other;
        }
      }
    }
  }
}

function stepThrough(size: number): number {
  let step = Math.max(1, Math.round(size * 0.618));
  while (greatestCommonDivisor(step, size) > 1) {
    step++;
  }
  return step;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
