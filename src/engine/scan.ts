import { SeepError } from '../core/errors';
import { type AnswerPath, pathsBelow } from '../core/score/answerTrie';
import { logSoftmax } from '../core/score/distribution';
import { type Leak, LIFT_FLOOR, type PositionTops, type RecordScores, type TopToken } from '../core/score/leak';
import { exposure, lifts, pull, status, sum } from '../core/score/quantities';
import { kindAt, type Watch, type WatchList } from '../core/score/watch';
import type { ModelRole, ScanParams, ScanProgress, ScanResult } from '../protocol/engine';
import type { Job, JobResult, Model } from './model';
import type { ModelSet } from './modelSet';
import type { Encoded } from './tokenizer/tokenizer';
import { type Window, windowsOf } from './windows';

/** Records are scanned in groups of about this many tokens, so that results come early and memory stays bounded. */
const GROUP_TOKENS = 4096;
/** Answers are completed along paths whose probabilities together may be off by at most this. */
const COMPLETION_ERROR = 1e-6;
const TOPS = 5;

/** What becomes of one watched pair on its way through the passes. Arrays run over A, the node's children. */
interface Candidate {
  readonly watch: Watch;
  readonly window: Window;
  readonly row: number;
  /** p_T per token of A. */
  readonly teacher: number[];
  reference: number[] | null;
  student: number[] | null;
  /** Likeliest single token's rank; null until it is known. */
  rank: number | null;
  /** Sums over A at the asked temperature. */
  warm: { teacher: number; student: number } | null;
  /** The answer's paths from here. */
  tails: readonly Tail[];
}

interface Pending {
  readonly key: number;
  readonly text: string;
  readonly encoded: Encoded;
  readonly windows: Map<Window, Watch[]>;
  candidates: Candidate[];
  readonly tops: Map<number, Partial<Record<ModelRole, readonly TopToken[]>>>;
  failure: string | null;
}

/** A window of a record with the pairs to ask for there. */
interface WindowJob extends Job {
  readonly record: Pending;
  readonly window: Window;
  readonly candidates: readonly Candidate[];
}

/**
 * Scores records. The teacher reads everything; since lift <= tokenMass, the others read only the windows where some tokenMass
 * reaches LIFT_FLOOR. Answers of several tokens are then completed along their paths.
 *
 * @param between awaited after every run; throws to cancel
 */
export async function scan(
  models: ModelSet,
  list: WatchList,
  params: ScanParams,
  progress: (value: ScanProgress) => void,
  between: () => Promise<void>,
): Promise<ScanResult> {
  let tokens = 0;
  const work = { done: 0, total: 0 };
  const passed = async (read: number) => {
    work.done += read;
    progress({ kind: 'work', ...work });
    await between();
  };
  let group: Pending[] = [];
  let size = 0;
  const flush = async () => {
    await new GroupScan(models, group, params.temperature, work, passed).run();
    for (const record of group) {
      if (record.failure === null) {
        const scores = finish(record, models, params.temperature);
        tokens += scores.tokens;
        progress({ kind: 'record', key: record.key, scores });
      } else {
        progress({ kind: 'failed', key: record.key, message: record.failure });
      }
    }
    group = [];
    size = 0;
  };
  for (const { key, text } of params.records) {
    const record = prepare(models, list, key, text);
    group.push(record);
    size += record.encoded.ids.length;
    if (size >= GROUP_TOKENS) {
      await flush();
    }
  }
  await flush();
  return {
    records: params.records.length,
    tokens,
    reference: models.reference === null ? 'none' : 'model',
    completedBy: models.reference !== null ? 'reference' : models.student !== null ? 'student' : 'teacher',
  };
}

