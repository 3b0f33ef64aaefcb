import type { ProbeFact } from '../../../src/protocol/probe';

/** The facts that hold every word of a filter in their id, their name or their prompts, in any case. */
export function filteredFacts(facts: readonly ProbeFact[], filter: string): ProbeFact[] {
  const words = filter.toLowerCase().split(/\s+/u).filter(Boolean);
  return facts.filter(({ fact, name, prompts }) => {
    const text = [fact, name, ...prompts].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
