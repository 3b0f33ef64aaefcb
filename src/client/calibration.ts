import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Calibration, type MadeFor, parseCalibration } from '../core/calibrate/calibration';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { DEFAULT_THRESHOLD, type ReferenceKind } from '../core/score/leak';
import { allOf } from '../core/text/listed';
import type { OpenResult } from '../protocol/engine';
import { fileError, isSystemError } from './fileErrors';
import type { Project } from './project';
import { ProjectError, type ShowPath } from './projectError';
import { decodeUtf8, describeEncoding } from './utf8';

/** Where the threshold comes from: `seep.json` or a flag, a calibration that fits, or nowhere. */
export type ThresholdSource = 'given' | 'calibration' | 'default';

/** A threshold and what is known of it. */
export interface ResolvedThreshold {
  readonly threshold: number;
  readonly source: ThresholdSource;
  /** Whether it was fitted to these models and this forget set. */
  readonly calibrated: boolean;
  /** Null where it is not calibrated. */
  readonly expectedFalseFlagsPer1000: number | null;
  /** What people should know of it: that there is no calibration, or that it no longer fits and why. */
  readonly notice: string | null;
}

/** What decides the threshold of a project before its models are open. */
export interface ThresholdParts {
  /** The one that `seep.json` or a flag gives. */
  readonly given: number | null;
  /** What the calibration's file holds; null: there is none, or it is not needed. */
  readonly calibration: Calibration | null;
  readonly reference: ReferenceKind;
  /** Hash of the swap settings, see {@link swapHash}. */
  readonly swap: string | null;
  /** SHA-256 of the forget set's file, hex. */
  readonly forgetSet: string;
}

/**
 * The threshold in force, the same in the editor and the command line: the given one; else the calibration's, where that was made for
 * this forget set, these models and this kind of reference; else the default.
 * @param models null: they are not open yet, and are taken to fit
 */
export function resolveThreshold(parts: ThresholdParts, models: OpenResult['models'] | null): ResolvedThreshold {
  const uncalibrated = { calibrated: false, expectedFalseFlagsPer1000: null };
  const { given, calibration } = parts;
  if (given !== null) {
    return { threshold: given, source: 'given', ...uncalibrated, notice: null };
  }
  const standard = { threshold: DEFAULT_THRESHOLD, source: 'default', ...uncalibrated } as const;
  if (calibration === null) {
    const notice = t(
      'The threshold of {0} is the default: run "seep calibrate" to fit it to this corpus.',
      DEFAULT_THRESHOLD,
    );
    return { ...standard, notice };
  }
  const others = differences(calibration, parts, models);
  if (others.length > 0) {
    const notice = t(
      'The threshold of {0} is the default, because the calibration was made with {1}: run "seep calibrate" again.',
      DEFAULT_THRESHOLD,
      allOf(others),
    );
    return { ...standard, notice };
  }
  const { threshold, expectedFalseFlagsPer1000 } = calibration;
  return { threshold, source: 'calibration', calibrated: true, expectedFalseFlagsPer1000, notice: null };
}

/** What a calibration was made with that is different now; empty where it fits. */
function differences(
  calibration: Calibration,
  { forgetSet, reference, swap }: ThresholdParts,
  models: OpenResult['models'] | null,
): string[] {
  const found: string[] = [];
  if (calibration.forgetSet !== forgetSet) {
    found.push(t('another forget set'));
  }
  if (models !== null && calibration.teacher !== models.teacher.hash) {
    found.push(t('another teacher'));
  }
  const kind = kindOf(calibration.reference);
  if (kind !== reference) {
    found.push(REFERENCES[kind]);
  } else if (reference === 'swap' && calibration.swap !== swap) {
    found.push(t('other swap settings'));
  } else if (models?.reference && calibration.reference !== models.reference.hash) {
    found.push(t('another reference model'));
  }
  return found;
}

const REFERENCES: Readonly<Record<ReferenceKind, string>> = {
  model: t('a reference model'),
  swap: t('subject swap as the reference'),
  none: t('no reference'),
};

function kindOf(reference: string): ReferenceKind {
  return reference === 'swap' || reference === 'none' ? reference : 'model';
}

/** What the project compares the teacher with. */
export function referenceKindOf({ reference, swap }: Pick<Project, 'reference' | 'swap'>): ReferenceKind {
  return reference !== null ? 'model' : swap !== null ? 'swap' : 'none';
}

/** Stands for the swap's settings, whose names need not be told. */
export function swapHash(swap: Project['swap']): string | null {
  return swap === null ? null : sha256(JSON.stringify([swap.subjects, swap.count]));
}

/**
 * What results with these models and this forget set are made for.
 * @throws SeepError where the tokenizer can no longer be read
 */
export async function madeFor(
  { teacher: folder, thresholdParts }: Project,
  { teacher, reference: referenceModel }: OpenResult['models'],
  show: ShowPath,
): Promise<MadeFor> {
  const tokenizer = join(folder, 'tokenizer.json');
  const bytes = await readFile(tokenizer).catch((error: unknown) => {
    throw fileError(error, 'model', tokenizer, show(tokenizer));
  });
  return {
    teacher: teacher.hash,
    reference: referenceModel?.hash ?? thresholdParts.reference,
    tokenizer: sha256(bytes),
    forgetSet: thresholdParts.forgetSet,
  };
}

/** SHA-256, hex; of a text its UTF-8. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A calibration has some 30 lines. */
const MOST_BYTES = 1 << 16;

/**
 * The calibration that a file holds; null where there is no such file.
 * @throws SeepError (a ProjectError where places can be pointed at) that names the file and the mend
 */
export async function readCalibration(path: string, show: ShowPath): Promise<Calibration | null> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) {
      const mend = t('Run "seep calibrate" again, or let "calibration" in seep.json name another file.');
      throw new SeepError(
        'config',
        t('{0}: too long for a calibration ({1} bytes). {2}', show(path), size, mend),
        path,
      );
    }
    bytes = await readFile(path);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') {
      return null;
    }
    throw fileError(error, 'config', path, show(path));
  }
  const text = decodeUtf8(bytes);
  if (typeof text !== 'string') {
    throw new SeepError('config', `${show(path)}: ${describeEncoding(bytes, text.invalidAt)}`, path);
  }
  const { calibration, problems } = parseCalibration(text);
  if (problems.length > 0) {
    throw new ProjectError('config', path, problems, show);
  }
  return calibration;
}
