import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { SeepError } from '../core/errors';
import type { TopToken } from '../core/score/leak';
import type { ModelInfo } from '../protocol/engine';
import { head, headBytes, OLDEST_OPSET, TOP_K } from './graphHead';
import type { ModelFolder } from './modelFolder';
import { elementType, type TensorSlot } from './onnxFile';
import type { Tokenizer } from './tokenizer/tokenizer';

/** Logits of one run, in bytes; the runtime holds about three tensors of this size at once. */
const RUN_BYTES = 256 << 20;
/** Logits of one sequence, in bytes; some platforms cannot allocate 1 GiB at once. */
const SEQUENCE_BYTES = 768 << 20;
const LONGEST_INPUT = 2048;
const CONTEXT_WHEN_UNSAID = 1024;

/** One sequence to run and what to report of it. Row r of a model's output predicts input token r + 1. */
export interface Job {
  readonly input: readonly number[];
  /** (row, token id) pairs whose log-probability is wanted. */
  readonly watch: readonly (readonly [row: number, id: number])[];
  /** Rows whose whole logits are wanted. */
  readonly rows?: readonly number[];
}

/** What a run says about one job. Valid only inside the callback that gets it, except for what it returns. */
export interface JobResult {
  /** Natural-log probabilities of `job.watch`, in its order. */
  readonly watched: Float32Array;
  /** Logits of `job.rows`, in their order; each of length vocabulary. */
  readonly rows: readonly Float32Array[];
  /** The `k` <= TOP_K likeliest tokens after `row`. */
  top(row: number, k: number): TopToken[];
  /** 1 + number of tokens likelier than `logprob` after `row`; null where that is beyond the list. */
  rank(row: number, logprob: number): number | null;
}

/** A language model with the scoring head, loaded and checked. */
export class Model {
  private constructor(
    readonly tokenizer: Tokenizer,
    readonly info: ModelInfo,
    private readonly session: InferenceSession,
    private readonly inputs: readonly TensorSlot[],
  ) {}

