import { type Problem, SeepError, type SeepErrorCode } from '../core/errors';
import { grouped, t } from '../core/l10n';

/** How a path is written in messages. */
export type ShowPath = (path: string) => string;

/** A file of the project is wrong; `problems` holds every fault and `file` its path. */
export class ProjectError extends SeepError {
  constructor(
    code: SeepErrorCode,
    file: string,
    readonly problems: readonly Problem[],
    show: ShowPath,
  ) {
    super(code, listProblems(show(file), problems), file);
  }
}

const MAX_LISTED = 20;

function listProblems(file: string, problems: readonly Problem[]): string {
  const lines = problems.slice(0, MAX_LISTED).map((each) => `${file}:${each.line}:${each.column}: ${each.message}`);
  const more = problems.length - lines.length;
  return (more > 0 ? [...lines, `${file}: ${t('and {0} more', grouped(more))}`] : lines).join('\n');
}
