import { FACT_DEFAULTS, type Fact } from '../../../src/core/forget/fact';

/** A fact with a subject, an answer and no prompts, some of it replaced. */
export function someFact(changes: Partial<Fact> = {}): Fact {
  return { ...FACT_DEFAULTS, id: 'f1', subjects: ['Kamitel'], answers: ['Vandor'], line: 1, ...changes };
}
