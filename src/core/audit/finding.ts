import type { Leak, LeakKind } from '../score/leak';

/**
 * How a record gives a fact away: it leaks at least once where the text states it; it leaks, but nowhere where the text states it; or
 * it does not leak, and yet the text names one of its subjects and behind it one of its answers.
 */
export type FindingKind = LeakKind | 'named';

/** From the gravest on. */
export const FINDING_KINDS = ['stated', 'shadow', 'named'] as const satisfies readonly FindingKind[];

/** What a record has to do with one fact; the keys in this order. */
export interface Finding {
  readonly fact: string;
  readonly kind: FindingKind;
  /** Positions at or above the threshold. */
  readonly leaks: number;
  /** Highest at any of these positions, 0 without any. */
  readonly maxLift: number;
  readonly exposure: number;
}

/**
 * What a record has to do with the facts.
 * @param leaks at or above the threshold
 * @param named ids of the facts that the text names with an answer
 */
export function findingsOf(leaks: readonly Leak[], named: readonly string[]): Finding[] {
  const findings = new Map<string, Finding>();
  for (const { fact, kind, lift, exposure } of leaks) {
    const known = findings.get(fact);
    findings.set(fact, {
      fact,
      kind: known?.kind === 'stated' ? 'stated' : kind,
      leaks: (known?.leaks ?? 0) + 1,
      maxLift: Math.max(known?.maxLift ?? 0, lift),
      exposure: Math.max(known?.exposure ?? 0, exposure),
    });
  }
  for (const fact of named) {
    if (!findings.has(fact)) {
      findings.set(fact, { fact, kind: 'named', leaks: 0, maxLift: 0, exposure: 0 });
    }
  }
  return [...findings.values()];
}

/** The gravest of a record's kinds; null: it has to do with no fact. */
export function gravest(findings: readonly Finding[]): FindingKind | null {
  return FINDING_KINDS.find((kind) => findings.some((finding) => finding.kind === kind)) ?? null;
}

/** Whether a record leaks, stated or not. */
export function leaks(findings: readonly Finding[]): boolean {
  return findings.some(({ kind }) => kind !== 'named');
}
