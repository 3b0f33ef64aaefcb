/** A zstd frame that holds its content as it is (RFC 8878): blocks of at most `blockLength` bytes. */
export function storedZstd(content: Uint8Array, blockLength = 1 << 16): Buffer {
  const parts: Uint8Array[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, WINDOW_OF_128_KB])];
  for (let at = 0; at === 0 || at < content.length; at += blockLength) {
    const block = content.subarray(at, at + blockLength);
    parts.push(blockHeader(block.length, at + blockLength >= content.length, RAW), Buffer.from(block));
  }
  return Buffer.concat(parts);
}

/** A frame of so many blocks of one repeated byte. */
export function repeatedZstd(byte: number, blockLength: number, blocks: number): Buffer {
  const parts: Uint8Array[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, WINDOW_OF_128_KB])];
  for (let block = 0; block < blocks; block++) {
    parts.push(blockHeader(blockLength, block === blocks - 1, REPEATED), Buffer.from([byte]));
  }
  return Buffer.concat(parts);
}

const WINDOW_OF_128_KB = 7 << 3;
const RAW = 0;
const REPEATED = 1;

function blockHeader(length: number, isLast: boolean, type: number): Buffer {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntLE((length << 3) | (type << 1) | Number(isLast), 0, 3);
  return bytes;
}
