import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { openFileOutput } from '../client/fileOutput';
import { forgetSetOf, readImportFile } from '../client/importFile';
import { SeepError } from '../core/errors';
import { CSV, CSV_KEYS } from '../core/forget/import/csv';
import { IMPORT_FORMATS } from '../core/forget/import/importForgetSet';
import { nearest } from '../core/json/nearest';
import type { Environment } from './environment';
import { EXIT, type ExitCode } from './exitCodes';
import { StreamOutput } from './output';
import { shownPath } from './paths';

export interface ImportFlags {
  readonly output?: string;
  readonly force?: boolean;
  /** Column by key. */
  readonly field?: Readonly<Record<string, string>>;
}

/** Reads one --field flag, for commander: adds it to those before it. */
export function collectField(value: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [key = '', ...rest] = value.split('=');
  const column = rest.join('=');
  if (!CSV_KEYS.includes(key)) {
    const meant = nearest(key, CSV_KEYS);
    throw new InvalidArgumentError(
      meant === null ? `The keys are ${CSV_KEYS.join(', ')}.` : `Did you mean "${meant}"?`,
    );
  }
  if (column === '') {
    throw new InvalidArgumentError(`Write --field ${key}=COLUMN.`);
  }
  return { ...before, [key]: column };
}

/** `seep import`: makes a forget set of another file. Writes nothing where anything is wrong with that. */
export async function importCommand(
  formatId: string,
  file: string,
  { output: outputPath, force = false, field }: ImportFlags,
  { stdout, messages }: Environment,
): Promise<ExitCode> {
  const format = IMPORT_FORMATS.find(({ id }) => id === formatId);
  if (format === undefined) {
    throw new SeepError('usage', `There is no format ${JSON.stringify(formatId)}.`);
  }
  if (field !== undefined && format !== CSV) {
    throw new SeepError('usage', `--field is for CSV files; the fields of ${format.id} files are fixed.`);
  }
  const path = resolve(file);
  const text = await readImportFile(path, shownPath);
  const options = field === undefined ? {} : { columns: field };
  const { forgetSet, words } = forgetSetOf(format, path, text, shownPath, options);
  if (outputPath !== undefined && !force && (await exists(outputPath))) {
    throw new SeepError('usage', `--output ${outputPath}: this file is there already; give --force to write over it`);
  }
  const output =
    outputPath === undefined ? new StreamOutput(stdout) : await openFileOutput(outputPath, `--output ${outputPath}`);
  try {
    await output.write(forgetSet);
    await output.commit();
  } finally {
    await output.discard();
  }
  for (const line of words) {
    messages.say(line);
  }
  return EXIT.clean;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
