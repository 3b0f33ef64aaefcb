import { stat } from 'node:fs/promises';
import { countedLeaks, isToDrop } from '../core/decisions/decidedLeaks';
import { SeepError } from '../core/errors';
import type { Incomplete } from '../core/report/summary';
import type { CorpusFile } from './corpusFiles';
import { scanCorpus } from './corpusScan';
import { decisionsOn } from './decisionsFile';
import type { EngineClient } from './engineClient';
import { type ExportOptions, exportSettings } from './exportCorpus';
import { linesOf } from './lines';
import type { Project } from './project';
import { MAX_LINE_BYTES } from './readCorpus';
import { decodeUtf8 } from './utf8';

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
 * Copies a file without its leaking records: every other record's lines byte for byte, and the blank lines. What could not be scored
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
  write: (text: string) => Promise<void>,
): Promise<CleanTotals> {
  const before = await stateOf(source.path);
  let kept = 0;
  let leaking = 0;
  let dropped = 0;
  let incomplete = 0;
  const onIncomplete = (place: Incomplete, column: number) => {
    incomplete++;
    options.onIncomplete(place, column);
  };
  const copier = new LineCopier(source, write);
  const scanned = scanCorpus(engine, [source], {
    textField: project.corpus.textField,
    settings: exportSettings(project, false),
    signal: options.signal,
    onProgress: options.onProgress,
    onIncomplete,
    onFileRead: () => {},
  });
  try {
    for await (const { file, record, scores } of scanned) {
      for (const message of scores.skipped) {
        onIncomplete({ file, line: record.line, message }, 1);
      }
      const decisions = decisionsOn(record.text, options.decisions);
      const leaks = countedLeaks(scores.leaks, decisions).some(({ lift }) => lift >= project.threshold);
      const drop = !leaks && isToDrop(decisions);
      leaking += leaks ? 1 : 0;
      dropped += drop ? 1 : 0;
      const keep = !leaks && !drop && scores.skipped.length === 0;
      kept += keep ? 1 : 0;
      const lines = source.format === 'text' ? record.text.split('\n').length : 1;
      await copier.take(record.line, lines, keep);
    }
    await copier.finish();
  } finally {
    await copier.close();
  }
  if ((await stateOf(source.path)) !== before) {
    throw new SeepError('file', `${source.file}: changed while it was being read; export it again`, source.path);
  }
  return { kept, leaking, dropped, incomplete };
}

/** Characters written at a time. */
const WRITE_LENGTH = 1 << 16;

/** Goes through a file's lines beside the scan and hands on those that are to stay. */
class LineCopier {
  readonly #lines: AsyncGenerator<{ readonly line: Uint8Array | null }>;
  /** Lines read so far. */
  #at = 0;
  /** The paragraph before was left out: so are the blank lines behind it. */
  #dropBlank = false;
  /** What is to be written, collected because lines are short. */
  #pending: string[] = [];
  #pendingLength = 0;

  constructor(
    private readonly source: CorpusFile,
    private readonly write: (text: string) => Promise<void>,
  ) {
    this.#lines = linesOf(source.path, MAX_LINE_BYTES);
  }

  /** Copies the blank lines before the record, and its own `count` lines if it stays. */
  async take(line: number, count: number, keep: boolean): Promise<void> {
    while (this.#at < line - 1 && (await this.#copyNext('blank'))) {}
    for (let i = 0; i < count && (await this.#copyNext(keep ? 'all' : 'none')); i++) {}
    this.#dropBlank = !keep && this.source.format === 'text';
  }

  /** Copies the blank lines that are left. */
  async finish(): Promise<void> {
    while (await this.#copyNext('blank')) {}
    await this.#flush();
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined);
  }

  /** Returns whether there was a line. */
  async #copyNext(which: 'all' | 'blank' | 'none'): Promise<boolean> {
    const { value, done } = await this.#lines.next();
    if (done) {
      return false;
    }
    this.#at++;
    const text = value.line === null ? null : decodeUtf8(value.line);
    if (typeof text !== 'string') {
      return true;
    }
    const isBlank = text.trim() === '';
    if (which === 'blank' && !isBlank) {
      // Neither a record nor blank: it could not be read, and neither are the blank lines behind it needed.
      this.#dropBlank = this.source.format === 'text';
    }
    if (which === 'all' || (which === 'blank' && isBlank && !this.#dropBlank)) {
      this.#pending.push(text);
      this.#pendingLength += text.length;
      if (this.#pendingLength >= WRITE_LENGTH) {
        await this.#flush();
      }
    }
    return true;
  }

  async #flush(): Promise<void> {
    const text = this.#pending.join('');
    this.#pending = [];
    this.#pendingLength = 0;
    if (text !== '') {
      await this.write(text);
    }
  }
}

async function stateOf(path: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(path);
  return JSON.stringify([size, mtimeMs, ino]);
}
