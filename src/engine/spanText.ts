import type { Said, Spelling } from '../core/score/answerTrie';
import type { Beginning } from './tokenizer/tokenCovers';
import type { Encoded, Tokenizer } from './tokenizer/tokenizer';

/**
 * What a model with a tokenizer of its own is asked about a text: how likely it goes on with `tokens` behind `context`, given that
 * it goes on with the bytes of `begun`, with which the first of the tokens starts.
 */
export interface SpanQuestion {
  /** Model input, special tokens included. */
  readonly context: readonly number[];
  readonly tokens: readonly number[];
  /** Null: the text is known up to the end of a token. */
  readonly begun: Beginning | null;
}

/** Text before an answer that is put into tokens anew with it, in UTF-16 units: what lies further back does not change with the answer. */
const REWRITTEN = 256;

const encoder = new TextEncoder();

/** Tokens of a text, or of its later part: `spans` are places in the whole text, and empty at 0 for what is not looked at. */
type Written = Pick<Encoded, 'ids' | 'spans' | 'text'>;

/** A record's text in the tokens of a model that writes it in other tokens than the teacher. */
export class SpanText {
  readonly #encoded: Encoded;
  /** Index of the first token that starts at a UTF-16 offset. */
  readonly #starts = new Map<number, number>();

  /**
   * @param longest tokens of context that are worth having
   * @throws SeepError('record') when the tokenizer cannot write the text
   */
  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly longest: number,
    text: string,
  ) {
    this.#encoded = tokenizer.encode(text);
    const { spans, prefix } = this.#encoded;
    for (let i = spans.length - 1; i >= prefix; i--) {
      this.#starts.set(spans[i]?.[0] ?? 0, i);
    }
  }

  /**
   * The question how the text goes on behind `said` of a spelling that starts at UTF-16 offset `at`. Context and tokens part at the
   * nearest boundary at or before that place. Null: this model cannot write the answer, or reads nothing before it.
   */
  question(at: number, { text: form }: Spelling, said: Said): SpanQuestion | null {
    const written = this.#withAnswer(at, form);
    const { ids, spans } = written;
    const offset = at + said.units;
    let first = spans.findIndex(([, end]) => end > offset);
    if (first < 0) {
      return null;
    }
    let known = said.bytes + this.#bytesBefore(offset, first, written);
    for (let size = this.#sizeOf(ids[first]); known > 0 && known >= size; size = this.#sizeOf(ids[first])) {
      known -= size;
      first++;
    }
    const context = ids.slice(0, first);
    const tokens = ids.slice(first);
    const [token] = tokens;
    if (token === undefined || context.length === 0 || tokens.some((id) => this.tokenizer.isUnknown(id))) {
      return null;
    }
    const bytes = this.tokenizer.bytesOf(token)?.subarray(0, known) ?? new Uint8Array();
    return {
      context,
      tokens,
      begun: bytes.length === 0 ? null : { bytes, continues: this.tokenizer.isContinuing(token) },
    };
  }

  /** Model input up to the last token boundary at or before a UTF-16 offset, and where in the text that is. */
  contextUpTo(offset: number): { readonly context: readonly number[]; readonly boundary: number } {
    const { ids, spans, prefix, text } = this.#encoded;
    const found = spans.findIndex(([, end], i) => i >= prefix && end > offset);
    const next = found < 0 ? ids.length : found;
    return { context: ids.slice(0, next), boundary: Math.min(offset, spans[next]?.[0] ?? text.length) };
  }

  /** The text up to `at` with an answer behind it. */
  #withAnswer(at: number, form: string): Written {
    const { ids, spans, text, prefix, approximate } = this.#encoded;
    const whole = text.slice(0, at) + form;
    const from = at <= REWRITTEN ? 0 : (spans.find(([start], i) => i >= prefix && start >= at - REWRITTEN)?.[0] ?? 0);
    // Tokens whose places are not exact cannot be found again by them.
    if (from === 0 || from >= at || approximate !== null) {
      return { ...this.tokenizer.encode(whole), text: whole };
    }
    const late = this.tokenizer.encode(whole.slice(from));
    const lateSpans = late.spans.map(([start, end]) => [from + start, from + end] as const);
    // A tokenizer may treat the start of a text in its own way: the first token is not trusted.
    for (let i = prefix + 1; i < late.ids.length; i++) {
      const [start, end] = lateSpans[i] ?? [at, at];
      const same = this.#starts.get(start);
      if (start >= at) {
        break;
      }
      if (same !== undefined && ids[same] === late.ids[i] && spans[same]?.[1] === end) {
        const left = ids.slice(Math.max(prefix, same - this.longest), same);
        return {
          ids: [...this.tokenizer.prefix, ...left, ...late.ids.slice(i)],
          spans: [...Array<readonly [number, number]>(prefix + left.length).fill([0, 0]), ...lateSpans.slice(i)],
          text: whole,
        };
      }
    }
    return { ...this.tokenizer.encode(whole), text: whole };
  }

  /** Bytes of the token at `first`, and of those that share its first character, that lie before `offset`. */
  #bytesBefore(offset: number, first: number, { ids, spans, text }: Written): number {
    const [start, end] = spans[first] ?? [offset, offset];
    if (start >= offset) {
      return 0;
    }
    const isCut = (spans[first + 1]?.[0] ?? end) < end;
    // Some tokenizers put a space in front of a text that has none.
    const more = isCut ? 0 : Math.max(0, this.#sizeOf(ids[first]) - encoder.encode(text.slice(start, end)).length);
    return more + encoder.encode(text.slice(start, offset)).length;
  }

  #sizeOf(id: number | undefined): number {
    return (id === undefined ? null : this.tokenizer.bytesOf(id))?.length ?? Number.POSITIVE_INFINITY;
  }
}
