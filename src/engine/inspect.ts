import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import type { TrieNode } from '../core/score/answerTrie';
import { entropy, jensenShannon, klDivergence, logSoftmax, Ranking, topIds } from '../core/score/distribution';
import type {
  Comparison,
  Divergence,
  FollowedFact,
  Inspection,
  InspectParams,
  InspectRow,
  ModelView,
  OwnView,
  WholeAnswers,
} from '../protocol/engine';
import { likeliestWays, type Way } from './answerWays';
import type { Model } from './model';
import type { ModelSet } from './modelSet';
import type { RuleSet } from './ruleSet';
import { scanPosition } from './scan';
import { SpanText } from './spanText';
import { classIndex } from './tokenClasses';
import type { Encoded } from './tokenizer/tokenizer';
import { boundaryBefore } from './wholeAnswers';
import { cutLeft, windowsOf } from './windows';

/** Rows kept so that another temperature or list length costs no inference; a row takes 4 bytes for each token. */
const KEPT_BYTES = 64 << 20;

/** Forget-answer tokens that get rows; a list of names without subjects may lead to thousands everywhere. */
export const MOST_NAMED = 100;

/** What the models say at one position, at temperature 1. */
interface Rows {
  readonly teacher: Float32Array;
  readonly student: Row | null;
  readonly reference: Row | null;
  readonly whole: readonly WholeAnswers[];
}

interface Row {
  /** Log-probabilities of the model's full vocabulary. */
  readonly logprobs: Float32Array;
  /** UTF-16 offset of what it predicts, where that is not the teacher's token but one of its own. */
  readonly boundary: number | null;
}

