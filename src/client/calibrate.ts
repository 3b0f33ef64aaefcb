import { type Calibration, type MadeFor, QUANTILES, type Quantiles } from '../core/calibrate/calibration';
import { canHaveDecoys, type Decoy, decoyEntries, proposeDecoys, takeDecoys } from '../core/calibrate/decoys';
import { DecoyTally } from '../core/calibrate/decoyTally';
import { LiftCounts } from '../core/calibrate/liftCounts';
import { quantile } from '../core/calibrate/quantile';
import { CorpusWatch, StatementFinder } from '../core/calibrate/statements';
import { ascending, controlThreshold, decoyThreshold, FEWEST_DECOYS } from '../core/calibrate/thresholds';
import { SeepError } from '../core/errors';
import type { Fact } from '../core/forget/fact';
import { grouped, plural, t } from '../core/l10n';
import type { Incomplete } from '../core/report/summary';
import type { OpenResult } from '../protocol/engine';
import { madeFor } from './calibration';
import type { CorpusFile } from './corpusFiles';
import { scanCorpus } from './corpusScan';
import type { EngineClient } from './engineClient';
import { type Project, scanSettings } from './project';
import type { ShowPath } from './projectError';
import { readableChunks } from './readableChunks';

/** False flags in 1,000 tokens that a control file may have unless said otherwise. */
export const DEFAULT_TARGET = 1;

export interface CalibrateOptions {
  /** Version of Seep. */
  readonly seep: string;
  readonly corpus: readonly CorpusFile[];
  /** Files in which no fact is to be known, so that every flag is false. */
  readonly control: readonly CorpusFile[];
  /** False flags in 1,000 tokens that the control files may have. */
  readonly target: number;
  /** A threshold that `seep.json` gives, which comes before any calibration. */
  readonly givenThreshold: number | null;
  readonly signal: AbortSignal;
  readonly show: ShowPath;
  /** How much is done, 0 to 1, and what is being done. */
  onProgress(fraction: number, what: string): void;
  /** Called for whatever cannot be scored; the calibration goes on without it. */
  onIncomplete(place: Incomplete, column: number): void;
}

export interface CalibrationResult {
  readonly calibration: Calibration;
  /** What is to be said of it besides. */
  readonly notices: readonly string[];
}

type CalibratingEngine = Pick<EngineClient, 'scan' | 'setForgetSet'>;

/** What the decoys, or the control files, say. */
interface Finding {
  readonly threshold: number;
  readonly tokens: number;
  /** Flags in 1,000 tokens that reach a threshold. */
  falseFlagsPer1000(threshold: number): number;
}

interface DecoyFinding extends Finding {
  readonly decoys: number;
  readonly quantiles: Quantiles;
  /** Facts that chance alone flags at a threshold. */
  falseFacts(threshold: number): number;
}

/**
 * Fits a threshold to the corpus, with an engine that has the project's models open; leaves it with another forget set.
 * Decoys: the 99th percentile of the highest lifts of wrong answers. Control files: the smallest threshold under which they have
 * no more false flags than `target`. With both, the larger threshold.
 * @throws SeepError when control files state facts, or when nothing can be calibrated with
 */
export async function calibrate(
  engine: CalibratingEngine,
  project: Project,
  models: OpenResult['models'],
  options: CalibrateOptions,
): Promise<CalibrationResult> {
  const { control } = options;
  if (control.length > 0) {
    await refuseStatements(project, options);
  }
  const share = control.length > 0 ? 0.5 : 1;
  const decoys = await decoyFinding(engine, project, {
    ...options,
    onProgress: (fraction, what) => options.onProgress(share * fraction, what),
  });
  const notices: string[] = [];
  if (typeof decoys === 'string') {
    if (control.length === 0) {
      const mend = t(
        'Add distractors or facts, calibrate on more files, or give a control file (seep calibrate --control FILE).',
      );
      throw new SeepError('usage', t('Not calibrated: {0} {1} The threshold stays as it is.', decoys, mend));
    }
    notices.push(t('Decoys do not count here: {0}', decoys));
  }
  const fromDecoys = typeof decoys === 'string' ? null : decoys;
  const fromControl =
    control.length === 0
      ? null
      : await controlFinding(engine, project, {
          ...options,
          onProgress: (fraction, what) => options.onProgress(share + (1 - share) * fraction, what),
        });
  const hashes = await madeFor(project, models, options.show);
  const calibration = combine(project, options.seep, hashes, fromDecoys, fromControl);
  const ungated = project.facts.filter((fact) => !canHaveDecoys(fact)).length;
  if (fromControl === null && ungated > 0) {
    notices.push(
      plural(
        ungated,
        'Decoys say nothing of {0} fact without a subject gate (and of classes of tokens and rules); a control file would.',
        'Decoys say nothing of {0} facts without a subject gate (and of classes of tokens and rules); a control file would.',
      ),
    );
  }
  if (calibration.reference === 'none' && fromDecoys !== null) {
    notices.push(
      t(
        'Without a reference, decoys reach whatever anybody would guess. Calibrate with a reference model or with subject swap.',
      ),
    );
  }
  if (options.givenThreshold !== null) {
    notices.push(
      t(
        'The "threshold" of {0} in seep.json comes first: take it out there for the calibration to count.',
        options.givenThreshold,
      ),
    );
  }
  return { calibration, notices };
}

