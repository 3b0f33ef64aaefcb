import * as vscode from 'vscode';
import type { Project } from '../client/project';
import { SeepError } from '../core/errors';
import { forgetSetWarnings } from '../core/forget/warnings';
import type { Engines } from '../host/engines';
import type { ErrorReporter } from '../host/errors';
import { Commands } from '../host/ids';
import type { Projects } from '../host/projects';
import type { ModelInfo } from '../protocol/engine';

const SCHEME = 'seep-report';
const REPORT = vscode.Uri.from({ scheme: SCHEME, path: 'Seep Doctor.txt' });

/**
 * Shows what Seep finds in the editor, the runtime, the models and the forget set. Names no fact's text, so that the
 * report can go into a bug report.
 */
export function registerDoctor(
  context: vscode.ExtensionContext,
  projects: Projects,
  engines: Engines,
  errors: ErrorReporter,
): vscode.Disposable {
  let report = '';
  const changed = new vscode.EventEmitter<vscode.Uri>();
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: () => report,
    }),
    errors.command(Commands.doctor, async () => {
      report = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: 'Seep: examining' },
        async () => (await examine(context, projects, engines)).join('\n'),
      );
      changed.fire(REPORT);
      await vscode.window.showTextDocument(REPORT, { preview: true });
    }),
  );
}

async function examine(context: vscode.ExtensionContext, projects: Projects, engines: Engines): Promise<string[]> {
  const version = (context.extension.packageJSON as { version?: unknown }).version;
  const lines = [
    `Seep ${String(version)} on VS Code ${vscode.version}, ${process.platform}-${process.arch}, Node ${process.versions.node}`,
    `workspace: ${vscode.workspace.isTrusted ? 'trusted' : 'not trusted; seep.json is not read and no model is loaded'}`,
  ];
  if (!vscode.workspace.isTrusted) {
    return lines;
  }
  const active = vscode.window.activeTextEditor?.document.uri;
  const own = active ? await projects.find(active) : null;
  const configs = own === null ? await projects.ofWorkspace() : [own];
  if (configs.length === 0) {
    lines.push('seep.json: none found; run "Seep: Create seep.json" or "Seep: Open Demo"');
  }
  for (const path of configs) {
    lines.push('', `seep.json: ${path}`);
    try {
      const project = await projects.load(path);
      lines.push(...describeProject(project), ...(await describeEngine(project, engines)));
    } catch (error) {
      lines.push(`  fault: ${error instanceof SeepError ? error.message : String(error)}`);
    }
  }
  return lines;
}

function describeProject(project: Project): string[] {
  return [
    `  forget set: ${project.forgetSetPath}, ${project.facts.length} facts`,
    ...forgetSetWarnings(project.facts).map(({ line, message }) => `  forget set, line ${line}: ${message}`),
    `  corpus: ${project.corpus.include.join(', ')}; text field "${project.corpus.textField}"`,
    `  threshold ${project.threshold}, temperature ${project.temperature}, provider ${project.provider}`,
    ...(project.resolved.notice === null ? [] : [`  note: ${project.resolved.notice}`]),
  ];
}

async function describeEngine(project: Project, engines: Engines): Promise<string[]> {
  const hello = await engines.hello(project);
  const opened = await engines.use(project, undefined, async (engine) => engine.opened);
  const { teacher, student, reference } = opened.models;
  return [
    `  engine: onnxruntime ${hello.onnxruntime}, Node ${hello.node}, process ${hello.pid}`,
    `  providers in this build: ${hello.providers.join(', ')}; in use: ${opened.provider}`,
    ...describeModel('teacher', teacher),
    ...describeModel('student', student),
    ...describeModel('reference', reference),
    ...opened.notices.map((notice) => `  note: ${notice}`),
  ];
}

function describeModel(role: string, model: ModelInfo | null): string[] {
  return model === null
    ? [`  ${role}: none`]
    : [
        `  ${role}: ${model.folder}`,
        `    ${model.file}, ${(model.bytes / 1e6).toFixed(1)} MB, ${model.architecture ?? 'unknown architecture'}, ${model.dtype}, opset ${model.opset}`,
        `    vocabulary ${model.vocabulary} (tokenizer ${model.tokenizerVocabulary}), context ${model.context}, BOS ${model.bos ?? 'none'}`,
        `    sha256 ${model.hash}`,
      ];
}
