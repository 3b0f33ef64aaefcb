import * as vscode from 'vscode';
import { probedModels } from '../client/probe/probedModels';
import { CONTINUATION_TOKENS, runProbe } from '../client/probe/runProbe';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { KNOWN_FROM } from '../core/probe/knows';
import { ProbeTable } from '../core/probe/probeTable';
import type { ProbeActivity, ProbeScope } from '../protocol/probe';
import type { Engines } from './engines';
import type { ErrorReporter } from './errors';
import { onDidLeaveWorkspace } from './leftFolders';
import { Probe } from './probe';
import { type Projects, shownPath } from './projects';
import { ProjectWatches } from './projectWatches';

/** The probes of this session, the newest of each project. */
export class Probes implements vscode.Disposable {
  readonly #probes = new Map<string, Probe>();
  readonly #changed = new vscode.EventEmitter<Probe>();
  readonly onDidChange = this.#changed.event;
  readonly #subscription = onDidLeaveWorkspace((hasLeft) => {
    for (const configPath of [...this.#probes.keys()].filter(hasLeft)) {
      this.cancel(configPath);
    }
  });
  readonly #watches: ProjectWatches;

  constructor(
    private readonly projects: Projects,
    private readonly engines: Engines,
    errors: ErrorReporter,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#watches = new ProjectWatches(projects, errors);
  }

  /** The newest probe of a project. */
  of(configPath: string): Probe | undefined {
    return this.#probes.get(configPath);
  }

  cancel(configPath: string): void {
    this.#probes.get(configPath)?.abort.abort();
  }

  /** Asks the models; a probe of the same project that is under way makes room. Rejects with SeepError, `cancelled` among them. */
  async run(
    scope: ProbeScope,
    signal: AbortSignal,
    onProgress: (fraction: number, what: string) => void,
  ): Promise<Probe> {
    const project = await this.projects.load(scope.configPath);
    const models = await probedModels(project, scope.further, shownPath);
    const table = new ProbeTable(project.facts, models, KNOWN_FROM);
    if (table.questions.length === 0) {
      const path = project.forgetSetPath;
      const message = t(
        '{0}: no fact has "prompts", so there is nothing to ask. Add texts after which the answer would come next.',
        shownPath(path),
      );
      throw new SeepError('forget-set', message, path);
    }
    const probe = new Probe(scope, project, table);
    this.cancel(scope.configPath);
    this.#probes.set(scope.configPath, probe);
    const folders = models.map(({ folder }) => folder);
    this.#watches.watch(scope.configPath, project, folders, () => {
      probe.outdated = true;
      this.#changed.fire(probe);
    });
    let fraction = 0;
    let model = '';
    const tell = () => {
      this.#turn(probe, { kind: 'asking', fraction, model });
      onProgress(fraction, t('asking {0}', model));
    };
    try {
      await runProbe(table, () => this.engines.alone(), {
        provider: project.provider,
        tokens: CONTINUATION_TOKENS,
        signal: AbortSignal.any([signal, probe.abort.signal]),
        onNotice: (notice) => this.log.info(notice),
        onModel: ({ name }) => {
          model = name;
          tell();
        },
        onProgress: (done) => {
          fraction = done;
          tell();
        },
      });
      this.#turn(probe, { kind: 'done' });
      return probe;
    } catch (error) {
      this.#turn(probe, { kind: 'stopped' });
      throw error;
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const { abort } of this.#probes.values()) {
      abort.abort();
    }
    this.#watches.dispose();
    this.#changed.dispose();
  }

  #turn(probe: Probe, activity: ProbeActivity): void {
    probe.activity = activity;
    this.#changed.fire(probe);
  }
}
