import { GPT2 } from './gpt2Graph';

/** The space that a token starts with, as byte-level tokenizers write it. */
const SPACE = '\u0120';
const CONSONANTS = [...'bcdfghjklmnprstvwz'];
const VOWELS = [...'aeiou'];

/** Characters that stand for the 256 bytes in byte-level tokenizers: printable ones for themselves, others from U+0100 on. */
function byteCharacters(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
    return String.fromCharCode(isPrintable ? byte : next++);
  });
}

/** As many merges as GPT-2 has: of letters to syllables, of a space and a syllable, and of two syllables to a word. */
function merges(): [string, string][] {
  const open = CONSONANTS.flatMap((c) => VOWELS.map((v): [string, string] => [c, v]));
  const closed = open.flatMap(([c, v]) => CONSONANTS.map((end): [string, string] => [c + v, end]));
  const syllables = [...open, ...closed];
  const starts = syllables.map((parts): [string, string] => [SPACE, parts.join('')]);
  const all = [...syllables, ...starts];
  const wanted = GPT2.vocabulary - 257;
  for (const second of open) {
    for (const first of starts) {
      if (all.length < wanted) {
        all.push([first.join(''), second.join('')]);
      }
    }
  }
  return all;
}

/** A byte-level BPE tokenizer of GPT-2's kind and size over made-up words. */
export function tokenizerJson(): object {
  const all = merges();
  const tokens = [...byteCharacters(), ...all.map((parts) => parts.join('')), '<|endoftext|>'];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      {
        id: tokens.length - 1,
        content: '<|endoftext|>',
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
    ],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: all,
    },
  };
}

/** Words of one token each where a space stands before them; short ones are one token anywhere. */
export function words(): { readonly short: string[]; readonly long: string[] } {
  const [short, long] = [true, false].map((isShort) =>
    merges()
      .filter(([first]) => first.startsWith(SPACE) && (first === SPACE) === isShort)
      .map((parts) => parts.join('').slice(1)),
  );
  return { short: short ?? [], long: long ?? [] };
}