function prepare(models: ModelSet, list: WatchList, key: number, text: string): Pending {
  const { tokenizer } = models.teacher;
  const encoded = tokenizer.encode(text);
  const prefix = tokenizer.prefix.length;
  const first = Math.max(1, prefix);
  const windows = windowsOf(encoded.ids, prefix, first, models.context);
  const byWindow = new Map<Window, Watch[]>(windows.map((window) => [window, []]));
  const windowAt = new Map<number, Watch[]>();
  for (const [window, watches] of byWindow) {
    for (let position = window.first; position <= window.last; position++) {
      windowAt.set(position, watches);
    }
  }
  for (const watch of list.watchesOf(text, encoded.ids, encoded.spans, first)) {
    windowAt.get(watch.position)?.push(watch);
  }
  return { key, text, encoded, windows: byWindow, candidates: [], tops: new Map(), failure: null };
}

/** The passes over one group of records. */
class GroupScan {
  constructor(
    private readonly models: ModelSet,
    private readonly records: readonly Pending[],
    private readonly temperature: number,
    private readonly work: { total: number },
    private readonly passed: (tokens: number) => Promise<void>,
  ) {}

  async run(): Promise<void> {
    const { teacher, reference, student } = this.models;
    await this.#teacherPass();
    if (reference !== null) {
      await this.#readAgain(reference, 'reference', (candidate, p) => {
        candidate.reference = p;
      });
    }
    for (const record of this.records) {
      record.candidates = record.candidates.filter(
        (candidate) => sum(lifts(candidate.teacher, candidate.reference)) >= LIFT_FLOOR,
      );
    }
    if (student !== null) {
      await this.#readAgain(student, 'student', (candidate, p) => {
        candidate.student = p;
      });
    }
    await this.#wholeRows(teacher, student);
    await this.#complete();
  }

  /** Every window that somebody is watching; the others need no model to be known clean. */
  async #teacherPass(): Promise<void> {
    const jobs: (Job & { record: Pending; window: Window; watches: readonly Watch[] })[] = [];
    for (const record of this.records) {
      for (const [window, watches] of record.windows) {
        if (watches.length > 0) {
          const watch = watches.flatMap(({ position, node }) =>
            [...node.children.keys()].map((id) => [position - window.shift, id] as const),
          );
          jobs.push({ record, window, watches, input: window.input, watch });
        }
      }
    }
    await this.#run(this.models.teacher, jobs, ({ record, window, watches }, result) => {
      if (!allNumbers(result.watched)) {
        record.failure = 'The teacher returned values that are not numbers for this record.';
        return;
      }
      let at = 0;
      for (const watch of watches) {
        const logprobs = result.watched.subarray(at, at + watch.node.children.size);
        at += logprobs.length;
        const teacher = Array.from(logprobs, Math.exp);
        if (sum(teacher) >= LIFT_FLOOR) {
          const row = watch.position - window.shift;
          const rank = result.rank(row, Math.max(...logprobs));
          record.candidates.push({
            watch,
            window,
            row,
            teacher,
            reference: null,
            student: null,
            rank,
            warm: null,
            tails: [],
          });
          topsOf(record, watch.position).teacher ??= result.top(row, TOPS);
        }
      }
    });
  }

  /** Asks another model about the candidates that are left. */
  async #readAgain(
    model: Model,
    role: 'student' | 'reference',
    keep: (candidate: Candidate, probabilities: number[]) => void,
  ): Promise<void> {
    const jobs = this.#windowJobs((candidate) => [...candidate.watch.node.children.keys()]);
    await this.#run(model, jobs, ({ record, candidates }, result) => {
      if (!allNumbers(result.watched)) {
        record.failure = `The ${role} returned values that are not numbers for this record.`;
        return;
      }
      let at = 0;
      for (const candidate of candidates) {
        const { position, node } = candidate.watch;
        keep(candidate, Array.from(result.watched.subarray(at, at + node.children.size), Math.exp));
        at += node.children.size;
        topsOf(record, position)[role] ??= result.top(candidate.row, TOPS);
      }
    });
  }

  /** Whole rows, where a rank lies beyond the list that every run returns or the temperature is not 1. */
  async #wholeRows(teacher: Model, student: Model | null): Promise<void> {
    const warm = this.temperature !== 1 && student !== null;
    const mass = (row: Float32Array, candidate: Candidate) => {
      const logprobs = logSoftmax(row, this.temperature);
      return sum([...candidate.watch.node.children.keys()].map((id) => Math.exp(logprobs[id] ?? -Infinity)));
    };
    const open = (candidate: Candidate) => warm || candidate.rank === null;
    await this.#run(
      teacher,
      this.#windowJobs(() => [], open),
      ({ candidates }, result) => {
        for (const [i, candidate] of candidates.entries()) {
          const row = result.rows[i] as Float32Array;
          const best = Math.max(...[...candidate.watch.node.children.keys()].map((id) => row[id] ?? -Infinity));
          candidate.rank ??= 1 + row.reduce((count, z) => (z > best ? count + 1 : count), 0);
          if (warm) {
            candidate.warm = { teacher: mass(row, candidate), student: 0 };
          }
        }
      },
    );
    if (warm) {
      await this.#run(
        student,
        this.#windowJobs(() => [], open),
        ({ candidates }, result) => {
          for (const [i, candidate] of candidates.entries()) {
            if (candidate.warm !== null) {
              candidate.warm.student = mass(result.rows[i] as Float32Array, candidate);
            }
          }
        },
      );
    }
  }

  /** One job per window with candidates; asks for `idsOf` of each, or for the whole rows of those that `rowsIf` picks. */
  #windowJobs(idsOf: (candidate: Candidate) => number[], rowsIf?: (candidate: Candidate) => boolean): WindowJob[] {
    const jobs: WindowJob[] = [];
    for (const record of this.records) {
      for (const window of record.failure === null ? record.windows.keys() : []) {
        const candidates = record.candidates.filter(
          (candidate) => candidate.window === window && (rowsIf === undefined || rowsIf(candidate)),
        );
        if (candidates.length > 0) {
          const watch = candidates.flatMap((candidate) => idsOf(candidate).map((id) => [candidate.row, id] as const));
          const rows = rowsIf === undefined ? [] : candidates.map(({ row }) => row);
          jobs.push({ record, window, candidates, input: window.input, watch, rows });
        }
      }
    }
    return jobs;
  }

  /** How likely the models finish an answer once its next token is out. */
  async #complete(): Promise<void> {
    const { teacher, reference, student, context } = this.models;
    const completer = reference ?? student ?? teacher;
    const byTeacher: Tail[] = [];
    const byCompleter: Tail[] = [];
    for (const record of this.records) {
      for (const candidate of record.failure === null ? record.candidates : []) {
        const paths = [...pathsBelow(candidate.watch.node)];
        const first = [...candidate.watch.node.children.keys()];
        const lift = lifts(candidate.teacher, candidate.reference);
        const own = paths.map((path) => new Tail(candidate, path, first.indexOf(path.ids[0] ?? -1)));
        candidate.tails = own;
        const longer = own.filter(({ path }) => path.ids.length > 1);
        const least = COMPLETION_ERROR / Math.max(1, paths.length);
        byTeacher.push(...longer.filter(({ child }) => (candidate.teacher[child] ?? 0) > least));
        byCompleter.push(...longer.filter(({ child }) => (lift[child] ?? 0) > least));
      }
    }
    await this.#run(
      teacher,
      byTeacher.map((tail) => tail.job(context)),
      ({ tail }, result) => {
        tail.teacher = Math.exp(sum(Array.from(result.watched)));
      },
    );
    if (completer === teacher) {
      for (const tail of byCompleter) {
        tail.completer = tail.teacher;
      }
    } else {
      await this.#run(
        completer,
        byCompleter.map((tail) => tail.job(context)),
        ({ tail }, result) => {
          tail.completer = Math.exp(sum(Array.from(result.watched)));
        },
      );
    }
  }

  async #run<J extends Job>(
    model: Model,
    jobs: readonly J[],
    onResult: (job: J, result: JobResult) => void,
  ): Promise<void> {
    if (jobs.length > 0) {
      this.work.total += jobs.reduce((total, job) => total + job.input.length, 0);
      await model.run(jobs, onResult, this.passed);
    }
  }
}

