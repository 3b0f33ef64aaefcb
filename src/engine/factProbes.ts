import { t } from '../core/l10n';
import type { AskParams, AskProgress, Reading } from '../protocol/engine';
import type { Model } from './model';
import { type Prompted, PromptProbing, triesOf } from './promptProbing';

/** Prompts that are worked on together: enough to fill the runs of a small model, few enough that results come as a stream. */
const GROUP = 64;

/** Where answers are reported to. */
export interface AskControl {
  progress(value: AskProgress | Reading): void;
  /** Between two runs; throws to stop. */
  between(): Promise<void>;
}

/** Asks a model questions, and reports on each as soon as all its prompts have been answered. */
export async function probeFacts(model: Model, { questions, tokens }: AskParams, control: AskControl): Promise<void> {
  const total = questions.reduce((sum, { prompts }) => sum + prompts.length, 0);
  let finished = 0;
  for (const keys of groupsOf(questions)) {
    control.progress({ kind: 'reading', keys });
    const facts = keys.map((key) => new FactProbing(key, questions, model, tokens));
    const prompts = facts.flatMap((fact) => fact.prompts);
    const expected = prompts.reduce((sum, { work }) => sum + work, 0);
    let read = 0;
    const between = async (tokensRead: number) => {
      read = Math.min(expected, read + tokensRead);
      control.progress({ kind: 'work', done: finished + (prompts.length * read) / expected, total });
      await control.between();
    };
    const onFault = ({ probing }: Prompted, message: string) => probing.fail(message);
    const open = () => prompts.filter(({ failure, isDone }) => failure === null && !isDone);

    const first = open().map((probing) => probing.firstJob());
    await model.run(first, { top: 1, between }, (job, rows) => job.probing.takeFirst(job, rows), onFault);
    // Also of those whose continuation has ended at once.
    const answers = prompts.flatMap((probing) => (probing.failure === null ? probing.answerJobs() : []));
    await model.run(answers, { between }, (job, rows) => job.probing.takeAnswers(job, rows), onFault);
    for (let speaking = open(); speaking.length > 0; speaking = open()) {
      const jobs = speaking.map((probing) => probing.nextJob());
      await model.run(jobs, { top: 1, between }, ({ probing }, rows) => probing.takeNext(rows), onFault);
    }

    for (const fact of facts) {
      control.progress(fact.outcome());
    }
    finished += keys.reduce((sum, key) => sum + (questions[key]?.prompts.length ?? 0), 0);
    control.progress({ kind: 'work', done: finished, total });
    await control.between();
  }
}

/** Indices of questions, so that a group has at least {@link GROUP} prompts. */
function* groupsOf(questions: AskParams['questions']): Generator<number[]> {
  let group: number[] = [];
  let size = 0;
  for (const [key, { prompts }] of questions.entries()) {
    group.push(key);
    size += prompts.length;
    if (size >= GROUP) {
      yield group;
      group = [];
      size = 0;
    }
  }
  if (group.length > 0) {
    yield group;
  }
}

/** One fact's prompts. */
class FactProbing {
  readonly prompts: readonly PromptProbing[] = [];
  readonly #fault: string | null = null;

  constructor(
    private readonly key: number,
    questions: AskParams['questions'],
    model: Model,
    tokens: number,
  ) {
    const question = questions[key];
    try {
      const tries = question === undefined ? null : triesOf(question, model.tokenizer);
      if (question === undefined || tries === null) {
        this.#fault = t('No answer of this fact can be written with the model\u2019s tokens.');
      } else {
        this.prompts = question.prompts.map((text) => new PromptProbing(text, tries, model, tokens));
      }
    } catch (error) {
      this.#fault = error instanceof Error ? error.message : String(error);
    }
  }

  outcome(): AskProgress {
    const { key } = this;
    const message = this.#fault ?? this.prompts.find(({ failure }) => failure !== null)?.failure ?? null;
    return message === null
      ? { kind: 'fact', key, probe: this.prompts.map((prompt) => prompt.result()) }
      : { kind: 'failed', key, message };
  }
}
