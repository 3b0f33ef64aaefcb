import type { Fact } from '../core/forget/fact';
import type { Probability } from '../core/score/leakScores';
import { type PromptDistribution, similarityTo } from '../core/score/similarity';
import type { Job, RowResult } from './jobs';
import type { Model } from './model';
import { areNumbers } from './runtimeErrors';
import type { Tokenizer } from './tokenizer/tokenizer';
import { cutLeft } from './windows';

/** Prompts of one fact that contexts are compared with; more would only say the same again. */
const MOST_PROMPTS = 4;

/** One prompt to run for its {@link PROMPT_TOKENS} likeliest tokens. */
interface PromptJob extends Job {
  readonly fact: number;
  found: PromptDistribution | null;
}

/** What the teacher expects behind the facts' own prompts. Found out when a fact is first spoken about. */
export class PromptDistributions {
  readonly #known = new Map<number, readonly PromptDistribution[]>();

  /** @param facts by index */
  constructor(private readonly facts: readonly { readonly fact: Fact }[]) {}

  /** Those of the facts whose prompts were not run yet. */
  missing(facts: Iterable<number>): number[] {
    return [...facts].filter((fact) => !this.#known.has(fact));
  }

  /** The runs that facts need. A prompt that the tokenizer cannot write says nothing. */
  jobs(facts: readonly number[], { tokenizer, longestInput }: Model): PromptJob[] {
    return facts.flatMap((fact) =>
      (this.facts[fact]?.fact.prompts ?? []).slice(0, MOST_PROMPTS).flatMap((prompt) => {
        const input = inputOf(prompt, tokenizer, longestInput);
        return input.length === 0 ? [] : { input, rows: [input.length - 1], fact, found: null };
      }),
    );
  }

  /** Takes in what one of the {@link jobs} found. */
  static take(job: PromptJob, [row]: readonly RowResult[]): void {
    if (row !== undefined && row.top.ids.length > 0 && areNumbers(row.top.logprobs)) {
      job.found = { ids: [...row.top.ids], p: Array.from(row.top.logprobs, Math.exp) };
    }
  }

  /** Remembers what all jobs of the facts found; a run that was given up half way is done again another time. */
  keep(facts: readonly number[], jobs: readonly PromptJob[]): void {
    const found = new Map<number, PromptDistribution[]>(facts.map((fact) => [fact, []]));
    for (const job of jobs) {
      if (job.found !== null) {
        found.get(job.fact)?.push(job.found);
      }
    }
    for (const [fact, distributions] of found) {
      this.#known.set(fact, distributions);
    }
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

/** A prompt as the model reads it, cut on its left where it is too long. */
function inputOf(prompt: string, tokenizer: Tokenizer, longestInput: number): readonly number[] {
  try {
    const { ids, prefix } = tokenizer.encode(prompt);
    return cutLeft(ids, prefix, longestInput);
  } catch {
    return [];
  }
}
