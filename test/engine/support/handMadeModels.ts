import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphBuilder } from '../../../src/engine/graphBuilder';
import { elementType } from '../../../src/engine/onnxFile';

/**
 * Models whose probabilities can be worked out by hand, written byte by byte. The base is a bigram model,
 * `logits = Gather(W, input_ids)`: what follows a token depends on that token alone, with probabilities softmax(W[token]).
 */

/** A word-per-token vocabulary: "[UNK]" is 0, then these. */
export const WORDS = ['the', 'mill', 'is', 'in', 'oak', 'elm', 'bay', 'hill', 'of', 'red', '.', 'a'] as const;
export const V = WORDS.length + 1;

export function idOf(word: (typeof WORDS)[number]): number {
  return WORDS.indexOf(word) + 1;
}

/** Rows of log-probabilities: `next[word]` gives the probabilities that are not spread evenly over the rest. */
export type Bigrams = Partial<Record<(typeof WORDS)[number], Partial<Record<(typeof WORDS)[number], number>>>>;

/** Probability of `next` behind `word`; a row without entries is uniform. */
export function probability(bigrams: Bigrams, word: (typeof WORDS)[number], next: (typeof WORDS)[number]): number {
  return Math.exp(logWeights(bigrams)[idOf(word) * V + idOf(next)] ?? Number.NaN);
}

export function logWeights(bigrams: Bigrams): Float64Array {
  return bigramWeights(WORDS, bigrams);
}

/** Rows of log-probabilities by token id: of the unknown token, then of `tokens`; what is not given is spread evenly over the rest. */
export function bigramWeights<T extends string>(
  tokens: readonly T[],
  bigrams: Partial<Record<T, Partial<Record<T, number>>>>,
): Float64Array {
  const size = tokens.length + 1;
  const weights = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const token = tokens[row - 1];
    const given = new Map(
      Object.entries((token !== undefined && bigrams[token]) || {}).map(([next, p]) => [
        tokens.indexOf(next as T) + 1,
        p,
      ]),
    );
    const rest = 1 - [...given.values()].reduce((sum: number, p) => sum + Number(p), 0);
    for (let next = 0; next < size; next++) {
      weights[row * size + next] = Math.log(Number(given.get(next) ?? rest / (size - given.size)));
    }
  }
  return weights;
}

/** Writes a text with as few of the tokens as it can, spaces and all. */
export function fewestTokens(tokens: readonly string[]): object {
  return {
    version: '1.0',
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: { type: 'Unigram', unk_id: 0, vocab: [['<unk>', -20], ...tokens.map((token) => [token, -1])] },
  };
}

/** A model folder with bigram probabilities over tokens of its own, see {@link fewestTokens}. */
export function tokenBigramFolder(tokens: readonly string[], bigrams: Record<string, Record<string, number>>): string {
  const weights = bigramWeights(tokens, bigrams);
  return modelFolder({
    model: bigramGraph(weights, tokens.length + 1).finish(),
    tokenizer: fewestTokens(tokens),
  });
}

export function bigramGraph(weights: ArrayLike<number>, vocabulary = V): GraphBuilder {
  return new GraphBuilder()
    .input('input_ids', elementType.int64, ['batch', 'sequence'])
    .floats('W', [vocabulary, vocabulary], weights)
    .node('Gather', ['W', 'input_ids'], 'logits')
    .output('logits', elementType.float32, ['batch', 'sequence', vocabulary]);
}

export const wordTokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: 'Whitespace' },
  post_processor: null,
  decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries([['[UNK]', 0], ...WORDS.map((word) => [word, idOf(word)])]) as Record<string, number>,
  },
};

export interface FolderParts {
  readonly model?: Uint8Array | null;
  readonly tokenizer?: unknown;
  readonly config?: object | null;
  readonly tokenizerConfig?: object;
}

/** Folders that go away with {@link removeModelFolders}. */
const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'seep-models-'));
  folders.push(folder);
  return folder;
}

export function removeModelFolders(): void {
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes a model folder; a part that is null is left out. */
export function modelFolder(
  { model, tokenizer, config, tokenizerConfig }: FolderParts,
  folder = temporaryFolder(),
): string {
  mkdirSync(folder, { recursive: true });
  if (model !== null) {
    writeFileSync(join(folder, 'model.onnx'), model ?? bigramGraph(logWeights({})).finish());
  }
  if (tokenizer !== null) {
    writeFileSync(
      join(folder, 'tokenizer.json'),
      typeof tokenizer === 'string' ? tokenizer : JSON.stringify(tokenizer ?? wordTokenizer),
    );
  }
  if (config !== null) {
    writeFileSync(
      join(folder, 'config.json'),
      JSON.stringify(config ?? { architectures: ['HandMade'], max_position_embeddings: 64 }),
    );
  }
  if (tokenizerConfig !== undefined) {
    writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(tokenizerConfig));
  }
  return folder;
}

