import * as vscode from 'vscode';
import type { AnalysisStore } from '../host/analysisStore';
import { Audits } from '../host/audits';
import type { Controller } from '../host/controller';
import type { Engines } from '../host/engines';
import type { ErrorReporter } from '../host/errors';
import type { Projects } from '../host/projects';
import { AuditPage } from './auditPage';
import { DistributionsPanel } from './panel';

/** What the pages are made from. */
export interface PageSources {
  readonly controller: Controller;
  readonly store: AnalysisStore;
  readonly projects: Projects;
  readonly engines: Engines;
  readonly errors: ErrorReporter;
  readonly log: vscode.LogOutputChannel;
}

/** The webview pages, each with its commands. None knows of another. */
export class Pages implements vscode.Disposable {
  readonly distributions: DistributionsPanel;
  readonly audit: AuditPage;
  readonly #audits: Audits;

  constructor({ extensionUri, workspaceState }: vscode.ExtensionContext, sources: PageSources) {
    const { controller, store, projects, engines, errors, log } = sources;
    this.distributions = new DistributionsPanel(extensionUri, controller, store, projects, errors);
    this.#audits = new Audits(projects, engines, log);
    this.audit = new AuditPage(extensionUri, this.#audits, controller, projects, workspaceState, errors);
  }

  dispose(): void {
    vscode.Disposable.from(this.distributions, this.audit, this.#audits).dispose();
  }
}
