import * as vscode from 'vscode';
import type { AnalysisStore } from '../host/analysisStore';
import { Audits } from '../host/audits';
import type { Controller } from '../host/controller';
import type { CorpusScans } from '../host/corpusScans';
import type { Engines } from '../host/engines';
import type { ErrorReporter } from '../host/errors';
import type { Projects } from '../host/projects';
import { AuditPage } from './auditPage';
import { DistributionsPanel } from './panel';
import { SummaryPage } from './summaryPage';

/** What the pages are made from. */
export interface PageSources {
  readonly controller: Controller;
  readonly store: AnalysisStore;
  readonly scans: CorpusScans;
  readonly projects: Projects;
  readonly engines: Engines;
  readonly errors: ErrorReporter;
  readonly log: vscode.LogOutputChannel;
}

/** The webview pages, each with its commands. None knows of another. */
export class Pages implements vscode.Disposable {
  readonly distributions: DistributionsPanel;
  readonly summary: SummaryPage;
  readonly audit: AuditPage;
  readonly #audits: Audits;

  constructor({ extensionUri, workspaceState }: vscode.ExtensionContext, sources: PageSources) {
    const { controller, store, scans, projects, engines, errors, log } = sources;
    this.distributions = new DistributionsPanel(extensionUri, controller, store, projects, errors);
    this.summary = new SummaryPage(extensionUri, scans, projects, errors);
    this.#audits = new Audits(projects, engines, log);
    this.audit = new AuditPage(extensionUri, this.#audits, controller, projects, workspaceState, errors);
  }

  dispose(): void {
    vscode.Disposable.from(this.distributions, this.summary, this.audit, this.#audits).dispose();
  }
}
