import { countedLeaks, maskedSpans, spansMeet } from '../core/decisions/decidedLeaks';
import type { Span } from '../core/decisions/decision';
import type { DecisionIndex } from '../core/decisions/decisionIndex';
import {
  EXPORT_END_SCHEMA,
  EXPORT_SCHEMA,
  type ExportEnd,
  type ExportHeader,
  type ExportKind,
  type ExportRecord,
} from '../core/export/exportFormat';
import { maskOf, redactionsOf } from '../core/export/redactions';
import { t } from '../core/l10n';
import type { Incomplete } from '../core/report/summary';
import { visibleJson } from '../core/report/visibleText';
import type { OpenResult } from '../protocol/engine';
import { madeFor, sha256 } from './calibration';
import type { CorpusFile } from './corpusFiles';
import { scanCorpus } from './corpusScan';
import { decisionsOn } from './decisionsFile';
import type { EngineClient } from './engineClient';
import { type Project, scanSettings } from './project';
import type { ShowPath } from './projectError';

export interface ExportOptions {
  readonly files: readonly CorpusFile[];
  readonly signal: AbortSignal;
  readonly show: ShowPath;
  /** What is ignored is no leak; what is masked is left out of the loss also where nothing leaks. */
  readonly decisions: DecisionIndex;
  /** How much is done, 0 to 1. */
  onProgress(fraction: number): void;
  /** Called for whatever cannot be scored; everything else is exported. */
  onIncomplete(place: Incomplete, column: number): void;
}

export interface ExportTotals {
  /** Records read and scored. */
  readonly scored: number;
  /** Leaks left out because people have decided so. */
  readonly ignored: number;
  /** Records with something in the export. */
  readonly records: number;
  readonly positions: number;
  readonly incomplete: number;
}

/**
 * Scans the files and exports what training needs to know of their leaks (docs/exports.md). `write` takes whole lines.
 * @param engine has the project's models open
 * @param project settled for these models
 */
export async function exportLeaks(
  kind: ExportKind,
  engine: Pick<EngineClient, 'scan' | 'setForgetSet' | 'inspect'>,
  project: Project,
  models: OpenResult['models'],
  options: ExportOptions,
  write: (text: string) => Promise<void>,
): Promise<ExportTotals> {
  const { files, signal, show, onProgress, decisions } = options;
  let incomplete = 0;
  const onIncomplete = (place: Incomplete, column: number) => {
    incomplete++;
    options.onIncomplete(place, column);
  };
  const { unscorable, classes } = await engine.setForgetSet(project.facts);
  for (const { fact, message } of unscorable) {
    onIncomplete(unscorableFact(project, fact, message, show), 1);
  }
  const { vocabulary, bosIds } = models.teacher;
  const { threshold, temperature, resolved } = project;
  const header: ExportHeader = {
    schema: EXPORT_SCHEMA,
    kind,
    ...(await madeFor(project, models, show)),
    vocabulary,
    bos: bosIds,
    threshold,
    calibrated: resolved.calibrated,
    temperature,
    classes: Object.fromEntries(classes.map(({ fact, tokens }) => [fact, tokens])),
  };
  await write(line(header));
  let scored = 0;
  let records = 0;
  let positions = 0;
  let ignored = 0;
  const scanned = scanCorpus(engine, files, {
    textField: project.corpus.textField,
    settings: exportSettings(project, kind === 'redactions'),
    signal,
    onProgress,
    onIncomplete,
    onFileRead: () => {},
  });
  for await (const { file, record, scores } of scanned) {
    scored++;
    const { index, id, line: at, text } = record;
    const decided = decisionsOn(text, decisions);
    const found = scores.leaks.filter(({ lift }) => lift >= threshold);
    const leaks = countedLeaks(found, decided);
    ignored += found.length - leaks.length;
    const masked = kind === 'masks' ? await positionsOf(maskedSpans(decided), text, engine, signal) : [];
    if (leaks.length + masked.length > 0) {
      const content = kind === 'redactions' ? { redactions: redactionsOf(leaks) } : { mask: maskOf(leaks, masked) };
      const entry: ExportRecord = {
        file,
        record: { index, id, line: at },
        sha256: sha256(text),
        // The tokens that are predicted are all but the first, and the end.
        length: scores.tokens - 1 + Math.max(1, bosIds.length),
        ...content,
      };
      records++;
      positions += (content.redactions ?? content.mask).length;
      await write(line(entry));
    }
  }
  await write(line({ schema: EXPORT_END_SCHEMA, records, positions, incomplete } satisfies ExportEnd));
  return { scored, ignored, records, positions, incomplete };
}

/** The positions whose predicted tokens are part of the spans. Only the models' tokenizer knows, so the engine is asked. */
async function positionsOf(
  spans: readonly Span[],
  text: string,
  engine: Pick<EngineClient, 'inspect'>,
  signal: AbortSignal,
): Promise<number[]> {
  const [first] = spans;
  if (first === undefined) {
    return [];
  }
  const at = { offset: first.start };
  const { spans: tokens, firstPosition } = await engine.inspect({ text, at, temperature: 1, topK: 1 }, signal);
  return tokens.flatMap(([start, end], i) =>
    spans.some((span) => spansMeet(span, { start, end })) ? [firstPosition + i] : [],
  );
}

/** Lifts are read at temperature 1, so nothing else need be computed. */
export function exportSettings(project: Project, branches: boolean): ReturnType<typeof scanSettings> {
  return { ...scanSettings(project), temperature: 1, unattributed: false, branches };
}

/** A fact that the models cannot spell, as a place in the forget set. */
export function unscorableFact(
  { facts, forgetSetPath }: Project,
  fact: string,
  message: string,
  show: ShowPath,
): Incomplete {
  const line = facts.find(({ id }) => id === fact)?.line ?? 1;
  return { file: show(forgetSetPath), line, message: t('fact {0}: {1}', JSON.stringify(fact), message) };
}

/** No reader may take a character within a string for the line's end. */
function line(value: object): string {
  return `${visibleJson(value)}\n`;
}