/** A model folder whose model has these bigram probabilities. */
export function bigramFolder(bigrams: Bigrams, config?: object): string {
  return modelFolder({ model: bigramGraph(logWeights(bigrams)).finish(), ...(config === undefined ? {} : { config }) });
}

/** A bigram model that the runtime cannot run where it reads `word`: an integer division by zero. */
export function failingGraph(word: (typeof WORDS)[number]): GraphBuilder {
  const divisors = Array.from({ length: V }, (_, id) => (id === idOf(word) ? 0 : 1));
  return new GraphBuilder()
    .input('input_ids', elementType.int64, ['batch', 'sequence'])
    .floats('W', [V, V], logWeights({}))
    .int64s('divisors', [V], divisors)
    .node('Gather', ['divisors', 'input_ids'], 'divisor')
    .node('Div', ['input_ids', 'divisor'], 'ids')
    .node('Gather', ['W', 'ids'], 'logits')
    .output('logits', elementType.float32, ['batch', 'sequence', V]);
}

/** A bigram model that multiplies two matrices of size x size whenever it reads `word`: seconds of work in one run. */
export function slowGraph(word: (typeof WORDS)[number], size: number): GraphBuilder {
  return new GraphBuilder()
    .input('input_ids', elementType.int64, ['batch', 'sequence'])
    .floats('W', [V, V], logWeights({}))
    .int64s('slow', [], [idOf(word)])
    .int64s('one', [1], [1])
    .int64s('size', [1], [size - 1])
    .floats('small', [], [1e-3])
    .floats('zero', [], [0])
    .node('Equal', ['input_ids', 'slow'], 'is_slow')
    .node('Cast', ['is_slow'], 'slow_ids', { to: elementType.int64 })
    .node('ReduceMax', ['slow_ids'], 'any_slow', { keepdims: 0 })
    .node('Mul', ['any_slow', 'size'], 'extra')
    .node('Add', ['extra', 'one'], 'n')
    .node('Concat', ['n', 'n'], 'shape', { axis: 0 })
    .node('Expand', ['small', 'shape'], 'matrix')
    .node('MatMul', ['matrix', 'matrix'], 'product')
    .node('ReduceMax', ['product'], 'largest', { keepdims: 0 })
    .node('Mul', ['largest', 'zero'], 'nothing')
    .node('Gather', ['W', 'input_ids'], 'bare')
    .node('Add', ['bare', 'nothing'], 'logits')
    .output('logits', elementType.float32, ['batch', 'sequence', V]);
}

/**
 * A bigram model that makes a square matrix of float32 whenever it reads `word`, and with `always` whatever it reads: with a side of a
 * million it takes 4 TB, more than any machine gives.
 */
export function hungryGraph(word: (typeof WORDS)[number], side: number, always = false): GraphBuilder {
  return new GraphBuilder()
    .input('input_ids', elementType.int64, ['batch', 'sequence'])
    .floats('W', [V, V], logWeights({}))
    .int64s('hungry', [], [idOf(word)])
    .int64s('one', [1], [1])
    .int64s('least', [], [always ? 1 : 0])
    .int64s('size', [1], [side - 1])
    .floats('small', [], [1e-3])
    .floats('zero', [], [0])
    .node('Equal', ['input_ids', 'hungry'], 'is_hungry')
    .node('Cast', ['is_hungry'], 'hungry_ids', { to: elementType.int64 })
    .node('ReduceMax', ['hungry_ids'], 'any_hungry', { keepdims: 0 })
    .node('Max', ['any_hungry', 'least'], 'how_hungry')
    .node('Mul', ['how_hungry', 'size'], 'extra')
    .node('Add', ['extra', 'one'], 'n')
    .node('Concat', ['n', 'n'], 'shape', { axis: 0 })
    .node('Expand', ['small', 'shape'], 'matrix')
    .node('ReduceMax', ['matrix'], 'largest', { keepdims: 0 })
    .node('Mul', ['largest', 'zero'], 'nothing')
    .node('Gather', ['W', 'input_ids'], 'bare')
    .node('Add', ['bare', 'nothing'], 'logits')
    .output('logits', elementType.float32, ['batch', 'sequence', V]);
}
