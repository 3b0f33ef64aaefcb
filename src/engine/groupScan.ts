import type { Branch, PositionPlan } from '../core/score/factIndex';
import { LIFT_FLOOR } from '../core/score/leak';
import { branchLift, branchMass, completerOf, gain, type Probability, swapReference } from '../core/score/leakScores';
import { PROMPT_TOKENS } from '../core/score/similarity';
import type { ModelRole, ScanParams } from '../protocol/engine';
import { AnswerSteps, worthCompleting } from './answerSteps';
import type { Candidate, Pending, Place, Spread, WindowPlan } from './candidates';
import type { Job, ListCondition, RowResult, RunOptions, TokenList } from './jobs';
import type { Model } from './model';
import type { ModelSet } from './modelSet';
import { PromptDistributions } from './promptDistributions';
import type { RuleSet } from './ruleSet';
import { areNumbers, notNumbers } from './runtimeErrors';
import { SpanScores } from './spanScores';
import { isStated } from './stated';
import { ownText, type SwapVariant, swapVariants } from './swapVariants';
import { classIndex } from './tokenClasses';
import type { Window } from './windows';

/** Leaving out unlikely ways to complete an answer changes mass and exposure by less than this. */
const COMPLETION_ERROR = 1e-6;
/** Length of the list of likeliest tokens that is reported where something leaks. */
const TOPS = 5;
/** Length of the list that the teacher's pass returns: a rank within it needs no second run. */
const RANK_LIST = 64;

/** Counts what the runs of a scan read. */
export interface WorkMeter {
  /** So many tokens are about to be run. */
  expect(tokens: number): void;
  /** So many were run. */
  ran(tokens: number): Promise<void>;
}

/** The passes over one group of records; what they find out is left in the records. */
export class GroupScan {
  readonly #options: RunOptions;
  /** For the runs whose masses are wanted at another temperature too. */
  readonly #warm: Pick<RunOptions, 'temperature'>;
  readonly #diverges: boolean;
  /** See {@link #comparable}; positions share their branches. */
  readonly #comparableBy = new Map<readonly Branch[], readonly number[]>();

  constructor(
    private readonly models: ModelSet,
    private readonly rules: RuleSet,
    private readonly settings: Omit<ScanParams, 'records'>,
    private readonly plans: readonly WindowPlan[],
    private readonly work: WorkMeter,
  ) {
    const { temperature } = settings;
    this.#options = { between: (tokens) => work.ran(tokens) };
    this.#warm = temperature !== 1 && models.comparison.student === 'tokens' ? { temperature } : {};
    this.#diverges = readsEverything(settings, models);
  }

  async run(): Promise<void> {
    const { reference, student, comparison } = this.models;
    const byToken = reference !== null && comparison.reference === 'tokens';
    await this.#preparePrompts();
    await this.#teacherPass();
    if (byToken) {
      await this.#readAgain(reference, 'reference');
    } else if (reference !== null) {
      await this.#complete();
      await this.#compareSpans(reference, 'reference');
    } else {
      await this.#swapSubjects();
      await this.#complete();
      this.#settleSwaps();
    }
    for (const record of this.#records()) {
      for (const place of record.places) {
        place.candidates = place.candidates.filter(({ branch: { node }, p }) => {
          return p.teacher !== null && branchLift(node, p.teacher, p.reference) >= LIFT_FLOOR;
        });
      }
      record.places = record.places.filter(({ candidates }) => candidates.length > 0);
    }
    if (student !== null && comparison.student === 'tokens') {
      await this.#readAgain(student, 'student');
    }
    await this.#findRanks();
    if (byToken) {
      await this.#complete();
    }
    if (student !== null && comparison.student === 'spans') {
      await this.#compareSpans(student, 'student');
    }
  }

  async #compareSpans(model: Model, role: 'student' | 'reference'): Promise<void> {
    await new SpanScores(model, role, (...run) => this.#run(...run)).compare(this.#records());
  }

