import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import type { PromptProbe } from '../core/probe/factProbe';
import type { Question } from '../core/probe/question';
import { truthRatio } from '../core/probe/truthRatio';
import { buildAnswerTrie, type TrieNode } from '../core/score/answerTrie';
import { branchMass, completion, type StepTree } from '../core/score/leakScores';
import { AnswerSteps } from './answerSteps';
import type { Job, RowResult } from './jobs';
import type { Model } from './model';
import { areNumbers } from './runtimeErrors';
import type { Tokenizer } from './tokenizer/tokenizer';
import { cutLeft } from './windows';

const LINE_END = /[\n\v\f\r\u0085\u2028\u2029]/u;

/** The answers of a fact in a model's tokens. */
export interface AnswerTries {
  /** All right answers in one. */
  readonly right: TrieNode;
  /** One by one. */
  readonly aliases: readonly TrieNode[];
  readonly wrong: readonly TrieNode[];
}

/** Null where no right answer can be written. */
export function triesOf({ right, wrong, cases }: Question, tokenizer: Tokenizer): AnswerTries | null {
  const trieOf = (answers: readonly string[]) => buildAnswerTrie(tokenizer.answerPaths(answers, cases));
  const oneByOne = (answers: readonly string[]) => answers.flatMap((answer) => trieOf([answer]) ?? []);
  const all = trieOf(right);
  return all && { right: all, aliases: oneByOne(right), wrong: oneByOne(wrong) };
}

/** A job of a {@link PromptProbing}. */
export interface Prompted extends Job {
  readonly probing: PromptProbing;
}

type AnswerJob = Prompted & ReturnType<AnswerSteps['first']>;

/** One prompt of a fact: what a model has said behind it so far, and what to run next. */
export class PromptProbing {
  /** Why it cannot be answered. */
  failure: string | null = null;
  readonly #context: readonly number[];
  readonly #prefix: number;
  readonly #steps: AnswerSteps;
  /** Longest continuation, in tokens. */
  readonly #limit: number;
  #rank = Number.NaN;
  /** The likeliest tokens so far. */
  readonly #said: number[] = [];
  #continuation = '';
  #isDone = false;

  /** @throws SeepError('record') where the tokenizer cannot write the prompt */
  constructor(
    text: string,
    private readonly tries: AnswerTries,
    private readonly model: Model,
    tokens: number,
  ) {
    const { ids, prefix } = model.tokenizer.encode(text);
    if (ids.length === 0) {
      throw new SeepError(
        'record',
        t('One of its prompts has no tokens. Write there what the answer would follow on.'),
      );
    }
    this.#context = ids;
    this.#prefix = prefix;
    this.#steps = new AnswerSteps(ids, prefix);
    // An alias that goes on where another one ends is not in the trie of all.
    for (const trie of [tries.right, ...tries.aliases, ...tries.wrong]) {
      for (const [token, node] of trie.children) {
        this.#steps.add(token, node);
      }
    }
    // Whoever is about to say the answer is let to end it, and to show that its last word ends there.
    this.#limit = Math.max(tokens, depthOf(tries.right) + 1);
  }

  /** Input tokens that all runs together may read, about. */
  get work(): number {
    return this.#context.length * (this.#limit + 2);
  }

  /** Whether the continuation has ended. */
  get isDone(): boolean {
    return this.#isDone;
  }

  fail(message: string): void {
    this.failure ??= message;
  }

  /** The prompt alone: tells the answers' first tokens, their rank and the first token of the continuation. */
  firstJob(): AnswerJob {
    const ranks = [[...this.tries.right.children.keys()]];
    return { ...this.#steps.first(this.model.longestInput), ranks, probing: this };
  }

  takeFirst(job: AnswerJob, rows: readonly RowResult[]): void {
    this.takeAnswers(job, rows);
    this.#rank = Math.min(...(rows[0]?.ranks ?? []));
    this.takeNext(rows);
  }

  /** The rest of the answers. */
  answerJobs(): AnswerJob[] {
    return Array.from(this.#steps.jobs(this.model.longestInput), (job) => ({ ...job, probing: this }));
  }

  takeAnswers({ asked }: AnswerJob, rows: readonly RowResult[]): void {
    if (!AnswerSteps.take(asked, rows)) {
      this.fail(notNumbersForPrompt());
    }
  }

  /** The next token of the continuation. */
  nextJob(): Prompted {
    const input = cutLeft([...this.#context, ...this.#said], this.#prefix, this.model.longestInput);
    return { input, rows: [input.length - 1], probing: this };
  }

  /** A continuation ends with its first line, at a token that ends texts, or where it is long enough. */
  takeNext(rows: readonly RowResult[]): void {
    const { tokenizer } = this.model;
    const { ids, logprobs } = rows[0]?.top ?? {};
    const next = ids?.[0];
    if (next === undefined || logprobs === undefined || !areNumbers(logprobs)) {
      this.fail(notNumbersForPrompt());
      return;
    }
    if (tokenizer.endsText(next)) {
      this.#isDone = true;
      return;
    }
    this.#said.push(next);
    const text = tokenizer.decode(this.#said).trimStart();
    const [line = ''] = text.split(LINE_END, 1);
    this.#continuation = line.trimEnd();
    this.#isDone = line.length < text.length || this.#said.length >= this.#limit;
  }

  result(): PromptProbe {
    const { tree } = this.#steps;
    const { right, aliases, wrong } = this.tries;
    const logarithm = (trie: TrieNode) => likeliestWay(trie, tree);
    return {
      // Sums of float32 probabilities may come out a little above 1.
      mass: Math.min(1, completion(right, tree)),
      tokenMass: Math.min(
        1,
        branchMass(right, (token) => tree.next.get(token)?.p ?? 0),
      ),
      rank: this.#rank,
      truthRatio: truthRatio(Math.max(...aliases.map(logarithm)), wrong.map(logarithm)),
      continuation: this.#continuation,
    };
  }
}

function notNumbersForPrompt(): string {
  return t(
    'The model returned values that are not numbers for this prompt; its weights may be damaged or overflow in half precision.',
  );
}

function depthOf(node: TrieNode): number {
  return Math.max(node.depth, ...Array.from(node.children.values(), depthOf));
}

/** Largest mean log-probability per token, in nats, among the ways to write an answer. */
function likeliestWay(node: TrieNode, steps: StepTree, sum = 0): number {
  let best = Number.NEGATIVE_INFINITY;
  for (const [token, child] of node.children) {
    const step = steps.next.get(token);
    if (step !== undefined) {
      const far = sum + Math.log(step.p);
      best = Math.max(best, child.children.size === 0 ? far / child.depth : likeliestWay(child, step, far));
    }
  }
  return best;
}