  /** @throws SeepError('model') that names the file and the mend */
  static async load(folder: ModelFolder, provider: string, threads: number): Promise<Model> {
    const path = join(folder.folder, folder.file);
    const { summary, tokenizer } = folder;
    const fail = (message: string) => new SeepError('model', `${path}: ${message}`, path);
    if (summary.opset < OLDEST_OPSET) {
      throw fail(
        `uses ONNX operator set ${summary.opset}. Export it again with operator set ${OLDEST_OPSET} or newer.`,
      );
    }
    const logits = summary.outputs.find(({ name }) => name === 'logits') ?? summary.outputs.find(looksLikeLogits);
    if (logits === undefined) {
      throw fail('has no "logits" output. Export it for text generation (Optimum: --task text-generation).');
    }
    if (logits.elementType === elementType.bfloat16) {
      throw fail('computes in bfloat16, which the runtime cannot return. Export it as float32 or float16.');
    }
    const unfillable = summary.inputs.find((slot) => fill(slot, [[0]], 1) === null);
    if (unfillable !== undefined) {
      throw fail(`wants an input "${unfillable.name}" that Seep cannot fill. Export it as a plain decoder.`);
    }
    const vocabularyHint = logits.dims[2] ?? Number.POSITIVE_INFINITY;
    const bytes = Buffer.concat([
      folder.model,
      headBytes(logits.name, logits.elementType, Math.min(TOP_K, vocabularyHint)),
    ]);
    let session: InferenceSession;
    try {
      session = await InferenceSession.create(bytes, {
        executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
        intraOpNumThreads: threads,
        enableMemPattern: false,
        logSeverityLevel: 3,
        extra: { session: { model_external_initializers_file_folder_path: folder.weightsFolder } },
      });
    } catch (error) {
      throw fail(`the runtime cannot load this model (${firstLine(error)}). Copy or export it again.`);
    }
    try {
      const dims = await probe(session, summary.inputs, logits.name);
      if (dims.length !== 3) {
        throw fail(
          `its logits have ${dims.length} axes instead of batch x tokens x vocabulary. Export it for text generation.`,
        );
      }
      if (dims[1] !== 3) {
        const mend = 'Export it with logits for every token (without prune_lm_head or last-token-only options).';
        throw fail(`returns logits for the last token only, so positions in a text cannot be scored. ${mend}`);
      }
      const vocabulary = dims[2] as number;
      if (tokenizer.vocabularySize > vocabulary) {
        const file = join(folder.folder, 'tokenizer.json');
        const message = `${file}: has ${tokenizer.vocabularySize} tokens but the model's logits only ${vocabulary}. This tokenizer belongs to another model; put the right one here.`;
        throw new SeepError('model', message, file);
      }
      const context = Math.min(
        folder.config.context ?? CONTEXT_WHEN_UNSAID,
        LONGEST_INPUT,
        Math.floor(SEQUENCE_BYTES / (4 * vocabulary)),
      );
      const info: ModelInfo = {
        folder: folder.folder,
        file: folder.file,
        bytes: folder.totalBytes,
        architecture: folder.config.architecture,
        opset: summary.opset,
        dtype: logits.elementType === elementType.float16 ? 'float16' : 'float32',
        vocabulary,
        tokenizerVocabulary: tokenizer.vocabularySize,
        context,
        bos: tokenizer.prefix.length === 0 ? null : tokenizer.prefix.map((id) => tokenizer.nameOf(id) ?? id).join(''),
        hash: folder.hash,
      };
      return new Model(tokenizer, info, session, summary.inputs);
    } catch (error) {
      await session.release();
      if (error instanceof SeepError) {
        throw error;
      }
      throw fail(`the runtime cannot run this model (${firstLine(error)}). Export it again as a plain decoder.`);
    }
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  /**
   * Runs jobs in batches of similar length, the longest first, each within the memory budget. `onResult` gets every job's
   * result as soon as its batch is done; `between` is awaited after each batch and may throw to stop.
   */
  async run<J extends Job>(
    jobs: readonly J[],
    onResult: (job: J, result: JobResult) => void,
    between: (tokens: number) => Promise<void>,
  ): Promise<void> {
    const sorted = [...jobs].sort((a, b) => b.input.length - a.input.length);
    for (let at = 0; at < sorted.length; ) {
      const length = sorted[at]?.input.length ?? 1;
      const size = Math.max(1, Math.min(64, Math.floor(RUN_BYTES / (4 * this.info.vocabulary * length))));
      const batch = sorted.slice(at, at + size).filter((job) => job.input.length * 2 >= length || job === sorted[at]);
      at += batch.length;
      await this.#runBatch(batch, onResult);
      await between(batch.reduce((total, job) => total + job.input.length, 0));
    }
  }

  async #runBatch<J extends Job>(batch: readonly J[], onResult: (job: J, result: JobResult) => void): Promise<void> {
    const length = batch[0]?.input.length ?? 0;
    const feeds: Record<string, Tensor> = {};
    for (const slot of this.inputs) {
      const tensor = fill(
        slot,
        batch.map(({ input }) => input),
        length,
      );
      if (tensor !== null) {
        feeds[slot.name] = tensor;
      }
    }
    feeds[head.watch] = indices(
      batch.flatMap((job, b) => job.watch.map(([row, id]) => [b, row, id])),
      3,
    );
    feeds[head.rowsAt] = indices(
      batch.flatMap((job, b) => (job.rows ?? []).map((row) => [b, row])),
      2,
    );
    const wantsRows = batch.some(({ rows }) => rows !== undefined && rows.length > 0);
    const fetches: string[] = [head.watched, head.topLogprobs, head.topIds, ...(wantsRows ? [head.rows] : [])];
    const outputs = await this.session.run(feeds, fetches);
    const watched = outputs[head.watched]?.data as Float32Array;
    const topLogprobs = outputs[head.topLogprobs]?.data as Float32Array;
    const topIds = outputs[head.topIds]?.data as Int32Array;
    const allRows = wantsRows ? (outputs[head.rows]?.data as Float32Array) : new Float32Array();
    const k = topIds.length / (batch.length * length);
    let watchAt = 0;
    let rowAt = 0;
    for (const [b, job] of batch.entries()) {
      const listAt = (row: number) => (b * length + row) * k;
      onResult(job, {
        watched: watched.slice(watchAt, watchAt + job.watch.length),
        rows: (job.rows ?? []).map((_, i) =>
          allRows.slice((rowAt + i) * this.info.vocabulary, (rowAt + i + 1) * this.info.vocabulary),
        ),
        top: (row, wanted) =>
          Array.from({ length: Math.min(wanted, k) }, (_, i) => {
            const id = topIds[listAt(row) + i] ?? 0;
            return { id, text: this.tokenizer.textOf(id), logprob: topLogprobs[listAt(row) + i] ?? Number.NaN };
          }),
        rank: (row, logprob) => {
          const list = topLogprobs.subarray(listAt(row), listAt(row) + k);
          const likelier = list.findIndex((other) => !(other > logprob));
          return likelier >= 0 ? likelier + 1 : null;
        },
      });
      watchAt += job.watch.length;
      rowAt += job.rows?.length ?? 0;
    }
  }
}

