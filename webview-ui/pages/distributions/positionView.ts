import type { FactKind } from '../../../src/core/forget/fact';
import { type Band, bandOf } from '../../../src/core/score/bands';
import type { Leak, LeakKind, ReferenceKind } from '../../../src/core/score/leak';
import type {
  Divergence,
  FollowedFact,
  InspectRow,
  ModelView,
  OwnView,
  WholeAnswers,
} from '../../../src/protocol/engine';
import type { PanelFact, PanelSnapshot } from '../../../src/protocol/panel';
import { answerTowards } from './answerTowards';

export type Model = 'teacher' | 'student' | 'reference';

/** Everything that is shown of one position at one temperature. Plain data, so that it can be pinned and kept. */
export interface PositionView {
  readonly file: string;
  readonly recordId: string;
  readonly recordLine: number;
  readonly position: number;
  /** Place of the token among the record's predicted tokens, from 1. */
  readonly ordinal: number;
  readonly tokens: number;
  readonly context: TokenContext;
  readonly temperature: number;
  readonly topK: number;
  readonly threshold: number;
  readonly scanned: boolean;
  readonly models: PanelSnapshot['models'];
  /** What scans compare the teacher with. */
  readonly comparedWith: ReferenceKind;
  /** Rows that some model has in its top-k, by falling teacher probability. */
  readonly top: readonly TableRow[];
  /** The others: forget answers and the actual token far down. */
  readonly below: readonly TableRow[];
  /** Forget answers' tokens that have no row, each less likely. */
  readonly unlisted: number;
  /** Facts whose answer could come next here, by falling lift. */
  readonly facts: readonly FactHere[];
  readonly teacher: ModelView;
  readonly student: ModelView | null;
  readonly reference: ModelView | null;
  readonly teacherStudent: Divergence | null;
  readonly teacherReference: Divergence | null;
  /** The models with another tokenizer than the teacher's; everything above is without them. */
  readonly own: readonly OwnTokensView[];
  readonly whole: readonly WholeAnswers[];
  readonly followed: FollowedFact | null;
}

/** What a model expects in tokens of its own. */
export interface OwnTokensView extends OwnView {
  readonly model: 'student' | 'reference';
  /** What the text has said of its token in front of the one that is shown. */
  readonly before: string;
}

/** The predicted token between the tokens around it. */
export interface TokenContext {
  readonly before: string;
  readonly token: string;
  readonly after: string;
  /** The position behind the record's last token, where there is nothing to point at. */
  readonly atEnd: boolean;
}

export interface TableRow extends InspectRow {
  readonly leads: readonly Lead[];
}

/** Where a token leads: towards an answer, or into a class of tokens. */
export interface Lead {
  readonly fact: string;
  readonly entry: FactKind;
  /** The answer; of a class its pattern. */
  readonly answer: string;
}

/** One fact's continuing tokens at this position. Probabilities are sums over them at the view's temperature. */
export interface FactHere {
  readonly id: string;
  readonly entry: FactKind;
  readonly subjects: readonly string[];
  /** The answer that the likeliest continuing token leads to; of a class of tokens its pattern. */
  readonly answer: string;
  /** The continuing tokens, likeliest first, with the teacher's probabilities. */
  readonly tokens: readonly { readonly text: string; readonly teacher: number }[];
  readonly teacher: number;
  readonly student: number | null;
  /** Null where there is nothing to compare with, or where only the scan knows. */
  readonly reference: number | null;
  /** Whole answers, where some model has tokens of its own and this fact may leak. */
  readonly whole: WholeAnswers | null;
  readonly comparedWith: ReferenceKind;
  /** The probabilities are those of the tokens shown only: a class of tokens may have more. */
  readonly partial: boolean;
  /** Sum of max(0, teacher - reference) over the continuing tokens; of a class the difference of the sums. */
  readonly lift: number;
  /** What the scan (at temperature 1) found for this fact here; null where that is under the threshold or was not scanned. */
  readonly leak: Leak | null;
  /** Band of the leak, or of the lift shown where the record was not scanned and the temperature is 1. */
  readonly band: Band | null;
  readonly kind: LeakKind | null;
}