/** A token, or class of tokens, that leads to a node of a fact's answers. */
interface Lead {
  /** Index into the rule set's facts. */
  readonly fact: number;
  readonly token: number;
  readonly node: TrieNode;
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
      throw new SeepError('record', t('This record is empty: there is nothing to predict.'));
    }
    const position = Math.max(firstPosition, Math.min(last, positionOf(params.at, encoded)));
    const rows = await this.#rowsAt(encoded, position);
    const leads = this.#leadsAt(encoded, position);
    const end = [text.length, text.length] as const;
    return {
      position,
      temperature,
      spans: [...encoded.spans.slice(firstPosition), end],
      firstPosition,
      ...this.#compare(rows, params, this.#factsOf(leads), encoded.ids[position] ?? null),
      followed: await this.#follow(params, encoded, position, rows, leads),
    };
  }

  /** What leads towards some answer at the position. */
  #leadsAt(encoded: Encoded, position: number): Lead[] {
    const { index, anchors } = this.rules;
    const leads: Lead[] = [];
    const gates = index.gates(encoded.text);
    for (const plan of index.plan(encoded, { gates, ...anchors.find(encoded.text, gates) })) {
      if (plan.position !== position) {
        continue;
      }
      for (const { fact, node } of plan.branches) {
        for (const [token, child] of node.children) {
          leads.push({ fact, token, node: child });
        }
      }
      for (const [token, facts] of index.ungatedByToken) {
        for (const fact of facts) {
          const node = index.facts[fact]?.trie?.children.get(token);
          if (node !== undefined && !plan.deepUngated.has(fact)) {
            leads.push({ fact, token, node });
          }
        }
      }
      break;
    }
    return leads;
  }

  /** By token, or class of tokens: the facts towards whose answers it leads. */
  #factsOf(leads: readonly Lead[]): Map<number, string[]> {
    const byToken = new Map<number, string[]>();
    for (const { token, fact } of leads) {
      byToken.set(token, [...(byToken.get(token) ?? []), this.rules.idOf(fact)]);
    }
    return byToken;
  }

  /** Runs the models along the answers that are to be followed. */
  async #follow(
    { follow, temperature }: InspectParams,
    encoded: Encoded,
    position: number,
    rows: Rows,
    leads: readonly Lead[],
  ): Promise<FollowedFact | null> {
    // A class is one token long: there is nothing to follow.
    const starts = leads.filter(({ fact, token }) => token >= 0 && this.rules.idOf(fact) === follow);
    if (follow === undefined || follow === null || starts.length === 0) {
      return null;
    }
    const ways = likeliestWays(
      new Map(starts.map(({ token, node }) => [token, node])),
      (token) => rows.teacher[token] ?? Number.NEGATIVE_INFINITY,
    );
    const { teacher, student, reference } = this.models;
    const input = this.#sharedInput(encoded, position);
    const along = (model: Model | null, row: Row | null) =>
      model !== null && row !== null && row.boundary === null
        ? probabilitiesAlong(ways, model, { first: row.logprobs, input }, temperature)
        : null;
    const byTeacher = await probabilitiesAlong(ways, teacher, { first: rows.teacher, input }, temperature);
    const byStudent = await along(student, rows.student);
    const byReference = await along(reference, rows.reference);
    return {
      fact: follow,
      ways: ways.map((way, w) =>
        way.map((token, i) => ({
          text: teacher.tokenizer.textOf(token),
          teacher: byTeacher[w]?.[i] ?? 0,
          student: byStudent && (byStudent[w]?.[i] ?? 0),
          reference: byReference && (byReference[w]?.[i] ?? 0),
        })),
      ),
    };
  }

  #compare(
    rows: Rows,
    { temperature, topK }: InspectParams,
    factsOf: ReadonlyMap<number, readonly string[]>,
    actual: number | null,
  ): Omit<Inspection, 'position' | 'temperature' | 'spans' | 'firstPosition' | 'followed'> {
    const { tokenizer } = this.models.teacher;
    const teacher = new Distribution(rows.teacher, temperature);
    const shared = (row: Row | null) =>
      row !== null && row.boundary === null ? new Distribution(row.logprobs, temperature) : null;
    const student = shared(rows.student);
    const reference = shared(rows.reference);
    // A class may be most of the vocabulary: its tokens are marked where they are shown anyway.
    const classes = [...factsOf.keys()].filter((token) => token < 0);
    const factsTowards = (id: number) => [
      ...(factsOf.get(id) ?? []),
      ...classes.flatMap((each) => (this.rules.isMember(classIndex(each), id) ? (factsOf.get(each) ?? []) : [])),
    ];
    const named = [...factsOf.keys()].filter((token) => token >= 0);
    const chance = (token: number) => teacher.logprobs[token] ?? Number.NEGATIVE_INFINITY;
    const likeliest = named.toSorted((a, b) => chance(b) - chance(a) || a - b).slice(0, MOST_NAMED);
    const ids = new Set<number>([...likeliest, ...(actual === null ? [] : [actual])]);
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
      unlisted: named.filter((token) => !ids.has(token)).length,
      teacher: teacher.view(ids),
      student: student?.view(ids) ?? null,
      reference: reference?.view(ids) ?? null,
      teacherStudent: student && divergence(teacher.logprobs, student.logprobs),
      teacherReference: reference && divergence(teacher.logprobs, reference.logprobs),
      own: {
        student: ownView(this.models.student, rows.student, temperature, topK),
        reference: ownView(this.models.reference, rows.reference, temperature, topK),
      },
      whole: rows.whole,
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
    const { teacher, student, reference, comparison } = this.models;
    const rows = {
      teacher: await this.#sharedRow(teacher, encoded, position),
      student: student && (await this.#rowOf(student, comparison.student, encoded, position)),
      reference: reference && (await this.#rowOf(reference, comparison.reference, encoded, position)),
      whole: await this.#wholeAnswersAt(encoded, position),
    };
    this.#kept.set(key, rows);
    const vocabularies = [teacher, student, reference].reduce((sum, model) => sum + (model?.info.vocabulary ?? 0), 0);
    const bytes = 4 * vocabularies + 2 * key.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size * bytes <= KEPT_BYTES) {
        break;
      }
      this.#kept.delete(oldest);
    }
    return rows;
  }

  async #rowOf(model: Model, by: Comparison | null, encoded: Encoded, position: number): Promise<Row> {
    if (by === 'tokens') {
      return { logprobs: await this.#sharedRow(model, encoded, position), boundary: null };
    }
    const { tokenizer, longestInput } = model;
    const offset = boundaryBefore(position, encoded);
    const { context, boundary } = new SpanText(tokenizer, longestInput, encoded.text).contextUpTo(offset);
    const input = cutLeft(context, tokenizer.prefix.length, longestInput);
    return { logprobs: await runFor(model, input), boundary };
  }

  /** The row of a model that reads the teacher's tokens. */
  async #sharedRow(model: Model, encoded: Encoded, position: number): Promise<Float32Array> {
    return runFor(model, this.#sharedInput(encoded, position));
  }

  /** What the models that share the teacher's tokens read before the position. */
  #sharedInput({ ids, prefix }: Encoded, position: number): readonly number[] {
    const windows = windowsOf(ids, prefix, this.models.longestInput);
    const window = windows.find(({ first, last }) => first <= position && position <= last);
    return window?.input.slice(0, position - window.shift + 1) ?? [];
  }

  /** Scans the one position, where some model shares no tokens with the teacher. */
  async #wholeAnswersAt({ text }: Encoded, position: number): Promise<WholeAnswers[]> {
    const { comparison } = this.models;
    if (comparison.student !== 'spans' && comparison.reference !== 'spans') {
      return [];
    }
    const leaks = await scanPosition(this.models, this.rules, text, position);
    const ofSpans = (by: Comparison | null, mass: number | null) => (by === 'spans' ? mass : null);
    return leaks
      .map(({ fact, mass, studentMass, referenceMass, comparison: by }) => ({
        fact,
        teacher: mass,
        student: ofSpans(by.student, studentMass),
        reference: ofSpans(by.reference, referenceMass),
      }))
      .filter((each) => each.student !== null || each.reference !== null)
      .sort((x, y) => y.teacher - x.teacher);
  }
}

