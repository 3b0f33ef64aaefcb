/** Which bytes of the text a token stands for, by family of tokenizer. `null`: this token does not say. */
export type TokenBytes = (token: string) => Uint8Array | null;

const encoder = new TextEncoder();

/** GPT-2's byte-to-character table, inverted: every byte has one printable character of its own. */
const byteOfCharacter = new Map<string, number>();
{
  let next = 256;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    byteOfCharacter.set(String.fromCharCode(printable ? byte : next++), byte);
  }
}

/** Byte-level BPE: every character of a token is one byte of the text's UTF-8. */
export const byteLevelBytes: TokenBytes = (token) => {
  const bytes: number[] = [];
  for (const character of token) {
    const byte = byteOfCharacter.get(character);
    if (byte === undefined) {
      return null;
    }
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
};

const BYTE_TOKEN = /^<0x([0-9A-Fa-f]{2})>$/;

/** SentencePiece: U+2581 is a space, `<0xAB>` a single byte, everything else itself. */
export const sentencePieceBytes: TokenBytes = (token) => {
  const byte = BYTE_TOKEN.exec(token)?.[1];
  return byte === undefined
    ? encoder.encode(token.replaceAll('\u2581', ' '))
    : Uint8Array.of(Number.parseInt(byte, 16));
};

/** WordPiece: `##` continues a word; the white space between words is in no token. */
export const wordPieceBytes: TokenBytes = (token) => encoder.encode(token.replace(/^##/, ''));
