import { SeepError } from '../core/errors';
import { entropy, jensenShannon, klDivergence, logSoftmax, Ranking, topIds } from '../core/score/distribution';
import type { Divergence, Inspection, InspectParams, InspectRow, ModelRole, ModelView } from '../protocol/engine';
import type { ModelSet } from './modelSet';
import type { RuleSet } from './ruleSet';
import { classIndex } from './tokenClasses';
import type { Encoded } from './tokenizer/tokenizer';
import { windowsOf } from './windows';

/** Rows kept so that another temperature or list length costs no inference; a row takes 4 bytes for each token. */
const KEPT_BYTES = 64 << 20;

/** Log-probabilities of the full vocabulary at temperature 1, by model. */
interface Rows {
  readonly teacher: Float32Array;
  readonly student: Float32Array | null;
  readonly reference: Float32Array | null;
}

/** Looks at single positions over the full vocabulary, at any temperature. */
export class Inspector {
  /** By position and text, least recently used first. */
  readonly #kept = new Map<string, Rows>();

  constructor(
    private readonly models: ModelSet,
    private readonly rules: RuleSet,
  ) {}

  /** @throws SeepError('record') when the text has no token to predict, or a model returns values that are not numbers */
  async inspect(params: InspectParams): Promise<Inspection> {
    const { text, temperature } = params;
    const encoded = this.models.teacher.tokenizer.encode(text);
    const firstPosition = Math.max(1, encoded.prefix);
    const last = encoded.ids.length;
    if (last < firstPosition) {
      throw new SeepError('record', 'This record is empty: there is nothing to predict.');
    }
    const position = Math.max(firstPosition, Math.min(last, positionOf(params.at, encoded)));
    const rows = await this.#rowsAt(encoded, position);
    const end = [text.length, text.length] as const;
    return {
      position,
      temperature,
      spans: [...encoded.spans.slice(firstPosition), end],
      firstPosition,
      ...this.#compare(rows, params, this.#factsAt(encoded, position), encoded.ids[position] ?? null),
    };
  }

