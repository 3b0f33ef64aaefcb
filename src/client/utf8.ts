import { t } from '../core/l10n';
import { characterLength } from '../core/text/utf8';

/** Decodes whole UTF-8 strictly; a byte-order mark stays, as U+FEFF. Throws TypeError on anything that is not UTF-8. */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text, or the offset of the first byte that cannot be part of UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | { readonly invalidAt: number } {
  try {
    return strict.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) {
      return { invalidAt: firstInvalidByte(bytes) };
    }
    throw error;
  }
}

/** Offset of the first byte that starts no well-formed UTF-8 character (Unicode 16, table 3-7); the length if all are good. */
export function firstInvalidByte(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = characterLength(bytes, at);
    if (length === 0) {
      return at;
    }
    at += length;
  }
  return at;
}

/** What an invalid byte says about the file, and the mend. */
export function describeEncoding(head: Uint8Array, invalidAt: number): string {
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  return utf16
    ? t('not valid UTF-8 at byte {0} (it looks like UTF-16); save the file as UTF-8', invalidAt)
    : t('not valid UTF-8 at byte {0}; save the file as UTF-8', invalidAt);
}
