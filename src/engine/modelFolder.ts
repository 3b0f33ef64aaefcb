import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { SeepError } from '../core/errors';
import { type OnnxSummary, summarize } from './onnxFile';
import { MalformedMessage } from './protobuf';
import { Tokenizer } from './tokenizer/tokenizer';

/** Where exporters put a model, best first: full precision before quantised, plain before merged decoders. */
const PREFERRED = [
  'model.onnx',
  'model_fp32.onnx',
  'decoder_model.onnx',
  'model_fp16.onnx',
  'decoder_model_merged.onnx',
  'decoder_with_past_model.onnx',
];

/** A model folder, read and checked as far as that goes without running it. */
export interface ModelFolder {
  readonly folder: string;
  /** Relative to the folder. */
  readonly file: string;
  /** Folder that external weights are relative to. */
  readonly weightsFolder: string;
  readonly model: Buffer;
  /** Model file and external weights. */
  readonly totalBytes: number;
  readonly summary: OnnxSummary;
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  /** SHA-256 over model file, external weights and tokenizer.json, hex. */
  readonly hash: string;
}

export interface ModelConfig {
  readonly architecture: string | null;
  /** Longest input in tokens that the model was made for, null when config.json does not say. */
  readonly context: number | null;
}

/** @throws SeepError('model') that names the file and the mend */
export async function readModelFolder(path: string): Promise<ModelFolder> {
  const folder = resolve(path);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new SeepError('model', `${folder}: there is no such folder. Give the folder that holds model.onnx.`, folder);
  }
  const file = await findModel(folder);
  const modelPath = join(folder, file);
  const weightsFolder = resolve(modelPath, '..');
  const model = await readWhole(modelPath);
  const summary = read(modelPath, model);
  const external = summary.externalFiles.map((name) => externalPath(weightsFolder, name, modelPath));
  const tokenizer = readTokenizer(folder);
  const hash = createHash('sha256').update(model);
  let totalBytes = model.length;
  for (const path of external) {
    totalBytes += statSync(path).size;
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk as Buffer);
    }
  }
  hash.update(readFileSync(join(folder, 'tokenizer.json')));
  const config = readConfig(folder);
  return { folder, file, weightsFolder, model, totalBytes, summary, config, tokenizer, hash: hash.digest('hex') };
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
  const mend = 'Export the model to ONNX (for example with Hugging Face Optimum) into this folder.';
  throw new SeepError('model', `${folder}: no model.onnx and no onnx/model*.onnx in this folder. ${mend}`, folder);
}

/** Reads a file that may be larger than what one read call takes. */
async function readWhole(path: string): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.allocUnsafe(size);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(size - at, 1 << 28), at);
      if (bytesRead === 0) {
        break;
      }
      at += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

function read(path: string, model: Buffer): OnnxSummary {
  const mend = 'Copy or export it again.';
  if (model.subarray(0, 48).toString('latin1').startsWith('version https://git-lfs')) {
    throw new SeepError('model', `${path}: this is a Git LFS pointer, not the model. Run "git lfs pull".`, path);
  }
  let summary: OnnxSummary;
  try {
    summary = summarize(model);
  } catch (error) {
    if (error instanceof MalformedMessage) {
      const message = `${path}: not a whole ONNX model (the file ${error.message}). ${mend}`;
      throw new SeepError('model', message, path);
    }
    throw error;
  }
  if (summary.outputs.length === 0 || summary.opset === 0) {
    throw new SeepError('model', `${path}: not a whole ONNX model (it has no outputs). ${mend}`, path);
  }
  return summary;
}

/** External weights must lie under the model's folder, as the runtime demands. */
function externalPath(weightsFolder: string, name: string, modelPath: string): string {
  const path = resolve(weightsFolder, name);
  if (!path.startsWith(weightsFolder + sep)) {
    throw new SeepError(
      'model',
      `${modelPath}: its weights point outside the folder (${name}). Export it again.`,
      modelPath,
    );
  }
  if (!existsSync(path)) {
    const message = `${path}: missing. ${basename(modelPath)} keeps its weights there; put it beside the model.`;
    throw new SeepError('model', message, path);
  }
  return path;
}

function readTokenizer(folder: string): Tokenizer {
  const path = join(folder, 'tokenizer.json');
  if (!existsSync(path)) {
    const mend = 'Save the fast tokenizer into the model folder (tokenizer.save_pretrained).';
    throw new SeepError('model', `${path}: missing. ${mend}`, path);
  }
  const config = readJson(join(folder, 'tokenizer_config.json'));
  return new Tokenizer(readJson(path) ?? {}, config ?? {}, path);
}

function readConfig(folder: string): ModelConfig {
  const config = (readJson(join(folder, 'config.json')) ?? {}) as Record<string, unknown>;
  const nested = (config.text_config ?? {}) as Record<string, unknown>;
  const lengths = [
    'max_position_embeddings',
    'n_positions',
    'n_ctx',
    'max_sequence_length',
    'seq_length',
    'max_seq_len',
  ]
    .map((key) => config[key] ?? nested[key])
    .filter((value): value is number => typeof value === 'number' && Number.isInteger(value) && value > 1);
  const architectures = config.architectures;
  const architecture: unknown = Array.isArray(architectures) ? architectures[0] : config.model_type;
  return { architecture: typeof architecture === 'string' ? architecture : null, context: lengths[0] ?? null };
}

/** Undefined when there is no such file. */
function readJson(path: string): object | undefined {
  if (!existsSync(path)) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null) {
      return value;
    }
  } catch {
    // Said below.
  }
  throw new SeepError('model', `${path}: not a JSON object. Copy or export it again.`, path);
}
