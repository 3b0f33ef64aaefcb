import { basename } from 'node:path';
import type { ModelSummary, Summary } from '../core/report/summary';
import type { ModelInfo, OpenResult } from '../protocol/engine';

/** The models as reports name them. */
export function modelSummaries({ models }: Pick<OpenResult, 'models'>): Summary['models'] {
  const name = ({ folder, hash }: ModelInfo): ModelSummary => ({ folder: basename(folder), hash });
  return {
    teacher: name(models.teacher),
    student: models.student && name(models.student),
    reference: models.reference && name(models.reference),
  };
}
