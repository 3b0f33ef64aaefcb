import type { AuditedRecord, RecordPlace } from '../../core/audit/auditLine';
import type { AuditTally, Change } from '../../core/audit/auditTally';
import { type Finding, findingsOf } from '../../core/audit/finding';
import type { Signatures } from '../../core/audit/signatures';
import { StatementFinder } from '../../core/calibrate/statements';
import { SeepError } from '../../core/errors';
import type { Fact } from '../../core/forget/fact';
import { t } from '../../core/l10n';
import type { CorpusRecord } from '../../core/records/record';
import type { Leak } from '../../core/score/leak';
import type { ScanResult } from '../../protocol/engine';
import { type CorpusScanOptions, type ScannedRecord, scanCorpus } from '../corpusScan';
import type { EngineClient } from '../engineClient';
import type { CorpusSide } from './corpusSide';
import type { PairedCorpora } from './pairCorpora';
import { hash64 } from './readSignatures';

/** A record of an audit, with what was read last of it: the raw text where it was removed, else the filtered one. */
export interface Audited extends AuditedRecord {
  readonly record: CorpusRecord;
  /** In that text, at or above the threshold. */
  readonly leaks: readonly Leak[];
  readonly batch: ScanResult;
}

export interface AuditOptions extends Omit<CorpusScanOptions, 'wanted' | 'onFileRead'> {
  readonly facts: readonly Fact[];
}

/**
 * Scores what the filter removed and changed, then the filtered corpus; what was kept is scored once and counts on both sides.
 * Everything goes into the tally; records come in the order of the raw corpus as far as they were removed, then of the filtered one.
 * What cannot be scored is reported and left out. Rejects with `cancelled` once the signal is given and the engine has let go.
 */
export async function* auditCorpora(
  engine: Pick<EngineClient, 'scan'>,
  { raw, filtered, pairing }: PairedCorpora,
  tally: AuditTally,
  options: AuditOptions,
): AsyncGenerator<Audited> {
  const { removed, changed, filtered: left } = pairing.counts;
  const statements = new StatementFinder(options.facts);
  const findings = (record: CorpusRecord, leaks: readonly Leak[]) =>
    findingsOf(leaks, statements.statedIn(record.text));
  const progress = (from: number, share: number) => (fraction: number) => options.onProgress(from + share * fraction);
  const rawShare = (removed + changed) / Math.max(1, removed + changed + left);

  /** Of changed records: what their raw text has to do with facts, by the number of their filtered record. */
  const earlier = new Map<number, readonly Finding[]>();
  /** Whether the raw text was scored at all, so that nothing found need not be kept. */
  const isScored = new Uint8Array(left);
  const rawScan = scanSide(engine, raw, { ...options, onProgress: progress(0, rawShare) }, (number) => {
    const partner = pairing.filteredOf(number);
    return partner === null || pairing.isChanged(partner);
  });
  for await (const { record, number, scores, batch } of rawScan) {
    const leaks = tally.addScores(scores, { raw: true, filtered: false });
    const before = findings(record, leaks);
    const partner = pairing.filteredOf(number);
    if (partner !== null) {
      isScored[partner] = 1;
      if (before.length > 0) {
        earlier.set(partner, before);
      }
      continue;
    }
    tally.addRecord('removed', before, null);
    yield {
      change: 'removed',
      id: record.id,
      raw: placeOf(raw, number),
      filtered: null,
      before,
      after: null,
      record,
      leaks,
      batch,
    };
  }
  const filteredScan = scanSide(engine, filtered, { ...options, onProgress: progress(rawShare, 1 - rawShare) });
  for await (const { record, number, scores, batch } of filteredScan) {
    const partner = pairing.rawOf(number);
    const change: Change = partner === null ? 'added' : pairing.isChanged(number) ? 'changed' : 'kept';
    const leaks = tally.addScores(scores, { raw: change === 'kept', filtered: true });
    const after = findings(record, leaks);
    const before = change === 'kept' ? after : isScored[number] === 1 ? (earlier.get(number) ?? []) : null;
    earlier.delete(number);
    tally.addRecord(change, before, after);
    yield {
      change,
      id: record.id,
      raw: partner === null ? null : placeOf(raw, partner),
      filtered: placeOf(filtered, number),
      before,
      after,
      record,
      leaks,
      batch,
    };
  }
}

type Side = CorpusSide & { readonly signatures: Signatures };

/** Scores the wanted records of a side, with their numbers over all its files. Refuses files that have changed since they were paired. */
async function* scanSide(
  engine: Pick<EngineClient, 'scan'>,
  { files, signatures }: Side,
  options: Omit<CorpusScanOptions, 'wanted' | 'onFileRead'>,
  wanted: (number: number) => boolean = () => true,
): AsyncGenerator<ScannedRecord & { readonly number: number }> {
  const ranges = new Map(signatures.files.map((range, index) => [files[index]?.file, range]));
  const numberOf = (file: string, index: number) => (ranges.get(file)?.from ?? 0) + index;
  const scanned = scanCorpus(engine, files, {
    ...options,
    wanted: (file, { index, text }) => {
      const number = numberOf(file, index);
      if (!signatures.hasText(number, hash64(text))) {
        throw changedFile(file);
      }
      return wanted(number);
    },
    onFileRead: (file, records) => {
      if (numberOf(file, records) !== ranges.get(file)?.to) {
        throw changedFile(file);
      }
    },
  });
  for await (const each of scanned) {
    for (const message of each.scores.skipped) {
      options.onIncomplete({ file: each.file, line: each.record.line, message }, 1);
    }
    yield { ...each, number: numberOf(each.file, each.record.index) };
  }
}

function changedFile(file: string): SeepError {
  return new SeepError('file', t('{0} was changed while it was audited; run the audit again', file));
}

function placeOf({ files, signatures }: Side, number: number): RecordPlace {
  const file = signatures.fileOf(number);
  return {
    file: files[file]?.file ?? '',
    index: number - signatures.startOf(file),
    line: signatures.lineOf(number),
  };
}
