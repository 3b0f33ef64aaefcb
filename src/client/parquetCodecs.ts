import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { decompress as unzstd } from 'fzstd';
import type { Compressors } from 'hyparquet';
import { decompressLz4, decompressLz4Raw, decompressSnappy } from 'hyparquet-compressors';
import { grouped, t } from '../core/l10n';

/** Pages are 1 MB as a rule; a header may claim anything. */
const MAX_PAGE_BYTES = 1 << 28;

/** What unpacks the pages of a Parquet file. */
export const PARQUET_CODECS: Compressors = {
  SNAPPY: bounded(decompressSnappy),
  GZIP: bounded((page, length) => gunzipSync(page, { maxOutputLength: length })),
  BROTLI: bounded((page, length) => brotliDecompressSync(page, { maxOutputLength: length })),
  ZSTD: bounded((page, length) => unzstd(page, new Uint8Array(length))),
  LZ4: bounded(decompressLz4),
  LZ4_RAW: bounded(decompressLz4Raw),
};

type Unpack = (page: Uint8Array, length: number) => Uint8Array;

function bounded(unpack: Unpack): Unpack {
  return (page, length) => {
    if (length > MAX_PAGE_BYTES) {
      throw new Error(
        t('a page of {0} bytes is larger than the {1} that are read', grouped(length), grouped(MAX_PAGE_BYTES)),
      );
    }
    return unpack(page, length);
  };
}
