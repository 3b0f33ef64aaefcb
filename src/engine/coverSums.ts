import type { ModelRole } from '../protocol/engine';
import type { Pending, RunJobs } from './candidates';
import type { Job } from './jobs';
import type { Model } from './model';
import { areNumbers, notNumbers } from './runtimeErrors';
import { type Beginning, type Covers, coversOf } from './tokenizer/tokenCovers';
import { cutLeft } from './windows';

/** Ways whose probability is below this part of what was found already are not followed any further but counted whole. */
const SMALL = 1e-4;
/** Of the ways of one sum, so many are followed at a time, the likeliest; a vocabulary and a text may allow very many. */
const MOST_WAYS = 32;

interface CoverSum {
  total: number;
}

/** A way to begin with some bytes: the tokens in `context` cover a part of them, with this probability. */
interface Way {
  readonly record: Pending;
  readonly sum: CoverSum;
  readonly context: readonly number[];
  readonly left: Beginning;
  readonly weight: number;
}

interface CoverJob extends Job {
  readonly record: Pending;
  readonly way: Way;
  readonly covers: Covers;
}

/**
 * How likely a model's text goes on with some bytes, whatever tokens they fall into: Σ over all sequences of tokens of which the last one
 * reaches the bytes' end or beyond. (Vieira et al. 2024, From Language Models over Tokens to Language Models over Characters.) Never
 * too low but for rounding; too high by what ways count that were not followed.
 */
export class CoverSums {
  readonly #sums = new Map<string, CoverSum>();
  #ways: Way[] = [];

  constructor(
    private readonly model: Model,
    private readonly role: ModelRole,
    private readonly run: RunJobs,
  ) {}

  /** Wants a sum. The function returned tells it once {@link find} is done. */
  ask(record: Pending, context: readonly number[], begun: Beginning): () => number {
    const key = `${record.key} ${context.join()} ${begun.continues} ${begun.bytes.join()}`;
    let sum = this.#sums.get(key);
    if (sum === undefined) {
      sum = { total: 0 };
      this.#sums.set(key, sum);
      this.#ways.push({ record, sum, context, left: begun, weight: 1 });
    }
    const wanted = sum;
    return () => wanted.total;
  }

  async find(): Promise<void> {
    const { tokenizer, longestInput } = this.model;
    const covers = coversOf(tokenizer);
    while (this.#ways.length > 0) {
      const jobs = this.#ways.map((way): CoverJob => {
        const input = cutLeft(way.context, tokenizer.prefix.length, longestInput);
        const found = covers.of(way.left);
        return { record: way.record, way, covers: found, input, rows: [input.length - 1], picks: [found.ids] };
      });
      const further: Way[] = [];
      await this.run(this.model, jobs, {}, ({ record, way, covers: { over, within } }, [row]) => {
        const picked = row?.picked ?? new Float32Array();
        if (!areNumbers(picked)) {
          record.failure = notNumbers(this.role);
          return;
        }
        const p = (pick: number) => way.weight * Math.exp(picked[pick] ?? Number.NEGATIVE_INFINITY);
        over.forEach((_, i) => {
          way.sum.total += p(i);
        });
        within.forEach(({ id, rest }, i) => {
          further.push({ ...way, context: [...way.context, id], left: rest, weight: p(over.length + i) });
        });
      });
      this.#ways = worthFollowing(further);
    }
  }
}

/** Those of the ways that are followed; all others are added to their sums. */
function worthFollowing(ways: readonly Way[]): Way[] {
  const followed = new Map<CoverSum, number>();
  return [...ways]
    .sort((a, b) => b.weight - a.weight)
    .filter(({ record, sum, weight }) => {
      const before = followed.get(sum) ?? 0;
      const isFollowed = record.failure === null && weight > 0 && weight >= SMALL * sum.total && before < MOST_WAYS;
      followed.set(sum, before + (isFollowed ? 1 : 0));
      sum.total += isFollowed ? 0 : weight;
      return isFollowed;
    });
}
