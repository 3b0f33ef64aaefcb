import type { Fact } from '../core/forget/fact';
import { type OtherSubjects, type SwappedText, swapSubject } from '../core/score/subjectSwap';
import type { SwapSettings } from '../protocol/engine';
import type { Encoded, Tokenizer } from './tokenizer/tokenizer';
import { type Window, windowsOf } from './windows';

/** A record's text, its own or with another subject, as the teacher reads it. */
export interface SwapVariant {
  /** Model input. */
  readonly ids: readonly number[];
  readonly windows: readonly Window[];
  /**
   * The position in this text that corresponds to one that starts at a UTF-16 offset of the record's; null where the tokens of both
   * texts do not meet there.
   */
  positionOf(offset: number): number | null;
}

/** The texts that a fact's subject is swapped out of; fewer than asked for where there are not enough other subjects. */
export function swapVariants(
  fact: Fact,
  { text }: Encoded,
  others: OtherSubjects,
  { count }: SwapSettings,
  tokenizer: Tokenizer,
  longestInput: number,
): SwapVariant[] {
  return others.of(fact, text, count).flatMap((name) => {
    const swapped = swapSubject(text, fact.subjects, name);
    return swapped === null ? [] : variant(swapped, tokenizer, longestInput);
  });
}

/** The record's own text. */
export function ownText(encoded: Encoded, longestInput: number): SwapVariant {
  return variantOf(encoded, (offset) => offset, longestInput);
}

function variant(swapped: SwappedText, tokenizer: Tokenizer, longestInput: number): SwapVariant | [] {
  try {
    return variantOf(tokenizer.encode(swapped.text), swapped.offsetOf, longestInput);
  } catch {
    return []; // a name that the tokenizer cannot write
  }
}

function variantOf(
  { ids, prefix, spans, text }: Encoded,
  offsetOf: (original: number) => number | null,
  longestInput: number,
): SwapVariant {
  const starts = new Map<number, number>();
  for (let position = Math.max(1, prefix); position < ids.length; position++) {
    const start = spans[position]?.[0] ?? text.length;
    // Of several tokens that start together (parts of one character) the first one counts.
    if (!starts.has(start)) {
      starts.set(start, position);
    }
  }
  return {
    ids,
    windows: windowsOf(ids, prefix, longestInput),
    positionOf: (offset) => {
      const moved = offsetOf(offset);
      return moved === null ? null : moved === text.length ? ids.length : (starts.get(moved) ?? null);
    },
  };
}