/** The rest of an answer behind its next token. Probabilities are 1 where nothing is left and 0 where pruned. */
class Tail {
  teacher: number;
  completer: number;

  constructor(
    readonly candidate: Candidate,
    readonly path: AnswerPath,
    /** Index of the path's first token in A. */
    readonly child: number,
  ) {
    this.teacher = path.ids.length > 1 ? 0 : 1;
    this.completer = this.teacher;
  }

  /** The text up to the position with the answer behind it, cut on the left where the context demands. */
  job(context: number): Job & { tail: Tail } {
    const { ids } = this.path;
    const { window, row } = this.candidate;
    const prefix = window.input.slice(0, row + 1);
    const over = prefix.length + ids.length - 1 - context;
    const kept = over > 0 ? [...prefix.slice(0, 1), ...prefix.slice(1 + over)] : prefix;
    const watch = ids.slice(1).map((id, i) => [kept.length + i, id] as const);
    return { tail: this, input: [...kept, ...ids.slice(0, -1)], watch };
  }
}

function topsOf(record: Pending, position: number): Partial<Record<ModelRole, readonly TopToken[]>> {
  let tops = record.tops.get(position);
  if (tops === undefined) {
    tops = {};
    record.tops.set(position, tops);
  }
  return tops;
}

function allNumbers(values: Float32Array): boolean {
  return values.every((value) => !Number.isNaN(value));
}

