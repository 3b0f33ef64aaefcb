import type { Branch, FactIndex, PositionPlan } from '../core/score/factIndex';
import {
  type CompletionSource,
  type Leak,
  LIFT_FLOOR,
  type PositionTops,
  type RecordScores,
  type TopToken,
} from '../core/score/leak';
import {
  branchCompletion,
  branchLift,
  branchMass,
  gain,
  leakKind,
  leakStatus,
  likeliestAnswer,
  type Probability,
  pull,
  type StepTree,
} from '../core/score/leakScores';
import type { EngineScanProgress, ModelRole, ScanParams, ScanResult } from '../protocol/engine';
import { AnswerSteps, worthCompleting } from './answerSteps';
import type { Job, RowResult, RunOptions } from './jobs';
import type { Model } from './model';
import type { ModelSet } from './modelSet';
import type { Encoded } from './tokenizer/tokenizer';
import { type Window, windowsOf } from './windows';

/** Records are scanned in groups, so that results come early and memory stays bounded: a small one first, then larger ones. */
const FIRST_GROUP_TOKENS = 512;
const GROUP_TOKENS = 8192;
/** Leaving out unlikely ways to complete an answer changes mass and exposure by less than this. */
const COMPLETION_ERROR = 1e-6;
/** Length of the list of likeliest tokens that is reported where something leaks. */
const TOPS = 5;
/** Length of the list that the teacher's pass returns: a rank within it needs no second run. */
const RANK_LIST = 64;

/** A (position, fact) pair on its way through the passes. */
interface Candidate {
  readonly branch: Branch;
  readonly place: Place;
  /** Probabilities of the branch's tokens, by role of the model; null: no such model, or not asked yet. */
  readonly p: Record<ModelRole, Probability | null>;
  /** Masses of the branch at the asked temperature, where that is not 1. */
  readonly warm: Record<'teacher' | 'student', number>;
  rank: number | null;
}

/** A position at which something may leak. */
interface Place {
  readonly position: number;
  readonly window: Window;
  /** Index into the window's input of the token before the position. */
  readonly row: number;
  readonly tops: Partial<Record<ModelRole, RowResult['top']>>;
  candidates: Candidate[];
  /** What the teacher, and the model that completes answers, say about the tokens behind. */
  steps: { readonly teacher: AnswerSteps; readonly completer: AnswerSteps } | null;
}

interface Pending {
  readonly key: number;
  readonly encoded: Encoded;
  places: Place[];
  failure: string | null;
}

/** What the teacher is asked about one window of a record. */
interface WindowPlan {
  readonly record: Pending;
  readonly window: Window;
  readonly plans: readonly PositionPlan[];
}

export interface ScanControl {
  progress(value: EngineScanProgress): void;
  /** Awaited between runs; throws to cancel. */
  between(): Promise<void>;
}

/**
 * Scores records. The teacher reads every window in which a fact counts; since lift <= tokenMass, the others read only the
 * windows where some tokenMass reaches LIFT_FLOOR. Answers of several tokens are then completed along their paths.
 * A record that cannot be scored is reported as failed and stops no other.
 */
