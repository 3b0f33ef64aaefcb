import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { type ExternalWeights, findExternalWeights } from './externalWeights';
import { type OnnxSummary, summarize } from './onnxFile';
import { ProtobufError } from './protobuf';
import { Tokenizer } from './tokenizer/tokenizer';

/**
 * Where exporters put a model, best first: full precision before quantised, decoders that need no cache before those that do.
 * Looked for in the folder itself, then in `onnx/`; failing these, the first .onnx file by name.
 */
const PREFERRED = [
  'model.onnx',
  'decoder_model.onnx',
  'decoder_model_merged.onnx',
  'model_fp32.onnx',
  'model_fp16.onnx',
  'model_quantized.onnx',
  'model_int8.onnx',
  'model_uint8.onnx',
  'model_q4.onnx',
  'model_q4f16.onnx',
];
/** A protobuf message cannot be longer. */
const LONGEST_MODEL = 2 ** 31 - 1;
/** Bytes kept free behind a model in memory, for the scoring head. */
const ROOM_BEHIND = 1 << 14;

/** A model folder, read and checked as far as that goes without running it. */
export interface ModelFolder {
  readonly folder: string;
  /** Relative to the folder. */
  readonly file: string;
  /** The model file, to be changed by who loads it; its buffer goes on for a while behind the view. */
  readonly model: Uint8Array;
  readonly weights: ExternalWeights;
  /** Bytes of the model file and its external weights. */
  readonly totalBytes: number;
  readonly summary: OnnxSummary;
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  /** SHA-256, hex, over the model file, external weights, config.json, tokenizer.json and tokenizer_config.json. */
  readonly hash: string;
}

/** What config.json says, as far as it matters; null where it does not. */
export interface ModelConfig {
  readonly architecture: string | null;
  /** Longest input in tokens that the model was made for. */
  readonly context: number | null;
  /** Heads of the key-value cache, and the size of each. */
  readonly cacheHeads: number | null;
  readonly headSize: number | null;
}

/** @throws SeepError('model') that names the file and the mend */
export async function readModelFolder(path: string): Promise<ModelFolder> {
  const folder = resolve(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    const message = t('{0}: there is no such folder. Give the folder that holds model.onnx.', folder);
    throw new SeepError('model', message, folder);
  }
  const tokenizer = await readTokenizer(folder);
  const config = await readConfig(folder);
  const file = await findModel(folder);
  const modelPath = join(folder, file);
  const model = await readWhole(modelPath);
  const summary = summarizeFile(modelPath, model);
  const weights = findExternalWeights(modelPath, summary.externalFiles);

  const hash = createHash('sha256').update(model);
  let totalBytes = model.length;
  for (const weightsPath of weights.files) {
    totalBytes += statSync(weightsPath).size;
    for await (const chunk of createReadStream(weightsPath, { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Buffer);
    }
  }
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    const bytes = await readIfThere(join(folder, name));
    hash.update(`${name} ${bytes?.length ?? -1}\n`).update(bytes ?? '');
  }
  return { folder, file, model, weights, totalBytes, summary, config, tokenizer, hash: hash.digest('hex') };
}

async function findModel(folder: string): Promise<string> {
  for (const under of ['', 'onnx']) {
    const names = await readdir(join(folder, under)).catch((): string[] => []);
    const models = names.filter((name) => name.endsWith('.onnx')).sort();
    const best = PREFERRED.find((name) => models.includes(name)) ?? models[0];
    if (best !== undefined) {
      return join(under, best);
    }
  }
  const message = t(
    '{0}: no model.onnx and no onnx/model*.onnx in this folder. Export the model to ONNX (for example with Hugging Face Optimum) into this folder.',
    folder,
  );
  throw new SeepError('model', message, folder);
}

/** Reads a file that may be larger than what one read call takes. */
async function readWhole(path: string): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    if (size > LONGEST_MODEL) {
      const message = t(
        '{0}: larger than 2 GiB, which the ONNX format does not allow in one file. Export it with external data.',
        path,
      );
      throw new SeepError('model', message, path);
    }
    const bytes = Buffer.allocUnsafeSlow(size + ROOM_BEHIND).subarray(0, size);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(size - at, 1 << 28), at);
      if (bytesRead === 0) {
        return bytes.subarray(0, at);
      }
      at += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

function summarizeFile(path: string, model: Uint8Array): OnnxSummary {
  const mend = t('Copy or export it again.');
  if (Buffer.from(model.subarray(0, 48)).toString('latin1').startsWith('version https://git-lfs')) {
    const message = t('{0}: this is a Git LFS pointer, not the model. Run "git lfs pull".', path);
    throw new SeepError('model', message, path);
  }
  try {
    const summary = summarize(model);
    if (summary.outputs.length > 0 && summary.opset > 0) {
      return summary;
    }
  } catch (error) {
    if (!(error instanceof ProtobufError)) {
      throw error;
    }
    const message = t('{0}: not a whole ONNX model ({1}); it may be truncated. {2}', path, error.message, mend);
    throw new SeepError('model', message, path);
  }
  throw new SeepError('model', t('{0}: not an ONNX model, or only the first part of one. {1}', path, mend), path);
}

async function readTokenizer(folder: string): Promise<Tokenizer> {
  const path = join(folder, 'tokenizer.json');
  const json = await readJson(path);
  if (json === undefined) {
    const message = t(
      '{0}: missing. Save the fast tokenizer into the model folder (AutoTokenizer.from_pretrained(...).save_pretrained(...)).',
      path,
    );
    throw new SeepError('model', message, path);
  }
  return new Tokenizer(json, (await readJson(join(folder, 'tokenizer_config.json'))) ?? {}, path);
}

async function readConfig(folder: string): Promise<ModelConfig> {
  const config = ((await readJson(join(folder, 'config.json'))) ?? {}) as Record<string, unknown>;
  const nested = (config.text_config ?? {}) as Record<string, unknown>;
  const number = (...keys: readonly string[]): number | null => {
    const values = keys.map((key) => config[key] ?? nested[key]);
    return values.find((value): value is number => Number.isInteger(value) && Number(value) > 0) ?? null;
  };
  const heads = number('num_attention_heads', 'n_head', 'num_heads');
  const width = number('hidden_size', 'n_embd', 'd_model');
  const architectures = config.architectures;
  const architecture: unknown = Array.isArray(architectures) ? architectures[0] : config.model_type;
  return {
    architecture: typeof architecture === 'string' ? architecture : null,
    context: number(
      'max_position_embeddings',
      'n_positions',
      'n_ctx',
      'max_seq_len',
      'max_sequence_length',
      'seq_length',
      'context_length',
    ),
    cacheHeads: number('num_key_value_heads') ?? heads,
    headSize: number('head_dim') ?? (heads !== null && width !== null ? Math.floor(width / heads) : null),
  };
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new SeepError('model', t('{0}: cannot be read ({1}).', path, reason), path);
  }
}

/** Undefined when there is no such file. */
async function readJson(path: string): Promise<object | undefined> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value;
    }
  } catch {
    // Said below.
  }
  throw new SeepError('model', t('{0}: not a JSON object. Copy or export it again.', path), path);
}