  /** The records that nothing has gone wrong with. */
  #records(): Pending[] {
    return [...new Set(this.plans.map(({ record }) => record))].filter(({ failure }) => failure === null);
  }

  /** Gated facts at a position whose prompts its context is compared with. */
  #comparable({ branches }: PositionPlan): readonly number[] {
    let facts = this.#comparableBy.get(branches);
    if (facts === undefined) {
      const own = branches.map(({ fact }) => fact).filter((fact) => this.rules.hasPrompts(fact));
      facts = [...new Set(own)];
      this.#comparableBy.set(branches, facts);
    }
    return facts;
  }

  async #preparePrompts(): Promise<void> {
    const facts = new Set(this.plans.flatMap(({ plans }) => plans.flatMap((plan) => this.#comparable(plan))));
    const { teacher } = this.models;
    const { prompts } = this.rules;
    const missing = prompts.missing(facts);
    const jobs = prompts.jobs(missing, teacher);
    this.#expect(jobs);
    // A prompt that the model cannot run says nothing.
    await teacher.run(jobs, { ...this.#options, top: PROMPT_TOKENS }, PromptDistributions.take, () => {});
    prompts.keep(missing, jobs);
  }

  async #teacherPass(): Promise<void> {
    const { teacher } = this.models;
    const jobs = this.plans.map(({ record, window, plans }) => ({
      record,
      window,
      plans,
      ...cut(
        window,
        plans.map(({ position }) => position),
      ),
      ...this.#teacherQuestions(plans),
    }));
    // By token, for one row at a time, tokens that stand for classes behind the real ones; only those asked for hold anything.
    const { vocabulary } = teacher.info;
    const at = (token: number) => (token >= 0 ? token : vocabulary + classIndex(token));
    const size = vocabulary + this.rules.classes.length;
    const logprobs = new Float64Array(size);
    const probabilities = new Float64Array(size);
    const warm = new Float64Array(size);
    const p: Probability = (token) => probabilities[at(token)] ?? 0;
    const options = { ...this.#options, ...this.#warm, top: RANK_LIST };
    await this.#run(teacher, jobs, options, ({ record, window, plans, rows, picks }, results) => {
      plans.forEach((plan, i) => {
        const result = results[i];
        if (result === undefined || !areNumbers(result.picked)) {
          record.failure = notNumbers('teacher');
          return;
        }
        (picks[i] ?? []).forEach((token, pick) => {
          const logprob = result.picked[pick] ?? Number.NaN;
          logprobs[at(token)] = logprob;
          probabilities[at(token)] = Math.exp(logprob);
          warm[at(token)] = Math.exp(result.warm[pick] ?? 0);
        });
        if (this.#diverges) {
          record.spreads.push(spreadOf(plan.position, window, result.top));
        }
        const similarities = this.#compare(record, plan, p);
        const branches = this.rules.index.survivors(plan, p, LIFT_FLOOR);
        if (branches.length === 0) {
          return;
        }
        const place: Place = {
          position: plan.position,
          window,
          row: rows[i] ?? 0,
          tops: { teacher: start(result.top, TOPS) },
          candidates: [],
          steps: null,
        };
        place.candidates = branches.map((branch) => ({
          branch,
          place,
          p: { teacher: remember(branch, p), student: null, reference: null },
          reference: 'none',
          whole: { student: null, reference: null },
          warm: { teacher: branchMass(branch.node, (token) => warm[at(token)] ?? 0), student: 0 },
          rank: this.#rankIn(result.top, branch, (token) => logprobs[at(token)] ?? 0),
          similarity: similarities.get(branch.fact) ?? null,
          swaps: [],
          emitted: 1,
        }));
        record.places.push(place);
      });
    });
  }

  /**
   * By plan: its tokens, then those that its context is compared by. Plans that ask the same share what they ask. The likeliest tokens
   * are listed only where something may leak, or where divergence is asked for.
   */
  #teacherQuestions(plans: readonly PositionPlan[]): Required<Pick<Job, 'picks'>> & Pick<Job, 'lists'> {
    const picks: (readonly number[])[] = [];
    const lists: ListCondition[] = [];
    for (const [i, plan] of plans.entries()) {
      const before = plans[i - 1];
      const [samePicks, sameList] = [picks.at(-1), lists.at(-1)];
      if (before !== undefined && samePicks !== undefined && sameList !== undefined && asksTheSame(before, plan)) {
        picks.push(samePicks);
        lists.push(sameList);
        continue;
      }
      const more = this.#comparable(plan).flatMap((fact) => this.rules.prompts.tokensOf(fact));
      picks.push(more.length === 0 ? plan.tokens : [...new Set([...plan.tokens, ...more])]);
      lists.push({ picks: plan.tokens.length, logprob: Math.log(this.rules.index.bar(plan, LIFT_FLOOR)) });
    }
    return this.#diverges ? { picks } : { picks, lists };
  }

  /** How alike the position is to the prompts of the facts that count there; the record keeps the highest. */
  #compare(record: Pending, plan: PositionPlan, p: Probability): Map<number, number> {
    const here = new Map<number, number>();
    for (const fact of this.#comparable(plan)) {
      const similarity = this.rules.prompts.similarity(fact, p);
      if (similarity !== null) {
        here.set(fact, similarity);
        if (similarity > (record.similarities.get(fact)?.similarity ?? -1)) {
          record.similarities.set(fact, { position: plan.position, similarity });
        }
      }
    }
    return here;
  }

  /**
   * Rank of the branch's likeliest token, told from the list of the likeliest tokens; null where it lies behind the list. For a
   * class, whose members are not known one by one, the list's length + 1 stands for everything behind it.
   */
  #rankIn({ ids, logprobs }: TokenList, { node }: Branch, logprob: (token: number) => number): number | null {
    const [only] = node.children.keys();
    if (only !== undefined && only < 0) {
      const place = ids.findIndex((id) => this.rules.isMember(classIndex(only), id));
      return place >= 0 ? place + 1 : ids.length + 1;
    }
    const best = Math.max(...Array.from(node.children.keys(), logprob));
    const place = logprobs.findIndex((other) => other <= best);
    return place >= 0 ? place + 1 : null;
  }

  /** Asks another model about the candidates that are left; the reference also about every position's likeliest tokens. */
  async #readAgain(model: Model, role: 'student' | 'reference'): Promise<void> {
    const asked = (candidate: Candidate) => [...candidate.branch.node.children.keys()];
    const jobs = (role === 'reference' && this.#diverges ? this.#spreadJobs(asked) : this.#placeJobs(asked)).map(
      (job) => ({ ...job, picks: job.asked }),
    );
    const options = { ...this.#options, ...(role === 'student' ? this.#warm : {}), top: TOPS };
    await this.#run(model, jobs, options, ({ record, spots, asked: tokens }, results) => {
      spots.forEach(({ place, spread }, i) => {
        const result = results[i];
        if (result === undefined || !areNumbers(result.picked)) {
          record.failure = notNumbers(role);
          return;
        }
        const at = new Map(tokens[i]?.map((token, pick) => [token, pick]));
        const logprob: Probability = (token) => result.picked[at.get(token) ?? -1] ?? Number.NaN;
        const p: Probability = (token) => Math.exp(logprob(token));
        const warm: Probability = (token) => Math.exp(result.warm[at.get(token) ?? -1] ?? 0);
        if (spread !== null) {
          spread.reference = spread.ids.map(logprob);
        }
        if (place === null) {
          return;
        }
        place.tops[role] = result.top;
        for (const candidate of place.candidates) {
          candidate.p[role] = remember(candidate.branch, p);
          if (role === 'student') {
            candidate.warm.student = branchMass(candidate.branch.node, warm);
          } else {
            candidate.reference = 'model';
          }
        }
      });
    });
  }

  /** Where there is no reference model: the teacher itself on the same text with other subjects, averaged. */
  async #swapSubjects(): Promise<void> {
    const { swap } = this.settings;
    if (swap === null) {
      return;
    }
    const { teacher, longestInput } = this.models;
    const others = this.rules.otherSubjects(swap.subjects);
    const jobs: SwapJob[] = [];
    for (const record of this.#records()) {
      const byFact = new Map<number, Candidate[]>();
      for (const candidate of record.places.flatMap(({ candidates }) => candidates)) {
        const { fact } = candidate.branch;
        byFact.set(fact, [...(byFact.get(fact) ?? []), candidate]);
      }
      for (const [index, candidates] of byFact) {
        const fact = this.rules.index.facts[index]?.fact;
        if (fact === undefined || !this.rules.index.isGated(index)) {
          continue;
        }
        for (const variant of swapVariants(fact, record.encoded, others, swap, teacher.tokenizer, longestInput)) {
          jobs.push(...swapJobs(record, candidates, variant, false));
        }
        // How likely the teacher found what the text has said of the answer already, to compare with.
        const deep = candidates.filter(({ branch: { node } }) => node.depth > 0);
        jobs.push(...swapJobs(record, deep, ownText(record.encoded, longestInput), true));
      }
    }
    await this.#run(teacher, jobs, this.#options, ({ record, looks, isOwn, input, rows, picks }, results) => {
      if (!results.every(({ picked }) => areNumbers(picked))) {
        record.failure = notNumbers('teacher');
        return;
      }
      const at = (row: number, token: number) => {
        const i = rows.indexOf(row);
        return Math.exp(results[i]?.picked[picks[i]?.indexOf(token) ?? -1] ?? Number.NEGATIVE_INFINITY);
      };
      for (const { candidate, row, emitted: tokens } of looks) {
        const emitted = tokens.reduce((product, token, k) => product * at(row - tokens.length + k, token), 1);
        if (isOwn) {
          candidate.emitted = emitted;
        } else {
          const p = new Map(Array.from(candidate.branch.node.children.keys(), (token) => [token, at(row, token)]));
          const context = input.slice(0, row + 1);
          candidate.swaps.push({ context, emitted, p: (token) => p.get(token) ?? 0, steps: null });
          candidate.reference = 'swap';
        }
      }
    });
  }

  /** p_R of the candidates that have other subjects, once it is known how answers go on there. */
  #settleSwaps(): void {
    for (const { places, encoded } of this.#records()) {
      for (const { candidates, steps, position } of places) {
        for (const candidate of candidates) {
          const { p, swaps, branch, emitted } = candidate;
          if (p.teacher !== null && swaps.length > 0) {
            const own = { emitted, p: p.teacher, steps: steps?.teacher.tree };
            const others = swaps.map((view) => ({ emitted: view.emitted, p: view.p, steps: view.steps?.tree }));
            const passed = isStated(candidate, encoded, this.rules) ? null : (encoded.ids[position] ?? null);
            p.reference = swapReference(branch.node, own, others, passed);
          }
        }
      }
    }
  }

  /** Ranks beyond the list that the teacher's pass returned are counted inside the graph. */
  async #findRanks(): Promise<void> {
    const jobs = this.#placeJobs((candidate) => (candidate.rank === null ? [bestToken(candidate)] : [])).map((job) => ({
      ...job,
      ranks: job.asked,
    }));
    await this.#run(this.models.teacher, jobs, this.#options, ({ spots, asked }, results) => {
      spots.forEach(({ place }, i) => {
        for (const candidate of place?.candidates ?? []) {
          candidate.rank ??= results[i]?.ranks[asked[i]?.indexOf(bestToken(candidate)) ?? -1] ?? null;
        }
      });
    });
  }

  /** How likely answers are finished once their next token is out. */
  async #complete(): Promise<void> {
    const { teacher, longestInput } = this.models;
    const jobs = new Map<ModelRole, StepJob[]>([
      ['teacher', []],
      ['student', []],
      ['reference', []],
    ]);
    for (const record of this.#records()) {
      const { prefix } = record.encoded;
      const ask = (role: ModelRole, steps: AnswerSteps) => {
        for (const job of steps.jobs(longestInput)) {
          jobs.get(role)?.push({ ...job, record });
        }
      };
      for (const place of record.places) {
        // Where no answer goes on behind its first token there is nothing to complete.
        const steps = () => {
          if (place.steps === null) {
            const context = place.window.input.slice(0, place.row + 1);
            place.steps = { teacher: new AnswerSteps(context, prefix), completer: new AnswerSteps(context, prefix) };
          }
          return place.steps;
        };
        let completerRole: ModelRole = 'teacher';
        for (const candidate of place.candidates) {
          const { teacher: pT, reference: pR } = candidate.p;
          if (pT === null) {
            continue;
          }
          const { node } = candidate.branch;
          for (const [token, child] of worthCompleting(node, pT, COMPLETION_ERROR)) {
            steps().teacher.add(token, child);
          }
          const source = completerOf(candidate.reference, this.settings.onPolicy, this.models.comparison);
          for (const [token, child] of worthCompleting(node, (a) => gain(a, pT, pR), COMPLETION_ERROR)) {
            for (const view of candidate.swaps) {
              view.steps ??= new AnswerSteps(view.context, prefix);
              view.steps.add(token, child);
            }
            if (source === 'teacher') {
              steps().teacher.add(token, child);
            } else if (source !== 'swap') {
              completerRole = source;
              steps().completer.add(token, child);
            }
          }
        }
        if (place.steps !== null) {
          ask('teacher', place.steps.teacher);
          ask(completerRole, place.steps.completer);
        }
        for (const { steps: swapped } of place.candidates.flatMap(({ swaps }) => swaps)) {
          if (swapped !== null) {
            ask('teacher', swapped);
          }
        }
      }
    }
    for (const [role, own] of jobs) {
      await this.#run(this.models[role] ?? teacher, own, this.#options, ({ record, asked }, results) => {
        if (!AnswerSteps.take(asked, results)) {
          record.failure = notNumbers(role);
        }
      });
    }
  }

  /** One job per window with candidates; `wanted` says which tokens of each. */
  #placeJobs(wanted: (candidate: Candidate) => readonly number[]): SpotJob[] {
    return this.#spotJobs((record, window) =>
      record.places
        .filter((place) => place.window === window)
        .map((place) => ({
          position: place.position,
          place,
          spread: null,
          tokens: [...new Set(place.candidates.flatMap(wanted))],
        })),
    );
  }

  /** One job per window with every position, candidates or not. */
  #spreadJobs(wanted: (candidate: Candidate) => readonly number[]): SpotJob[] {
    return this.#spotJobs((record, window) => {
      const places = new Map(record.places.map((place) => [place.position, place]));
      return record.spreads
        .filter((spread) => spread.window === window)
        .map((spread) => {
          const place = places.get(spread.position) ?? null;
          const own = place?.candidates.flatMap(wanted) ?? [];
          return { position: spread.position, place, spread, tokens: [...new Set([...own, ...spread.ids])] };
        });
    });
  }

  #spotJobs(spotsIn: (record: Pending, window: Window) => readonly Spot[]): SpotJob[] {
    const jobs: SpotJob[] = [];
    for (const { record, window } of this.plans) {
      const spots = record.failure === null ? spotsIn(record, window).filter(({ tokens }) => tokens.length > 0) : [];
      if (spots.length > 0) {
        jobs.push({
          record,
          spots,
          asked: spots.map(({ tokens }) => tokens),
          ...cut(
            window,
            spots.map(({ position }) => position),
          ),
        });
      }
    }
    return jobs;
  }

  #expect(jobs: readonly Job[]): void {
    this.work.expect(jobs.reduce((total, { input }) => total + input.length, 0));
  }

  async #run<J extends Job & { readonly record: Pending }>(
    model: Model,
    jobs: readonly J[],
    options: RunOptions,
    onResult: (job: J, rows: readonly RowResult[]) => void,
  ): Promise<void> {
    if (jobs.length > 0) {
      this.#expect(jobs);
      await model.run(jobs, options, onResult, ({ record }, message) => {
        record.failure = message;
      });
    }
  }
}

