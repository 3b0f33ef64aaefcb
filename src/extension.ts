import './host/speakLanguage';
import * as vscode from 'vscode';
import { registerActs } from './features/acts/registerActs';
import { registerCalibrate } from './features/calibrate';
import { LeakLenses } from './features/codeLens';
import { FileContext } from './features/contextKeys';
import { Decorations } from './features/decorations';
import { registerDoctor } from './features/doctor';
import { registerExports } from './features/exportData';
import { registerHover } from './features/hover';
import { LeaksView } from './features/leaksView';
import { Navigation } from './features/navigation';
import { Pages } from './features/pages';
import { Problems } from './features/problems';
import { registerScanCommands } from './features/scanCommands';
import { registerSetUp } from './features/setUp';
import { Status } from './features/status';
import { AnalysisStore } from './host/analysisStore';
import { Controller } from './host/controller';
import { CorpusScans } from './host/corpusScans';
import { Decisions } from './host/decisions';
import { Engines } from './host/engines';
import { ErrorReporter } from './host/errors';
import { createLog } from './host/log';
import { Projects } from './host/projects';

/** What the tests in the extension host see; nobody else gets anything. */
export type TestAccess = Readonly<ReturnType<typeof wire>>;

export function activate(context: vscode.ExtensionContext): TestAccess | undefined {
  const parts = wire(context);
  return context.extensionMode === vscode.ExtensionMode.Test ? parts : undefined;
}

/** Wires the parts together. Reads no file, loads no model and starts no process. */
function wire(context: vscode.ExtensionContext) {
  const log = createLog();
  const errors = new ErrorReporter(log);
  const decisions = new Decisions(errors);
  const projects = new Projects();
  const store = new AnalysisStore(decisions, projects);
  const engines = new Engines(context.extensionPath, log);
  const controller = new Controller(store, projects, engines, errors, log);
  const parts = { controller, projects, decisions, engines, errors, log };
  const scans = new CorpusScans({ ...parts, indexes: store.records.indexes, memory: context.workspaceState });
  const decorations = new Decorations(store);
  const leaksView = new LeaksView(store, scans, context.workspaceState, errors);
  const pages = new Pages(context, { ...parts, store, scans });

  // Disposed of in this order: features before what they listen to.
  context.subscriptions.push(
    decorations,
    leaksView,
    pages,
    registerHover(store),
    new LeakLenses(store, projects),
    new Problems(store),
    new Navigation(store, controller, scans, errors),
    new Status(store, scans, engines, errors),
    new FileContext(store, scans, projects),
    registerScanCommands(store, controller, scans, projects, errors),
    registerActs(store, controller, scans, projects, decisions, errors),
    registerCalibrate(context, projects, engines, errors, log),
    registerExports(projects, engines, errors, log),
    registerSetUp(context, projects, errors),
    registerDoctor(context, projects, engines, errors, log),
    scans,
    controller,
    engines,
    projects,
    store,
    decisions,
    log,
  );
  return { store, controller, projects, engines, decorations, leaksView, pages, scans };
}
