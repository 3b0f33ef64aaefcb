import type { AuditedRecord, RecordPlace } from '../../core/audit/auditLine';
import type { AuditTally, Change } from '../../core/audit/auditTally';
import { type Finding, findingsOf } from '../../core/audit/finding';
import type { Signatures } from '../../core/audit/signatures';
import { StatementFinder } from '../../core/calibrate/statements';
import { actionsOf, countedLeaks, isFactIgnored } from '../../core/decisions/decidedLeaks';
import type { DecidedTally } from '../../core/decisions/decidedTally';
import type { DecisionIndex } from '../../core/decisions/decisionIndex';
import { SeepError } from '../../core/errors';
import type { Fact } from '../../core/forget/fact';
import type { CorpusRecord } from '../../core/records/record';
import type { Leak } from '../../core/score/leak';
import type { ScanResult } from '../../protocol/engine';
import { type CorpusScanOptions, type ScannedRecord, scanCorpus } from '../corpusScan';
import { decisionsOn } from '../decisionsFile';
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
  readonly decisions: DecisionIndex;
  /** An empty one, which what is decided about the leaks of the filtered corpus goes into. */
  readonly decided: DecidedTally;
}

/**
 * Scores what the filter removed and changed, then the filtered corpus; what was kept is scored once and counts on both sides.
 * Leaks that are ignored by decision count on neither side. Everything goes into the tally; records come in the order of the raw corpus as far as they were removed, then of the filtered one.
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
  /** What counts of a record on the sides that it is on: leaks, and what they and its text have to do with facts. */
  const judge = ({ record, scores }: ScannedRecord, sides: { readonly raw: boolean; readonly filtered: boolean }) => {
    const decisions = decisionsOn(record.text, options.decisions);
    sides.filtered ? options.decided.add(scores.leaks, decisions) : options.decided.find(decisions);
    const leaks = tally.addScores({ ...scores, leaks: countedLeaks(scores.leaks, decisions) }, sides);
    const named = statements.statedIn(record.text).filter((fact) => !isFactIgnored(fact, scores.leaks, decisions));
    return { leaks, findings: findingsOf(leaks, named), decided: actionsOf(decisions) };
  };
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
  for await (const { number, ...scanned } of rawScan) {
    const { record, batch } = scanned;
    const { leaks, findings: before, decided } = judge(scanned, { raw: true, filtered: false });
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
      decided,
      before,
      after: null,
      record,
      leaks,
      batch,
    };
  }
  const filteredScan = scanSide(engine, filtered, { ...options, onProgress: progress(rawShare, 1 - rawShare) });
  for await (const { number, ...scanned } of filteredScan) {
    const { record, batch } = scanned;
    const partner = pairing.rawOf(number);
    const change: Change = partner === null ? 'added' : pairing.isChanged(number) ? 'changed' : 'kept';
    const { leaks, findings: after, decided } = judge(scanned, { raw: change === 'kept', filtered: true });
    const before = change === 'kept' ? after : isScored[number] === 1 ? (earlier.get(number) ?? []) : null;
    earlier.delete(number);
    tally.addRecord(change, before, after);
    yield {
      change,
      id: record.id,
      raw: partner === null ? null : placeOf(raw, partner),
      filtered: placeOf(filtered, number),
      decided,
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
    yield { ...each, number: numberOf(each.file, each.record.index) };
  }
}

function changedFile(file: string): SeepError {
  return new SeepError('file', `${file} was changed while it was audited; run the audit again`);
}

function placeOf({ files, signatures }: Side, number: number): RecordPlace {
  const file = signatures.fileOf(number);
  return {
    file: files[file]?.file ?? '',
    index: number - signatures.startOf(file),
    line: signatures.lineOf(number),
  };
}