function finish(record: Pending, models: ModelSet, temperature: number): RecordScores {
  const leaks = record.candidates
    .map((candidate) => leakOf(record, candidate, temperature))
    .sort((a, b) => a.position - b.position || b.lift - a.lift);
  const tops: PositionTops[] = [...new Set(leaks.map(({ position }) => position))].map((position) => {
    const { teacher, student, reference } = topsOf(record, position);
    return { position, teacher: teacher ?? [], student: student ?? null, reference: reference ?? null };
  });
  const first = Math.max(1, models.teacher.tokenizer.prefix.length);
  return {
    tokens: Math.max(0, record.encoded.ids.length - first + 1),
    leaks,
    tops,
    approximate: record.encoded.approximate,
  };
}

function leakOf(record: Pending, candidate: Candidate, temperature: number): Leak {
  const { text, encoded } = record;
  const { position, watched, node } = candidate.watch;
  const { tails } = candidate;
  const lift = lifts(candidate.teacher, candidate.reference);
  const tokenMass = sum(candidate.teacher);
  const studentMass = candidate.student === null ? null : sum(candidate.student);
  const referenceMass = candidate.reference === null ? null : sum(candidate.reference);
  const completion = candidate.teacher.map((_, child) =>
    sum(tails.filter((tail) => tail.child === child).map(({ completer }) => completer)),
  );
  const shares = tails.map((tail) => (candidate.teacher[tail.child] ?? 0) * tail.teacher);
  const [start, end] = encoded.spans[position] ?? [text.length, text.length];
  const warm = candidate.warm ?? { teacher: tokenMass, student: studentMass ?? 0 };
  return {
    fact: watched.fact.id,
    position,
    start,
    end,
    kind: kindAt(text, encoded.spans[position - node.depth]?.[0] ?? text.length, watched.fact),
    depth: node.depth,
    answer: tails[shares.indexOf(Math.max(...shares))]?.path.answer ?? 0,
    tokenMass,
    mass: sum(shares),
    rank: candidate.rank ?? 1,
    lift: sum(lift),
    exposure: exposure(lift, completion),
    referenceMass,
    studentMass,
    pull: studentMass === null ? null : pull(temperature, warm.teacher, warm.student),
    status: status(studentMass, referenceMass, sum(lift)),
  };
}

/** Thrown between two runs when the caller has let go. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new SeepError('cancelled', 'Cancelled.');
  }
}
