import type { TrieNode } from '../core/score/answerTrie';
import type { StepTree } from '../core/score/leakScores';
import type { Job, RowResult } from './jobs';
import { cutLeft } from './windows';

interface Step extends StepTree {
  p: number;
  readonly next: Map<number, Step>;
}

/**
 * What a model must be asked to complete answers behind one position: the answers of all facts there as one tree, so that a
 * beginning they share is run once.
 */
export class AnswerSteps {
  readonly #root: Step = newStep();

  /** @param context model input up to the position, special tokens included */
  constructor(
    private readonly context: readonly number[],
    private readonly prefix: number,
  ) {}

  get tree(): StepTree {
    return this.#root;
  }

  /** Wants everything behind `token`, which leads to `node`. */
  add(token: number, node: TrieNode): void {
    merge(stepTo(this.#root, token), node);
  }

  /**
   * The sequences to run: the context, then each way that goes as far as there is still a choice. Every wanted probability is
   * asked for in exactly one of them. Where the model's longest input leaves no room the context is cut on its left, behind the
   * special tokens.
   */
  *jobs(longest: number): Generator<Job & { readonly steps: AnswerSteps; readonly asked: readonly Step[] }> {
    for (const [token, step] of this.#root.next) {
      yield* this.#jobsFrom(step, [token], [], longest);
    }
  }

  *#jobsFrom(
    step: Step,
    path: readonly number[],
    unasked: readonly Step[],
    longest: number,
  ): Generator<Job & { readonly steps: AnswerSteps; readonly asked: readonly Step[] }> {
    if (step.next.size === 0) {
      return;
    }
    let asked = [...unasked, step];
    const inner = [...step.next].filter(([, child]) => child.next.size > 0);
    for (const [token, child] of inner) {
      yield* this.#jobsFrom(child, [...path, token], asked, longest);
      asked = []; // the first way down has asked for everything above
    }
    if (inner.length === 0) {
      const input = [...cutLeft(this.context, this.prefix, longest, path.length), ...path];
      // The steps that are asked about lie one behind the other and end with the path.
      const rows = asked.map((_, i) => input.length - asked.length + i);
      yield { steps: this, asked, input, rows, picks: asked.map(({ next }) => [...next.keys()]) };
    }
  }

  /** Takes in what a job of {@link jobs} found. False: some value is no number. */
  static take(asked: readonly Step[], rows: readonly RowResult[]): boolean {
    let areNumbers = true;
    asked.forEach((step, i) => {
      let pick = 0;
      for (const child of step.next.values()) {
        child.p = Math.exp(rows[i]?.picked[pick++] ?? Number.NaN);
        areNumbers &&= !Number.isNaN(child.p);
      }
    });
    return areNumbers;
  }
}

function newStep(): Step {
  return { p: 0, next: new Map() };
}

function stepTo(from: Step, token: number): Step {
  let step = from.next.get(token);
  if (step === undefined) {
    step = newStep();
    from.next.set(token, step);
  }
  return step;
}

function merge(step: Step, node: TrieNode): void {
  for (const [token, child] of node.children) {
    merge(stepTo(step, token), child);
  }
}

/**
 * The tokens of a branch that are worth completing: those left out have weights that add up to less than `error`, and leaving
 * them out changes no sum of weight · completion by more than that, a completion being at most 1.
 */
export function worthCompleting(
  node: TrieNode,
  weight: (token: number) => number,
  error: number,
): (readonly [token: number, node: TrieNode])[] {
  const longer = [...node.children].filter(([, child]) => child.children.size > 0);
  const rising = longer.map(([token]) => weight(token)).sort((a, b) => a - b);
  let dropped = 0;
  let least = 0;
  for (const value of rising) {
    dropped += value;
    if (dropped >= error) {
      least = value;
      break;
    }
    least = Number.POSITIVE_INFINITY;
  }
  return longer.filter(([token]) => weight(token) >= least);
}
