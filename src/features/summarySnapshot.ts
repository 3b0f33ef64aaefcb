import type { Fact } from '../core/forget/fact';
import { referenceWords, thresholdWords } from '../core/report/closingWords';
import { comparisonWords } from '../core/report/comparisonWords';
import type { FoundLeak, FoundPlace, LeakingRecord } from '../core/report/corpusFindings';
import { paceWords } from '../core/report/scanPace';
import { factVerdict } from '../core/report/verdict';
import { visibleText } from '../core/report/visibleText';
import type { CorpusActivity, CorpusScan } from '../host/corpusScan';
import type { Place } from '../protocol/place';
import {
  MAX_ROWS,
  PAGE_RECORDS,
  type RecordsPart,
  type RecordsView,
  type Rows,
  type SummaryActivity,
  type SummaryFact,
  type SummaryFile,
  type SummaryPlace,
  type SummaryRecord,
  type SummarySnapshot,
} from '../protocol/summary';
import { clip, secretName } from './leakText';
import { countedScan, verdictOf } from './verdictWords';

/** How people name a file. */
export type ShowPath = (path: string) => string;

/** What the summary page is sent of a scan. */
export function summarySnapshot(scan: CorpusScan, show: ShowPath): SummarySnapshot {
  const { findings, project } = scan;
  const { tally, files, records, unattributed, incomplete } = findings;
  const { totals } = tally;
  const tallied = tally.facts;
  const byId = new Map(project.facts.map((fact) => [fact.id, fact]));
  const { notice } = project.resolved;
  const compared = comparisonWords(scan.comparison);
  return {
    scope: { ...scan.scope },
    name: scan.name,
    activity: summaryActivity(scan.activity),
    outdated: scan.outdated,
    verdict: verdictOf(countedScan(scan)),
    threshold: findings.threshold,
    notes: [
      ...referenceWords(project.thresholdParts.reference, tallied),
      ...(compared === null ? [] : [compared]),
      notice ?? thresholdWords(project.resolved),
    ],
    totals: {
      files: scan.files,
      records: totals.records,
      leakingRecords: records.all,
      tokens: totals.tokens,
      positions: totals.positions,
      shadow: totals.shadow,
      stated: totals.stated,
      facts: tallied.length,
      leakingFacts: totals.leakingFacts,
    },
    bins: findings.histogram.bins,
    facts: rowsOf(
      tallied.filter(({ positions }) => positions > 0),
      ({ fact: id, positions, stated, ...each }): SummaryFact => {
        const fact: Fact | undefined = byId.get(id);
        const worst = findings.worstOf(id);
        return {
          id: named(id),
          name: secretName(id, fact),
          shadow: positions - stated,
          stated,
          records: each.records,
          maxLift: each.maxLift,
          exposure: each.exposure,
          similarity: each.similarity,
          verdict: factVerdict({ fact: id, positions, stated, ...each }, project.temperature).words,
          place: worst === undefined ? null : placeOf(worst),
        };
      },
    ),
    files: rowsOf(
      [...files].sort((a, b) => b.leaks - a.leaks || liftOf(b.worst) - liftOf(a.worst)),
      ({ file, worst, ...counts }): SummaryFile => ({
        name: visibleText(show(file)),
        leaks: counts.leaks,
        stated: counts.stated,
        records: counts.records,
        leakingRecords: counts.leakingRecords,
        maxLift: liftOf(worst),
        incomplete: counts.incomplete,
        place: worst === null ? { file, line: 1, token: null } : placeOf(worst),
      }),
    ),
    records: {
      all: records.all,
      rows: records.kept.map((each) => recordRow(each, show)),
    },
    unnamed: {
      all: unattributed.all,
      rows: unattributed.kept.map((each) => ({ ...lineOf(each, show), bits: each.at.unattributed })),
    },
    incomplete: {
      all: incomplete.all,
      rows: incomplete.kept.map(({ file, line, message }) => ({
        where: `${visibleText(show(file))}:${line}`,
        message: visibleText(message),
        place: { file, line, token: null },
      })),
    },
  };
}

/** A part of all records that leak; null where the scan holds no list of them, or no longer. */
export async function recordsPart(
  { records }: CorpusScan,
  view: RecordsView,
  show: ShowPath,
): Promise<RecordsPart | null> {
  const part = await records?.read(view, PAGE_RECORDS);
  return part ? { view, rows: part.records.map((each) => recordRow(each, show)), listed: part.listed } : null;
}

function recordRow({ leaks, worst }: LeakingRecord, show: ShowPath): SummaryRecord {
  const { lift, kind, fact } = worst.leak;
  return { ...lineOf(worst, show), leaks, lift, kind, fact: named(fact) };
}

export function summaryActivity(activity: CorpusActivity): SummaryActivity {
  return activity.kind === 'scanning'
    ? { kind: 'scanning', fraction: activity.fraction, words: activity.pace === null ? '' : paceWords(activity.pace) }
    : activity;
}

function lineOf(found: FoundPlace, show: ShowPath): SummaryPlace {
  const { record, before, token, after } = found;
  const file = `${visibleText(show(record.file))}:${record.line}`;
  return { id: named(record.id), file, before, token, after, place: placeOf(found) };
}

function placeOf({ record, start, end, token }: FoundPlace): Place {
  return { file: record.file, line: record.line, token: { record: record.index, start, end, text: token } };
}

function rowsOf<T, R>(items: readonly T[], row: (item: T) => R): Rows<R> {
  return { rows: items.slice(0, MAX_ROWS).map(row), all: items.length };
}

function named(id: string): string {
  return visibleText(clip(id, 60));
}

function liftOf(worst: FoundLeak | null): number {
  return worst?.leak.lift ?? 0;
}