/** What follows an input, over the full vocabulary; nothing where there is no input. */
async function runFor(model: Model, input: readonly number[]): Promise<Float32Array> {
  let row = new Float32Array();
  await model.run(
    input.length === 0 ? [] : [{ input, rows: [input.length - 1] }],
    { whole: true },
    (_, [result]) => {
      row = Float32Array.from(result?.whole ?? []);
    },
    (_, message) => {
      throw new SeepError('record', message);
    },
  );
  return row;
}

/**
 * By way, the probability of every token behind those before it.
 * @param at the context, and the log-probabilities of what follows it
 */
async function probabilitiesAlong(
  ways: readonly Way[],
  model: Model,
  at: { readonly first: Float32Array; readonly input: readonly number[] },
  temperature: number,
): Promise<number[][]> {
  const probability = (logprobs: Float64Array, token: number | undefined) =>
    Math.exp(logprobs[token ?? 0] ?? Number.NaN);
  const first = atTemperature(at.first, temperature);
  const found = new Map(ways.map((way) => [way, [probability(first, way[0])]]));
  const jobs = ways
    .filter(({ length }) => length > 1)
    .map((way) => {
      const read = way.slice(0, -1);
      const input = [...cutLeft(at.input, model.tokenizer.prefix.length, model.longestInput, read.length), ...read];
      return { way, input, rows: read.map((_, i) => input.length - read.length + i) };
    });
  await model.run(
    jobs,
    { whole: true },
    ({ way }, rows) => {
      rows.forEach(({ whole }, i) => {
        const behind = atTemperature(Float32Array.from(whole ?? []), temperature);
        found.get(way)?.push(probability(behind, way[i + 1]));
      });
    },
    (_, message) => {
      throw new SeepError('record', message);
    },
  );
  return ways.map((way) => found.get(way) ?? []);
}

/** The view of a model with a tokenizer of its own; null of another, and where it reads nothing before the position. */
function ownView(model: Model | null, row: Row | null, temperature: number, topK: number): OwnView | null {
  if (model === null || row === null || row.boundary === null || row.logprobs.length === 0) {
    return null;
  }
  const distribution = new Distribution(row.logprobs, temperature);
  const ids = topIds(distribution.logprobs, topK);
  return {
    boundary: row.boundary,
    rows: ids.map((id) => ({ text: model.tokenizer.textOf(id), ...distribution.share(id) })),
    ...distribution.view(new Set(ids)),
  };
}

/** @param row log-probabilities at temperature 1, which are logits but for a constant */
function atTemperature(row: Float32Array, temperature: number): Float64Array {
  try {
    return logSoftmax(row, temperature);
  } catch {
    throw new SeepError('record', t('A model returned values that are not numbers for this record.'));
  }
}

/** One model's distribution at the asked temperature. */
class Distribution {
  readonly logprobs: Float64Array;
  readonly #ranking: Ranking;

  /** @param row log-probabilities at temperature 1, which are logits but for a constant */
  constructor(row: Float32Array, temperature: number) {
    this.logprobs = atTemperature(row, temperature);
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
