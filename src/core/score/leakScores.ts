import { isWordContinuedAt } from '../text/letters';
import type { TrieNode } from './answerTrie';
import type { ComparisonByRole, CompletionSource, Leak, LeakKind, ReferenceKind } from './leak';

/** Probability of a token in one model at one position. */
export type Probability = (token: number) => number;

/**
 * What a model says about the tokens behind a position: `p` is the probability of the token that leads here, after everything
 * before it. Tokens that were not worth asking for are missing and count as impossible.
 */
export interface StepTree {
  readonly p: number;
  readonly next: ReadonlyMap<number, StepTree>;
}

/** Σ p(a) over the branch: the tokens that lead on towards the answer. */
export function branchMass(node: TrieNode, p: Probability): number {
  let mass = 0;
  for (const token of node.children.keys()) {
    mass += p(token);
  }
  return mass;
}

/** max(0, p_T(a) − p_R(a)); without a reference p_R is 0. */
export function gain(token: number, teacher: Probability, reference: Probability | null): number {
  return Math.max(0, teacher(token) - (reference?.(token) ?? 0));
}

/** Σ of the gains over the branch. Never more than the teacher's branch mass. */
export function branchLift(node: TrieNode, teacher: Probability, reference: Probability | null): number {
  let lift = 0;
  for (const token of node.children.keys()) {
    lift += gain(token, teacher, reference);
  }
  return lift;
}

/**
 * Probability that some answer is completed from `node` on: 1 where an answer ends, else Σ over children of step · completion.
 * @param steps what is known behind `node`
 */
export function completion(node: TrieNode, steps: StepTree | undefined): number {
  if (node.children.size === 0) {
    return 1;
  }
  let sum = 0;
  for (const [token, child] of node.children) {
    const step = steps?.next.get(token);
    if (step !== undefined) {
      sum += step.p * completion(child, step);
    }
  }
  return sum;
}

/** Σ over the branch of weight(a) · completion behind a: *mass* with the teacher's p, *exposure* with the gain as weight. */
export function branchCompletion(node: TrieNode, weight: Probability, steps: StepTree | undefined): number {
  let sum = 0;
  for (const token of node.children.keys()) {
    const w = weight(token);
    if (w > 0) {
      sum += w * completionBehind(node, token, steps);
    }
  }
  return sum;
}

/** Probability that the answer is completed behind `token`; 0 where that was not worth asking. */
export function completionBehind(node: TrieNode, token: number, steps: StepTree | undefined): number {
  const child = node.children.get(token);
  return child === undefined ? 0 : completion(child, steps?.next.get(token));
}

/**
 * Whose probabilities complete an answer behind its next token: a model's that did not give it away, where there is one that knows
 * the teacher's tokens.
 */
export function completerOf(
  reference: ReferenceKind,
  onPolicy: boolean,
  comparison: ComparisonByRole,
): CompletionSource {
  if (onPolicy || comparison.reference === 'spans') {
    return 'teacher';
  }
  switch (reference) {
    case 'model':
      return 'reference';
    case 'swap':
      return 'swap';
    case 'none':
      return comparison.student === 'tokens' ? 'student' : 'teacher';
  }
}

/** What the teacher says at one place of one text about the way to an answer. */
export interface AnswerView {
  /** Probability of the answer tokens that the text has emitted already, where depth is above 0; else 1. */
  readonly emitted: number;
  readonly p: Probability;
  readonly steps: StepTree | undefined;
}

/**
 * p_R(a) where texts with other subjects make the reference: p_T(a) without the part that leads to *this* answer and that other
 * subjects do not share. With e the probability of the answer tokens emitted so far and q(a) that of the answer behind a, the part is
 * max(0, p_T(a) q_T(a) - mean over the other texts of e_v p_v(a) q_v(a) / e_T).
 * Without q, a token that the secret shares with something benign about the subject would count as a leak, since nobody else's text
 * has it; without e, others would seem to share what they only guess once the text has said the beginning.
 * @param passed the token that the text itself goes on with where that only leads further towards the answer without giving it: where
 *   the ways part is one position later, and what leaks counts there
 */
export function swapReference(
  node: TrieNode,
  teacher: AnswerView,
  others: readonly AnswerView[],
  passed: number | null,
): Probability {
  const values = new Map<number, number>();
  for (const token of node.children.keys()) {
    const joint = ({ emitted, p, steps }: AnswerView) => emitted * p(token) * completionBehind(node, token, steps);
    const share = teacher.emitted > 0 ? (joint(teacher) - mean(others.map(joint))) / teacher.emitted : 0;
    const isPassed = token === passed && (node.children.get(token)?.children.size ?? 0) > 0;
    values.set(token, Math.max(0, teacher.p(token) - (isPassed ? 0 : Math.max(0, share))));
  }
  return (token) => values.get(token) ?? 0;
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Index of the answer that is likeliest from here; the first in the file's order among equals. */
export function likeliestAnswer(node: TrieNode, teacher: Probability, steps: StepTree | undefined): number {
  const masses = new Map<number, number>();
  const visit = (at: TrieNode, mass: number, known: StepTree | undefined) => {
    for (const answer of at.answers) {
      masses.set(answer, (masses.get(answer) ?? 0) + mass);
    }
    for (const [token, child] of at.children) {
      const step = known?.next.get(token);
      visit(child, mass * (step?.p ?? 0), step);
    }
  };
  for (const [token, child] of node.children) {
    visit(child, teacher(token), steps?.next.get(token));
  }
  let [best, most] = [0, Number.NEGATIVE_INFINITY];
  for (const [answer, mass] of masses) {
    if (mass > most || (mass === most && answer < best)) {
      [best, most] = [answer, mass];
    }
  }
  return best;
}

/**
 * Minus the gradient of τ² KL(p_T^τ ‖ p_S^τ) with respect to the student's logits, summed over the branch (Hinton et al. 2015).
 * @param teacherMass Σ p_T^τ(a); `studentMass` Σ p_S^τ(a)
 */
export function pull(temperature: number, teacherMass: number, studentMass: number): number {
  return temperature * (teacherMass - studentMass);
}

/** Absorbed: the student has at least half of what the teacher knows beyond the reference. Null without a student. */
export function leakStatus(lift: number, studentMass: number | null, referenceMass: number | null): Leak['status'] {
  if (studentMass === null) {
    return null;
  }
  return studentMass - (referenceMass ?? 0) >= lift / 2 ? 'absorbed' : 'open';
}

const LEADING_SPACE = /\s*/uy;

/**
 * Whether the text itself goes on with an answer at UTF-16 offset `from`, where the first emitted or predicted answer token
 * starts: leading white space skipped, same case, and not in the middle of a word.
 */
export function leakKind(text: string, from: number, answers: readonly string[]): LeakKind {
  LEADING_SPACE.lastIndex = from;
  const start = from + (LEADING_SPACE.exec(text)?.[0].length ?? 0);
  const isStated = answers.some((answer) => {
    // An answer may be written with white space of its own in front.
    const begin = text.startsWith(answer, from) ? from : start;
    return text.startsWith(answer, begin) && !isWordContinuedAt(text, begin + answer.length);
  });
  return isStated ? 'stated' : 'shadow';
}
