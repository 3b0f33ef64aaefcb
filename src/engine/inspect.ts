import { entropy, jensenShannon, klDivergence, logSoftmax, rankOf, topIds } from '../core/score/distribution';
import type { WatchList } from '../core/score/watch';
import type { Divergence, Inspection, InspectParams, InspectRow, ModelRole, ModelView } from '../protocol/engine';
import type { ModelSet } from './modelSet';
import type { Encoded } from './tokenizer/tokenizer';
import { windowsOf } from './windows';

/** Rows of logits kept so that another temperature or list length costs no inference. */
const KEPT_ROWS = 64;

type Logits = Readonly<Record<ModelRole, Float32Array | null>>;

/** Looks at single positions over the full vocabulary, at any temperature. */
export class Inspector {
  /** Logits by text and position, least recently used first. */
  readonly #kept = new Map<string, Logits>();

  constructor(
    private readonly models: ModelSet,
    private readonly list: WatchList,
  ) {}

  async inspect(params: InspectParams): Promise<Inspection> {
    const { tokenizer } = this.models.teacher;
    const encoded = tokenizer.encode(params.text);
    const firstPosition = Math.max(1, tokenizer.prefix.length);
    const last = encoded.ids.length;
    const position = Math.max(firstPosition, Math.min(last, positionOf(params.at, encoded)));
    const logits = await this.#logitsAt(params.text, encoded, position);
    const spans = Array.from(
      { length: Math.max(0, last - firstPosition + 1) },
      (_, i) => encoded.spans[firstPosition + i] ?? ([params.text.length, params.text.length] as const),
    );
    const factsOf = new Map<number, string[]>();
    for (const watch of this.list.watchesOf(params.text, encoded.ids, encoded.spans, firstPosition)) {
      if (watch.position === position) {
        for (const id of watch.node.children.keys()) {
          factsOf.set(id, [...(factsOf.get(id) ?? []), watch.watched.fact.id]);
        }
      }
    }
    const actual = encoded.ids[position] ?? null;
    return {
      position,
      temperature: params.temperature,
      spans,
      firstPosition,
      ...this.#compare(logits, params, factsOf, actual),
    };
  }

  #compare(
    logits: Logits,
    { temperature, topK }: InspectParams,
    factsOf: ReadonlyMap<number, readonly string[]>,
    actual: number | null,
  ): Omit<Inspection, 'position' | 'temperature' | 'spans' | 'firstPosition'> {
    const { tokenizer } = this.models.teacher;
    const at = (row: Float32Array | null) => (row === null ? null : logSoftmax(row, temperature));
    const teacher = at(logits.teacher) as Float64Array;
    const student = at(logits.student);
    const reference = at(logits.reference);
    const ids = new Set<number>([...factsOf.keys(), ...(actual === null ? [] : [actual])]);
    for (const logprobs of [teacher, student, reference]) {
      for (const id of logprobs === null ? [] : topIds(logprobs, topK)) {
        ids.add(id);
      }
    }
    const share = (logprobs: Float64Array, id: number) => ({
      p: Math.exp(logprobs[id] ?? Number.NEGATIVE_INFINITY),
      rank: rankOf(logprobs, id),
    });
    const rows = [...ids]
      .map(
        (id): InspectRow => ({
          id,
          text: tokenizer.textOf(id),
          teacher: share(teacher, id),
          student: student === null ? null : share(student, id),
          reference: reference === null ? null : share(reference, id),
          facts: factsOf.get(id) ?? [],
          actual: id === actual,
        }),
      )
      .sort((a, b) => b.teacher.p - a.teacher.p || a.id - b.id);
    return {
      rows,
      teacher: view(teacher, ids),
      student: student === null ? null : view(student, ids),
      reference: reference === null ? null : view(reference, ids),
      teacherStudent: student === null ? null : divergence(teacher, student),
      teacherReference: reference === null ? null : divergence(teacher, reference),
    };
  }

  async #logitsAt(text: string, encoded: Encoded, position: number): Promise<Logits> {
    const key = `${position} ${text}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const prefix = this.models.teacher.tokenizer.prefix.length;
    const windows = windowsOf(encoded.ids, prefix, Math.max(1, prefix), this.models.context);
    const window = windows.find(({ first, last }) => first <= position && position <= last);
    const logits: Record<ModelRole, Float32Array | null> = { teacher: null, student: null, reference: null };
    if (window !== undefined) {
      const row = position - window.shift;
      for (const role of ['teacher', 'student', 'reference'] as const) {
        const job = { input: window.input.slice(0, row + 1), watch: [], rows: [row] };
        await this.models[role]?.run(
          [job],
          (_, result) => {
            logits[role] = result.rows[0] ?? null;
          },
          async () => {},
        );
      }
    }
    this.#kept.set(key, logits);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_ROWS) {
        break;
      }
      this.#kept.delete(oldest);
    }
    return logits;
  }
}

/** The token that holds the character at an offset; at or behind the text's end, the record's end. */
function positionOf(at: InspectParams['at'], { ids, spans }: Encoded): number {
  if ('position' in at) {
    return at.position;
  }
  const found = spans.findIndex(([start, end]) => start <= at.offset && at.offset < end);
  return found < 0 ? ids.length : found;
}

function view(logprobs: Float64Array, shown: ReadonlySet<number>): ModelView {
  let covered = 0;
  for (const id of shown) {
    covered += Math.exp(logprobs[id] ?? Number.NEGATIVE_INFINITY);
  }
  return { entropy: entropy(logprobs), rest: Math.max(0, 1 - covered) };
}

function divergence(teacher: Float64Array, other: Float64Array): Divergence {
  return {
    kl: klDivergence(teacher, other),
    reverseKl: klDivergence(other, teacher),
    js: jensenShannon(teacher, other),
  };
}
