import * as vscode from 'vscode';
import type { AnalysisStore } from '../host/analysisStore';
import type { Controller } from '../host/controller';
import type { CorpusScans } from '../host/corpusScans';
import type { ErrorReporter } from '../host/errors';
import type { Projects } from '../host/projects';
import { DistributionsPanel } from './panel';
import { SummaryPage } from './summaryPage';

/** What the pages are made from. */
export interface PageSources {
  readonly controller: Controller;
  readonly store: AnalysisStore;
  readonly scans: CorpusScans;
  readonly projects: Projects;
  readonly errors: ErrorReporter;
}

/** The webview pages, each with its commands. None knows of another. */
export class Pages implements vscode.Disposable {
  readonly distributions: DistributionsPanel;
  readonly summary: SummaryPage;

  constructor(extensionUri: vscode.Uri, { controller, store, scans, projects, errors }: PageSources) {
    this.distributions = new DistributionsPanel(extensionUri, controller, store, projects, errors);
    this.summary = new SummaryPage(extensionUri, scans, projects, errors);
  }

  dispose(): void {
    vscode.Disposable.from(this.distributions, this.summary).dispose();
  }
}
