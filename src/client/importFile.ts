import { readFile, stat } from 'node:fs/promises';
import { SeepError } from '../core/errors';
import { importForgetSet, MAX_IMPORT_BYTES } from '../core/forget/import/importForgetSet';
import type { ImportFormat, ImportOptions } from '../core/forget/import/importFormat';
import { t } from '../core/l10n';
import { fileError } from './fileErrors';
import { ProjectError, type ShowPath } from './projectError';
import { decodeUtf8, describeEncoding } from './utf8';

/** Reads a file to make a forget set of. Throws SeepError `file` where it cannot be read, is too large or is not UTF-8. */
export async function readImportFile(path: string, show: ShowPath): Promise<string> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > MAX_IMPORT_BYTES) {
      const megabytes = MAX_IMPORT_BYTES / 1024 / 1024;
      throw new SeepError(
        'file',
        t('{0}: larger than {1} MB; split it into smaller files', show(path), megabytes),
        path,
      );
    }
    bytes = await readFile(path);
  } catch (error) {
    throw fileError(error, 'file', path, show(path));
  }
  const text = decodeUtf8(bytes);
  if (typeof text !== 'string') {
    throw new SeepError('file', `${show(path)}: ${describeEncoding(bytes, text.invalidAt)}`, path);
  }
  return text;
}

/**
 * A forget set of the text of such a file, with words about it for people. Throws {@link ProjectError} `file` with every fault of the file.
 */
export function forgetSetOf(
  format: ImportFormat,
  path: string,
  text: string,
  show: ShowPath,
  options: ImportOptions = {},
): { readonly forgetSet: string; readonly words: readonly string[] } {
  const result = importForgetSet(format, text, options);
  if ('problems' in result) {
    throw new ProjectError('file', path, result.problems, show);
  }
  return result;
}
