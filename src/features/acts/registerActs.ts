import * as vscode from 'vscode';
import type { AnalysisStore } from '../../host/analysisStore';
import type { Controller } from '../../host/controller';
import { CORPUS_DOCUMENTS } from '../../host/corpusDocuments';
import type { CorpusScans } from '../../host/corpusScans';
import { DecidedRecords } from '../../host/decidedRecords';
import type { Decisions } from '../../host/decisions';
import type { ErrorReporter } from '../../host/errors';
import type { Projects } from '../../host/projects';
import { registerActCommands } from './actCommands';
import { ActPreview } from './actPreview';
import { Acts } from './acts';
import { DecisionMarks } from './decisionMarks';
import { DecisionProblems } from './decisionProblems';
import { QuickFixes } from './quickFixes';

/** Everything by which people act on leaks, and see what they have decided. */
export function registerActs(
  store: AnalysisStore,
  controller: Controller,
  scans: CorpusScans,
  projects: Projects,
  decisions: Decisions,
  errors: ErrorReporter,
): vscode.Disposable {
  const preview = new ActPreview(decisions);
  return vscode.Disposable.from(
    registerActCommands(store, controller, scans, projects, decisions, new Acts(decisions, preview), errors),
    vscode.languages.registerCodeActionsProvider(CORPUS_DOCUMENTS, new QuickFixes(store), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
    new DecisionMarks(new DecidedRecords(store, projects, decisions), store, decisions),
    new DecisionProblems(decisions),
    preview,
  );
}
