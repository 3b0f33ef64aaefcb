import { THRESHOLD_RANGE } from '../config/parseConfig';
import type { Problem } from '../errors';
import { JsonSyntaxError, parseJson } from '../json/jsonTree';
import { ObjectReader } from '../json/objectReader';
import { t } from '../l10n';
import { rounded } from '../report/leakLine';

export const CALIBRATION_SCHEMA = 'seep.calibration/1';

/** What a threshold was found by. */
export const METHODS = ['decoys', 'control', 'decoys and control'] as const;
export type Method = (typeof METHODS)[number];

/** Quantiles of the decoys' highest lifts that are kept, by their names in the file. */
export const QUANTILES = { median: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, max: 1 } as const;
export type Quantiles = Readonly<Record<keyof typeof QUANTILES, number>>;

const QUANTILE_NAMES = Object.keys(QUANTILES) as (keyof Quantiles)[];

/** What a calibration, and an export, was made for. All hashes are SHA-256, hex. */
export interface MadeFor {
  /** Hash of the teacher's files. */
  readonly teacher: string;
  /** Hash of the reference model's files, or `swap` or `none`. */
  readonly reference: string;
  /** Of the teacher's tokenizer.json. */
  readonly tokenizer: string;
  /** Of the forget set's file. */
  readonly forgetSet: string;
}

/** A threshold that was fitted to a corpus, and what it was fitted to: the content of a seep.calibration.json. */
export interface Calibration extends MadeFor {
  /** Version of Seep that wrote it. */
  readonly seep: string;
  readonly threshold: number;
  readonly method: Method;
  /** Decoys that had a chance to be flagged; 0 where a control file alone decided. */
  readonly decoys: number;
  /** Of the decoys' highest lifts over the corpus; null without decoys. */
  readonly quantiles: Quantiles | null;
  /** Predicted tokens that the expectations were counted over. */
  readonly tokens: number;
  /** Facts of the forget set. */
  readonly facts: number;
  readonly expectedFalseFlagsPer1000: number;
  /** Facts that would be flagged at least once by chance; null without decoys. */
  readonly expectedFalseFacts: number | null;
  readonly onPolicy: boolean;
  /** Hash of the settings of the subject swap; null where that is not the reference. */
  readonly swap: string | null;
}

const KEYS = [
  'schema',
  'seep',
  'threshold',
  'method',
  'decoys',
  'quantiles',
  'tokens',
  'facts',
  'expectedFalseFlagsPer1000',
  'expectedFalseFacts',
  'onPolicy',
  'teacher',
  'reference',
  'swap',
  'tokenizer',
  'forgetSet',
] as const;

const NO_BOUND = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const SHARE = { minimum: 0, maximum: 1 };
const HASH = /^[0-9a-f]{64}$/;
const REFERENCE = /^(?:[0-9a-f]{64}|swap|none)$/;

/** The file's text. Its keys always stand in the same order; what is null is left out. */
export function formatCalibration(calibration: Calibration): string {
  const { quantiles, expectedFalseFacts, swap } = calibration;
  const content: Record<(typeof KEYS)[number], unknown> = {
    schema: CALIBRATION_SCHEMA,
    seep: calibration.seep,
    threshold: calibration.threshold,
    method: calibration.method,
    decoys: calibration.decoys,
    quantiles: quantiles ? valuesByName((name) => rounded(quantiles[name])) : undefined,
    tokens: calibration.tokens,
    facts: calibration.facts,
    expectedFalseFlagsPer1000: rounded(calibration.expectedFalseFlagsPer1000),
    expectedFalseFacts: expectedFalseFacts === null ? undefined : rounded(expectedFalseFacts),
    onPolicy: calibration.onPolicy,
    teacher: calibration.teacher,
    reference: calibration.reference,
    swap: swap ?? undefined,
    tokenizer: calibration.tokenizer,
    forgetSet: calibration.forgetSet,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** Reads the text of a seep.calibration.json; null with problems. */
export function parseCalibration(text: string): { calibration: Calibration | null; problems: Problem[] } {
  const problems: Problem[] = [];
  const report = (offset: number, message: string) => {
    const before = text.slice(0, offset);
    const column = offset - before.lastIndexOf('\n');
    problems.push({
      line: before.split('\n').length,
      column,
      message: t('{0}; run "seep calibrate" again, or delete the file', message),
    });
  };
  const reader = readRoot(text, report);
  const calibration = reader === null ? null : readCalibration(reader);
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { calibration: problems.length > 0 ? null : calibration, problems };
}

function readRoot(text: string, report: (offset: number, message: string) => void): ObjectReader | null {
  try {
    const node = parseJson(text);
    const schema = node.kind === 'object' ? node.members.find(({ key }) => key === 'schema')?.value : undefined;
    if (node.kind === 'object' && schema?.kind === 'string' && schema.value === CALIBRATION_SCHEMA) {
      return new ObjectReader(node, KEYS, report);
    }
    const message = t('this is no calibration that this version of Seep reads ("{0}")', CALIBRATION_SCHEMA);
    report((schema ?? node).start, message);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) {
      throw error;
    }
    report(error.offset, t('not JSON: {0}', error.message));
  }
  return null;
}

/** What is missing or wrong is reported and has some value of the right type. */
function readCalibration(reader: ObjectReader): Calibration {
  const required = <T>(key: string, value: T | undefined, otherwise: T): T => {
    if (!reader.has(key)) {
      reader.report(reader.start, t('there is no "{0}"', key));
    }
    return value ?? otherwise;
  };
  const matching = (key: string, pattern: RegExp): string => {
    const value = required(key, reader.string(key), '');
    if (value !== '' && !pattern.test(value)) {
      reader.report(reader.offsetOf(key), t('"{0}" is no SHA-256 hash', key));
    }
    return value;
  };
  const quantiles = reader.object('quantiles', QUANTILE_NAMES);
  if (quantiles !== undefined && !QUANTILE_NAMES.every((name) => quantiles.has(name))) {
    reader.report(quantiles.start, t('"quantiles" must have {0}', QUANTILE_NAMES.join(', ')));
  }
  return {
    seep: required('seep', reader.string('seep'), ''),
    threshold: required('threshold', reader.number('threshold', THRESHOLD_RANGE), 0),
    method: required('method', reader.oneOf('method', METHODS), 'decoys'),
    decoys: required('decoys', reader.whole('decoys', NO_BOUND), 0),
    quantiles: quantiles ? valuesByName((name) => quantiles.number(name, SHARE) ?? 0) : null,
    tokens: required('tokens', reader.whole('tokens', NO_BOUND), 0),
    facts: required('facts', reader.whole('facts', NO_BOUND), 0),
    expectedFalseFlagsPer1000: required(
      'expectedFalseFlagsPer1000',
      reader.number('expectedFalseFlagsPer1000', NO_BOUND),
      0,
    ),
    expectedFalseFacts: reader.number('expectedFalseFacts', NO_BOUND) ?? null,
    onPolicy: required('onPolicy', reader.boolean('onPolicy'), false),
    teacher: matching('teacher', HASH),
    reference: matching('reference', REFERENCE),
    swap: reader.string('swap') ?? null,
    tokenizer: matching('tokenizer', HASH),
    forgetSet: matching('forgetSet', HASH),
  };
}

function valuesByName(value: (name: keyof Quantiles) => number): Quantiles {
  return Object.fromEntries(QUANTILE_NAMES.map((name) => [name, value(name)])) as Record<keyof Quantiles, number>;
}
