import { SeepError } from '../../core/errors';
import { nameModels, type ProbedModel, type ProbedRole } from '../../core/probe/probedModel';
import type { ProjectSettings } from '../project';
import type { ShowPath } from '../projectError';
import { findCheckpoints } from './findCheckpoints';

/**
 * The models to ask: those of the project, its checkpoints, and further ones.
 * @param further absolute folders
 */
export async function probedModels(
  settings: Pick<ProjectSettings, 'teacher' | 'student' | 'reference' | 'checkpoints' | 'root' | 'configPath'>,
  further: readonly string[],
  show: ShowPath,
): Promise<ProbedModel[]> {
  const { teacher, student, reference, checkpoints, root, configPath } = settings;
  const config = configPath === null ? '' : show(configPath);
  const own = await findCheckpoints(
    checkpoints,
    root,
    `${config}: "checkpoints"`,
    (message) => new SeepError('config', message, configPath ?? undefined),
  );
  const roles: readonly (readonly [ProbedRole, string | null])[] = [
    ['teacher', teacher],
    ['student', student],
    ['reference', reference],
    ...[...own, ...further].map((folder) => ['checkpoint', folder] as const),
  ];
  return nameModels(roles.flatMap(([role, folder]) => (folder === null ? [] : { role, folder })));
}
