import type { Fact } from '../forget/fact';
import { rounded } from '../report/leakLine';
import type { PromptProbe } from './factProbe';
import { answerAtStart, type Knows } from './knows';
import type { ProbedModel, ProbedRole } from './probedModel';
import { type FactAnswer, isAnswer, type ProbeRow, type ProbeTable } from './probeTable';

/** One fact and one model as reports give it; the keys in this order. */
export interface ProbeLine {
  readonly schema: 'seep.probe/1';
  readonly fact: string;
  readonly model: string;
  readonly role: ProbedRole;
  readonly knows: Knows;
  /** Index of the prompt with the largest mass; the next four are of it. */
  readonly prompt: number;
  readonly mass: number;
  readonly tokenMass: number;
  readonly rank: number;
  readonly truthRatio: number | null;
  readonly prompts: readonly PromptLine[];
  /** Only where answers are shown. */
  readonly answers?: readonly string[];
}

export interface PromptLine {
  readonly mass: number;
  readonly tokenMass: number;
  readonly rank: number;
  readonly truthRatio: number | null;
  /** Whether the continuation starts with an answer. */
  readonly says: boolean;
  /** Only where answers are shown. */
  readonly text?: string;
  readonly continuation?: string;
}

/** @param showAnswers also what the facts are: prompts, answers and what the model goes on with */
export function probeLine(
  { fact, question }: ProbeRow,
  { name, role }: ProbedModel,
  { probe, prompt, strongest, knows }: FactAnswer,
  showAnswers: boolean,
): ProbeLine {
  return {
    schema: 'seep.probe/1',
    fact: fact.id,
    model: name,
    role,
    knows,
    prompt,
    ...figures(strongest),
    prompts: probe.map((each, at) => ({
      ...figures(each),
      says: answerAtStart(each.continuation, question) !== null,
      ...(showAnswers ? { text: question.prompts[at] ?? '', continuation: each.continuation } : {}),
    })),
    ...(showAnswers ? { answers: question.right } : {}),
  };
}

function figures({ mass, tokenMass, rank, truthRatio }: PromptProbe) {
  return {
    mass: rounded(mass),
    tokenMass: rounded(tokenMass),
    rank,
    truthRatio: truthRatio === null ? null : rounded(truthRatio),
  };
}

/** The last line of a report. */
export interface ProbeSummary {
  readonly schema: 'seep.probeSummary/1';
  readonly models: readonly ProbedModelSummary[];
  /** Facts that were asked about. */
  readonly facts: number;
  readonly notAsked: readonly { readonly fact: string; readonly line: number; readonly message: string }[];
  readonly knownFrom: number;
  readonly incomplete: readonly { readonly fact: string; readonly model: string; readonly message: string }[];
}

export interface ProbedModelSummary {
  readonly model: string;
  readonly role: ProbedRole;
  /** SHA-256 over the model's files, hex. */
  readonly hash: string;
  readonly answered: number;
  readonly says: number;
  readonly likely: number;
  readonly meanMass: number | null;
  readonly meanTruthRatio: number | null;
}

/** @param hashes of the models' files, by model */
export function probeSummary(table: ProbeTable, hashes: readonly string[]): ProbeSummary {
  const { models, rows, notAsked, knownFrom, questions } = table;
  return {
    schema: 'seep.probeSummary/1',
    models: models.map(({ name, role }, at) => {
      const { meanMass, meanTruthRatio, ...counts } = table.totals(at);
      return {
        model: name,
        role,
        hash: hashes[at] ?? '',
        ...counts,
        meanMass: meanMass === null ? null : rounded(meanMass),
        meanTruthRatio: meanTruthRatio === null ? null : rounded(meanTruthRatio),
      };
    }),
    facts: questions.length,
    notAsked: notAsked.map(({ fact, message }) => ({ fact: fact.id, line: fact.line, message })),
    knownFrom,
    incomplete: rows.flatMap(({ fact, cells }) => failuresOf(fact, cells, models)),
  };
}

function failuresOf(
  { id }: Fact,
  cells: ProbeRow['cells'],
  models: readonly ProbedModel[],
): ProbeSummary['incomplete'] {
  return cells.flatMap((cell, at) => {
    const model = models[at]?.name ?? '';
    return cell === null || isAnswer(cell) ? [] : { fact: id, model, message: cell.failure };
  });
}
