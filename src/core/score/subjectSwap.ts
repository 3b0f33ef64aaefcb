import type { Fact } from '../forget/fact';
import { foldCase } from '../text/foldCase';
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

interface Other {
  readonly name: string;
  /** The name and the answers without regard to case. */
  readonly folded: string;
  readonly answers: readonly string[];
  readonly fact: Fact | null;
}

/**
 * Chooses whom to put in place of a fact's subject: the user's names first, then subjects of facts that share a tag with it (of all
 * facts where it has no tags), spread over the forget set and the same in every run. A name that the record mentions, or whose fact
 * shares an answer, is passed over: the other subject must not know the same.
 */
export class OtherSubjects {
  readonly #byTag: ReadonlyMap<string, readonly Other[]>;
  readonly #all: readonly Other[];
  readonly #names: readonly Other[];

  /** @param names the user's own, which come first */
  constructor(facts: readonly Fact[], names: readonly string[]) {
    const other = (name: string, fact: Fact | null): Other => ({
      name,
      folded: foldCase(name),
      fact,
      answers: fact?.answers.map(foldCase) ?? [],
    });
    this.#names = names.map((name) => other(name, null));
    this.#all = facts.flatMap((fact) => fact.subjects.slice(0, 1).map((name) => other(name, fact)));
    const byTag = new Map<string, Other[]>();
    for (const each of this.#all) {
      for (const tag of each.fact?.tags ?? []) {
        const list = byTag.get(tag);
        list === undefined ? byTag.set(tag, [each]) : list.push(each);
      }
    }
    this.#byTag = byTag;
  }

  /** At most `count` names. */
  of(fact: Fact, text: string, count: number): string[] {
    const chosen: string[] = [];
    const mentioned = foldCase(text);
    const own = new Set(fact.subjects.map(foldCase));
    const answers = new Set(fact.answers.map(foldCase));
    for (const { name, folded, answers: theirs } of this.#candidates(fact)) {
      if (chosen.length === count) {
        break;
      }
      const knowsTheSame = theirs.some((answer) => answers.has(answer));
      if (!own.has(folded) && !mentioned.includes(folded) && !knowsTheSame && !chosen.includes(name)) {
        chosen.push(name);
      }
    }
    return chosen;
  }

  *#candidates(fact: Fact): Generator<Other> {
    yield* this.#names;
    const pools = fact.tags.length === 0 ? [this.#all] : fact.tags.map((tag) => this.#byTag.get(tag) ?? []);
    for (const pool of pools) {
      const start = pool.length === 0 ? 0 : hash(fact.id) % pool.length;
      // Neighbours in a forget set are often about the same; a step that shares no factor with the size visits all.
      const step = stepThrough(pool.length);
      for (let i = 0; i < pool.length; i++) {
        const other = pool[(start + i * step) % pool.length];
        if (other !== undefined && other.fact !== fact) {
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

/** FNV-1a, 32 bits: spreads ids, promises nothing else. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return value;
}