const CONTEXT_TOKENS = 12;
const CONTEXT_UNITS = 400;

export function positionView(snapshot: PanelSnapshot): PositionView {
  const { inspection, text } = snapshot;
  const { position, firstPosition, spans } = inspection;
  const index = position - firstPosition;
  const before = text.slice(0, spans[index]?.[0] ?? text.length);
  const leaksHere = new Map(
    snapshot.leaks.filter((leak) => leak.position === position).map((leak) => [leak.fact, leak]),
  );
  const facts = new Map(snapshot.facts.map((fact) => [fact.id, fact]));
  const rows = inspection.rows
    .map(
      (row): TableRow => ({
        ...row,
        leads: row.facts.map((id) => leadOf(facts.get(id), before, row, id, leaksHere.get(id))),
      }),
    )
    .sort((a, b) => b.teacher.p - a.teacher.p);
  const isTop = (row: InspectRow) =>
    [row.teacher, row.student, row.reference].some((share) => share !== null && share.rank <= snapshot.topK);

  return {
    file: snapshot.file,
    recordId: snapshot.recordId,
    recordLine: snapshot.recordLine,
    position,
    ordinal: index + 1,
    tokens: spans.length,
    context: contextOf(text, spans, index),
    temperature: inspection.temperature,
    topK: snapshot.topK,
    threshold: snapshot.threshold,
    scanned: snapshot.scanned,
    models: snapshot.models,
    comparedWith: snapshot.reference,
    top: rows.filter(isTop),
    below: rows.filter((row) => !isTop(row)),
    unlisted: inspection.unlisted,
    facts: factsHere(snapshot, facts, rows, leaksHere),
    teacher: inspection.teacher,
    student: inspection.student,
    reference: inspection.reference,
    teacherStudent: inspection.teacherStudent,
    teacherReference: inspection.teacherReference,
    own: (['student', 'reference'] as const).flatMap((model) => {
      const own = inspection.own[model];
      return own === null
        ? []
        : [{ ...own, model, before: text.slice(own.boundary, spans[index]?.[0] ?? text.length) }];
    }),
    whole: inspection.whole,
    followed: inspection.followed,
  };
}

/** All rows of tokens, in their order. */
export function rowsOf({ top, below }: PositionView): readonly TableRow[] {
  return [...top, ...below];
}

function contextOf(text: string, spans: PanelSnapshot['inspection']['spans'], index: number): TokenContext {
  const [start, end] = spans[index] ?? [text.length, text.length];
  const first = spans[index - CONTEXT_TOKENS]?.[0] ?? 0;
  const last = spans[index + CONTEXT_TOKENS]?.[1] ?? text.length;
  const from = Math.max(first, start - CONTEXT_UNITS);
  const to = Math.min(last, end + CONTEXT_UNITS);
  return {
    before: (from > 0 ? '…' : '') + text.slice(from, start),
    token: text.slice(start, end),
    after: text.slice(end, to) + (to < text.length ? '…' : ''),
    atEnd: index >= spans.length - 1,
  };
}

function leadOf(
  fact: PanelFact | undefined,
  before: string,
  row: InspectRow,
  id: string,
  leak: Leak | undefined,
): Lead {
  return { fact: id, entry: fact?.kind ?? 'fact', answer: fact ? answerHere(fact, before, row.text, leak) : '' };
}

function answerHere(fact: PanelFact, before: string, token: string, leak: Leak | undefined): string {
  switch (fact.kind) {
    case 'tokens':
      return fact.pattern ?? '';
    case 'rule':
      // Only the scan has computed it.
      return leak?.computed ?? fact.answers[0] ?? '';
    default:
      return answerTowards(fact.answers, before, token, leak?.answer);
  }
}