/** A position that a model is asked about a second time. */
interface Spot {
  readonly position: number;
  readonly place: Place | null;
  readonly spread: Spread | null;
  readonly tokens: readonly number[];
}

interface SpotJob extends Job {
  readonly record: Pending;
  readonly spots: readonly Spot[];
  /** By row: the tokens asked about. */
  readonly asked: readonly (readonly number[])[];
}

type StepJob = Job & { readonly record: Pending; readonly asked: Parameters<typeof AnswerSteps.take>[0] };

/** A look at one candidate's position in some text. */
interface SwapLook {
  readonly candidate: Candidate;
  /** Index into the input of the token before the position. */
  readonly row: number;
  /** Answer tokens that the text has emitted, up to `row`. */
  readonly emitted: readonly number[];
}

interface SwapJob extends Job {
  readonly record: Pending;
  readonly looks: readonly SwapLook[];
  /** The record's own text, and not one with another subject. */
  readonly isOwn: boolean;
  readonly picks: readonly (readonly number[])[];
}

/** Whether every position of every record is read, whichever facts count there. */
export function readsEverything({ unattributed }: Pick<ScanParams, 'unattributed'>, { comparison }: ModelSet): boolean {
  return unattributed && comparison.reference === 'tokens';
}

/** One job per window of the text in which some candidates' positions lie. */
function swapJobs(
  record: Pending,
  candidates: readonly Candidate[],
  { windows, ids, positionOf }: SwapVariant,
  isOwn: boolean,
): SwapJob[] {
  const { spans, text, ids: ownIds } = record.encoded;
  const found = candidates.flatMap((candidate) => {
    const { place, branch } = candidate;
    const position = positionOf(spans[place.position]?.[0] ?? text.length);
    const emitted = ownIds.slice(place.position - branch.node.depth, place.position);
    // What the text has said of the answer must be the same tokens in both.
    const isSame = position !== null && emitted.every((token, k) => ids[position - emitted.length + k] === token);
    return isSame ? [{ candidate, position, emitted }] : [];
  });
  return windows.flatMap((window) => {
    const looks = found
      .filter(({ position }) => window.first <= position && position <= window.last)
      .map(({ candidate, position, emitted }) => {
        const row = position - window.shift;
        // A window may begin within the answer; what lies before it is not asked about.
        return { candidate, row, emitted: emitted.slice(Math.max(0, emitted.length - row)) };
      });
    if (looks.length === 0) {
      return [];
    }
    const wanted = new Map<number, Set<number>>();
    const want = (row: number, token: number) => {
      const tokens = wanted.get(row);
      tokens === undefined ? wanted.set(row, new Set([token])) : tokens.add(token);
    };
    for (const { candidate, row, emitted } of looks) {
      emitted.forEach((token, k) => {
        want(row - emitted.length + k, token);
      });
      for (const token of isOwn ? [] : candidate.branch.node.children.keys()) {
        want(row, token);
      }
    }
    if (wanted.size === 0) {
      return [];
    }
    const rows = [...wanted.keys()].sort((a, b) => a - b);
    const positions = rows.map((row) => row + window.shift);
    return { record, looks, isOwn, picks: rows.map((row) => [...(wanted.get(row) ?? [])]), ...cut(window, positions) };
  });
}

