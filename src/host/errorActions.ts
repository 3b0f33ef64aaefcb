import { SeepError } from '../core/errors';
import { t } from '../core/l10n';

/** Thrown where something would have to read seep.json or load a model in a workspace that is not trusted. */
export class UntrustedError extends SeepError {
  constructor() {
    super(
      'usage',
      t(
        'Seep reads seep.json and loads the models it names only in a trusted workspace. Nothing has been read or loaded.',
      ),
    );
  }
}

/** Thrown where a file belongs to no project. */
export class NoProjectError extends SeepError {
  constructor(where: string) {
    super(
      'config',
      t(
        'No seep.json found in {0} or above. It names the teacher, the forget set and the corpus; try the demo first, or create one.',
        where,
      ),
    );
  }
}

export type ErrorAction =
  | 'showLog'
  | 'openFile'
  | 'manageTrust'
  | 'openDemo'
  | 'createConfig'
  | 'restartEngine'
  | 'explainGpu';

/** The buttons that help with an error, best first. */
export function actionsFor(error: unknown): readonly ErrorAction[] {
  if (error instanceof UntrustedError) {
    return ['manageTrust'];
  }
  if (error instanceof NoProjectError) {
    return ['openDemo', 'createConfig'];
  }
  if (!(error instanceof SeepError)) {
    return ['showLog'];
  }
  const actions: ErrorAction[] =
    error.file !== undefined && /\.(jsonl?|txt|md|csv|tsv)$/i.test(error.file) ? ['openFile'] : [];
  if (error.code === 'provider') {
    actions.push('explainGpu');
  }
  if (error.code === 'engine') {
    actions.push('restartEngine');
  }
  // What somebody has to do otherwise is all in the message.
  if (error.code !== 'usage') {
    actions.push('showLog');
  }
  return actions;
}

export function isCancelled(error: unknown): boolean {
  return error instanceof SeepError && error.code === 'cancelled';
}

/** `file:12:3: ...` at the start of a message, or `:12:3` behind the file's name: where to put the cursor. */
export function placeIn(message: string): { readonly line: number; readonly column: number } | null {
  const match = /:(\d+)(?::(\d+))?(?=[:\s,.)]|$)/.exec(message);
  return match ? { line: Number(match[1]), column: Number(match[2] ?? 1) } : null;
}
