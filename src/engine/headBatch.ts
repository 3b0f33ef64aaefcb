import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { headOutput } from './graphHead';
import type { Job, RowResult, RunOptions, TokenList } from './jobs';
import { fromInt64, headFeeds } from './modelInputs';
import { classIndex, type TokenClasses } from './tokenClasses';

const NO_FLOATS = new Float32Array();
const NO_RANKS: readonly number[] = [];
const NO_TOP: TokenList = { ids: new Int32Array(), logprobs: NO_FLOATS };

/** What the jobs of one run ask of the scoring head, and how to tell its answers apart. */
export class HeadBatch {
  readonly #rows: Int32Array;
  /** Pairs of row and token. */
  readonly #picks: Int32Array;
  /** By pick: its place among {@link #picks}, or for a class one below 0 into the class totals; null where no class is asked for. */
  readonly #places: Int32Array | null;
  readonly #bars: Float32Array | undefined;
  readonly #listRows: Int32Array;
  readonly #classRows: Int32Array;
  readonly #rankRows: Int32Array;
  readonly #rankIds: Int32Array;
  readonly #top: number;

  constructor(
    private readonly jobs: readonly Job[],
    private readonly vocabulary: number,
    private readonly classes: TokenClasses,
    private readonly options: RunOptions,
  ) {
    const size = sizeOf(jobs);
    this.#top = Math.min(options.top ?? 0, vocabulary);
    this.#rows = new Int32Array(2 * size.rows);
    this.#picks = new Int32Array(2 * size.tokens);
    this.#places = size.tokens < size.picks ? new Int32Array(size.picks) : null;
    this.#bars = jobs.some(({ lists }) => lists !== undefined) ? new Float32Array(size.tokens) : undefined;
    this.#rankRows = new Int32Array(size.ranks);
    this.#rankIds = new Int32Array(size.ranks);
    const listRows: number[] = [];
    const classRows: number[] = [];
    let row = 0;
    let pick = 0;
    let token = 0;
    let rank = 0;
    for (const [b, job] of jobs.entries()) {
      for (const [i, time] of job.rows.entries()) {
        this.#rows[2 * row] = b;
        this.#rows[2 * row + 1] = time;
        const condition = job.lists?.[i];
        const watched = condition?.picks ?? 0;
        let isListed = condition === undefined;
        const ids = job.picks?.[i] ?? [];
        for (let n = 0; n < ids.length; n++, pick++) {
          const id = ids[n] ?? 0;
          if (id < 0) {
            isListed ||= n < watched;
            if (classRows.at(-1) !== row) {
              classRows.push(row);
            }
          }
          if (this.#places !== null) {
            this.#places[pick] = id >= 0 ? token : -1 - ((classRows.length - 1) * classes.count + classIndex(id));
          }
          if (id >= 0) {
            if (this.#bars !== undefined) {
              this.#bars[token] = condition !== undefined && n < watched ? condition.logprob : Number.POSITIVE_INFINITY;
            }
            this.#picks[2 * token] = row;
            this.#picks[2 * token + 1] = id;
            token++;
          }
        }
        for (const id of job.ranks?.[i] ?? []) {
          this.#rankRows[rank] = row;
          this.#rankIds[rank++] = id;
        }
        if (isListed && this.#top > 0) {
          listRows.push(row);
        }
        row++;
      }
    }
    // The runtime's TopK over no row at all ends the process.
    this.#listRows = listRows.length > 0 || this.#top === 0 ? Int32Array.from(listRows) : Int32Array.of(0);
    this.#classRows = Int32Array.from(classRows);
  }

  get hasRows(): boolean {
    return this.#rows.length > 0;
  }

