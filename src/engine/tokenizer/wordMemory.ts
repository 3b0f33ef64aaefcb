import type { Approximation } from '../../core/score/approximation';
import { partsOf, type TokenizerJson } from './tokenizerFiles';

/** A text's tokens, without what a tokenizer puts in front. */
export interface PlainTokens {
  readonly ids: number[];
  readonly spans: readonly (readonly [start: number, end: number])[];
  /** Why the spans are not exact; null: they are. */
  readonly approximate: Approximation | null;
}

/** Words longer than this are hardly ever met again. */
const LONGEST_WORD = 32;
/** What is remembered is forgotten when it has become so much. */
const MOST_WORDS = 1 << 14;
/** Below it there is nothing to gain. */
const SHORTEST_TEXT = 64;

/**
 * How tokenizers that never put the end of one word and the beginning of the next into one token cut a text: GPT-2's, Llama 3's and
 * Qwen's expressions, as their files spell them.
 */
const WORDWISE = [
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
];

/** Whether the tokens of a text are those of its words, one behind the other, for the words that {@link wordsOf} gives. */
export function isWordwise({ normalizer, pre_tokenizer, added_tokens }: TokenizerJson): boolean {
  const steps = partsOf(pre_tokenizer);
  const cuts = steps.some(({ type, use_regex, pattern, behavior, invert }) => {
    if (type === 'ByteLevel') {
      return use_regex !== false;
    }
    const expression = (pattern as { readonly Regex?: string } | undefined)?.Regex ?? '';
    return type === 'Split' && behavior === 'Isolated' && invert === false && WORDWISE.includes(expression);
  });
  // An added token with a space in it may lie across two words; others may take the spaces around them away.
  const added = (Array.isArray(added_tokens) ? added_tokens : []) as readonly Record<string, unknown>[];
  return (
    cuts &&
    steps.every(({ type }) => type === 'ByteLevel' || type === 'Split') &&
    steps.filter(({ type }) => type === 'Split').length <= 1 &&
    partsOf(normalizer).every(({ type }) => type === 'NFC') &&
    added.every(({ content, lstrip, rstrip, single_word }) => {
      return !/\s/.test(String(content)) && lstrip !== true && rstrip !== true && single_word !== true;
    })
  );
}

/** Tokenises a text word by word and remembers what came of each word: texts are made of few words. */
export class WordMemory {
  readonly #known = new Map<string, PlainTokens>();

  /** @param encode tokenises any text */
  constructor(private readonly encode: (text: string) => PlainTokens) {}

  tokensOf(text: string): PlainTokens {
    if (text.length < SHORTEST_TEXT) {
      return this.encode(text);
    }
    const ids: number[] = [];
    const spans: (readonly [number, number])[] = [];
    let at = 0;
    for (const word of wordsOf(text)) {
      const own = this.#tokensOfWord(word);
      if (own.approximate !== null) {
        return this.encode(text);
      }
      for (const id of own.ids) {
        ids.push(id);
      }
      for (const [start, end] of own.spans) {
        spans.push([at + start, at + end]);
      }
      at += word.length;
    }
    return { ids, spans, approximate: null };
  }

  #tokensOfWord(word: string): PlainTokens {
    let tokens = this.#known.get(word);
    if (tokens === undefined) {
      const own = apart(word);
      tokens = this.encode(own);
      if (own.length <= LONGEST_WORD) {
        if (this.#known.size >= MOST_WORDS) {
          this.#known.clear();
        }
        this.#known.set(own, tokens);
      }
    }
    return tokens;
  }
}

/** The same string with memory of its own: a slice keeps the whole text that it was cut from. */
function apart(word: string): string {
  return Buffer.from(word, 'utf16le').toString('utf16le');
}

/** The text, cut before every single space that stands between a letter or digit and a letter, all of them ASCII. */
export function* wordsOf(text: string): Generator<string> {
  let from = 0;
  for (let space = text.indexOf(' ', 1); space > 0; space = text.indexOf(' ', space + 1)) {
    const before = text.charCodeAt(space - 1);
    if ((isLetter(before) || (0x30 <= before && before <= 0x39)) && isLetter(text.charCodeAt(space + 1))) {
      yield text.slice(from, space);
      from = space;
    }
  }
  yield text.slice(from);
}

function isLetter(unit: number): boolean {
  const lower = unit | 0x20;
  return 0x61 <= lower && lower <= 0x7a;
}
