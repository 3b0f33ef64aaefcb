import * as vscode from 'vscode';
import type { AnalysisStore } from '../host/analysisStore';
import { Audits } from '../host/audits';
import type { Controller } from '../host/controller';
import type { CorpusScans } from '../host/corpusScans';
import type { Decisions } from '../host/decisions';
import type { Engines } from '../host/engines';
import type { ErrorReporter } from '../host/errors';
import { Probes } from '../host/probes';
import type { Projects } from '../host/projects';
import { AuditPage } from './auditPage';
import { DistributionsPanel } from './panel';
import { ProbePage } from './probePage';
import { SummaryPage } from './summaryPage';

/** What the pages are made from. */
export interface PageSources {
  readonly controller: Controller;
  readonly store: AnalysisStore;
  readonly scans: CorpusScans;
  readonly projects: Projects;
  readonly decisions: Decisions;
  readonly engines: Engines;
  readonly errors: ErrorReporter;
  readonly log: vscode.LogOutputChannel;
}

/** The webview pages, each with its commands. None knows of another. */
export class Pages implements vscode.Disposable {
  readonly distributions: DistributionsPanel;
  readonly summary: SummaryPage;
  readonly audit: AuditPage;
  readonly probe: ProbePage;
  readonly #audits: Audits;
  readonly #probes: Probes;

  constructor({ extensionUri, workspaceState }: vscode.ExtensionContext, sources: PageSources) {
    const { controller, store, scans, projects, decisions, engines, errors, log } = sources;
    this.distributions = new DistributionsPanel(extensionUri, controller, store, projects, errors);
    this.summary = new SummaryPage(extensionUri, scans, projects, errors);
    this.#audits = new Audits(projects, decisions, engines, errors, log);
    this.audit = new AuditPage(
      extensionUri,
      this.#audits,
      { controller, records: store.records, projects },
      workspaceState,
      errors,
    );
    this.#probes = new Probes(projects, engines, errors, log);
    this.probe = new ProbePage(extensionUri, this.#probes, projects, errors);
  }

  dispose(): void {
    const { distributions, summary, audit, probe } = this;
    vscode.Disposable.from(distributions, summary, audit, probe, this.#audits, this.#probes).dispose();
  }
}
