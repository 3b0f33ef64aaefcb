import type { Leak } from '../../../src/core/score/leak';

/** A leak with plain values, some of them replaced. */
export function someLeak(changes: Partial<Leak> = {}): Leak {
  return {
    fact: 'f1',
    position: 3,
    start: 4,
    end: 9,
    kind: 'shadow',
    depth: 0,
    answer: 0,
    computed: null,
    tokenMass: 0.4,
    mass: 0.3,
    rank: 2,
    lift: 0.25,
    exposure: 0.2,
    reference: 'model',
    referenceMass: 0.15,
    studentMass: 0.1,
    comparison: { student: 'tokens', reference: 'tokens' },
    pull: 0.3,
    status: 'open',
    similarity: null,
    branch: null,
    ...changes,
  };
}
