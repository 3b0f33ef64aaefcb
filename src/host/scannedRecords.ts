import { fileState } from '../client/fileState';
import type { LeakingRecords } from '../client/leakingRecords';
import type { ShowPath } from '../client/projectError';
import { sortLeaks } from '../core/decisions/decidedLeaks';
import type { DecisionIndex } from '../core/decisions/decisionIndex';
import { SeepError } from '../core/errors';
import { groups } from '../core/groups';
import { grouped, t } from '../core/l10n';
import type { FoundRecord } from '../core/report/corpusFindings';
import type { ActTarget } from './actPlaces';
import type { CorpusScan } from './corpusScan';

/** Records by the paths of their files: all of a file, or those with some indexes. */
export type RecordsOfFiles = ReadonlyMap<string, ReadonlySet<number> | 'all'>;

/** Which of the records that a scan has found leaking are meant. */
export interface ScannedPart {
  readonly scan: CorpusScan;
  /** Records that are meant with all that leaks in them. */
  readonly records: RecordsOfFiles;
  /** By its id: the records in which a fact is meant; `all`: wherever it leaks. */
  readonly facts: ReadonlyMap<string, RecordsOfFiles | 'all'>;
}

/** A record of a file that a scan of the corpus has read, with what of it is meant. */
export interface ScannedRecord {
  /** Absolute path. */
  readonly file: string;
  readonly targets: readonly ActTarget[];
  /** Whether the file is what the scan has read. */
  isUnchanged(): Promise<boolean>;
}

/**
 * What is still open in a part of a scan, record by record from the scan's list on disk: memory does not grow with it.
 * @param decided what has been decided by now
 * @param isElsewhere leaves out records that are in a document's hands
 * @throws SeepError where the list is not to be relied upon, or one of the files is no longer what was scanned
 */
export async function* scannedRecords(
  part: ScannedPart,
  decided: DecisionIndex,
  isElsewhere: (record: FoundRecord) => boolean,
  show: ShowPath,
): AsyncGenerator<ScannedRecord> {
  const { scan } = part;
  const files = new Map<string, Omit<ScannedRecord, 'targets'>>();
  const found = listOf(scan).inFiles((file) => isMeant(part, file));
  for await (const { record, spots } of found) {
    const { hash } = record;
    if (hash === null || isElsewhere(record)) {
      continue;
    }
    const own = meantIn(part, record, sortLeaks(spots, decided.of(hash)).open);
    if (own.length > 0) {
      const { file } = record;
      const known = files.get(file) ?? (await unchangedFile(scan, file, show));
      files.set(file, known);
      yield { ...known, targets: own.map((each) => ({ ...each, project: scan.project, record, hash })) };
    }
  }
}

/** @throws SeepError where it does not tell what leaks now */
function listOf({ name, running, superseded, records }: CorpusScan): LeakingRecords {
  if (running) {
    throw new SeepError('usage', t('{0} is being scanned. Wait for the end or cancel the scan, then act.', name));
  }
  if (superseded || records === null) {
    throw new SeepError(
      'record',
      t('{0} has to be scanned again before you act: settings, facts or models have changed since.', name),
    );
  }
  if (records.added > records.kept) {
    throw new SeepError(
      'record',
      t(
        'Only {0} of {1} leaking records of {2} are listed one by one. Scan one of its folders, and act on that.',
        grouped(records.kept),
        grouped(records.added),
        name,
      ),
    );
  }
  return records;
}

async function unchangedFile(scan: CorpusScan, file: string, show: ShowPath): Promise<Omit<ScannedRecord, 'targets'>> {
  const isUnchanged = async () => (await fileState(file).catch(() => null)) === scan.states.get(file);
  if (!(await isUnchanged())) {
    throw new SeepError(
      'file',
      t('{0} has changed since it was scanned: nothing was done, in no file. Scan it and try again.', show(file)),
      file,
    );
  }
  return { file, isUnchanged };
}

function isMeant({ records, facts }: ScannedPart, file: string): boolean {
  return records.has(file) || [...facts.values()].some((each) => each === 'all' || each.has(file));
}

/** What of a record's open leaks is meant, and how far that reaches. */
function meantIn(
  { records, facts }: ScannedPart,
  record: FoundRecord,
  open: ActTarget['leaks'],
): Pick<ActTarget, 'reach' | 'fact' | 'leaks'>[] {
  if (open.length > 0 && has(records, record)) {
    return [{ reach: 'record', fact: null, leaks: open }];
  }
  return groups(open, ({ fact }) => fact)
    .filter(([fact]) => has(facts.get(fact), record))
    .map(([fact, leaks]) => ({ reach: 'fact', fact, leaks }));
}

/** Whether a record is among others. */
export function has(
  records: RecordsOfFiles | 'all' | undefined,
  { file, index }: Pick<FoundRecord, 'file' | 'index'>,
): boolean {
  const own = records === 'all' ? records : records?.get(file);
  return own === 'all' || own?.has(index) === true;
}
