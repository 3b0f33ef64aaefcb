import {
  EXPORT_END_SCHEMA,
  EXPORT_SCHEMA,
  type ExportEnd,
  type ExportHeader,
  type ExportKind,
  type ExportRecord,
} from '../core/export/exportFormat';
import { maskOf, redactionsOf } from '../core/export/redactions';
import type { Incomplete } from '../core/report/summary';
import { visibleJson } from '../core/report/visibleText';
import type { OpenResult } from '../protocol/engine';
import { madeFor, sha256 } from './calibration';
import type { CorpusFile } from './corpusFiles';
import { scanCorpus } from './corpusScan';
import type { EngineClient } from './engineClient';
import { type Project, scanSettings } from './project';
import type { ShowPath } from './projectError';

export interface ExportOptions {
  readonly files: readonly CorpusFile[];
  readonly signal: AbortSignal;
  readonly show: ShowPath;
  /** How much is done, 0 to 1. */
  onProgress(fraction: number): void;
  /** Called for whatever cannot be scored; everything else is exported. */
  onIncomplete(place: Incomplete, column: number): void;
}

export interface ExportTotals {
  /** Records read and scored. */
  readonly scored: number;
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
  engine: Pick<EngineClient, 'scan' | 'setForgetSet'>,
  project: Project,
  models: OpenResult['models'],
  options: ExportOptions,
  write: (text: string) => Promise<void>,
): Promise<ExportTotals> {
  const { files, signal, show, onProgress } = options;
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
    for (const message of scores.skipped) {
      onIncomplete({ file, line: record.line, message }, 1);
    }
    const leaks = scores.leaks.filter(({ lift }) => lift >= threshold);
    if (leaks.length > 0) {
      const { index, id, line: at, text } = record;
      const content = kind === 'redactions' ? { redactions: redactionsOf(leaks) } : { mask: maskOf(leaks) };
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
  return { scored, records, positions, incomplete };
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
  return { file: show(forgetSetPath), line, message: `fact ${JSON.stringify(fact)}: ${message}` };
}

/** No reader may take a character within a string for the line's end. */
function line(value: object): string {
  return `${visibleJson(value)}\n`;
}
