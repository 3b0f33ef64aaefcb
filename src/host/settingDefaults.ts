import type { ProviderChoice } from '../protocol/engine';
import type { Settings } from './ids';

/** Per-user settings. What belongs to a corpus (models, forget set, threshold) is in its seep.json instead. */
export interface SeepSettings {
  /** `project`: as seep.json says. */
  readonly [Settings.provider]: ProviderChoice | 'project';
  /** Computing threads of an engine; 0: as many as the machine has cores. */
  readonly [Settings.threads]: number;
  /** Whether scores are kept on disk. */
  readonly [Settings.cache]: boolean;
  readonly [Settings.codeLens]: boolean;
  readonly [Settings.problems]: boolean;
  readonly [Settings.rescanOnEdit]: boolean;
  /** What stands in the place of redacted text. */
  readonly [Settings.redactWith]: string;
}

export const DEFAULTS: SeepSettings = {
  provider: 'project',
  threads: 0,
  cache: true,
  codeLens: true,
  problems: true,
  rescanOnEdit: true,
  redactWith: '[REDACTED]',
};
