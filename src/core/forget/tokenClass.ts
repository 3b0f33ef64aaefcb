import { BROKEN, readCutText } from '../text/cutText';
import { codePointsFrom } from '../text/utf8';

export interface VocabularyToken {
  readonly id: number;
  /** UTF-8 of the text that the token stands for, perhaps cut inside a character; null for special tokens. */
  readonly bytes: Uint8Array | null;
}

/** Says of every text whether the pattern matches somewhere in it, by 1 and 0; null where that takes too long or cannot be done. */
export type TextTest = (texts: readonly string[]) => Uint8Array | null;

/** How many of the characters that a token may become are tried first, spread over them all. */
const PROBES = 8;
/** How many texts are handed to the test at once. */
const BATCH = 1 << 16;

/**
 * The ids of the tokens that belong to a class, ascending; null where the test failed.
 *
 * A token belongs to it when the pattern matches its text. Tokens need not be cut between characters:
 * - What is broken is left aside, so the pattern has to match the complete characters; an edge where something broken was cut off is not
 *   taken for the token's own edge (`^` and `$` do not match there). Tokens without any complete character, such as the second half of one,
 *   do not belong.
 * - A token that ends with the beginning of a character also belongs when the pattern matches whatever it can still become: its text with
 *   every assigned character that begins like that. So "any Hangul" holds for the bytes that only Hangul starts with.
 * Special tokens never belong.
 */
export function tokenClass(vocabulary: Iterable<VocabularyToken>, test: TextTest): number[] | null {
  const tests = new BatchedTest(test);
  const beginnings: Beginning[] = [];
  for (const { id, bytes } of vocabulary) {
    if (bytes === null) {
      continue;
    }
    const { text, marked, tail } = readCutText(bytes);
    if (text !== '') {
      tests.add(id, distinct(text, tail.length > 0 ? marked + BROKEN : marked));
    }
    if (tail.length > 0) {
      beginnings.push({ id, starts: distinct(text, marked), tail });
    }
  }
  const members = new Set(tests.finish());
  // Most are out after a few tries, so that few have to be tried with thousands of characters.
  const open = beginnings.filter(({ id }) => !members.has(id));
  const likely = tests.all(open, (characters) => spread(characters, PROBES));
  for (const { id } of tests.all(likely, (characters) => characters)) {
    members.add(id);
  }
  return tests.testFailed ? null : [...members].sort((a, b) => a - b);
}

interface Beginning {
  readonly id: number;
  /** Texts in front of the unfinished character, all of which have to match with it. */
  readonly starts: readonly string[];
  readonly tail: Uint8Array;
}

/** Tests texts in large batches. */
class BatchedTest {
  testFailed = false;
  readonly #characters = new Map<string, readonly string[]>();
  #owners: number[] = [];
  #texts: string[] = [];
  #passed = new Set<number>();
  #failed = new Set<number>();

  constructor(private readonly test: TextTest) {}

  /** The owner passes when all its texts match. */
  add(owner: number, texts: readonly string[]): void {
    for (const text of texts) {
      this.#owners.push(owner);
      this.#texts.push(text);
      if (this.#texts.length === BATCH) {
        this.#flush();
      }
    }
  }

  /** The owners that passed. */
  finish(): number[] {
    this.#flush();
    const passed = [...this.#passed].filter((owner) => !this.#failed.has(owner));
    this.#passed = new Set();
    this.#failed = new Set();
    return passed;
  }

  /** The beginnings that match with all those characters that `choose` picks from what they may become. */
  all(beginnings: readonly Beginning[], choose: (characters: readonly string[]) => readonly string[]): Beginning[] {
    for (const { id, starts, tail } of beginnings) {
      for (const character of choose(this.#charactersFrom(tail))) {
        this.add(
          id,
          starts.map((start) => start + character),
        );
      }
    }
    const passed = new Set(this.finish());
    return beginnings.filter(({ id }) => passed.has(id));
  }

  /** Computed once for each beginning. */
  #charactersFrom(tail: Uint8Array): readonly string[] {
    const key = tail.join();
    let characters = this.#characters.get(key);
    if (characters === undefined) {
      characters = assignedCharacters(tail);
      this.#characters.set(key, characters);
    }
    return characters;
  }

  #flush(): void {
    if (this.#texts.length > 0 && !this.testFailed) {
      const results = this.test(this.#texts);
      this.testFailed = results === null;
      this.#owners.forEach((owner, index) => {
        (results?.[index] === 1 ? this.#passed : this.#failed).add(owner);
      });
    }
    this.#owners = [];
    this.#texts = [];
  }
}

function distinct(first: string, second: string): readonly string[] {
  return first === second ? [first] : [first, second];
}

const UNASSIGNED = /^[\p{Cn}\p{Cs}]$/u;

function assignedCharacters(tail: Uint8Array): string[] {
  const [first, last] = codePointsFrom(tail) ?? [0, -1];
  const characters: string[] = [];
  for (let code = first; code <= last; code++) {
    const character = String.fromCodePoint(code);
    if (!UNASSIGNED.test(character)) {
      characters.push(character);
    }
  }
  return characters;
}

/** So many of the list, evenly spread, with the first and the last. */
function spread<T>(list: readonly T[], count: number): readonly T[] {
  if (list.length <= count) {
    return list;
  }
  const step = (list.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => list[Math.round(index * step)]).filter(
    (each) => each !== undefined,
  );
}
