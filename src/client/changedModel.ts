import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import type { ModelInfo, OpenResult } from '../protocol/engine';

/** What to say where models that are opened again are not what they were; null where they are. */
export function changedModel(before: OpenResult['models'], now: OpenResult['models']): SeepError | null {
  const roles: readonly (readonly [ModelInfo | null, ModelInfo | null])[] = [
    [before.teacher, now.teacher],
    [before.student, now.student],
    [before.reference, now.reference],
  ];
  const changed = roles.find(([a, b]) => a?.hash !== b?.hash)?.[1];
  if (changed === undefined || changed === null) {
    return null;
  }
  const mend = t('Restart the engine with "Seep: Restart Engine", or run again.');
  return new SeepError(
    'model',
    t('{0}: the model changed while it was in use. {1}', changed.folder, mend),
    changed.folder,
  );
}
