import type { Problem } from '../errors';
import { describeNode, JsonSyntaxError, parseJson } from '../json/jsonTree';
import { ObjectReader } from '../json/objectReader';
import { t } from '../l10n';
import { READABLE_GLOBS } from '../records/corpusFormat';
import { LIFT_FLOOR } from '../score/leak';

/** Execution providers that can be asked for; `auto` takes CUDA where it works, else the CPU. */
export const PROVIDERS = ['auto', 'cpu', 'cuda', 'dml', 'coreml', 'webgpu'] as const;

/** Lifts below {@link LIFT_FLOOR} are not kept, so a threshold below it could not be honoured. */
export const THRESHOLD_RANGE = { minimum: LIFT_FLOOR, maximum: 1 } as const;

/** Distillation temperatures that make sense; far outside, softmax is one token or flat. */
export const TEMPERATURE_RANGE = { minimum: 0.01, maximum: 100 } as const;

/** Stand for no folder: the teacher's own distributions with other subjects in the text, or no reference at all. */
export const REFERENCE_WORDS = ['swap', 'none'] as const;

/** Other subjects that are averaged. */
export const SWAP_RANGE = { minimum: 1, maximum: 16 } as const;

/** A `seep.json` with its defaults filled in. Paths are as written, relative to the file's own folder. */
export interface Config {
  readonly teacher: string | null;
  readonly student: string | null;
  /** A model folder, or one of {@link REFERENCE_WORDS}. */
  readonly reference: string;
  /** How subjects are swapped where that makes the reference. */
  readonly swap: { readonly subjects: readonly string[]; readonly count: number };
  /** Folders, or patterns of folders, of further models that a probe asks. */
  readonly checkpoints: readonly string[];
  readonly forgetSet: string | null;
  readonly corpus: {
    readonly include: readonly string[];
    readonly exclude: readonly string[];
    readonly textField: string;
  };
  /** What an audit compares unless it is told: files or folders. */
  readonly audit: { readonly raw: string | null; readonly filtered: string | null };
  readonly temperature: number;
  /** null: the calibration's, or else the default. */
  readonly threshold: number | null;
  /** File that holds the calibration. */
  readonly calibration: string;
  /** The corpus is the student's own text: answers are completed by the teacher itself. */
  readonly onPolicy: boolean;
  /** Also look for divergence that no fact explains. */
  readonly unattributed: boolean;
  readonly provider: (typeof PROVIDERS)[number];
}

export const DEFAULT_CONFIG: Config = {
  teacher: null,
  student: null,
  reference: 'swap',
  swap: { subjects: [], count: 4 },
  checkpoints: [],
  forgetSet: null,
  corpus: {
    include: READABLE_GLOBS,
    exclude: ['**/node_modules/**', '**/.*/**'],
    textField: 'text',
  },
  audit: { raw: null, filtered: null },
  temperature: 1,
  threshold: null,
  calibration: 'seep.calibration.json',
  onPolicy: false,
  unattributed: false,
  provider: 'auto',
};

export const CONFIG_KEYS = [
  '$schema',
  'teacher',
  'student',
  'reference',
  'swap',
  'checkpoints',
  'forgetSet',
  'corpus',
  'audit',
  'temperature',
  'threshold',
  'calibration',
  'onPolicy',
  'unattributed',
  'provider',
] as const;
export const SWAP_KEYS = ['subjects', 'count'] as const;
export const CORPUS_KEYS = ['include', 'exclude', 'textField'] as const;
export const AUDIT_KEYS = ['raw', 'filtered'] as const;

/** Reads the text of a `seep.json`. With problems, what is wrong has its default in `config`. */
export function parseConfig(text: string): { config: Config; problems: Problem[] } {
  const content = text.replace(/^\ufeff/, '');
  const problems: Problem[] = [];
  const report = (offset: number, message: string) => {
    problems.push({ ...placeOf(content, offset), message });
  };
  const root = readRoot(content, report);
  if (root === null) {
    return { config: DEFAULT_CONFIG, problems };
  }
  root.string('$schema');
  const swap = root.object('swap', SWAP_KEYS);
  const corpus = root.object('corpus', CORPUS_KEYS);
  const audit = root.object('audit', AUDIT_KEYS);
  const defaults = DEFAULT_CONFIG;
  const config: Config = {
    teacher: root.string('teacher') ?? defaults.teacher,
    student: root.string('student') ?? defaults.student,
    reference: root.string('reference') ?? defaults.reference,
    swap: {
      subjects: swap?.strings('subjects', { trimmed: true }) ?? defaults.swap.subjects,
      count: swap?.whole('count', SWAP_RANGE) ?? defaults.swap.count,
    },
    checkpoints: root.strings('checkpoints', { trimmed: true }) ?? defaults.checkpoints,
    forgetSet: root.string('forgetSet') ?? defaults.forgetSet,
    corpus: {
      include: corpus?.strings('include') ?? defaults.corpus.include,
      exclude: corpus?.strings('exclude') ?? defaults.corpus.exclude,
      textField: corpus?.string('textField') ?? defaults.corpus.textField,
    },
    audit: {
      raw: audit?.string('raw') ?? defaults.audit.raw,
      filtered: audit?.string('filtered') ?? defaults.audit.filtered,
    },
    temperature: root.number('temperature', TEMPERATURE_RANGE) ?? defaults.temperature,
    threshold: root.number('threshold', THRESHOLD_RANGE) ?? defaults.threshold,
    calibration: root.string('calibration') ?? defaults.calibration,
    onPolicy: root.boolean('onPolicy') ?? defaults.onPolicy,
    unattributed: root.boolean('unattributed') ?? defaults.unattributed,
    provider: root.oneOf('provider', PROVIDERS) ?? defaults.provider,
  };
  // Values are read key by key; people read the file from top to bottom.
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { config, problems };
}

function readRoot(content: string, report: (offset: number, message: string) => void): ObjectReader | null {
  try {
    const node = parseJson(content);
    if (node.kind === 'object') {
      return new ObjectReader(node, CONFIG_KEYS, report);
    }
    report(node.start, t('the file must hold an object, not {0}', describeNode(node)));
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) {
      throw error;
    }
    report(error.offset, t('not JSON: {0}', error.message));
  }
  return null;
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
