import { SeepError } from '../core/errors';
import { ExportChecker } from '../core/export/exportChecker';
import type { OpenResult } from '../protocol/engine';
import { madeFor } from './calibration';
import { fileError } from './fileErrors';
import { linesOf } from './lines';
import type { Project } from './project';
import type { ShowPath } from './projectError';
import { decodeUtf8 } from './utf8';

/**
 * Checks that an export was made for the project's models and forget set, and that it is whole.
 * @returns the checker, without faults
 * @throws SeepError that lists the faults
 */
export async function checkExport(
  path: string,
  project: Project,
  models: OpenResult['models'],
  show: ShowPath,
  signal: AbortSignal,
): Promise<ExportChecker> {
  const { vocabulary, bosIds } = models.teacher;
  const checker = new ExportChecker({ ...(await madeFor(project, models, show)), vocabulary, bos: bosIds });
  try {
    for await (const { bytes } of linesOf(path, { signal })) {
      const text = bytes === null ? null : decodeUtf8(bytes);
      if (!checker.push(typeof text === 'string' ? text : null)) {
        break;
      }
    }
  } catch (error) {
    throw signal.aborted ? new SeepError('cancelled', 'Cancelled.') : fileError(error, 'file', path, show(path));
  }
  checker.finish();
  if (checker.faults.length > 0) {
    const lines = checker.faults.map(({ line, message }) => `${show(path)}:${line}: ${message}`);
    throw new SeepError('file', lines.join('\n'), path);
  }
  return checker;
}
