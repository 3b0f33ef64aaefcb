import { SeepError, type SeepErrorCode } from '../core/errors';
import { t } from '../core/l10n';

/** Whether something thrown is a failed system call. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).errno === 'number';
}

/** Why a file cannot be read, in plain words without the path. */
export function describeSystemError(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return t('there is no such file');
    case 'EISDIR':
      return t('this is a folder, not a file');
    case 'EACCES':
    case 'EPERM':
      return t('no permission to open it');
    case 'ENOSPC':
      return t('the disk is full');
    case 'EDQUOT':
      return t('the disk quota is used up');
    case 'EFBIG':
      return t('the file would become larger than is allowed here');
    case 'EROFS':
      return t('the disk is read-only');
    default:
      return error.code ?? t('it cannot be read');
  }
}

/** Turns a failed system call into a message for people; other errors come back unchanged. */
export function fileError(error: unknown, code: SeepErrorCode, path: string, shown: string): unknown {
  return isSystemError(error) ? new SeepError(code, `${shown}: ${describeSystemError(error)}`, path) : error;
}
