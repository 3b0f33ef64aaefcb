import { answerAtStart } from '../core/probe/knows';
import { probeSummary } from '../core/probe/probeLine';
import { isAnswer, type ProbeCell, type ProbeRow, worstFirst } from '../core/probe/probeTable';
import { probeWords } from '../core/probe/probeWords';
import type { Question } from '../core/probe/question';
import { visibleText } from '../core/report/visibleText';
import type { Probe } from '../host/probe';
import { projectName } from '../host/projects';
import type { ProbeCellView, ProbeFact, ProbePrompt, ProbeSnapshot } from '../protocol/probe';
import { clip, secretName } from './leakText';

/** Longest texts that are shown, in characters. */
const LONGEST_PROMPT = 400;
const LONGEST_CONTINUATION = 400;

/** What the page shows of a probe. */
export function probeSnapshot(probe: Probe, show: (path: string) => string): ProbeSnapshot {
  const { scope, project, table, activity, outdated } = probe;
  const { models, knownFrom, notAsked } = table;
  return {
    scope,
    project: visibleText(projectName(project.root)),
    activity,
    outdated,
    models: models.map(({ name, role, folder }, at) => ({
      name: visibleText(name),
      role,
      folder: visibleText(show(folder)),
      added: role === 'checkpoint' && scope.further.includes(folder) ? folder : null,
      totals: table.totals(at),
    })),
    facts: worstFirst(table.rows, models).map(factView),
    sentences: activity.kind === 'done' ? probeWords(probeSummary(table, [])).map(visibleText) : [],
    notAsked: notAsked.map(({ fact, message }) => ({ fact: visibleText(clip(fact.id, 60)), message })),
    knownFrom,
  };
}

function factView({ fact, question, cells }: ProbeRow): ProbeFact {
  return {
    fact: fact.id,
    name: secretName(fact.id, fact),
    prompts: question.prompts.map((prompt) => visibleText(clip(prompt, LONGEST_PROMPT))),
    cells: cells.map((cell) => cellView(cell, question)),
  };
}

function cellView(cell: ProbeCell, question: Question): ProbeCellView | string | null {
  if (!isAnswer(cell)) {
    return cell && visibleText(cell.failure);
  }
  const prompts = cell.probe.map(({ continuation, ...figures }): ProbePrompt => {
    const said = answerAtStart(continuation, question) ?? '';
    return {
      ...figures,
      said: visibleText(said),
      rest: visibleText(clip(continuation.slice(said.length), LONGEST_CONTINUATION)),
    };
  });
  return { knows: cell.knows, prompt: cell.prompt, prompts };
}