  feeds(): Record<string, Tensor> {
    const { temperature } = this.options;
    return headFeeds({
      rows: this.#rows,
      picks: this.#picks,
      k: this.#top,
      listRows: this.#listRows,
      bars: this.#bars,
      rankRows: this.#rankRows,
      rankIds: this.#rankIds,
      classRows: this.#classRows,
      ...(temperature === undefined
        ? {}
        : {
            warmRows: Int32Array.from({ length: this.#rows.length / 2 }, (_, i) => i),
            warmPicks: this.#picks,
            warmClassRows: this.#classRows,
          }),
      temperature,
      classes: this.#classRows.length > 0 ? this.classes : null,
    });
  }

  /** Names of the outputs that hold something. */
  get fetches(): string[] {
    const isWarm = this.options.temperature !== undefined;
    const hasClasses = this.#places !== null;
    const wanted: readonly (readonly [name: string, isWanted: boolean])[] = [
      [headOutput.picked, this.#picks.length > 0],
      [headOutput.warm, isWarm && this.#picks.length > 0],
      [headOutput.classes, hasClasses],
      [headOutput.warmClasses, isWarm && hasClasses],
      [headOutput.listed, this.#top > 0],
      [headOutput.top, this.#top > 0],
      [headOutput.topIds, this.#top > 0],
      [headOutput.above, this.#rankIds.length > 0],
      [headOutput.logprobs, this.options.whole ?? false],
    ];
    return wanted.filter(([, isWanted]) => isWanted).map(([name]) => name);
  }

  /** @returns rows by job */
  results(outputs: InferenceSession.ReturnType): RowResult[][] {
    const picked = this.#logprobs(outputs, headOutput.picked, headOutput.classes);
    const warm =
      this.options.temperature === undefined
        ? NO_FLOATS
        : this.#logprobs(outputs, headOutput.warm, headOutput.warmClasses);
    const above = floats(outputs, headOutput.above);
    const whole = floats(outputs, headOutput.logprobs);
    const topOf = this.#topsByRow(outputs);
    let row = 0;
    let pick = 0;
    let rank = 0;
    return this.jobs.map((job) =>
      job.rows.map((_, i): RowResult => {
        const pickEnd = pick + (job.picks?.[i]?.length ?? 0);
        const rankEnd = rank + (job.ranks?.[i]?.length ?? 0);
        const result: RowResult = {
          picked: picked.subarray(pick, pickEnd),
          warm: warm.length === 0 ? NO_FLOATS : warm.subarray(pick, pickEnd),
          ranks: rank === rankEnd ? NO_RANKS : Array.from(above.subarray(rank, rankEnd), (count) => count + 1),
          top: topOf(row),
          whole: whole.length === 0 ? NO_FLOATS : whole.slice(row * this.vocabulary, (row + 1) * this.vocabulary),
        };
        pick = pickEnd;
        rank = rankEnd;
        row++;
        return result;
      }),
    );
  }

  #topsByRow(outputs: InferenceSession.ReturnType): (row: number) => TokenList {
    const top = this.#top;
    const logprobs = floats(outputs, headOutput.top);
    const ids = integers(outputs, headOutput.topIds);
    const places = new Map(Array.from(integers(outputs, headOutput.listed), (row, place) => [row, place]));
    return (row) => {
      const place = places.get(row);
      if (place === undefined) {
        return NO_TOP;
      }
      const [from, to] = [place * top, (place + 1) * top];
      return { ids: ids.subarray(from, to), logprobs: logprobs.subarray(from, to) };
    };
  }

  /** By pick: its own log-probability, or the logarithm of its class's total. */
  #logprobs(outputs: InferenceSession.ReturnType, own: string, classes: string): Float32Array {
    const values = floats(outputs, own);
    if (this.#places === null) {
      return values;
    }
    const totals = floats(outputs, classes);
    return Float32Array.from(this.#places, (at) =>
      at >= 0 ? (values[at] ?? Number.NaN) : Math.log(totals[-1 - at] ?? Number.NaN),
    );
  }
}

function sizeOf(jobs: readonly Job[]): { rows: number; picks: number; tokens: number; ranks: number } {
  const size = { rows: 0, picks: 0, tokens: 0, ranks: 0 };
  for (const job of jobs) {
    size.rows += job.rows.length;
    for (const ids of job.picks ?? []) {
      size.picks += ids.length;
      for (const id of ids) {
        size.tokens += id >= 0 ? 1 : 0;
      }
    }
    for (const ids of job.ranks ?? []) {
      size.ranks += ids.length;
    }
  }
  return size;
}

function floats(outputs: InferenceSession.ReturnType, name: string): Float32Array {
  return (outputs[name]?.data as Float32Array | undefined) ?? NO_FLOATS;
}

function integers(outputs: InferenceSession.ReturnType, name: string): Int32Array {
  return fromInt64((outputs[name]?.data as BigInt64Array | undefined) ?? new BigInt64Array());
}
