import * as vscode from 'vscode';
import type { AnalysisStore } from '../host/analysisStore';
import type { Controller } from '../host/controller';
import type { ErrorReporter } from '../host/errors';
import type { Projects } from '../host/projects';
import { DistributionsPanel } from './panel';

/** What the pages are made from. */
export interface PageSources {
  readonly controller: Controller;
  readonly store: AnalysisStore;
  readonly projects: Projects;
  readonly errors: ErrorReporter;
}

/** The webview pages, each with its commands. None knows of another. */
export class Pages implements vscode.Disposable {
  readonly distributions: DistributionsPanel;

  constructor(extensionUri: vscode.Uri, { controller, store, projects, errors }: PageSources) {
    this.distributions = new DistributionsPanel(extensionUri, controller, store, projects, errors);
  }

  dispose(): void {
    vscode.Disposable.from(this.distributions).dispose();
  }
}