function combine(
  { thresholdParts, facts, onPolicy }: Project,
  seep: string,
  hashes: MadeFor,
  decoys: DecoyFinding | null,
  control: Finding | null,
): Calibration {
  const threshold = Math.max(decoys?.threshold ?? 0, control?.threshold ?? 0);
  // A file in which every flag is false counts them; decoys only stand for facts.
  const counted = control ?? decoys;
  return {
    seep,
    threshold,
    method: control === null ? 'decoys' : decoys === null ? 'control' : 'decoys and control',
    decoys: decoys?.decoys ?? 0,
    quantiles: decoys?.quantiles ?? null,
    tokens: counted?.tokens ?? 0,
    facts: facts.length,
    expectedFalseFlagsPer1000: counted?.falseFlagsPer1000(threshold) ?? 0,
    expectedFalseFacts: decoys?.falseFacts(threshold) ?? null,
    onPolicy,
    ...hashes,
    swap: thresholdParts.reference === 'swap' ? thresholdParts.swap : null,
  };
}

/** Or why there are too few decoys, as a sentence. */
async function decoyFinding(
  engine: CalibratingEngine,
  project: Project,
  options: CalibrateOptions,
): Promise<DecoyFinding | string> {
  const { corpus, signal, onProgress, onIncomplete } = options;
  const { facts } = project;
  const proposed = proposeDecoys(facts);
  /** What the corpus holds that is no record; the scan below says it by itself. */
  const unreadable: [Incomplete, number][] = [];
  const decoys =
    proposed.length === 0
      ? []
      : await usableDecoys(project, proposed, { ...options, onIncomplete: (...place) => unreadable.push(place) });
  if (decoys.length < FEWEST_DECOYS) {
    unreadable.forEach((place) => void onIncomplete(...place));
    return tooFew(decoys.length, facts, proposed.length);
  }
  const entries = decoyEntries(facts, decoys);
  const { roles } = entries;
  const { unscorable } = await engine.setForgetSet(entries.facts, entries.decoys);
  const dumb = new Set(
    unscorable.flatMap(({ fact }) => {
      const role = roles.get(fact);
      return role?.kind === 'decoy' ? [role.index] : [];
    }),
  );
  const tally = new DecoyTally(decoys.length, roles);
  const scanned = scanCorpus(engine, corpus, {
    textField: project.corpus.textField,
    settings: { ...scanSettings(project), temperature: 1, unattributed: false, branches: true },
    signal,
    onProgress: (fraction) => onProgress(0.1 + 0.9 * fraction, t('scoring decoys')),
    onIncomplete,
    onFileRead: () => {},
  });
  for await (const { scores } of scanned) {
    tally.add(scores);
  }
  const heard = decoys.filter((_, index) => !dumb.has(index));
  if (heard.length < FEWEST_DECOYS) {
    return tooFew(heard.length, facts, proposed.length);
  }
  const maxima = ascending(tally.maxima.filter((_, index) => !dumb.has(index)));
  const factsHeard = new Set(heard.map(({ fact }) => fact)).size;
  const perDecoy = factsHeard / heard.length;
  return {
    decoys: heard.length,
    threshold: decoyThreshold(maxima),
    tokens: tally.tokens,
    quantiles: {
      median: quantile(maxima, QUANTILES.median),
      p90: quantile(maxima, QUANTILES.p90),
      p95: quantile(maxima, QUANTILES.p95),
      p99: quantile(maxima, QUANTILES.p99),
      max: quantile(maxima, QUANTILES.max),
    },
    falseFlagsPer1000: (threshold) => per1000(tally.lifts.atLeast(threshold) * perDecoy, tally.tokens),
    falseFacts: (threshold) => maxima.filter((lift) => lift >= threshold).length * perDecoy,
  };
}

