import { hasPart, partsOf, type TokenizerJson } from './tokenizerFiles';

/** How a tokenizer writes bytes of text into the strings of its vocabulary. */
export interface SurfaceRules {
  /** Every character of a token stands for a byte (GPT-2's byte-level BPE). */
  readonly byteLevel: boolean;
  /** U+2581 stands for a space, `<0x0A>` for a byte (SentencePiece). */
  readonly metaspace: boolean;
  readonly byteFallback: boolean;
  /** The pieces of a Unigram model that are not in its vocabulary are written byte by byte. */
  readonly unigramBytes: boolean;
  /** Marks a token that goes on within a word (WordPiece's `##`). */
  readonly continuingPrefix: string | null;
  /** Marks a token that ends a word (`</w>`). */
  readonly wordSuffix: string | null;
  /** Token that stands for characters that have none; null where there are no such characters. */
  readonly unknown: string | null;
}

export function surfaceRules({ model = {}, normalizer, pre_tokenizer, decoder }: TokenizerJson): SurfaceRules {
  const writesMetaspace = (part: Record<string, unknown>) =>
    part.type === 'Metaspace' || (part.type === 'Replace' && JSON.stringify(part).includes(METASPACE));
  const byteFallback = model.byte_fallback === true;
  return {
    byteLevel: hasPart(pre_tokenizer, 'ByteLevel') || hasPart(decoder, 'ByteLevel'),
    metaspace: [normalizer, pre_tokenizer, decoder].flatMap(partsOf).some(writesMetaspace),
    byteFallback,
    unigramBytes: byteFallback && model.type === 'Unigram',
    continuingPrefix: model.type === 'WordPiece' ? (model.continuing_subword_prefix ?? '##') : null,
    wordSuffix: model.end_of_word_suffix || null,
    unknown: byteFallback ? null : (model.unk_token ?? null),
  };
}

export const METASPACE = '\u2581';
const BYTE_TOKEN = /^<0x([0-9A-F]{2})>$/;
const encoder = new TextEncoder();

/** GPT-2's printable stand-ins: code unit -> byte. */
const BYTE_OF_UNIT: ReadonlyMap<number, number> = byteOfUnit();

function byteOfUnit(): Map<number, number> {
  const table = new Map<number, number>();
  let others = 0;
  for (let byte = 0; byte < 256; byte++) {
    const isPrintable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    table.set(isPrintable ? byte : 256 + others++, byte);
  }
  return table;
}

/** Bytes of a token that may also have stood in the text as it is spelt: `<0x41>` is an A, or six characters. */
export function literalBytes(token: string, rules: SurfaceRules): Uint8Array | null {
  return rules.byteFallback && BYTE_TOKEN.test(token) ? encoder.encode(token) : null;
}

/** UTF-8 bytes of the text that a model token stands for. Null: not a token that this tokenizer could have written. */
export function tokenBytes(token: string, rules: SurfaceRules): Uint8Array | null {
  if (rules.byteLevel) {
    const bytes = new Uint8Array(token.length);
    for (let unit = 0; unit < token.length; unit++) {
      const byte = BYTE_OF_UNIT.get(token.charCodeAt(unit));
      if (byte === undefined) {
        return null;
      }
      bytes[unit] = byte;
    }
    return bytes;
  }
  const byte = rules.byteFallback ? BYTE_TOKEN.exec(token)?.[1] : undefined;
  if (byte !== undefined) {
    return Uint8Array.of(Number.parseInt(byte, 16));
  }
  let text = token;
  if (
    rules.continuingPrefix &&
    text.length > rules.continuingPrefix.length &&
    text.startsWith(rules.continuingPrefix)
  ) {
    text = text.slice(rules.continuingPrefix.length);
  }
  if (rules.wordSuffix && text.endsWith(rules.wordSuffix)) {
    text = text.slice(0, -rules.wordSuffix.length);
  }
  return encoder.encode(rules.metaspace ? text.replaceAll(METASPACE, ' ') : text);
}
