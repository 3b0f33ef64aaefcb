import { join } from 'node:path';
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { SeepError } from '../core/errors';
import { decimal, grouped, t } from '../core/l10n';
import type { ModelInfo } from '../protocol/engine';
import { batchesOf } from './batches';
import { type ExternalWeights, stateOfWeights, withRenamedWeights } from './externalWeights';
import { graphHead, headOutput, MIN_OPSET } from './graphHead';
import { HeadBatch } from './headBatch';
import type { Job, RowResult, RunOptions } from './jobs';
import { takeLmHead } from './lmHead';
import type { ModelConfig, ModelFolder } from './modelFolder';
import { fillInput, headFeeds } from './modelInputs';
import { elementType, type OnnxSummary, type TensorSlot } from './onnxFile';
import { runtimeMend, runtimeReason } from './runtimeErrors';
import { type SessionChoice, sessionOptions } from './sessionOptions';
import { NO_CLASSES, type TokenClasses } from './tokenClasses';
import type { Tokenizer } from './tokenizer/tokenizer';

/** Logits of one sequence, in bytes; some platforms cannot allocate 1 GiB at once. */
const SEQUENCE_BYTES = 512 << 20;
/** Attention takes memory with the square of the length; longer records are read in windows. */
const LONGEST_INPUT = 2048;
const CONTEXT_WHEN_UNSAID = 1024;
const PROBE_LENGTH = 8;
/** Total variation distance from which on a model looks at later tokens. */
const NOT_CAUSAL = 0.25;
/** Total variation distance from which on it shows what else is in a run (quantised activations share one scale). */
const NOISY = 0.001;

/** A language model with the scoring head, loaded and checked. */
export class Model {
  private constructor(
    readonly tokenizer: Tokenizer,
    readonly info: ModelInfo,
    /** Longest input that is given to the model, in tokens. */
    readonly longestInput: number,
    readonly notices: readonly string[],
    private readonly graph: Graph,
    private readonly weights: ExternalWeights,
  ) {}

  /** The classes of tokens that picks may name from now on, see {@link classToken}. */
  setClasses(classes: TokenClasses): void {
    this.graph.classes = classes;
  }