export async function scan(
  models: ModelSet,
  facts: FactIndex,
  { records, temperature }: ScanParams,
  control: ScanControl,
): Promise<ScanResult> {
  const work = new WorkCount(records, control);
  let tokens = 0;
  let group: Pending[] = [];
  let plans: WindowPlan[] = [];
  let size = 0;
  let groupSize = FIRST_GROUP_TOKENS;
  const flush = async () => {
    control.progress({ kind: 'reading', keys: group.map(({ key }) => key) });
    await new GroupScan(models, facts, temperature, plans, work).run();
    for (const record of group) {
      if (record.failure === null) {
        const scores = scoresOf(record, facts, models, temperature);
        tokens += scores.tokens;
        control.progress({ kind: 'record', key: record.key, scores });
      } else {
        control.progress({ kind: 'failed', key: record.key, message: record.failure });
      }
    }
    group = [];
    plans = [];
    size = 0;
    groupSize = Math.min(GROUP_TOKENS, groupSize * 2);
    await control.between();
  };
  for (const { key, text } of records) {
    let encoded: Encoded;
    try {
      encoded = models.teacher.tokenizer.encode(text);
    } catch (error) {
      control.progress({ kind: 'failed', key, message: tokenizerFault(error) });
      work.passRecord(text, 0);
      continue;
    }
    const record: Pending = { key, encoded, places: [], failure: null };
    const own = planWindows(record, facts, models.longestInput);
    group.push(record);
    plans.push(...own);
    size += encoded.ids.length;
    work.passRecord(text, own.length === 0 ? 0 : encoded.ids.length);
    if (size >= groupSize) {
      await flush();
    }
  }
  await flush();
  return {
    records: records.length,
    tokens,
    reference: models.reference === null ? 'none' : 'model',
    completedBy: completerOf(models),
  };
}

/** Whose probabilities complete an answer behind its next token: a model's that did not give it away, where there is one. */
function completerOf({ reference, student }: ModelSet): CompletionSource {
  return reference !== null ? 'reference' : student !== null ? 'student' : 'teacher';
}

/** The windows of a record in which some fact counts; the others need no model to be known clean. */
function planWindows(record: Pending, facts: FactIndex, longest: number): WindowPlan[] {
  const { ids, prefix } = record.encoded;
  const windows = windowsOf(ids, prefix, longest);
  const byWindow = new Map<Window, PositionPlan[]>();
  let at = 0;
  for (const plan of facts.plan(record.encoded)) {
    while ((windows[at]?.last ?? Number.POSITIVE_INFINITY) < plan.position) {
      at++;
    }
    const window = windows[at];
    if (window !== undefined) {
      const plans = byWindow.get(window);
      plans === undefined ? byWindow.set(window, [plan]) : plans.push(plan);
    }
  }
  return [...byWindow].map(([window, plans]) => ({ record, window, plans }));
}

/** The passes over one group of records. */
class GroupScan {
  readonly #options: RunOptions;
  /** For the runs whose masses are wanted at another temperature too. */
  readonly #warm: Pick<RunOptions, 'temperature'>;

  constructor(
    private readonly models: ModelSet,
    private readonly facts: FactIndex,
    temperature: number,
    private readonly plans: readonly WindowPlan[],
    private readonly work: WorkCount,
  ) {
    this.#options = { between: (tokens) => work.ran(tokens) };
    this.#warm = temperature !== 1 && models.student !== null ? { temperature } : {};
  }

  async run(): Promise<void> {
    const { reference, student } = this.models;
    await this.#teacherPass();
    if (reference !== null) {
      await this.#readAgain(reference, 'reference');
    }
    for (const record of this.#records()) {
      for (const place of record.places) {
        place.candidates = place.candidates.filter(({ branch: { node }, p }) => {
          return p.teacher !== null && branchLift(node, p.teacher, p.reference) >= LIFT_FLOOR;
        });
      }
      record.places = record.places.filter(({ candidates }) => candidates.length > 0);
    }
    if (student !== null) {
      await this.#readAgain(student, 'student');
    }
    await this.#findRanks();
    await this.#complete();
  }

