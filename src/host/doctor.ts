import * as vscode from 'vscode';
import { examineProject } from '../client/doctor';
import { doctorText } from '../client/doctorText';
import { examineProvider } from '../client/examineProvider';
import { SeepError } from '../core/errors';
import { explanationLines, usualProvider } from '../core/gpu/explainProvider';
import type { GpuProvider } from '../core/gpu/gpuFacts';
import { visibleText } from '../core/report/visibleText';
import type { ProviderChoice } from '../protocol/engine';
import type { Engines } from './engines';
import type { Projects } from './projects';
import { setting } from './settings';

/**
 * What Seep finds in a project's models, forget set and corpus, as text. Examines with a child of its own, so that nothing under
 * way is disturbed.
 * @throws SeepError of code `cancelled` only
 */
export function doctorReport(
  configPath: string,
  version: string,
  engines: Engines,
  signal: AbortSignal,
): Promise<string> {
  const provider = setting('provider');
  return engines.withFresh(async (engine) => {
    const report = await examineProject(engine, {
      version,
      configPath,
      overrides: provider === 'project' ? {} : { provider },
      show: (path) => path,
      hasFlags: false,
      signal,
    });
    return doctorText(report, (path) => path);
  });
}

/**
 * What the GPU provider that is set, or else the one that fits this machine, needs and what of that is missing, as text; then the
 * same in short for the other providers that this system has.
 */
export function gpuReport(asked: ProviderChoice, engines: Engines, signal: AbortSignal): Promise<string> {
  const provider = asked === 'auto' || asked === 'cpu' ? usualProvider(process) : asked;
  return engines.withFresh(async (engine) => {
    const { explanation } = await examineProvider(provider, engine, signal);
    const lines = explanationLines(explanation);
    for (const other of OTHERS.filter((each) => each !== provider)) {
      const { explanation: short } = await examineProvider(other, engine, signal);
      lines.push('', short.summary, ...short.steps.slice(0, 1));
    }
    return lines.map(visibleText).join('\n');
  });
}

const OTHERS: readonly GpuProvider[] = ['cuda', 'dml', 'coreml', 'webgpu'];

/** The provider in force for the active file's project or the workspace's; `auto` where there is none or it is broken. */
export async function providerInForce(projects: Projects): Promise<ProviderChoice> {
  const chosen = setting('provider');
  if (chosen !== 'project') {
    return chosen;
  }
  if (!vscode.workspace.isTrusted) {
    return 'auto';
  }
  const [configPath] = await configsInView(projects);
  try {
    return configPath === undefined ? 'auto' : (await projects.load(configPath)).provider;
  } catch (error) {
    if (error instanceof SeepError) {
      return 'auto';
    }
    throw error;
  }
}

/** The seep.json of the active file, else those at the top of the workspace. */
export async function configsInView(projects: Projects): Promise<string[]> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const own = active ? await projects.find(active) : null;
  return own === null ? projects.ofWorkspace() : [own];
}
