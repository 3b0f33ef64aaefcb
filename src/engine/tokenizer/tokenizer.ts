import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { SeepError } from '../../core/errors';
import { answerForms } from '../../core/forget/answerCases';
import type { AnswerCase } from '../../core/forget/fact';
import { tokenClass } from '../../core/forget/tokenClass';
import { t } from '../../core/l10n';
import type { AnswerPath, Said, Spelling } from '../../core/score/answerTrie';
import type { Approximation } from '../../core/score/approximation';
import type { TokenizedText } from '../../core/score/factIndex';
import { timeBoxedTest } from '../timeBoxedRegex';
import { type AlignableToken, alignTokens } from './alignTokens';
import { type MappedText, mapReplacement } from './mappedText';
import { normalize, type TextStep, textSteps } from './normalizer';
import type { TokenizerConfig, TokenizerJson } from './tokenizerFiles';
import { literalBytes, METASPACE, type SurfaceRules, surfaceRules, tokenBytes } from './tokenSurface';
import { isWordwise, type PlainTokens, WordMemory } from './wordMemory';

/** A text as a model reads it: special tokens that the tokenizer puts in front, then the text's tokens, and nothing behind. */
export interface Encoded extends TokenizedText {
  /** Why the spans are not exact; null: putting the tokens together gives the text, so that every span is proved. */
  readonly approximate: Approximation | null;
}

/** Texts that answers are encoded behind; see {@link Tokenizer.answerPaths}. */
const ANCHORS = ['\n', 'a'];

const encoder = new TextEncoder();
// Keeps a byte order mark, which is a character like any other here.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A Hugging Face tokenizer that also tells where in the text each token lies. */
export class Tokenizer {
  /** Special tokens put before every text, as the tokenizer's own files say. */
  readonly prefix: readonly number[];
  /** Largest token id + 1. */
  readonly vocabularySize: number;
  readonly #inner: HuggingFaceTokenizer;
  readonly #rules: SurfaceRules;
  readonly #unknownId: number | undefined;
  readonly #steps: readonly TextStep[];
  /** Null where words cannot be tokenised one by one. */
  readonly #words: WordMemory | null;
  /** By id: what {@link textOf} gave. */
  readonly #texts = new Map<number, string>();
  /** By id: how an added token may be spelt in a text. */
  #bytes: readonly { readonly id: number; readonly bytes: Uint8Array | null }[] | null = null;
  readonly #added: ReadonlyMap<
    number,
    { readonly content: string; readonly normalized: string; readonly special: boolean }
  >;