  /** The records that nothing has gone wrong with. */
  #records(): Pending[] {
    return [...new Set(this.plans.map(({ record }) => record))].filter(({ failure }) => failure === null);
  }

  async #teacherPass(): Promise<void> {
    const jobs = this.plans.map(({ record, window, plans }) => ({
      record,
      window,
      plans,
      ...cut(
        window,
        plans.map(({ position }) => position),
      ),
      picks: plans.map(({ tokens }) => tokens),
    }));
    // By token id, for one row at a time; only the tokens that were asked for hold anything.
    const { vocabulary } = this.models.teacher.info;
    const logprobs = new Float64Array(vocabulary);
    const probabilities = new Float64Array(vocabulary);
    const warm = new Float64Array(vocabulary);
    const p: Probability = (token) => probabilities[token] ?? 0;
    const options = { ...this.#options, ...this.#warm, top: RANK_LIST };
    await this.#run(this.models.teacher, jobs, options, ({ record, window, plans, rows }, results) => {
      plans.forEach((plan, i) => {
        const result = results[i];
        if (result === undefined || !areNumbers(result.picked)) {
          record.failure = notNumbers('teacher');
          return;
        }
        plan.tokens.forEach((token, pick) => {
          const logprob = result.picked[pick] ?? Number.NaN;
          logprobs[token] = logprob;
          probabilities[token] = Math.exp(logprob);
          warm[token] = Math.exp(result.warm[pick] ?? 0);
        });
        const branches = this.facts.survivors(plan, p, LIFT_FLOOR);
        if (branches.length === 0) {
          return;
        }
        const place: Place = {
          position: plan.position,
          window,
          row: rows[i] ?? 0,
          tops: { teacher: result.top.slice(0, TOPS) },
          candidates: [],
          steps: null,
        };
        place.candidates = branches.map((branch) => ({
          branch,
          place,
          p: { teacher: remember(branch, p), student: null, reference: null },
          warm: { teacher: branchMass(branch.node, (token) => warm[token] ?? 0), student: 0 },
          rank: rankIn(result.top, branch, (token) => logprobs[token] ?? 0),
        }));
        record.places.push(place);
      });
    });
  }

  /** Asks another model about the candidates that are left. */
  async #readAgain(model: Model, role: 'student' | 'reference'): Promise<void> {
    const jobs = this.#placeJobs((candidate) => [...candidate.branch.node.children.keys()]).map((job) => ({
      ...job,
      picks: job.asked,
    }));
    const options = { ...this.#options, ...(role === 'student' ? this.#warm : {}), top: TOPS };
    await this.#run(model, jobs, options, ({ record, places, asked }, results) => {
      places.forEach((place, i) => {
        const result = results[i];
        if (result === undefined || !areNumbers(result.picked)) {
          record.failure = notNumbers(role);
          return;
        }
        const at = new Map(asked[i]?.map((token, pick) => [token, pick]));
        const p: Probability = (token) => Math.exp(result.picked[at.get(token) ?? -1] ?? Number.NaN);
        const warm: Probability = (token) => Math.exp(result.warm[at.get(token) ?? -1] ?? 0);
        place.tops[role] = result.top;
        for (const candidate of place.candidates) {
          candidate.p[role] = remember(candidate.branch, p);
          if (role === 'student') {
            candidate.warm.student = branchMass(candidate.branch.node, warm);
          }
        }
      });
    });
  }

  /** Ranks beyond the list that the teacher's pass returned are counted inside the graph. */
  async #findRanks(): Promise<void> {
    const jobs = this.#placeJobs((candidate) => (candidate.rank === null ? [bestToken(candidate)] : [])).map((job) => ({
      ...job,
      ranks: job.asked,
    }));
    await this.#run(this.models.teacher, jobs, this.#options, ({ places, asked }, results) => {
      places.forEach((place, i) => {
        for (const candidate of place.candidates) {
          candidate.rank ??= results[i]?.ranks[asked[i]?.indexOf(bestToken(candidate)) ?? -1] ?? null;
        }
      });
    });
  }

  /** How likely the models finish an answer once its next token is out. */
  async #complete(): Promise<void> {
    const { teacher, longestInput } = this.models;
    const completerRole = completerOf(this.models);
    const completer = this.models[completerRole] ?? teacher;
    const jobs = { teacher: [] as StepJob[], completer: [] as StepJob[] };
    for (const record of this.#records()) {
      for (const place of record.places) {
        const context = place.window.input.slice(0, place.row + 1);
        const steps = {
          teacher: new AnswerSteps(context, record.encoded.prefix),
          completer: new AnswerSteps(context, record.encoded.prefix),
        };
        place.steps = steps;
        for (const { branch, p } of place.candidates) {
          const { teacher: pT, reference: pR } = p;
          if (pT !== null) {
            const byMass = worthCompleting(branch.node, pT, COMPLETION_ERROR);
            const byGain = worthCompleting(branch.node, (token) => gain(token, pT, pR), COMPLETION_ERROR);
            for (const [token, node] of byMass) {
              steps.teacher.add(token, node);
            }
            for (const [token, node] of byGain) {
              (completer === teacher ? steps.teacher : steps.completer).add(token, node);
            }
          }
        }
        for (const role of ['teacher', 'completer'] as const) {
          for (const job of steps[role].jobs(longestInput)) {
            jobs[role].push({ ...job, record });
          }
        }
      }
    }
    const passes = [
      { who: 'teacher', model: teacher, own: jobs.teacher },
      { who: completerRole, model: completer, own: jobs.completer },
    ];
    for (const { who, model, own } of passes) {
      await this.#run(model, own, this.#options, ({ record, asked }, results) => {
        if (!AnswerSteps.take(asked, results)) {
          record.failure = notNumbers(who);
        }
      });
    }
  }

  /** One job per window with candidates; `wanted` says which tokens of each. */
  #placeJobs(wanted: (candidate: Candidate) => readonly number[]): PlaceJob[] {
    const jobs: PlaceJob[] = [];
    for (const { record, window } of this.plans) {
      const asking = (record.failure === null ? record.places : [])
        .filter((place) => place.window === window)
        .map((place) => ({ place, tokens: [...new Set(place.candidates.flatMap(wanted))] }))
        .filter(({ tokens }) => tokens.length > 0);
      if (asking.length > 0) {
        const positions = asking.map(({ place }) => place.position);
        jobs.push({
          record,
          places: asking.map(({ place }) => place),
          asked: asking.map(({ tokens }) => tokens),
          ...cut(window, positions),
        });
      }
    }
    return jobs;
  }

  async #run<J extends Job & { readonly record: Pending }>(
    model: Model,
    jobs: readonly J[],
    options: RunOptions,
    onResult: (job: J, rows: readonly RowResult[]) => void,
  ): Promise<void> {
    if (jobs.length > 0) {
      this.work.expect(jobs.reduce((total, job) => total + job.input.length, 0));
      await model.run(jobs, options, onResult, ({ record }, message) => {
        record.failure = `The runtime cannot run this record (${message}).`;
      });
    }
  }
}