  /** By token, or class of tokens: the facts towards whose answers it leads at the position. */
  #factsAt(encoded: Encoded, position: number): Map<number, string[]> {
    const { index, anchors } = this.rules;
    const byToken = new Map<number, string[]>();
    const add = (token: number, fact: number) => {
      byToken.set(token, [...(byToken.get(token) ?? []), this.rules.idOf(fact)]);
    };
    const gates = index.gates(encoded.text);
    for (const plan of index.plan(encoded, { gates, ...anchors.find(encoded.text, gates) })) {
      if (plan.position !== position) {
        continue;
      }
      for (const { fact, node } of plan.branches) {
        for (const token of node.children.keys()) {
          add(token, fact);
        }
      }
      for (const [token, facts] of index.ungatedByToken) {
        for (const fact of facts) {
          if (!plan.deepUngated.has(fact)) {
            add(token, fact);
          }
        }
      }
      break;
    }
    return byToken;
  }

  #compare(
    rows: Rows,
    { temperature, topK }: InspectParams,
    factsOf: ReadonlyMap<number, readonly string[]>,
    actual: number | null,
  ): Omit<Inspection, 'position' | 'temperature' | 'spans' | 'firstPosition'> {
    const { tokenizer } = this.models.teacher;
    const teacher = new Distribution(rows.teacher, temperature);
    const student = rows.student && new Distribution(rows.student, temperature);
    const reference = rows.reference && new Distribution(rows.reference, temperature);
    // A class may be most of the vocabulary: its tokens are marked where they are shown anyway.
    const classes = [...factsOf.keys()].filter((token) => token < 0);
    const factsTowards = (id: number) => [
      ...(factsOf.get(id) ?? []),
      ...classes.flatMap((each) => (this.rules.isMember(classIndex(each), id) ? (factsOf.get(each) ?? []) : [])),
    ];
    const named = [...factsOf.keys()].filter((token) => token >= 0);
    const ids = new Set<number>([...named, ...(actual === null ? [] : [actual])]);
    for (const distribution of [teacher, student, reference]) {
      for (const id of distribution === null ? [] : topIds(distribution.logprobs, topK)) {
        ids.add(id);
      }
    }
    return {
      rows: [...ids]
        .map(
          (id): InspectRow => ({
            id,
            text: tokenizer.textOf(id),
            teacher: teacher.share(id),
            student: student?.share(id) ?? null,
            reference: reference?.share(id) ?? null,
            facts: [...new Set(factsTowards(id))],
            actual: id === actual,
          }),
        )
        .sort((a, b) => b.teacher.p - a.teacher.p || a.id - b.id),
      teacher: teacher.view(ids),
      student: student?.view(ids) ?? null,
      reference: reference?.view(ids) ?? null,
      teacherStudent: student && divergence(teacher.logprobs, student.logprobs),
      teacherReference: reference && divergence(teacher.logprobs, reference.logprobs),
    };
  }

  async #rowsAt(encoded: Encoded, position: number): Promise<Rows> {
    const key = `${position} ${encoded.text}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const { teacher, student, reference } = this.models;
    const rows = {
      teacher: await this.#rowOf('teacher', encoded, position),
      student: student && (await this.#rowOf('student', encoded, position)),
      reference: reference && (await this.#rowOf('reference', encoded, position)),
    };
    this.#kept.set(key, rows);
    const bytes = 4 * teacher.info.vocabulary * (1 + (student ? 1 : 0) + (reference ? 1 : 0)) + 2 * key.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size * bytes <= KEPT_BYTES) {
        break;
      }
      this.#kept.delete(oldest);
    }
    return rows;
  }

  async #rowOf(role: ModelRole, { ids, prefix }: Encoded, position: number): Promise<Float32Array> {
    const windows = windowsOf(ids, prefix, this.models.longestInput);
    const window = windows.find(({ first, last }) => first <= position && position <= last);
    let row = new Float32Array();
    if (window !== undefined) {
      const at = position - window.shift;
      const job = { input: window.input.slice(0, at + 1), rows: [at] };
      await this.models[role]?.run(
        [job],
        { whole: true },
        (_, [result]) => {
          row = Float32Array.from(result?.whole ?? []);
        },
        (_, message) => {
          throw new SeepError('record', message);
        },
      );
    }
    return row;
  }
}

/** One model's distribution at the asked temperature. */
class Distribution {
  readonly logprobs: Float64Array;
  readonly #ranking: Ranking;

  /** @param row log-probabilities at temperature 1, which are logits but for a constant */
  constructor(row: Float32Array, temperature: number) {
    try {
      this.logprobs = logSoftmax(row, temperature);
    } catch {
      throw new SeepError('record', 'A model returned values that are not numbers for this record.');
    }
    this.#ranking = new Ranking(this.logprobs);
  }

  share(id: number): { p: number; rank: number } {
    return { p: Math.exp(this.logprobs[id] ?? Number.NEGATIVE_INFINITY), rank: this.#ranking.rankOf(id) };
  }

  view(shown: ReadonlySet<number>): ModelView {
    let covered = 0;
    for (const id of shown) {
      covered += Math.exp(this.logprobs[id] ?? Number.NEGATIVE_INFINITY);
    }
    return { entropy: entropy(this.logprobs), rest: Math.max(0, 1 - covered) };
  }
}

/** The token that holds the character at an offset, or the next one where none does; at the text's end, the record's end. */
function positionOf(at: InspectParams['at'], { ids, spans, prefix }: Encoded): number {
  if ('position' in at) {
    return at.position;
  }
  const found = spans.findIndex(([, end], position) => position >= prefix && end > at.offset);
  return found < 0 ? ids.length : found;
}

function divergence(teacher: Float64Array, other: Float64Array): Divergence {
  return {
    kl: klDivergence(teacher, other),
    reverseKl: klDivergence(other, teacher),
    js: jensenShannon(teacher, other),
  };
}
