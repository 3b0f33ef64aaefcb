import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { SeepError } from '../../core/errors';
import type { AnswerPath } from '../../core/score/answerTrie';
import { align, type Span } from './alignment';
import { byteLevelBytes, sentencePieceBytes, type TokenBytes, wordPieceBytes } from './tokenBytes';

/** A text as a model reads it. */
export interface Encoded {
  /** What the model reads: the special tokens that the tokenizer puts in front, then the text's tokens. */
  readonly ids: readonly number[];
  /** UTF-16 span of every id; special tokens in front have [0, 0]. */
  readonly spans: readonly Span[];
  /** Why spans are not exact; null where they are. */
  readonly approximate: string | null;
}

/** The parts of tokenizer.json that say how tokens lie on the text. */
interface TokenizerJson {
  readonly model?: { readonly type?: string; readonly vocab?: unknown };
  readonly normalizer?: unknown;
  readonly pre_tokenizer?: unknown;
  readonly decoder?: unknown;
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[];
}

interface TokenizerConfig {
  readonly add_bos_token?: boolean;
  readonly bos_token?: string | { readonly content?: string } | null;
}

/** Anchors behind which answers are encoded; see {@link Tokenizer.answerPaths}. */
const ANCHORS = ['\n', 'a'];

/** A Hugging Face tokenizer that also tells where in the text each token lies. */
export class Tokenizer {
  /** Special tokens put before every text. */
  readonly prefix: readonly number[];
  readonly vocabularySize: number;
  readonly #inner: HuggingFaceTokenizer;
  readonly #bytes: TokenBytes;
  readonly #skipsSpace: boolean;
  readonly #added: ReadonlyMap<string, Uint8Array>;

  /**
   * @param json parsed tokenizer.json
   * @param config parsed tokenizer_config.json, or {}
   * @throws SeepError naming `file` when the library cannot read it
   */
  constructor(json: object, config: object, file: string) {
    const parts = json as TokenizerJson;
    try {
      this.#inner = new HuggingFaceTokenizer(json, config);
      this.#inner.encode('a');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SeepError('model', `${file}: this tokenizer cannot be read (${reason}). Export it again.`, file);
    }
    const mentions = (type: string) =>
      JSON.stringify([parts.pre_tokenizer, parts.decoder]).includes(`"type":"${type}"`);
    this.#skipsSpace = parts.model?.type === 'WordPiece';
    this.#bytes = this.#skipsSpace ? wordPieceBytes : mentions('ByteLevel') ? byteLevelBytes : sentencePieceBytes;
    const encoder = new TextEncoder();
    this.#added = new Map((parts.added_tokens ?? []).map(({ content }) => [content, encoder.encode(content)]));
    this.prefix = this.#findPrefix(config as TokenizerConfig);
    let largest = -1;
    for (const id of this.#inner.get_vocab().values()) {
      largest = Math.max(largest, id);
    }
    this.vocabularySize = largest + 1;
  }

  /** Tokens of `text`, with the special tokens in front and none behind. */
  encode(text: string): Encoded {
    const { ids, spans, approximate } = this.#encodePlain(text);
    return {
      ids: [...this.prefix, ...ids],
      spans: [...this.prefix.map((): Span => [0, 0]), ...spans],
      approximate,
    };
  }

  /**
   * Every way to write an answer as tokens: with and without a leading space, behind a line feed and behind a letter. A form
   * counts only if a token starts exactly behind the anchor, whose tokens are dropped; so a tokenizer that puts a space
   * before each text does no harm.
   */
  answerPaths(answers: readonly string[]): AnswerPath[] {
    const paths = new Map<string, AnswerPath>();
    for (const [answer, surface] of answers.entries()) {
      for (const form of [surface, ` ${surface}`]) {
        for (const anchor of ANCHORS) {
          const { ids, spans } = this.#encodePlain(anchor + form);
          const first = spans.findIndex(([start]) => start === anchor.length);
          const path = first < 0 ? [] : ids.slice(first);
          if (path.length > 0 && !paths.has(path.join())) {
            paths.set(path.join(), { ids: path, answer });
          }
        }
      }
    }
    return [...paths.values()];
  }

  /** Text of one token, as it would stand in a text; U+FFFD for bytes that are no whole character. */
  textOf(id: number): string {
    const token = this.#inner.id_to_token(id);
    if (token === undefined) {
      return `[${id}]`;
    }
    const bytes = this.#bytesOf(token);
    return bytes === null ? token : new TextDecoder().decode(bytes);
  }

  /** The token itself as the vocabulary spells it, or undefined for ids of padding rows. */
  nameOf(id: number): string | undefined {
    return this.#inner.id_to_token(id);
  }

  /** Whether both give every token the same id, so that distributions can be compared id by id. */
  sharesVocabularyWith(other: Tokenizer): boolean {
    const mine = this.#inner.get_vocab();
    const theirs = other.#inner.get_vocab();
    return mine.size === theirs.size && [...mine].every(([token, id]) => theirs.get(token) === id);
  }

  #bytesOf(token: string): Uint8Array | null {
    return this.#added.get(token) ?? this.#bytes(token);
  }

  #encodePlain(text: string): Encoded {
    if (text === '') {
      return { ids: [], spans: [], approximate: null };
    }
    const { ids, tokens } = this.#inner.encode(text, { add_special_tokens: false });
    const { spans, exact } = align(
      text,
      tokens.map((token) => this.#bytesOf(token)),
      this.#skipsSpace,
    );
    const approximate = exact ? null : 'The tokenizer changes this text, so highlights may be off by some characters.';
    return { ids, spans, approximate };
  }

  /** What the post-processor puts before a text; failing that, what `add_bos_token` asks for. */
  #findPrefix({ add_bos_token, bos_token }: TokenizerConfig): number[] {
    const plain = this.#inner.encode('a', { add_special_tokens: false }).ids;
    const full = this.#inner.encode('a').ids;
    for (let start = 0; start + plain.length <= full.length; start++) {
      if (plain.every((id, i) => full[start + i] === id)) {
        if (start > 0) {
          return full.slice(0, start);
        }
        break;
      }
    }
    const name = typeof bos_token === 'string' ? bos_token : bos_token?.content;
    const bos = add_bos_token && name !== undefined ? this.#inner.token_to_id(name) : undefined;
    return bos === undefined ? [] : [bos];
  }
}