interface PlaceJob extends Job {
  readonly record: Pending;
  readonly places: readonly Place[];
  /** By row: the tokens asked about. */
  readonly asked: readonly (readonly number[])[];
}

type StepJob = Job & { readonly record: Pending; readonly asked: Parameters<typeof AnswerSteps.take>[0] };

/** The part of a window that is needed to predict positions, and the rows that predict them. A model sees nothing behind. */
function cut(window: Window, positions: readonly number[]): { input: readonly number[]; rows: readonly number[] } {
  const rows = positions.map((position) => position - window.shift);
  const length = (rows.at(-1) ?? -1) + 1;
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

/** Rank of the branch's likeliest token, told from the list of the likeliest tokens; null where it lies behind the list. */
function rankIn(top: RowResult['top'], { node }: Branch, logprob: (token: number) => number): number | null {
  const best = Math.max(...Array.from(node.children.keys(), logprob));
  const place = top.findIndex((other) => other.logprob <= best);
  return place >= 0 ? place + 1 : null;
}

function areNumbers(logprobs: Float32Array): boolean {
  return !logprobs.some((value) => Number.isNaN(value));
}

function notNumbers(who: string): string {
  return `The ${who} returned values that are not numbers for this record; its weights may be damaged or overflow in half precision.`;
}

function tokenizerFault(error: unknown): string {
  if (error instanceof RangeError) {
    return 'This record is too long for the tokenizer. Split it.';
  }
  return error instanceof Error ? error.message : String(error);
}

function scoresOf(record: Pending, facts: FactIndex, { teacher }: ModelSet, temperature: number): RecordScores {
  const { encoded, places } = record;
  const withText = (top: RowResult['top'] | undefined): TopToken[] =>
    (top ?? []).map(({ id, logprob }) => ({ id, text: teacher.tokenizer.textOf(id), logprob }));
  const tops = places.map(
    ({ position, tops: { teacher: own, student, reference } }): PositionTops => ({
      position,
      teacher: withText(own),
      student: student === undefined ? null : withText(student),
      reference: reference === undefined ? null : withText(reference),
    }),
  );
  const leaks = places.flatMap(({ candidates }) =>
    candidates.map((candidate) => leakOf(candidate, record, facts, temperature)),
  );
  return {
    tokens: Math.max(0, encoded.ids.length - Math.max(1, encoded.prefix) + 1),
    leaks: leaks.sort((a, b) => a.position - b.position || b.lift - a.lift),
    tops: tops.sort((a, b) => a.position - b.position),
    bits: [],
    similarities: [],
    skipped: [],
    approximate: encoded.approximate,
  };
}

function leakOf(candidate: Candidate, { encoded }: Pending, facts: FactIndex, temperature: number): Leak {
  const { place, p, warm, branch } = candidate;
  const { node } = branch;
  const fact = facts.facts[branch.fact]?.fact;
  const teacher: Probability = p.teacher ?? (() => 0);
  const teacherSteps: StepTree | undefined = place.steps?.teacher.tree;
  const { position } = place;
  const { text, spans } = encoded;
  const [start, end] = spans[position] ?? [text.length, text.length];
  const lift = branchLift(node, teacher, p.reference);
  const tokenMass = branchMass(node, teacher);
  const referenceMass = p.reference === null ? null : branchMass(node, p.reference);
  const studentMass = p.student === null ? null : branchMass(node, p.student);
  const isCompletedByTeacher = p.reference === null && p.student === null;
  const completerSteps = isCompletedByTeacher ? teacherSteps : place.steps?.completer.tree;
  const isWarm = temperature !== 1;
  return {
    fact: fact?.id ?? '',
    position,
    start,
    end,
    kind: leakKind(text, spans[position - node.depth]?.[0] ?? text.length, fact?.answers ?? []),
    depth: node.depth,
    answer: likeliestAnswer(node, teacher, teacherSteps),
    computed: null,
    reference: p.reference === null ? 'none' : 'model',
    similarity: null,
    branch: null,
    tokenMass,
    mass: branchCompletion(node, teacher, teacherSteps),
    rank: candidate.rank ?? 1,
    lift,
    exposure: branchCompletion(node, (token) => gain(token, teacher, p.reference), completerSteps),
    referenceMass,
    studentMass,
    pull:
      studentMass === null
        ? null
        : pull(temperature, isWarm ? warm.teacher : tokenMass, isWarm ? warm.student : studentMass),
    status: leakStatus(lift, studentMass, referenceMass),
  };
}

/** Progress in model-input tokens. What is not tokenised yet is reckoned by the texts' lengths. */
class WorkCount {
  #done = 0;
  #expected = 0;
  #unitsLeft: number;
  #unitsPassed = 0;
  #tokensPassed = 0;

  constructor(
    records: ScanParams['records'],
    private readonly control: ScanControl,
  ) {
    this.#unitsLeft = records.reduce((sum, { text }) => sum + text.length, 0);
  }

  /** A record was tokenised; the teacher will read `tokens` of it. */
  passRecord(text: string, tokens: number): void {
    this.#unitsLeft -= text.length;
    this.#unitsPassed += text.length;
    this.#tokensPassed += tokens;
  }

  expect(tokens: number): void {
    this.#expected += tokens;
  }

  async ran(tokens: number): Promise<void> {
    this.#done += tokens;
    const perUnit = this.#unitsPassed === 0 ? 0 : this.#tokensPassed / this.#unitsPassed;
    const total = this.#expected + Math.round(this.#unitsLeft * perUnit);
    this.control.progress({ kind: 'work', done: this.#done, total });
    await this.control.between();
  }
}