function factsHere(
  snapshot: PanelSnapshot,
  facts: ReadonlyMap<string, PanelFact>,
  rows: readonly TableRow[],
  leaksHere: ReadonlyMap<string, Leak>,
): FactHere[] {
  // A leak whose tokens are not among the rows must not vanish.
  const own = new Map<string, TableRow[]>([...leaksHere.keys()].map((id) => [id, []]));
  for (const row of rows) {
    for (const id of row.facts) {
      own.set(id, [...(own.get(id) ?? []), row]);
    }
  }
  return [...own]
    .map(([id, tokens]) => factHere(snapshot, id, facts.get(id), tokens, leaksHere.get(id) ?? null))
    .sort((a, b) => (b.leak?.lift ?? 0) - (a.leak?.lift ?? 0) || b.lift - a.lift);
}

/** @param own the rows that lead to it */
function factHere(
  snapshot: PanelSnapshot,
  id: string,
  fact: PanelFact | undefined,
  own: readonly TableRow[],
  leak: Leak | null,
): FactHere {
  const entry = fact?.kind ?? 'fact';
  const comparedWith = leak?.reference ?? comparison(snapshot, fact);
  const masses = massesHere(snapshot, own, entry, leak);
  const whole = snapshot.inspection.whole.find((each) => each.fact === id) ?? null;
  const lift =
    whole !== null && whole.reference !== null
      ? Math.max(0, whole.teacher - whole.reference)
      : entry === 'tokens'
        ? Math.max(0, masses.teacher - (masses.reference ?? 0))
        : sum(own, (row) => Math.max(0, row.teacher.p - (row.reference?.p ?? 0)));
  const { scanned, inspection } = snapshot;
  // Without other subjects to compare with, the panel's own lift says nothing.
  const measured = leak?.lift ?? (!scanned && inspection.temperature === 1 && comparedWith !== 'swap' ? lift : 0);
  return {
    id,
    entry,
    subjects: fact?.subjects ?? [],
    answer:
      own[0]?.leads.find((lead) => lead.fact === id)?.answer ??
      leak?.computed ??
      fact?.answers[leak?.answer ?? 0] ??
      fact?.pattern ??
      '',
    tokens: own.map((row) => ({ text: row.text, teacher: row.teacher.p })),
    ...masses,
    whole,
    comparedWith,
    lift,
    leak,
    band: bandOf(measured, snapshot.threshold),
    kind: leak?.kind ?? null,
  };
}

function comparison({ reference }: PanelSnapshot, fact: PanelFact | undefined): ReferenceKind {
  return reference === 'swap' && fact?.subjects.length === 0 ? 'none' : reference;
}

/** A fact's probability in each model: the scan's own numbers where it has measured them, which holds at its temperature, 1. */
function massesHere(
  { inspection }: PanelSnapshot,
  own: readonly TableRow[],
  entry: FactKind,
  leak: Leak | null,
): Pick<FactHere, 'teacher' | 'student' | 'reference' | 'partial'> {
  const { student, reference, temperature } = inspection;
  const measured = temperature === 1 ? leak : null;
  if (entry === 'tokens' && measured !== null) {
    const { tokenMass, studentMass, referenceMass } = measured;
    return { teacher: tokenMass, student: studentMass, reference: referenceMass, partial: false };
  }
  const shown = (model: 'student' | 'reference') => sum(own, (row) => row[model]?.p ?? 0);
  return {
    teacher: measured?.tokenMass ?? sum(own, (row) => row.teacher.p),
    student: student && (measured?.studentMass ?? shown('student')),
    reference: reference ? (measured?.referenceMass ?? shown('reference')) : branchReference(measured),
    // Of very many answers only the likeliest have rows.
    partial: entry === 'tokens' || (measured === null && inspection.unlisted > 0),
  };
}

/** What the scan found the reference to give the tokens that are shown; of whole answers it says nothing about them. */
function branchReference(leak: Leak | null): number | null {
  return leak === null || leak.comparison.reference === 'spans' ? null : leak.referenceMass;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
