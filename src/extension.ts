import * as vscode from 'vscode';
import { registerCalibrate } from './features/calibrate';
import { LeakLenses } from './features/codeLens';
import { FileContext } from './features/contextKeys';
import { registerCreateConfig } from './features/createConfig';
import { Decorations } from './features/decorations';
import { registerDemo } from './features/demo';
import { registerDoctor } from './features/doctor';
import { registerDropRecord } from './features/dropRecord';
import { registerExports } from './features/exportData';
import { LeakHover } from './features/hover';
import { registerImportForgetSet } from './features/importForgetSet';
import { LeaksView } from './features/leaksView';
import { Navigation } from './features/navigation';
import { Pages } from './features/pages';
import { Problems } from './features/problems';
import { registerScanCommands } from './features/scanCommands';
import { Status } from './features/status';
import { AnalysisStore } from './host/analysisStore';
import { Controller } from './host/controller';
import { Engines } from './host/engines';
import { ErrorReporter } from './host/errors';
import { Commands } from './host/ids';
import { createLog } from './host/log';
import { Projects } from './host/projects';

/** What the tests in the extension host see; nobody else gets anything. */
export interface TestAccess {
  readonly store: AnalysisStore;
  readonly controller: Controller;
  readonly projects: Projects;
  readonly engines: Engines;
  readonly leaksView: LeaksView;
  readonly pages: Pages;
}

/** Wires the parts together. Reads no file, loads no model and starts no process. */
export function activate(context: vscode.ExtensionContext): TestAccess | undefined {
  const log = createLog();
  const errors = new ErrorReporter(log);
  const store = new AnalysisStore();
  const projects = new Projects();
  const engines = new Engines(context.extensionPath, log);
  const controller = new Controller(store, projects, engines, errors, log);
  const leaksView = new LeaksView(store, context.workspaceState, errors);
  const pages = new Pages(context.extensionUri, { controller, store, projects, errors });

  // Disposed of in this order: features before what they listen to.
  context.subscriptions.push(
    new Decorations(store),
    leaksView,
    pages,
    vscode.languages.registerHoverProvider({ scheme: 'file', pattern: '**/*.{jsonl,txt,md}' }, new LeakHover(store)),
    new LeakLenses(store, projects),
    new Problems(store),
    new Navigation(store, errors),
    new Status(store, engines, errors),
    new FileContext(store, projects),
    registerScanCommands(controller, store, projects, errors),
    registerDropRecord(store, errors),
    registerCalibrate(context, projects, engines, errors, log),
    registerExports(projects, engines, errors, log),
    registerDemo(context, errors),
    registerCreateConfig(projects, errors),
    registerImportForgetSet(errors),
    registerDoctor(context, projects, engines, errors),
    errors.command(Commands.showLog, () => log.show()),
    errors.command(Commands.restartEngine, () => controller.restart()),
    controller,
    engines,
    projects,
    store,
    log,
  );
  return context.extensionMode === vscode.ExtensionMode.Test
    ? { store, controller, projects, engines, leaksView, pages }
    : undefined;
}
