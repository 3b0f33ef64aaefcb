import { changeDecisions, type DecisionChanges } from '../core/decisions/changeDecisions';
import type { Decision } from '../core/decisions/decision';
import { decisionsText, inFileOrder } from '../core/decisions/writeDecisions';
import { readSoundDecisions } from './decisionsFile';
import { inSlices } from './inSlices';
import type { ShowPath } from './projectError';

/** A file's text as it is and as it would be. */
export interface DecisionsPreview {
  readonly before: string;
  readonly after: string;
}

/** What changes would make of a file. Of more than `most` decisions only the first are told of those that change. */
export async function previewDecisions(
  path: string,
  all: DecisionChanges,
  most: number,
  show: ShowPath,
): Promise<DecisionsPreview> {
  const current = await readSoundDecisions(path, show);
  const [shown, changes] = current.size + all.size <= most ? [current, all] : firstOf(current, all, most);
  const before = await textOf(shown);
  await inSlices(changeDecisions(shown, changes));
  return { before, after: await textOf(shown) };
}

function firstOf(current: ReadonlyMap<string, Decision>, all: DecisionChanges, most: number) {
  const shown = new Map<string, Decision>();
  const changes = new Map<string, Decision | null>();
  for (const [key, decision] of all) {
    if (changes.size === most) {
      break;
    }
    changes.set(key, decision);
    const now = current.get(key);
    if (now !== undefined) {
      shown.set(key, now);
    }
  }
  return [shown, changes] as const;
}

async function textOf(decisions: ReadonlyMap<string, Decision>): Promise<string> {
  return [...decisionsText(await inSlices(inFileOrder(decisions.values())))].join('');
}
