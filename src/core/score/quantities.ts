import type { Leak } from './leak';

/** The sums of leak-score over A, the tokens that continue towards an answer. All arrays run over A in the same order. */

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Per token of A: what the teacher knows beyond the reference, max(0, p_T - p_R); without a reference p_R is 0. */
export function lifts(teacher: readonly number[], reference: readonly number[] | null): number[] {
  return teacher.map((p, i) => Math.max(0, p - (reference?.[i] ?? 0)));
}

/**
 * Exposure: lift of each token of A weighted with the probability that the rest of the answer follows it without the teacher.
 * @param completion per token of A, in [0, 1]; 1 where it ends an answer
 */
export function exposure(lift: readonly number[], completion: readonly number[]): number {
  return sum(lift.map((value, i) => value * (completion[i] ?? 0)));
}

/**
 * Minus the gradient of tau^2 KL(p_T^tau || p_S^tau) with respect to the student's logits, summed over A (Hinton et al. 2015).
 * @param teacherMass sum over A of p_T^tau; `studentMass` of p_S^tau
 */
export function pull(temperature: number, teacherMass: number, studentMass: number): number {
  return temperature * (teacherMass - studentMass);
}

/** Absorbed: the student already has at least half of the lift. */
export function status(studentMass: number | null, referenceMass: number | null, lift: number): Leak['status'] {
  if (studentMass === null) {
    return null;
  }
  return studentMass - (referenceMass ?? 0) >= lift / 2 ? 'absorbed' : 'open';
}
