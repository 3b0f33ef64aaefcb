import { createHash } from 'node:crypto';
import type { DecidedLeak } from '../../../../src/core/decisions/decidedLeaks';
import type { Fact } from '../../../../src/core/forget/fact';
import type { CorpusFormat } from '../../../../src/core/records/corpusFormat';
import { readRecords } from '../../../../src/core/records/readRecords';
import type { CorpusRecord } from '../../../../src/core/records/record';
import type { ReportFormat } from '../../../../src/core/report/formats/reportFormat';
import { REPORT_FORMATS } from '../../../../src/core/report/formats/reportFormat';
import type { ReportContext } from '../../../../src/core/report/formats/textReport';
import { type Incomplete, summarise } from '../../../../src/core/report/summary';
import { Tally } from '../../../../src/core/report/tally';
import { type Leak, NO_SCORES } from '../../../../src/core/score/leak';
import { someLeak } from '../someLeak';

export interface Found {
  readonly file: string;
  readonly record: CorpusRecord;
  readonly leaks: readonly Leak[];
  readonly ignored?: readonly DecidedLeak[];
}

export interface Told {
  readonly facts: readonly Fact[];
  readonly found: readonly Found[];
  readonly incomplete?: readonly Incomplete[];
  readonly showAnswers?: boolean;
  readonly command?: string;
}

/** The only record of a file. */
export function recordOf(content: string, format: Exclude<CorpusFormat, 'parquet'> = 'jsonl'): CorpusRecord {
  const record = readRecords(content, format, 'text').records.at(-1);
  if (record === undefined) {
    throw new Error(`no record in ${content}`);
  }
  return record;
}

/** A record of one text with a leak of every range given. */
export function leaky(file: string, text: string, leaks: readonly Partial<Leak>[]): Found {
  return { file, record: recordOf(JSON.stringify({ text })), leaks: leaks.map((each) => someLeak(each)) };
}

/** The whole text of a report, put together as a scan does it. */
export function reportText(id: ReportFormat['id'], told: Told): string {
  const { facts, found, incomplete = [], showAnswers = false, command = 'seep scan a.jsonl' } = told;
  const format = REPORT_FORMATS.find((each) => each.id === id);
  if (format === undefined) {
    throw new Error(id);
  }
  const context: ReportContext = {
    facts,
    shown: showAnswers ? new Map(facts.map((fact) => [fact.id, fact])) : null,
    threshold: 0.02,
    temperature: 1,
    origin: { version: '1.2.3', command, sources: [{ file: 'seep.json', sha256: 'ef'.repeat(32) }] },
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
  };
  const report = format.open(context);
  const tally = new Tally(facts, 0.02);
  const pieces = [report.start];
  for (const { file, record, leaks, ignored = [] } of found) {
    const scores = { ...NO_SCORES, tokens: 8, leaks };
    pieces.push(report.add({ file, record, scores }, tally.add(scores), ignored));
  }
  const summary = summarise(tally, {
    files: 1,
    reference: 'model',
    completedBy: 'reference',
    comparison: { student: 'tokens', reference: 'tokens' },
    onPolicy: false,
    threshold: 0.02,
    calibrated: false,
    expectedFalseFlagsPer1000: null,
    temperature: 1,
    models: { teacher: { folder: 'tea<b>cher', hash: 'ab'.repeat(32) }, student: null, reference: null },
    incomplete,
    decided: null,
    tellsUnattributed: false,
    shown: showAnswers ? facts : null,
  });
  return [...pieces, ...report.finish(summary, tally)].join('');
}