  /** @throws SeepError('model') that names the file and the mend; nothing stays loaded then */
  static async load(folder: ModelFolder, choice: SessionChoice): Promise<Model> {
    const path = join(folder.folder, folder.file);
    const fail = (message: string) => new SeepError('model', `${path}: ${message}`, path);
    const { config, summary, tokenizer } = folder;
    const logits = checkedLogits(summary, config, fail);
    const session = await createSession(folder, logits, choice, fail);
    const graph = new Graph(session, summary.inputs, config);
    try {
      const { vocabulary, shift, noise } = await probe(graph, everydayTokens(tokenizer), fail);
      if (tokenizer.vocabularySize > vocabulary) {
        const file = join(folder.folder, 'tokenizer.json');
        const message = t(
          "{0}: has {1} tokens, but the model's logits only {2}. It belongs to another model, or tokens were added to it; put the model's own tokenizer.json here.",
          file,
          grouped(tokenizer.vocabularySize),
          grouped(vocabulary),
        );
        throw new SeepError('model', message, file);
      }
      if (shift >= NOT_CAUSAL) {
        throw fail(
          t(
            'predicts a token from the tokens behind it, so it is no causal language model. Export a text-generation model.',
          ),
        );
      }
      const context = config.context ?? CONTEXT_WHEN_UNSAID;
      const longestInput = Math.min(context, LONGEST_INPUT, Math.floor(SEQUENCE_BYTES / (4 * vocabulary)));
      if (longestInput < 2 * tokenizer.prefix.length + 2) {
        throw fail(t('reads no more than {0} tokens at once, too few to score a text.', grouped(longestInput)));
      }
      const info: ModelInfo = {
        folder: folder.folder,
        file: folder.file,
        bytes: folder.totalBytes,
        architecture: config.architecture,
        opset: summary.opset,
        dtype: logits.elementType === elementType.float16 ? 'float16' : 'float32',
        vocabulary,
        tokenizerVocabulary: tokenizer.vocabularySize,
        context,
        bos: tokenizer.prefix.length === 0 ? null : tokenizer.prefix.map((id) => tokenizer.textOf(id)).join(''),
        bosIds: tokenizer.prefix,
        hash: folder.hash,
      };
      const notices: string[] = [];
      if (vocabulary > tokenizer.vocabularySize) {
        notices.push(
          t(
            '{0}: {1} logits for {2} tokens; the rest is padding.',
            folder.folder,
            grouped(vocabulary),
            grouped(tokenizer.vocabularySize),
          ),
        );
      }
      if (config.context === null) {
        notices.push(
          t(
            '{0}: config.json does not say how long a text may be; {1} tokens are assumed.',
            folder.folder,
            grouped(context),
          ),
        );
      }
      if (longestInput < context) {
        notices.push(
          t(
            '{0}: records longer than {1} tokens are read in overlapping windows.',
            folder.folder,
            grouped(longestInput),
          ),
        );
      }
      if (noise >= NOISY) {
        notices.push(
          t(
            '{0}: probabilities move by {1} and more with what else is in a run (quantised activations?); lifts below that mean nothing.',
            folder.folder,
            decimal(noise.toPrecision(1)),
          ),
        );
      }
      return new Model(tokenizer, info, longestInput, notices, graph, folder.weights);
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /** Called when something was computed and before it is told. @throws SeepError('model') where that may be wrong */
  assertUnchanged(): void {
    const { files, state } = this.weights;
    if (stateOfWeights(files) !== state) {
      const mend = t('Restart the engine with "Seep: Restart Engine", or run again.');
      const { folder } = this.info;
      const message = t("{0}: the model's weights changed while they were in use. {1}", folder, mend);
      throw new SeepError('model', message, folder);
    }
  }

  async release(): Promise<void> {
    await this.graph.session.release();
  }

  /**
   * Runs jobs in batches of similar length, the longest first. `onResult` gets every job's rows as soon as its batch is done.
   * `onFault` is told, in words for people, why the runtime cannot run a job even alone; without it that is thrown.
   */
  async run<J extends Job>(
    jobs: readonly J[],
    options: RunOptions,
    onResult: (job: J, rows: readonly RowResult[]) => void,
    onFault?: (job: J, message: string) => void,
  ): Promise<void> {
    const limits = { vocabulary: this.info.vocabulary, weights: this.info.bytes };
    const runBatch = async (batch: readonly J[]): Promise<void> => {
      let results: readonly RowResult[][];
      try {
        results = await this.graph.run(batch, this.info.vocabulary, options);
      } catch (error) {
        const [only] = batch;
        if (onFault === undefined || only === undefined) {
          throw error;
        }
        if (batch.length === 1) {
          onFault(only, this.#fault(error));
        } else {
          // Perhaps one of them is at fault, perhaps memory was short for all at once.
          for (const job of batch) {
            await runBatch([job]);
          }
        }
        return;
      }
      batch.forEach((job, b) => {
        onResult(job, results[b] ?? []);
      });
    };
    for (const batch of batchesOf(jobs, limits)) {
      await runBatch(batch);
      await options.between?.(batch.reduce((total, job) => total + job.input.length, 0));
    }
  }

  #fault(error: unknown): string {
    const what = t('{0}: the runtime cannot run this record ({1}).', this.info.folder, runtimeReason(error));
    return `${what} ${runtimeMend(error, '')}`.trimEnd();
  }
}

/** A session, and how to feed it. */
class Graph {
  classes: TokenClasses = NO_CLASSES;

  constructor(
    readonly session: InferenceSession,
    private readonly inputs: readonly TensorSlot[],
    private readonly config: ModelConfig,
  ) {}

  /** The model's own inputs. */
  feeds(sequences: readonly (readonly number[])[]): Record<string, Tensor> {
    const length = Math.max(...sequences.map((sequence) => sequence.length));
    const feeds: Record<string, Tensor> = {};
    for (const slot of this.inputs) {
      const tensor = fillInput(slot, sequences, length, this.config);
      if (tensor !== null) {
        feeds[slot.name] = tensor;
      }
    }
    return feeds;
  }

  /** One batch. Rows by job. */
  async run(batch: readonly Job[], vocabulary: number, options: RunOptions): Promise<RowResult[][]> {
    const head = new HeadBatch(batch, vocabulary, this.classes, options);
    if (!head.hasRows) {
      return batch.map(() => []);
    }
    const feeds = { ...this.feeds(batch.map(({ input }) => input)), ...head.feeds() };
    return head.results(await this.session.run(feeds, head.fetches));
  }
}

type Fail = (message: string) => SeepError;

/** The output with the logits, where the file itself gives no reason to refuse the model. */
function checkedLogits({ opset, inputs, outputs }: OnnxSummary, config: ModelConfig, fail: Fail): TensorSlot {
  if (opset < MIN_OPSET) {
    throw fail(t('uses ONNX operator set {0}. Export it again with operator set {1} or newer.', opset, MIN_OPSET));
  }
  const logits = outputs.find(({ name }) => name === 'logits') ?? outputs.find(({ name }) => name === 'lm_logits');
  if (logits === undefined) {
    const names = outputs.map(({ name }) => name).slice(0, 3);
    throw fail(
      t(
        'has no "logits" output (it has {0}). Export it for text generation (Optimum: --task text-generation).',
        names.join(', '),
      ),
    );
  }
  if (logits.elementType === elementType.bfloat16) {
    throw fail(t('computes its logits in bfloat16, which the runtime cannot return. Export it as float32 or float16.'));
  }
  const unfillable = inputs.find((slot) => fillInput(slot, [[0]], 1, config) === null);
  if (unfillable !== undefined) {
    throw fail(
      unfillable.elementType === elementType.bfloat16
        ? t(
            'wants its input "{0}" in bfloat16, which the runtime cannot take. Export it as float32 or float16.',
            unfillable.name,
          )
        : t('wants an input "{0}" that Seep cannot fill. Export it as a plain text-generation model.', unfillable.name),
    );
  }
  const tokens = inputs.find(({ name }) => name === 'input_ids');
  if (tokens === undefined) {
    throw fail(t('has no "input_ids" input. Export it for text generation (Optimum: --task text-generation).'));
  }
  if (tokens.dims.some((size) => typeof size === 'number')) {
    const shape = tokens.dims.map((size) => (typeof size === 'number' ? size : '?')).join(' x ');
    throw fail(t('takes only inputs of the fixed shape {0}. Export it with dynamic batch and sequence axes.', shape));
  }
  return logits;
}

async function createSession(
  { model, weights, summary }: ModelFolder,
  logits: TensorSlot,
  choice: SessionChoice,
  fail: Fail,
): Promise<InferenceSession> {
  const bytes = withRenamedWeights(model, weights);
  const head = graphHead(takeLmHead(bytes, logits.name) ?? logits.name, summary.opset);
  try {
    return await InferenceSession.create(appended(bytes, head), sessionOptions(choice, weights.folder));
  } catch (error) {
    const mend = runtimeMend(error, t('Copy or export it again.'));
    throw fail(t('the runtime cannot load this model ({0}). {1}', runtimeReason(error), mend));
  }
}

/** Both one behind the other; in place where the first was given room behind it, so that large models are not held twice. */
function appended(first: Uint8Array, second: Uint8Array): Uint8Array {
  const length = first.length + second.length;
  if (first.byteOffset + length > first.buffer.byteLength) {
    return Buffer.concat([first, second]);
  }
  const both = new Uint8Array(first.buffer, first.byteOffset, length);
  both.set(second, first.length);
  return both;
}

interface Probed {
  readonly vocabulary: number;
  /** Total variation distance that a later token makes to predictions before it. */
  readonly shift: number;
  /** Total variation distance that another text in the same run makes. */
  readonly noise: number;
}

/**
 * Runs two sequences that differ in their last token, then the first of them beside another one.
 * @param other tokens of the third one; those that the model does not have are left out
 */
async function probe(graph: Graph, other: readonly number[], fail: Fail): Promise<Probed> {
  const first = Array.from({ length: PROBE_LENGTH }, (_, i) => i % 2);
  const second = [...first.slice(0, -1), 0];
  const rows = first.slice(0, -1).map((_, i) => i);
  try {
    const head = headFeeds({ rows: Int32Array.of(0, 0) });
    const { shape, logprobs } = headOutput;
    const outputs = await graph.session.run({ ...graph.feeds([first, second]), ...head }, [shape, logprobs]);
    const dims = Array.from(outputs[shape]?.data as BigInt64Array, Number);
    const vocabulary = outputs[logprobs]?.dims.at(-1);
    if (dims.length === 3 && dims[0] === 2 && dims[1] === 1) {
      throw fail(
        t(
          'returns logits for the last token only, so the positions of a text cannot be scored. Export it with logits for every token (without prune_lm_head or other last-token-only options).',
        ),
      );
    }
    if (dims.length !== 3 || dims[0] !== 2 || dims[1] !== PROBE_LENGTH || vocabulary === undefined) {
      throw fail(
        t(
          'its logits have the shape {0} for 2 texts of {1} tokens, not batch x tokens x vocabulary. Export it for text generation.',
          dims.join(' x '),
          PROBE_LENGTH,
        ),
      );
    }
    const run = (sequences: readonly (readonly number[])[]) =>
      graph.run(
        sequences.map((input) => ({ input, rows })),
        vocabulary,
        { whole: true },
      );
    const [a = [], b = []] = await run([first, second]);
    const third = other.filter((id) => id < vocabulary).slice(0, PROBE_LENGTH);
    const [again = []] = await run([first, [...third, ...first].slice(0, PROBE_LENGTH)]);
    return { vocabulary, shift: largestDistance(a, b), noise: largestDistance(a, again) };
  } catch (error) {
    if (error instanceof SeepError) {
      throw error;
    }
    const mend = runtimeMend(error, t('Export it again as a plain text-generation model.'));
    throw fail(t('the runtime cannot run this model ({0}). {1}', runtimeReason(error), mend));
  }
}

/** Some that records are full of; none where the tokenizer knows no such text. */
function everydayTokens(tokenizer: Tokenizer): readonly number[] {
  try {
    return tokenizer.encode("Don't panic: 1984 { x = 2 }").ids;
  } catch (error) {
    if (error instanceof SeepError) {
      return [];
    }
    throw error;
  }
}

function largestDistance(a: readonly RowResult[], b: readonly RowResult[]): number {
  return Math.max(...a.map((row, i) => totalVariation(row.whole, b[i]?.whole ?? row.whole)));
}

/** Half the sum of the differences between two distributions, given as log-probabilities; 0 where they are not numbers. */
function totalVariation(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    sum += Math.abs(Math.exp(a[i] ?? 0) - Math.exp(b[i] ?? 0));
  }
  return Number.isNaN(sum) ? 0 : sum / 2;
}