function looksLikeLogits({ name, elementType: type, dims }: TensorSlot): boolean {
  const floating = type === elementType.float || type === elementType.float16 || type === elementType.bfloat16;
  return floating && dims.length === 3 && !name.startsWith('present') && /logit|output/i.test(name);
}

/** Shape of the logits for one sequence of three tokens. */
async function probe(
  session: InferenceSession,
  inputs: readonly TensorSlot[],
  logits: string,
): Promise<readonly number[]> {
  const feeds: Record<string, Tensor> = { [head.watch]: indices([], 3), [head.rowsAt]: indices([], 2) };
  for (const slot of inputs) {
    const tensor = fill(slot, [[0, 0, 0]], 3);
    if (tensor !== null) {
      feeds[slot.name] = tensor;
    }
  }
  return (await session.run(feeds, [logits]))[logits]?.dims ?? [];
}

/** The tensor for one of a model's inputs, sequences padded on the right to `length`; null when it is not known. */
function fill(slot: TensorSlot, sequences: readonly (readonly number[])[], length: number): Tensor | null {
  const batch = sequences.length;
  const grid = (value: (sequence: readonly number[], i: number) => number) => {
    const data = sequences.flatMap((sequence) => Array.from({ length }, (_, i) => value(sequence, i)));
    return slot.elementType === elementType.int32
      ? new Tensor('int32', Int32Array.from(data), [batch, length])
      : new Tensor('int64', BigInt64Array.from(data, BigInt), [batch, length]);
  };
  switch (slot.name) {
    case 'input_ids':
      return grid((sequence, i) => sequence[i] ?? 0);
    case 'attention_mask':
      return grid((sequence, i) => (i < sequence.length ? 1 : 0));
    case 'position_ids':
      return grid((_, i) => i);
    case 'token_type_ids':
      return grid(() => 0);
    case 'use_cache_branch':
      return new Tensor('bool', [false], [1]);
    case 'num_logits_to_keep':
    case 'logits_to_keep':
      return new Tensor('int64', [0n], slot.dims.length === 0 ? [] : [1]);
    default:
      return slot.name.startsWith('past_key_values.') ? emptyPast(slot, batch) : null;
  }
}

/** A cache of past keys or values that holds nothing: [batch, heads, 0, size] with the sizes that the model fixes. */
function emptyPast({ elementType: type, dims }: TensorSlot, batch: number): Tensor | null {
  if (dims.length < 3 || (type !== elementType.float && type !== elementType.float16)) {
    return null;
  }
  const shape = dims.map((dim, axis) => (axis === 0 ? batch : (dim ?? 0)));
  return type === elementType.float
    ? new Tensor('float32', new Float32Array(), shape)
    : new Tensor('float16', new Uint16Array(), shape);
}

function indices(rows: readonly (readonly number[])[], width: number): Tensor {
  return new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, width]);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]?.slice(0, 300) ?? '';
}
