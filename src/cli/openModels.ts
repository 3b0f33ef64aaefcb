import type { CachedEngine } from '../client/cache/cachedEngine';
import { type Project, settleThreshold } from '../client/project';
import type { OpenResult } from '../protocol/engine';
import type { Environment } from './environment';

export interface OpenedProject {
  /** With the threshold that holds for its models. */
  readonly project: Project;
  readonly opened: OpenResult;
}

/** Opens a project's models and says what people should know of them. */
export async function openModels(
  engine: CachedEngine,
  project: Project,
  { messages, signal }: Environment,
): Promise<OpenedProject> {
  messages.progress(0, () => 'loading models');
  const { teacher, student, reference, provider } = project;
  const opened = await engine.open({ teacher, student, reference, provider }, signal);
  const settled = settleThreshold(project, opened.models);
  for (const notice of [...opened.notices, ...(settled.resolved.notice === null ? [] : [settled.resolved.notice])]) {
    messages.say(notice);
  }
  return { project: settled, opened };
}
