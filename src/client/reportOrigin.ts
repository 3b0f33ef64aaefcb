import { readFile } from 'node:fs/promises';
import type { ReportOrigin } from '../core/report/formats/textReport';
import { sha256 } from './calibration';
import { fileError } from './fileErrors';
import type { Project } from './project';
import type { ShowPath } from './projectError';

/** What a report of the project is made with. */
export async function reportOrigin(
  { configPath, forgetSetPath }: Project,
  version: string,
  command: readonly string[],
  show: ShowPath,
): Promise<ReportOrigin> {
  const paths = [configPath, forgetSetPath].filter((path) => path !== null);
  const sources = paths.map(async (path) => {
    const bytes = await readFile(path).catch((error: unknown) => {
      throw fileError(error, 'config', path, show(path));
    });
    return { file: show(path), sha256: sha256(bytes) };
  });
  return { version, command: command.map(quoted).join(' '), sources: await Promise.all(sources) };
}

/** An argument as a POSIX shell takes it. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
