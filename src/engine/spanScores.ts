import { t } from '../core/l10n';
import { buildAnswerTrie } from '../core/score/answerTrie';
import type { StepTree } from '../core/score/leakScores';
import { type ComparedAnswer, otherMass, referenceByAnswers } from '../core/score/wholeAnswers';
import { AnswerSteps } from './answerSteps';
import type { Candidate, Pending, Place, RunJobs } from './candidates';
import { CoverSums } from './coverSums';
import type { Model } from './model';
import { notNumbers } from './runtimeErrors';
import { type SpanQuestion, SpanText } from './spanText';
import { type WholeAnswer, wholeAnswers } from './wholeAnswers';

/** Length of the list of likeliest tokens that is reported where something leaks. */
const TOPS = 5;

interface Asked {
  readonly candidate: Candidate;
  readonly answers: readonly { readonly byToken: WholeAnswer['byToken']; readonly probability: () => number }[];
}

/** One context in which a model is asked for several ways on. */
interface Context {
  readonly record: Pending;
  readonly place: Place;
  /** Last token of the context. */
  readonly last: number;
  readonly steps: AnswerSteps;
}

/**
 * Compares the teacher with a model that has another tokenizer: not id by id, but by the characters of whole answers. Either model
 * writes an answer in tokens of its own and multiplies their probabilities. Where the other model has no token boundary, the part of
 * its token that the text has said already is given: the product is divided by the probability of all ways to start with that part.
 */
export class SpanScores {
  readonly #covers: CoverSums;
  #contexts: Context[] = [];

  constructor(
    private readonly model: Model,
    private readonly role: 'student' | 'reference',
    private readonly run: RunJobs,
  ) {
    this.#covers = new CoverSums(model, role, run);
  }

  /** Leaves in the records' candidates what the model says. The teacher's answers must have been completed. */
  async compare(records: readonly Pending[]): Promise<void> {
    const asked = records.flatMap((record) => this.#askAbout(record));
    await this.#runContexts();
    await this.#covers.find();
    for (const { candidate, answers } of asked) {
      const compared = answers.map(({ byToken, probability }): ComparedAnswer => ({ byToken, other: probability() }));
      candidate.whole[this.role] = otherMass(compared);
      if (this.role === 'reference' && candidate.p.teacher !== null) {
        candidate.p.reference = referenceByAnswers(compared, candidate.p.teacher);
        candidate.reference = 'model';
      }
    }
  }

  #askAbout(record: Pending): Asked[] {
    const { encoded, places } = record;
    const { tokenizer, longestInput } = this.model;
    if (places.length === 0) {
      return [];
    }
    let text: SpanText;
    try {
      text = new SpanText(tokenizer, longestInput, encoded.text);
    } catch (error) {
      const who = this.role === 'student' ? t('Student') : t('Reference');
      record.failure = `${who}: ${error instanceof Error ? error.message : String(error)}`;
      return [];
    }
    return places.flatMap((place) => {
      const contexts = new Map<string, Context>();
      const known = new Map<string, () => number>();
      const asked = place.candidates.flatMap((candidate): Asked[] => {
        const answers = wholeAnswers(candidate, encoded).map(({ spelling, start, said, byToken }) => {
          const key = `${start} ${said.units} ${said.bytes} ${spelling.text}`;
          let probability = known.get(key);
          if (probability === undefined) {
            const question = text.question(start, spelling, said);
            probability = question === null ? () => 0 : this.#ask(record, place, contexts, question);
            known.set(key, probability);
          }
          return { byToken, probability };
        });
        // A class of tokens means something else in every tokenizer: there is nothing to compare.
        return answers.length === 0 ? [] : [{ candidate, answers }];
      });
      this.#contexts.push(...contexts.values());
      return asked;
    });
  }

  #ask(
    record: Pending,
    place: Place,
    contexts: Map<string, Context>,
    { context: input, tokens, begun }: SpanQuestion,
  ): () => number {
    const last = input.at(-1) ?? 0;
    const key = input.join();
    const context = contexts.get(key) ?? {
      record,
      place,
      last,
      steps: new AnswerSteps(input.slice(0, -1), this.model.tokenizer.prefix.length),
    };
    contexts.set(key, context);
    const path = buildAnswerTrie([{ tokens, answer: 0, spellings: [] }]);
    if (path !== null) {
      context.steps.add(last, path);
    }
    const given = begun === null ? () => 1 : this.#covers.ask(record, input, begun);
    return () => {
      const joint = along(tokens, context.steps.tree.next.get(last));
      // The tokens themselves are one of the ways that are given.
      return joint === 0 ? 0 : joint / Math.max(joint, given());
    };
  }

  async #runContexts(): Promise<void> {
    const jobs = this.#contexts.flatMap(({ steps, record, place, last }) => {
      const first = steps.tree.next.get(last);
      return [...steps.jobs(this.model.longestInput)].map((job) => ({ ...job, record, place, first }));
    });
    this.#contexts = [];
    await this.run(this.model, jobs, { top: TOPS }, ({ record, place, asked, first }, results) => {
      if (!AnswerSteps.take(asked, results)) {
        record.failure = notNumbers(this.role);
      }
      const [own] = results;
      if (asked[0] === first && own !== undefined) {
        place.tops[this.role] ??= own.top;
      }
    });
  }
}

/** Product of the probabilities of tokens that follow one another. */
function along(tokens: readonly number[], from: StepTree | undefined): number {
  let at = from;
  let product = 1;
  for (const token of tokens) {
    at = at?.next.get(token);
    product *= at?.p ?? 0;
  }
  return product;
}
