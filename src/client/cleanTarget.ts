import { basename } from 'node:path';
import { createGzip } from 'node:zlib';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { compressionOf, corpusEnding, formatOf } from '../core/records/corpusFormat';
import type { CorpusFile } from './corpusFiles';
import { type Output, openFileOutput } from './fileOutput';
import { ZlibPump } from './zlibPump';

/** A name for a file's clean copy: its own, with `mark` before the ending, and the ending of what the copy is written as. */
export function cleanName(path: string, mark = ''): string {
  const name = basename(path);
  const ending = corpusEnding(name);
  const written = formatOf(name) === 'parquet' ? '.jsonl' : ending.replace(/\.zst$/i, '');
  return name.slice(0, name.length - ending.length) + mark + written;
}

/** What people must know of a copy that cannot be like its source. */
export function cleanNote({ path, format }: CorpusFile, textField: string): string | null {
  if (format === 'parquet') {
    return t(
      'Parquet is not written: the copy is JSONL with "row", "id" and "{0}"; take the other columns from these rows.',
      textField,
    );
  }
  return compressionOf(path) === 'zstd' ? t('zstd is not written: the copy is not compressed.') : null;
}

/**
 * Opens a file for a clean copy; it is compressed where its name ends in .gz.
 * @param sources see {@link openFileOutput}
 * @throws SeepError where the name promises what is not written
 */
export async function openCleanOutput(
  path: string,
  shown: string,
  source: CorpusFile,
  sources: readonly string[],
): Promise<Output> {
  const format = formatOf(path);
  const written = source.format === 'parquet' ? 'jsonl' : source.format;
  if (compressionOf(path) === 'zstd' || (format !== null && format !== written)) {
    const mend = t('name a file like {0}', cleanName(source.path, '.clean'));
    throw new SeepError(
      'usage',
      t('{0}: the clean copy of {1} cannot be written as such a file; {2}', shown, source.file, mend),
      path,
    );
  }
  const output = await openFileOutput(path, shown, sources);
  return compressionOf(path) === 'gzip' ? new GzipOutput(output) : output;
}

class GzipOutput implements Output {
  readonly #pump = new ZlibPump(createGzip());

  constructor(private readonly output: Output) {}

  async write(data: string | Uint8Array): Promise<void> {
    await this.#pass(await this.#pump.push(data));
  }

  async commit(): Promise<void> {
    await this.#pass(await this.#pump.end());
    await this.output.commit();
  }

  async discard(): Promise<void> {
    this.#pump.close();
    await this.output.discard();
  }

  async #pass({ bytes, error }: Awaited<ReturnType<ZlibPump['push']>>): Promise<void> {
    for (const each of bytes) {
      await this.output.write(each);
    }
    if (error !== null) {
      throw error;
    }
  }
}
