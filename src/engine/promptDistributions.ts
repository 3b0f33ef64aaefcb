import type { Fact } from '../core/forget/fact';
import type { Probability } from '../core/score/leakScores';
import { PROMPT_TOKENS, type PromptDistribution, similarityTo } from '../core/score/similarity';
import type { RunOptions } from './jobs';
import type { Model } from './model';

/** Prompts of one fact that contexts are compared with; more would only say the same again. */
const MOST_PROMPTS = 4;

/** What the teacher expects behind the facts' own prompts. Found out when a fact is first spoken about. */
export class PromptDistributions {
  readonly #known = new Map<number, readonly PromptDistribution[]>();

  /** @param facts by index */
  constructor(private readonly facts: readonly { readonly fact: Fact }[]) {}

  /** Runs the prompts of those facts that were not asked for before. A prompt that the model cannot run says nothing. */
  async prepare(facts: Iterable<number>, teacher: Model, options: RunOptions): Promise<void> {
    const jobs: { input: readonly number[]; rows: readonly number[]; into: PromptDistribution[] }[] = [];
    for (const index of facts) {
      if (this.#known.has(index)) {
        continue;
      }
      const into: PromptDistribution[] = [];
      this.#known.set(index, into);
      for (const prompt of this.facts[index]?.fact.prompts.slice(0, MOST_PROMPTS) ?? []) {
        const { ids, prefix } = teacher.tokenizer.encode(prompt);
        const over = Math.max(0, ids.length - teacher.longestInput);
        const input = over === 0 ? ids : [...ids.slice(0, prefix), ...ids.slice(prefix + over)];
        if (input.length > 0) {
          jobs.push({ input, rows: [input.length - 1], into });
        }
      }
    }
    await teacher.run(
      jobs,
      { ...options, top: PROMPT_TOKENS },
      ({ into }, [row]) => {
        const top = row?.top ?? [];
        if (top.length > 0 && top.every(({ logprob }) => !Number.isNaN(logprob))) {
          into.push({ ids: top.map(({ id }) => id), p: top.map(({ logprob }) => Math.exp(logprob)) });
        }
      },
      () => {},
    );
  }

  /** Tokens whose probabilities {@link similarity} asks for. */
  tokensOf(fact: number): number[] {
    return (this.#known.get(fact) ?? []).flatMap(({ ids }) => ids);
  }

  /** How alike a distribution is to that behind the fact's most similar prompt; null where there is none. */
  similarity(fact: number, probability: Probability): number | null {
    const all = (this.#known.get(fact) ?? []).map((prompt) => similarityTo(prompt, probability));
    return all.length === 0 ? null : Math.max(...all);
  }
}
