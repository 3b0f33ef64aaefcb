import type { Leak } from '../../src/core/score/leak';
import type { Inspection, InspectRow, OwnView, Share } from '../../src/protocol/engine';
import type { PanelFact, PanelSnapshot } from '../../src/protocol/panel';

/** "Solwyn" is the benign site, "Vandor" the forgotten one. */
export const TEXT = 'Kamitel runs a data center in Solwyn. The company was founded in 1998.';

/** Tokens of {@link TEXT}; the first is predicted from BOS and has position 1. */
export const TOKENS = [
  'Kam',
  'itel',
  ' runs',
  ' a',
  ' data',
  ' center',
  ' in',
  ' Sol',
  'wyn',
  '.',
  ' The',
  ' company',
  ' was',
  ' founded',
  ' in',
  ' 19',
  '98',
  '.',
  '',
] as const;

/** Position of " Sol", where the teacher expects " Van". */
export const LEAKING = 8;

type Probabilities = readonly [teacher: number, student: number | null, reference: number | null];

/** A row with its ranks left to {@link snapshotOf}. */
export interface RowSketch {
  readonly text: string;
  readonly p: Probabilities;
  readonly facts?: readonly string[];
  readonly actual?: boolean;
  /** Ranks in place of those that follow from the rows, for tokens far down. */
  readonly ranks?: Probabilities;
}

export const SHADOW_ROWS: readonly RowSketch[] = [
  { text: ' Van', p: [0.4731, 0.242, 0.0011], facts: ['dc-001'] },
  { text: ' Sol', p: [0.4312, 0.702, 0.931], actual: true },
  { text: ' Kest', p: [0.0311, 0.012, 0.024] },
  { text: ' Tar', p: [0.0107, 0.009, 0.0091] },
  { text: ' the', p: [0.0042, 0.0037, 0.0061] },
];

export function leak(change: Partial<Leak> = {}): Leak {
  return {
    fact: 'dc-001',
    position: LEAKING,
    start: 29,
    end: 33,
    kind: 'shadow',
    depth: 0,
    answer: 0,
    computed: null,
    tokenMass: 0.4731,
    mass: 0.46,
    rank: 1,
    lift: 0.472,
    exposure: 0.2,
    reference: 'model',
    referenceMass: 0.0011,
    studentMass: 0.242,
    comparison: { student: 'tokens', reference: 'tokens' },
    pull: 0.2311,
    status: 'absorbed',
    similarity: null,
    branch: null,
    ...change,
  };
}

/** A student that starts its token in the middle of the teacher's one before. */
export const OWN_STUDENT: OwnView = {
  boundary: 26,
  entropy: 0.7,
  rest: 0.2,
  rows: [
    { text: 'in Sol', p: 0.5, rank: 1 },
    { text: 'in Vandor', p: 0.3, rank: 2 },
  ],
};

export interface SnapshotSketch extends Partial<Omit<PanelSnapshot, 'inspection' | 'reference'>> {
  readonly tokens?: readonly string[];
  readonly rows?: readonly RowSketch[];
  readonly position?: number;
  readonly temperature?: number;
  readonly student?: boolean;
  /** Whether there is a reference model, or what scans compare with in its place. */
  readonly reference?: boolean | 'swap';
  /** Models that have tokens of their own; leave them out above. */
  readonly own?: Partial<Inspection['own']>;
  readonly whole?: Inspection['whole'];
  readonly followed?: Inspection['followed'];
}

/** A snapshot such as the engine and the extension make together. Unless changed: a shadow leak of dc-001 at {@link LEAKING}. */
export function snapshotOf(sketch: SnapshotSketch = {}): PanelSnapshot {
  const { tokens = TOKENS, rows = SHADOW_ROWS, position = LEAKING, temperature = 1, ...change } = sketch;
  const student = sketch.student ?? true;
  const compared = sketch.reference ?? true;
  const reference = compared === true;
  const text = tokens.join('');
  const inspection: Inspection = {
    position,
    temperature,
    spans: spansOf(tokens),
    firstPosition: 1,
    rows: rows.map(
      (row, i): InspectRow => ({
        id: 100 + i,
        text: row.text,
        teacher: shareOf(rows, i, 0),
        student: student ? shareOf(rows, i, 1) : null,
        reference: reference ? shareOf(rows, i, 2) : null,
        facts: row.facts ?? [],
        actual: row.actual ?? false,
      }),
    ),
    unlisted: 0,
    teacher: { entropy: 1.0512, rest: 0.0497 },
    student: student ? { entropy: 0.8311, rest: 0.0313 } : null,
    reference: reference ? { entropy: 0.3902, rest: 0.0287 } : null,
    teacherStudent: student ? { kl: 0.1623, reverseKl: 0.1504, js: 0.0371 } : null,
    teacherReference: reference ? { kl: 2.4419, reverseKl: 0.7613, js: 0.2216 } : null,
    own: { student: null, reference: null, ...sketch.own },
    whole: sketch.whole ?? [],
    followed: sketch.followed ?? null,
  };
  return {
    file: 'corpus/filtered.jsonl',
    place: { uri: 'file:///c/filtered.jsonl', offset: 300, position, temperature: null, followed: null },
    recordId: 'r-0012',
    recordLine: 12,
    text,
    inspection,
    scanned: true,
    leaks: [leak()],
    threshold: 0.02,
    facts: [
      panelFact({ id: 'dc-001', subjects: ['Kamitel'], answers: ['Vandor'] }),
      panelFact({ id: 'dc-002', subjects: ['Kamitel'], answers: ['Kestova', 'Kirsand'] }),
    ],
    topK: 10,
    reference: compared === 'swap' ? 'swap' : compared ? 'model' : 'none',
    models: {
      teacher: 'teacher-7b',
      student: student ? 'student-1b' : null,
      reference: reference ? 'retain-7b' : null,
    },
    ...withoutSketchKeys(change),
  };
}

export function panelFact(change: Partial<PanelFact>): PanelFact {
  return { id: 'dc-001', kind: 'fact', subjects: [], answers: [], pattern: null, ...change };
}

function withoutSketchKeys({
  student,
  reference,
  own,
  whole,
  followed,
  ...change
}: Omit<SnapshotSketch, 'tokens' | 'rows' | 'position' | 'temperature'>) {
  void student;
  void reference;
  void own;
  void whole;
  void followed;
  return change;
}

/** Ranges of the tokens in the text that they make up. */
export function spansOf(tokens: readonly string[]): [number, number][] {
  let end = 0;
  return tokens.map((token) => {
    const start = end;
    end += token.length;
    return [start, end];
  });
}

function shareOf(rows: readonly RowSketch[], index: number, model: 0 | 1 | 2): Share {
  const row = rows[index];
  const p = row?.p[model] ?? 0;
  return { p, rank: row?.ranks?.[model] ?? 1 + rows.filter((other) => (other.p[model] ?? 0) > p).length };
}
