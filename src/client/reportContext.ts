import { readFile } from 'node:fs/promises';
import type { DecisionIndex } from '../core/decisions/decisionIndex';
import type { ReportContext, ReportOrigin } from '../core/report/formats/textReport';
import { sha256 } from './calibration';
import { fileError } from './fileErrors';
import type { Project } from './project';
import type { ShowPath } from './projectError';

export interface OriginOptions {
  /** Of Seep. */
  readonly version: string;
  /** What makes the report, word by word. */
  readonly command: readonly string[];
  readonly decisions: DecisionIndex;
  readonly show: ShowPath;
}

/** What a report of the project is made with. */
export async function reportOrigin(
  { configPath, forgetSetPath, decisionsPath }: Project,
  { version, command, decisions, show }: OriginOptions,
): Promise<ReportOrigin> {
  const paths = [configPath, forgetSetPath, decisions.isEmpty ? null : decisionsPath].filter((path) => path !== null);
  const sources = paths.map(async (path) => {
    const bytes = await readFile(path).catch((error: unknown) => {
      throw fileError(error, 'config', path, show(path));
    });
    return { file: show(path), sha256: sha256(bytes) };
  });
  return { version, command: command.map(quoted).join(' '), sources: await Promise.all(sources) };
}

/** @param project settled for the models */
export function reportContext(
  { facts, threshold, temperature }: Project,
  origin: ReportOrigin,
  showAnswers: boolean,
): ReportContext {
  const shown = showAnswers ? new Map(facts.map((fact) => [fact.id, fact])) : null;
  return { facts, shown, threshold, temperature, origin, sha256 };
}

/** An argument as a POSIX shell takes it. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
