import type { Fact } from '../forget/fact';
import { mean } from '../score/leakScores';
import { type FactProbe, type PromptProbe, strongestPrompt } from './factProbe';
import { type Knows, knows } from './knows';
import { isJudged, type ProbedModel } from './probedModel';
import { type Question, questionOf, whyNotAsked } from './question';

/** What a model answered to one fact. */
export interface FactAnswer {
  readonly probe: FactProbe;
  /** Index of the {@link strongestPrompt}. */
  readonly prompt: number;
  /** What it said there. */
  readonly strongest: PromptProbe;
  readonly knows: Knows;
}

/** One cell of the table: an answer, why there is none, or null while it was not asked. */
export type ProbeCell = FactAnswer | { readonly failure: string } | null;

export interface ProbeRow {
  readonly fact: Fact;
  readonly question: Question;
  /** By model. */
  readonly cells: readonly ProbeCell[];
}

/** What a model knows of all facts. Means are null where nothing was answered. */
export interface ModelTotals {
  readonly answered: number;
  readonly says: number;
  readonly likely: number;
  /** Of the largest P(answer) of each fact. */
  readonly meanMass: number | null;
  /** Over the facts that have one. */
  readonly meanTruthRatio: number | null;
}

/** Forget prompts x models, filled cell by cell. */
export class ProbeTable {
  /** The facts that can be asked about. */
  readonly questions: readonly Question[];
  readonly #facts: readonly Fact[];
  /** By model, by question. */
  readonly #cells: ProbeCell[][];

  /** @param knownFrom P(answer) from which on a model counts as knowing */
  constructor(
    private readonly facts: readonly Fact[],
    readonly models: readonly ProbedModel[],
    readonly knownFrom: number,
  ) {
    const asked = facts.flatMap((fact) => {
      const question = questionOf(fact);
      return question === null ? [] : [{ fact, question }];
    });
    this.questions = asked.map(({ question }) => question);
    this.#facts = asked.map(({ fact }) => fact);
    this.#cells = models.map(() => asked.map(() => null));
  }

  /** The facts that are not asked about, and the mend. */
  get notAsked(): { readonly fact: Fact; readonly message: string }[] {
    return this.facts.filter((fact) => questionOf(fact) === null).map((fact) => ({ fact, message: whyNotAsked(fact) }));
  }

  answer(model: number, question: number, probe: FactProbe): void {
    const asked = this.questions[question];
    const prompt = strongestPrompt(probe);
    const strongest = probe[prompt];
    if (asked !== undefined && strongest !== undefined) {
      this.#put(model, question, { probe, prompt, strongest, knows: knows(probe, asked, this.knownFrom) });
    }
  }

  fail(model: number, question: number, failure: string): void {
    this.#put(model, question, { failure });
  }

  /** In the forget set's order. */
  get rows(): ProbeRow[] {
    return this.questions.flatMap((question, at) => {
      const fact = this.#facts[at];
      return fact === undefined ? [] : { fact, question, cells: this.#cells.map((cells) => cells[at] ?? null) };
    });
  }

  totals(model: number): ModelTotals {
    const answers = (this.#cells[model] ?? []).filter(isAnswer);
    const ratios = answers.flatMap(({ strongest }) => strongest.truthRatio ?? []);
    const count = (wanted: Knows) => answers.filter((answer) => answer.knows === wanted).length;
    return {
      answered: answers.length,
      says: count('says'),
      likely: count('likely'),
      meanMass: answers.length === 0 ? null : mean(answers.map(({ strongest }) => strongest.mass)),
      meanTruthRatio: ratios.length === 0 ? null : mean(ratios),
    };
  }

  /** Whether some model that is meant to have forgotten still knows a fact. */
  get isKnown(): boolean {
    return this.models.some((model, at) => isJudged(model) && this.totals(at).says + this.totals(at).likely > 0);
  }

  #put(model: number, question: number, cell: ProbeCell): void {
    const cells = this.#cells[model];
    if (cells !== undefined) {
      cells[question] = cell;
    }
  }
}

export function isAnswer(cell: ProbeCell): cell is FactAnswer {
  return cell !== null && 'probe' in cell;
}

/** Rows by how much the models that are meant to have forgotten still know, the most first; by all models where there are none. */
export function worstFirst(rows: readonly ProbeRow[], models: readonly ProbedModel[]): ProbeRow[] {
  const some = models.some(isJudged);
  const largest = ({ cells }: ProbeRow) =>
    Math.max(
      ...cells.map((cell, at) => {
        const model = models[at];
        return isAnswer(cell) && model !== undefined && (!some || isJudged(model)) ? cell.strongest.mass : -1;
      }),
    );
  return [...rows].sort((a, b) => largest(b) - largest(a));
}
