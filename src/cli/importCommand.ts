import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { fileError } from '../client/fileErrors';
import { ProjectError } from '../client/project';
import { decodeUtf8, describeEncoding } from '../client/utf8';
import { SeepError } from '../core/errors';
import { CSV, CSV_KEYS } from '../core/forget/import/csv';
import { IMPORT_FORMATS, importForgetSet, MAX_IMPORT_BYTES } from '../core/forget/import/importForgetSet';
import { nearest } from '../core/json/nearest';
import type { Environment } from './environment';
import { EXIT, type ExitCode } from './exitCodes';
import { openFileOutput, StreamOutput } from './output';
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
  const result = importForgetSet(format, await readText(path), field === undefined ? {} : { columns: field });
  if ('problems' in result) {
    throw new ProjectError('file', path, result.problems, shownPath);
  }
  if (outputPath !== undefined && !force && (await exists(outputPath))) {
    throw new SeepError('usage', `--output ${outputPath}: this file is there already; give --force to write over it`);
  }
  const output = outputPath === undefined ? new StreamOutput(stdout) : await openFileOutput(outputPath, outputPath);
  try {
    await output.write(result.forgetSet);
    await output.commit();
  } finally {
    await output.discard();
  }
  for (const line of result.words) {
    messages.say(line);
  }
  return EXIT.clean;
}

async function readText(path: string): Promise<string> {
  const shown = shownPath(path);
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > MAX_IMPORT_BYTES) {
      const megabytes = MAX_IMPORT_BYTES / 1024 / 1024;
      throw new SeepError('file', `${shown}: larger than ${megabytes} MB; split it into smaller files`, path);
    }
    bytes = await readFile(path);
  } catch (error) {
    throw fileError(error, 'file', path, shown);
  }
  const text = decodeUtf8(bytes);
  if (typeof text !== 'string') {
    throw new SeepError('file', `${shown}: ${describeEncoding(bytes, text.invalidAt)}`, path);
  }
  return text;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
