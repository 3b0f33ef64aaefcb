import { characterLength, codePointsFrom } from './utf8';

/** What UTF-8 bytes say that were cut out of a text anywhere, perhaps inside a character. */
export interface CutText {
  /** The complete characters. */
  readonly text: string;
  /** The same with one {@link BROKEN} in the place of all bytes that are no characters and stand together, except `tail`. */
  readonly marked: string;
  /** Bytes at the end that are the beginning of a character; mostly none. */
  readonly tail: Uint8Array;
}

/** Stands for bytes that are no character: a lone surrogate, which no decoded text holds. */
export const BROKEN = '\ud800';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads the bytes, whatever they are. */
export function readCutText(bytes: Uint8Array): CutText {
  let text = '';
  let marked = '';
  let at = 0;
  while (at < bytes.length) {
    const end = endOfCharacters(bytes, at);
    if (end > at) {
      const whole = decoder.decode(bytes.subarray(at, end));
      text += whole;
      marked += whole;
      at = end;
    } else if (bytes.length - at < 4 && codePointsFrom(bytes.subarray(at)) !== null) {
      break;
    } else {
      marked += marked.endsWith(BROKEN) ? '' : BROKEN;
      at++;
    }
  }
  return { text, marked, tail: bytes.subarray(at) };
}

/** Where the run of complete characters that starts at `at` ends. */
function endOfCharacters(bytes: Uint8Array, at: number): number {
  let end = at;
  for (let length = characterLength(bytes, end); length > 0; length = characterLength(bytes, end)) {
    end += length;
  }
  return end;
}
