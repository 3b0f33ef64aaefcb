import { countedLeaks, isToDrop } from '../core/decisions/decidedLeaks';
import { SeepError } from '../core/errors';
import { isBlankLine } from '../core/records/blankLine';
import type { LineFormat } from '../core/records/corpusFormat';
import { RecordReader } from '../core/records/readRecords';
import type { CorpusRecord } from '../core/records/record';
import type { Incomplete } from '../core/report/summary';
import { visibleJson } from '../core/report/visibleText';
import type { CorpusFile } from './corpusFiles';
import { scanCorpus } from './corpusScan';
import { decisionsOn } from './decisionsFile';
import type { EngineClient } from './engineClient';
import { type ExportOptions, exportSettings } from './exportCorpus';
import { fileState } from './fileState';
import { type Line, linesOf } from './lines';
import type { Project } from './project';
import { decodeUtf8 } from './utf8';

type Write = (text: string) => Promise<void>;

export interface CleanTotals {
  readonly kept: number;
  /** Records left out because something leaks in them. */
  readonly leaking: number;
  /** Records without leaks left out because people have decided so. */
  readonly dropped: number;
  /** Places left out because they could not be scored. */
  readonly incomplete: number;
}

/**
 * Copies a file without its leaking records: every other record's lines byte for byte, the blank lines, and the first row of a table;
 * rows of Parquet as JSONL. What could not be scored
 * is left out too, since nobody knows that it is clean: only what was scored is kept.
 * @param engine has the project's models open and its forget set
 * @param project settled for these models
 * @throws SeepError when the file changes meanwhile
 */
export async function copyClean(
  engine: Pick<EngineClient, 'scan'>,
  project: Project,
  source: CorpusFile,
  options: Omit<ExportOptions, 'files'>,
  write: Write,
): Promise<CleanTotals> {
  const before = await fileState(source.path);
  let kept = 0;
  let leaking = 0;
  let dropped = 0;
  let incomplete = 0;
  const onIncomplete = (place: Incomplete, column: number) => {
    incomplete++;
    options.onIncomplete(place, column);
  };
  const copier = copierOf(source, project.corpus.textField, write);
  const scanned = scanCorpus(engine, [source], {
    textField: project.corpus.textField,
    settings: exportSettings(project, false),
    signal: options.signal,
    onProgress: options.onProgress,
    onIncomplete,
    onFileRead: () => {},
  });
  try {
    for await (const { record, scores } of scanned) {
      const decisions = decisionsOn(record.text, options.decisions);
      const leaks = countedLeaks(scores.leaks, decisions).some(({ lift }) => lift >= project.threshold);
      const drop = !leaks && isToDrop(decisions);
      leaking += leaks ? 1 : 0;
      dropped += drop ? 1 : 0;
      const keep = !leaks && !drop && scores.skipped.length === 0;
      kept += keep ? 1 : 0;
      await copier.take(record, keep);
    }
    await copier.finish();
  } finally {
    await copier.close();
  }
  if ((await fileState(source.path)) !== before) {
    throw new SeepError('file', `${source.file}: changed while it was being read; export it again`, source.path);
  }
  return { kept, leaking, dropped, incomplete };
}

/** Writes what is to stay of a file. */
interface Copier {
  /** Takes the file's next record. */
  take(record: CorpusRecord, keep: boolean): Promise<void>;
  /** There are no more records. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

function copierOf({ path, format }: CorpusFile, textField: string, write: Write): Copier {
  return format === 'parquet' ? new RowWriter(textField, write) : new LineCopier(path, format, textField, write);
}

/** Characters written at a time. */
const WRITE_LENGTH = 1 << 16;

/** Collects what is to be written, because lines are short. */
class PendingText {
  #parts: string[] = [];
  #length = 0;

  constructor(private readonly write: Write) {}

  async add(text: string): Promise<void> {
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length >= WRITE_LENGTH) {
      await this.flush();
    }
  }

  async flush(): Promise<void> {
    const text = this.#parts.join('');
    this.#parts = [];
    this.#length = 0;
    if (text !== '') {
      await this.write(text);
    }
  }
}

/** Goes through a file's lines beside the scan and hands on those that are to stay. */
class LineCopier implements Copier {
  readonly #lines: AsyncGenerator<Line>;
  readonly #pending: PendingText;
  /** Lines read so far. */
  #at = 0;
  /** The first row of a table is still to be copied. */
  #needsHeader: boolean;
  /** The paragraph before was left out: so are the blank lines behind it. */
  #dropBlank = false;

  constructor(
    path: string,
    private readonly format: LineFormat,
    private readonly textField: string,
    write: Write,
  ) {
    this.#lines = linesOf(path);
    this.#pending = new PendingText(write);
    this.#needsHeader = format === 'csv' || format === 'tsv';
  }

  /** Copies the blank lines before the record, and its own lines if it stays. */
  async take({ line, lines }: CorpusRecord, keep: boolean): Promise<void> {
    await this.#copyHeader();
    while (this.#at < line - 1 && (await this.#copyNext('blank'))) {}
    for (let i = 0; i < lines && (await this.#copyNext(keep ? 'all' : 'none')); i++) {}
    this.#dropBlank = !keep && this.format === 'text';
  }

  /** Copies the blank lines that are left. */
  async finish(): Promise<void> {
    await this.#copyHeader();
    while (await this.#copyNext('blank')) {}
    await this.#pending.flush();
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined);
  }

  async #copyHeader(): Promise<void> {
    if (!this.#needsHeader) {
      return;
    }
    this.#needsHeader = false;
    const reader = new RecordReader(this.format, this.textField);
    const header: string[] = [];
    while (reader.point === null) {
      const line = await this.#next();
      const text = line && textOf(line);
      if (text === null) {
        return;
      }
      header.push(text);
      reader.push(text);
      if (reader.take().problems.length > 0) {
        return;
      }
    }
    await this.#pending.add(header.join(''));
  }

  async #next(): Promise<Line | null> {
    const { value, done } = await this.#lines.next();
    if (done) {
      return null;
    }
    this.#at++;
    return value;
  }

  /** Returns whether there was a line. */
  async #copyNext(which: 'all' | 'blank' | 'none'): Promise<boolean> {
    const line = await this.#next();
    if (line === null) {
      return false;
    }
    const text = textOf(line);
    if (text === null) {
      return true;
    }
    const isBlank = isBlankLine(text, this.format);
    if (which === 'blank' && !isBlank) {
      // Neither a record nor blank: it could not be read, and neither are the blank lines behind it needed.
      this.#dropBlank = this.format === 'text';
    }
    if (which === 'all' || (which === 'blank' && isBlank && !this.#dropBlank)) {
      await this.#pending.add(text);
    }
    return true;
  }
}

/** null for what cannot be read. */
function textOf({ bytes }: Line): string | null {
  const text = bytes === null ? null : decodeUtf8(bytes);
  return typeof text === 'string' ? text : null;
}

/** Writes rows as JSONL, with their number so that the other columns can be found. */
class RowWriter implements Copier {
  readonly #pending: PendingText;

  constructor(
    private readonly textField: string,
    write: Write,
  ) {
    this.#pending = new PendingText(write);
  }

  async take({ line, id, text }: CorpusRecord, keep: boolean): Promise<void> {
    if (keep) {
      await this.#pending.add(`${visibleJson({ row: line, id, [this.textField]: text })}\n`);
    }
  }

  async finish(): Promise<void> {
    await this.#pending.flush();
  }

  async close(): Promise<void> {}
}