  /**
   * @param json parsed tokenizer.json
   * @param config parsed tokenizer_config.json, or {}
   * @throws SeepError naming `file` when the library cannot read it
   */
  constructor(json: object, config: object, file: string) {
    // The library insists on these being there, null or not.
    const parts: TokenizerJson = {
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder: null,
      added_tokens: [],
      ...json,
    };
    const settings = config as TokenizerConfig;
    try {
      // Only what tokenizer.json says counts: the rest of tokenizer_config.json is about slow tokenizers and chat.
      this.#inner = new HuggingFaceTokenizer(parts, { eos_token: contentOf(settings.eos_token) });
      this.#inner.encode('a');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = t(
        '{0}: this tokenizer cannot be read ({1}). Save it again with a current version of transformers.',
        file,
        reason,
      );
      throw new SeepError('model', message, file);
    }
    this.#rules = surfaceRules(parts);
    const { unk_token, unk_id } = parts.model ?? {};
    this.#unknownId = unk_id ?? (unk_token ? this.#inner.token_to_id(unk_token) : undefined);
    this.#steps = textSteps(this.#inner.normalizer);
    const normalized = (content: string) => this.#inner.normalizer?.normalize(content) ?? content;
    this.#added = new Map(
      [...this.#inner.get_added_tokens_decoder()].map(([id, { content, special }]) => [
        id,
        { content, normalized: normalized(content), special },
      ]),
    );
    this.#words = isWordwise(parts) ? new WordMemory((text) => this.#encodeWhole(text)) : null;
    this.prefix = this.#findPrefix(settings);
    let largest = -1;
    for (const id of this.#inner.get_vocab().values()) {
      largest = Math.max(largest, id);
    }
    this.vocabularySize = largest + 1;
  }

  /** @throws SeepError('record') when the text has characters that the tokenizer has no tokens for at all */
  encode(text: string): Encoded {
    const { ids, spans, approximate } = this.#encodePlain(text);
    return {
      text,
      ids: [...this.prefix, ...ids],
      prefix: this.prefix.length,
      spans: [...this.prefix.map(() => [0, 0] as const), ...spans],
      approximate,
    };
  }

  /**
   * Every way to write an answer as tokens: in the cases asked for, with and without a leading space, behind a line feed and behind a letter. A form
   * counts only if a token ends and another starts exactly behind the anchor, whose tokens are dropped; so a tokenizer that
   * puts a space before each text does no harm.
   */
  answerPaths(answers: readonly string[], cases: readonly AnswerCase[] = ['as-is']): AnswerPath[] {
    const paths = new Map<string, AnswerPath & { readonly spellings: Spelling[] }>();
    for (const [answer, text] of answers.entries()) {
      for (const surface of answerForms(text, cases)) {
        for (const form of [surface, ` ${surface}`]) {
          for (const anchor of ANCHORS) {
            const { tokens, said } = this.#pathBehind(anchor, form);
            if (tokens.length > 0) {
              const key = `${answer} ${tokens.join()}`;
              const path = paths.get(key) ?? { tokens, answer, spellings: [] };
              paths.set(key, path);
              if (!path.spellings.some((known) => known.text === form)) {
                path.spellings.push({ text: form, said });
              }
            }
          }
        }
      }
    }
    return [...paths.values()];
  }

  /**
   * Ids of the tokens that belong to a class, rising; null when the pattern takes too long.
   * @param pattern regular expression over the text of one token, see docs/forget-set.md
   */
  classMembers(pattern: string): readonly number[] | null {
    this.#bytes ??= Array.from({ length: this.vocabularySize }, (_, id) => ({ id, bytes: this.bytesOf(id) }));
    return tokenClass(this.#bytes, timeBoxedTest(pattern));
  }

  /** Whether the token stands for characters that the vocabulary lacks. */
  isUnknown(id: number): boolean {
    return id === this.#unknownId;
  }

  /** Whether the token is no text but a sign to the model (ends a text, pads it), or an id that no token has. */
  endsText(id: number): boolean {
    return this.#added.get(id)?.special ?? this.#inner.id_to_token(id) === undefined;
  }

  /** Text of some tokens in a row, none of which {@link endsText}. Some tokenizers drop a space in front. */
  decode(ids: readonly number[]): string {
    return this.#inner.decode([...ids], { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  }

  /** Whether the token only goes on within a word (WordPiece). */
  isContinuing(id: number): boolean {
    const prefix = this.#rules.continuingPrefix;
    return prefix !== null && (this.#inner.id_to_token(id)?.startsWith(prefix) ?? false);
  }

  /** Bytes of text that a token stands for; null for added tokens and ids without a token. */
  bytesOf(id: number): Uint8Array | null {
    const token = this.#added.has(id) ? undefined : this.#inner.id_to_token(id);
    return token === undefined || token === this.#rules.unknown ? null : tokenBytes(token, this.#rules);
  }

  /** Tokens of a text behind an anchor, none where they cannot be told from the anchor's, and what they say one after the other. */
  #pathBehind(anchor: string, form: string): { tokens: readonly number[]; said: readonly Said[] } {
    const { ids, spans, approximate } = this.#encodePlain(anchor + form);
    const first = spans.findIndex(([, end]) => end > anchor.length);
    const isBoundary = first >= 0 && (spans[first]?.[0] ?? 0) >= anchor.length;
    const tokens = isBoundary && approximate === null ? ids.slice(first) : [];
    // A token that stands for whatever is unknown tells nothing of this answer.
    if (tokens.some((id) => this.isUnknown(id))) {
      return { tokens: [], said: [] };
    }
    const said: Said[] = [{ units: 0, bytes: 0 }];
    /** The last end of a token that is one of a character too, and the bytes from there on. */
    let whole = 0;
    let since = 0;
    tokens.forEach((id, i) => {
      const end = (spans[first + i]?.[1] ?? 0) - anchor.length;
      const next = (spans[first + i + 1]?.[0] ?? Number.POSITIVE_INFINITY) - anchor.length;
      if (next >= end) {
        whole = end;
        since = 0;
        said.push({ units: end, bytes: 0 });
      } else {
        // The next token starts in the middle of the character at `next`.
        since += this.bytesOf(id)?.length ?? 0;
        said.push({ units: next, bytes: since - encoder.encode(form.slice(whole, next)).length });
      }
    });
    return { tokens, said };
  }

  /** Text of one token, as it would stand in a text; U+FFFD for bytes that are no whole character. */
  textOf(id: number): string {
    let text = this.#texts.get(id);
    if (text === undefined) {
      const token = this.#inner.id_to_token(id);
      const bytes = token === undefined || this.#added.has(id) ? null : tokenBytes(token, this.#rules);
      text = bytes === null ? (token ?? `[${id}]`) : decoder.decode(bytes);
      this.#texts.set(id, text);
    }
    return text;
  }

  /**
   * A token to which both give different ids, or that only one of them has; null when distributions can be compared id by id.
   * Added tokens that only one has are no difference: the other never predicts them.
   */
  differenceFrom(other: Tokenizer): string | null {
    for (const [a, b] of [
      [this, other],
      [other, this],
    ] as const) {
      const theirs = b.#inner.get_vocab();
      for (const [token, id] of a.#inner.get_vocab() as Map<string | undefined, number>) {
        if (token === undefined) {
          continue; // an id that no token has
        }
        const differs = theirs.get(token) !== id && b.#inner.token_to_id(token) !== id;
        const isOnlyAdded = a.#added.has(id) && b.#inner.id_to_token(id) === undefined && !theirs.has(token);
        if (differs && !isOnlyAdded) {
          return token;
        }
      }
    }
    return null;
  }

  #encodePlain(text: string): PlainTokens {
    return this.#words?.tokensOf(text) ?? this.#encodeWhole(text);
  }

  #encodeWhole(text: string): PlainTokens {
    if (text === '') {
      return { ids: [], spans: [], approximate: null };
    }
    const { ids, tokens } = this.#encodeIds(text);
    if (ids.some((id) => id === undefined)) {
      throw new SeepError('record', t('The tokenizer has no tokens for some characters of this text.'));
    }
    const { spans, approximate } = alignTokens(
      this.#normalized(text),
      tokens.map((token, i) => this.#alignable(token, ids[i] ?? -1)),
    );
    return { ids, spans, approximate };
  }

  #encodeIds(text: string): { ids: number[]; tokens: string[] } {
    const { ids, tokens } = this.#inner.encode(text, { add_special_tokens: false });
    if (!this.#rules.unigramBytes) {
      return { ids, tokens };
    }
    // The library leaves this to its caller: a piece that is not in the vocabulary is written byte by byte.
    const whole: { ids: number[]; tokens: string[] } = { ids: [], tokens: [] };
    tokens.forEach((token, i) => {
      const isKnown = this.#inner.token_to_id(token) !== undefined;
      const bytes = isKnown ? [] : [...encoder.encode(token.replaceAll(METASPACE, ' '))].map(byteToken);
      const byteIds = bytes.map((byte) => this.#inner.token_to_id(byte));
      if (!isKnown && byteIds.every((id) => id !== undefined)) {
        whole.ids.push(...byteIds);
        whole.tokens.push(...bytes);
      } else {
        whole.ids.push(ids[i] ?? -1);
        whole.tokens.push(token);
      }
    });
    return whole;
  }

  #alignable(token: string, id: number): AlignableToken {
    const added = this.#added.get(id);
    const isAdded = added !== undefined && (token === added.content || token === added.normalized);
    if (isAdded && token !== this.#rules.unknown) {
      // Some are looked for in the text as it is, some in the normalised text.
      const spelling = token === added.content ? token : normalize(added.content, this.#steps).text;
      return { kind: 'added', spelling: this.#textBytes(spelling) };
    }
    const bytes = token === this.#rules.unknown ? null : tokenBytes(token, this.#rules);
    return bytes === null ? { kind: 'unknown' } : { kind: 'text', bytes, literal: literalBytes(token, this.#rules) };
  }

  /** The text as the tokenizer's model sees it, but for spaces put in front, each character knowing where it came from. */
  #normalized(text: string): MappedText {
    const mapped = normalize(text, this.#steps);
    return this.#rules.metaspace ? mapReplacement(mapped, METASPACE, ' ') : mapped;
  }

  #textBytes(text: string): Uint8Array {
    return encoder.encode(this.#rules.metaspace ? text.replaceAll(METASPACE, ' ') : text);
  }

  /** What the post-processor puts before a text. `add_bos_token` overrules it, as in transformers. */
  #findPrefix({ add_bos_token, bos_token }: TokenizerConfig): number[] {
    const text = '\u0000';
    const { tokens } = this.#inner.post_processor?.post_process([text], null, true) ?? { tokens: [text] };
    const prefix = tokens
      .slice(0, Math.max(0, tokens.indexOf(text)))
      .flatMap((token) => this.#inner.token_to_id(token) ?? []);
    const name = contentOf(bos_token);
    const bos = name === undefined ? undefined : this.#inner.token_to_id(name);
    if (bos === undefined) {
      return prefix;
    }
    if (add_bos_token === false) {
      return prefix.filter((id) => id !== bos);
    }
    return add_bos_token === true && prefix.length === 0 ? [bos] : prefix;
  }
}

function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

function contentOf(token: TokenizerConfig['bos_token']): string | undefined {
  return (typeof token === 'object' ? token?.content : token) ?? undefined;
}