/** A copy, which does not keep the run's whole output alive. */
function start({ ids, logprobs }: TokenList, length: number): TokenList {
  return { ids: ids.slice(0, length), logprobs: logprobs.slice(0, length) };
}

/** The same facts at the same places in their answers. */
function asksTheSame(a: PositionPlan, b: PositionPlan): boolean {
  return (
    a.branches === b.branches ||
    (a.tokens.length === b.tokens.length &&
      a.branches.length === b.branches.length &&
      a.branches.every(({ fact, node }, i) => fact === b.branches[i]?.fact && node === b.branches[i]?.node))
  );
}

function spreadOf(position: number, window: Window, { ids, logprobs }: TokenList): Spread {
  return {
    position,
    window,
    ids: [...ids],
    teacher: [...logprobs],
    reference: null,
  };
}

/** The part of a window that is needed to predict positions, and the rows that predict them. A model sees nothing behind. */
function cut(window: Window, positions: readonly number[]): { input: readonly number[]; rows: readonly number[] } {
  const rows = positions.map((position) => position - window.shift);
  const length = Math.max(-1, ...rows) + 1;
  return { input: length === window.input.length ? window.input : window.input.slice(0, length), rows };
}

/** A copy of the probabilities of a branch's tokens. */
function remember({ node }: Branch, p: Probability): Probability {
  const own = new Map(Array.from(node.children.keys(), (token) => [token, p(token)]));
  return (token) => own.get(token) ?? 0;
}

function bestToken({ branch, p }: Candidate): number {
  let best = -1;
  let highest = Number.NEGATIVE_INFINITY;
  for (const token of branch.node.children.keys()) {
    const value = p.teacher?.(token) ?? 0;
    if (value > highest) {
      best = token;
      highest = value;
    }
  }
  return best;
}
