import type { Project } from '../client/project';
import type { ProbeTable } from '../core/probe/probeTable';
import type { ProbeActivity, ProbeScope } from '../protocol/probe';

/** A probe of some models, under way or over. */
export class Probe {
  readonly abort = new AbortController();
  activity: ProbeActivity = { kind: 'asking', fraction: 0, model: '' };

  /** Settings, the forget set or a model have changed since: another probe would find something else. */
  outdated = false;

  constructor(
    readonly scope: ProbeScope,
    readonly project: Project,
    readonly table: ProbeTable,
  ) {}
}
