import { compareNaturally } from '../text/compareNaturally';

/** A model that is asked: one of those that `seep.json` names, or another one whose knowledge is compared with theirs. */
export type ProbedRole = 'teacher' | 'student' | 'reference' | 'checkpoint';

export interface ProbedModel {
  /** What tables call it; different for each. */
  readonly name: string;
  readonly role: ProbedRole;
  /** Absolute. */
  readonly folder: string;
}

/** Whether it is meant to have forgotten. A teacher knows the facts, and a reference is only there to compare with. */
export function isJudged({ role }: Pick<ProbedModel, 'role'>): boolean {
  return role === 'student' || role === 'checkpoint';
}

/**
 * Names the models: by their role, checkpoints by as much of the end of their path as tells them from all others. A folder that is named
 * twice is asked once, under its first role.
 */
export function nameModels(models: readonly Omit<ProbedModel, 'name'>[]): ProbedModel[] {
  const once = [...new Map([...models].reverse().map((model) => [model.folder, model])).values()];
  const order = (role: ProbedRole) => (['teacher', 'student', 'reference', 'checkpoint'] as const).indexOf(role);
  once.sort((a, b) => order(a.role) - order(b.role) || compareNaturally(a.folder, b.folder));
  const paths = once.map(({ role, folder }) =>
    role === 'checkpoint' ? folder.split(/[/\\]/).filter(Boolean) : [role],
  );
  return once.map((model, at) => {
    const path = paths[at] ?? [];
    let name = '';
    for (let length = 1; length <= path.length; length++) {
      name = path.slice(-length).join('/');
      if (!paths.some((other, i) => i !== at && other.slice(-length).join('/') === name)) {
        break;
      }
    }
    return { ...model, name };
  });
}