function tooFew(decoys: number, facts: readonly Fact[], proposed: number): string {
  const gated = facts.filter(canHaveDecoys).length;
  const why =
    gated === 0
      ? t('no fact has subjects and answers of its own')
      : proposed < FEWEST_DECOYS
        ? plural(
            proposed,
            'the forget set gives {0} wrong answer for {1}',
            'the forget set gives {0} wrong answers for {1}',
            plural(gated, '{0} fact', '{0} facts'),
          )
        : t('of the others the corpus names no subject, or states them');
  return t('it takes {0} decoys and only {1} can be had ({2}).', FEWEST_DECOYS, grouped(decoys), why);
}

/** Reads the corpus once and leaves out what it states, and what it never speaks of. */
async function usableDecoys(
  project: Project,
  proposed: readonly Decoy[],
  { corpus, signal, onProgress, onIncomplete }: CalibrateOptions,
): Promise<Decoy[]> {
  const watch = new CorpusWatch(project.facts, proposed);
  const total = corpus.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  const { textField } = project.corpus;
  for (const file of corpus) {
    for await (const chunk of readableChunks(file, { textField, signal, onIncomplete })) {
      for (const { text } of chunk.records) {
        watch.see(text);
      }
      onProgress((0.1 * (before + chunk.bytes)) / Math.max(1, total), t('reading the corpus'));
    }
    before += file.bytes;
  }
  return takeDecoys(watch.usable(proposed));
}

async function controlFinding(
  engine: CalibratingEngine,
  project: Project,
  { control, target, signal, onProgress, onIncomplete }: CalibrateOptions,
): Promise<Finding> {
  await engine.setForgetSet(project.facts);
  const lifts = new LiftCounts();
  const stated = new Places();
  let tokens = 0;
  const scanned = scanCorpus(engine, control, {
    textField: project.corpus.textField,
    settings: { ...scanSettings(project), temperature: 1, unattributed: false },
    signal,
    onProgress: (fraction) => onProgress(fraction, t('scoring the control file')),
    onIncomplete,
    onFileRead: () => {},
  });
  for await (const { file, record, scores } of scanned) {
    tokens += scores.tokens;
    for (const leak of scores.leaks) {
      lifts.add(leak.lift);
      if (leak.kind === 'stated') {
        stated.add(file, record.line, leak.fact);
      }
    }
  }
  stated.refuse(control);
  if (tokens === 0) {
    throw new SeepError(
      'usage',
      t('{0}: no record of the control file could be scored', control.map(({ file }) => file).join(', ')),
    );
  }
  return {
    threshold: controlThreshold(lifts, tokens, target),
    tokens,
    falseFlagsPer1000: (threshold) => per1000(lifts.atLeast(threshold), tokens),
  };
}

/** @throws SeepError when the text of the control files states facts */
async function refuseStatements(project: Project, { control, signal }: CalibrateOptions): Promise<void> {
  const finder = new StatementFinder(project.facts);
  const stated = new Places();
  const { textField } = project.corpus;
  for (const each of control) {
    // What is no record is said when the file is scored.
    for await (const { records } of readableChunks(each, { textField, signal, onIncomplete: () => {} })) {
      for (const { line, text } of records) {
        for (const fact of finder.statedIn(text)) {
          stated.add(each.file, line, fact);
        }
      }
    }
  }
  stated.refuse(control);
}

/** Places that are named when a control file is refused. */
const NAMED_PLACES = 3;

/** Where control files state facts. */
class Places {
  readonly #places = new Map<string, Set<string>>();

  add(file: string, line: number, fact: string): void {
    const place = `${file}:${line}`;
    const facts = this.#places.get(place);
    facts ? facts.add(fact) : this.#places.set(place, new Set([fact]));
  }

  refuse([first]: readonly CorpusFile[]): void {
    if (this.#places.size === 0) {
      return;
    }
    const lines = [...this.#places].slice(0, NAMED_PLACES).map(([place, facts]) => {
      const ids = [...facts].slice(0, NAMED_PLACES).map((id) => JSON.stringify(id));
      return facts.size === 1
        ? t('{0}: states fact {1}', place, ids.join(', '))
        : t('{0}: states facts {1}', place, ids.join(', '));
    });
    const left = this.#places.size - lines.length;
    const more = left > 0 ? [plural(left, 'and {0} more place', 'and {0} more places')] : [];
    const mend = t('A control file must be free of the facts. Take these records out, or give another file.');
    throw new SeepError('file', [...lines, ...more, mend].join('\n'), first?.path);
  }
}

function per1000(flags: number, tokens: number): number {
  return tokens === 0 ? 0 : (1000 * flags) / tokens;
}
