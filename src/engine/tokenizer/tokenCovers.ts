import type { Tokenizer } from './tokenizer';

/** The tokens that may come next where the text of some bytes is known to come next. */
export interface Covers {
  /** Tokens that start with all of the bytes. */
  readonly over: readonly number[];
  /** Tokens that are a beginning of the bytes and leave a rest of them. */
  readonly within: readonly { readonly id: number; readonly rest: Beginning }[];
  /** All of them, in this order. */
  readonly ids: readonly number[];
}

/** Bytes that a token, or several, start with. */
export interface Beginning {
  readonly bytes: Uint8Array;
  /** Whether the first of the tokens goes on within a word (WordPiece). */
  readonly continues: boolean;
}

/** Lists that are remembered; each may be as long as the vocabulary. */
const KEPT = 512;

const known = new WeakMap<Tokenizer, TokenCovers>();

/** The covers of a tokenizer; sorted once, because a vocabulary is large. */
export function coversOf(tokenizer: Tokenizer): TokenCovers {
  const covers = known.get(tokenizer) ?? new TokenCovers(tokenizer);
  known.set(tokenizer, covers);
  return covers;
}

/** Finds the tokens of one tokenizer by how they start. */
class TokenCovers {
  readonly #byFirstByte = new Map<number, { readonly id: number; readonly bytes: Uint8Array; continues: boolean }[]>();
  readonly #marksContinuing: boolean;
  readonly #kept = new Map<string, Covers>();

  constructor(tokenizer: Tokenizer) {
    let marks = false;
    for (let id = 0; id < tokenizer.vocabularySize; id++) {
      const bytes = tokenizer.bytesOf(id);
      const [first] = bytes ?? [];
      if (bytes !== null && first !== undefined) {
        const continues = tokenizer.isContinuing(id);
        marks ||= continues;
        const same = this.#byFirstByte.get(first);
        same === undefined
          ? this.#byFirstByte.set(first, [{ id, bytes, continues }])
          : same.push({ id, bytes, continues });
      }
    }
    this.#marksContinuing = marks;
  }

  of({ bytes, continues }: Beginning): Covers {
    const key = `${continues} ${bytes.join()}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      return kept;
    }
    const over: number[] = [];
    const within: { id: number; rest: Beginning }[] = [];
    for (const token of this.#byFirstByte.get(bytes[0] ?? -1) ?? []) {
      if (token.continues !== continues) {
        continue;
      }
      const shared = Math.min(token.bytes.length, bytes.length);
      if (!token.bytes.subarray(0, shared).every((byte, i) => byte === bytes[i])) {
        continue;
      }
      if (token.bytes.length >= bytes.length) {
        over.push(token.id);
      } else {
        within.push({ id: token.id, rest: { bytes: bytes.subarray(shared), continues: this.#marksContinuing } });
      }
    }
    if (this.#kept.size >= KEPT) {
      this.#kept.clear();
    }
    const found = { over, within, ids: [...over, ...within.map(({ id }) => id)] };
    this.#kept.set(key, found);
    return found;
  }
}
