import type { Problem } from '../../errors';
import { describeNode, type JsonNode, JsonSyntaxError, parseJson } from '../../json/jsonTree';
import { ObjectReader, quote, type Report } from '../../json/objectReader';
import { t } from '../../l10n';
import type { ImportedEntry, ImportedFile } from './importFormat';

/** A record of a data set: its fields, and where it stands. */
export interface DataRecord {
  readonly node: JsonNode & { kind: 'object' };
  /** Counted from 1. */
  readonly number: number;
  /** 1-based line that it starts in. */
  readonly line: number;
  /** Notes what is wrong at an offset of the text that the record was parsed from. */
  readonly report: Report;
}

/**
 * Reads the records of a data set as its makers publish it: a JSON list of objects, or an object a line.
 * @param read makes an entry of a record; null when it has reported why not
 */
export function readJsonRecords(
  text: string,
  read: (record: DataRecord) => Omit<ImportedEntry, 'line'> | null,
): ImportedFile {
  const entries: ImportedEntry[] = [];
  const problems: Problem[] = [];
  let number = 0;
  const readNode = (node: JsonNode, line: number, report: Report) => {
    number++;
    if (node.kind !== 'object') {
      report(node.start, t('record {0} is {1}; it must be an object', number, describeNode(node)));
      return;
    }
    const entry = read({ node, number, line, report });
    if (entry !== null) {
      entries.push({ ...entry, line });
    }
  };
  const bare = text.replace(/^\ufeff/, '');
  if (/^\s*\[/.test(bare)) {
    readList(bare, problems, readNode);
  } else {
    readLines(bare, problems, readNode);
  }
  if (entries.length === 0 && problems.length === 0) {
    problems.push({ line: 1, column: 1, message: t('there is no record in this file') });
  }
  return { entries, problems };
}

type ReadNode = (node: JsonNode, line: number, report: Report) => void;

function readList(text: string, problems: Problem[], readNode: ReadNode): void {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lineStarts.push(at + 1);
  }
  const report: Report = (offset, message) => {
    const line = lineOf(lineStarts, offset);
    problems.push({ line, column: offset - (lineStarts[line - 1] ?? 0) + 1, message });
  };
  const list = parse(text, report);
  if (list?.kind === 'array') {
    for (const item of list.items) {
      readNode(item, lineOf(lineStarts, item.start), report);
    }
  }
}

/** 1-based line of an offset: how many lines start at it or before it. */
function lineOf(lineStarts: readonly number[], offset: number): number {
  let low = 0;
  let high = lineStarts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function readLines(text: string, problems: Problem[], readNode: ReadNode): void {
  text.split('\n').forEach((line, index) => {
    if (line.trim() !== '') {
      const report: Report = (offset, message) => {
        problems.push({ line: index + 1, column: offset + 1, message });
      };
      const node = parse(line, report);
      if (node !== null) {
        readNode(node, index + 1, report);
      }
    }
  });
}

function parse(text: string, report: Report): JsonNode | null {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) {
      throw error;
    }
    report(error.offset, t('not JSON: {0}', error.message));
    return null;
  }
}

/** The fields of a record of a known data set. What is missing, unknown or of another type is reported. */
export class FieldReader {
  readonly #reader: ObjectReader;
  #complete = true;

  /** `dataSet` is what messages call it: "TOFU". */
  constructor(
    record: DataRecord,
    private readonly fields: readonly string[],
    private readonly dataSet: string,
  ) {
    const report: Report = (offset, message) => {
      this.#complete = false;
      record.report(offset, message);
    };
    this.#reader = new ObjectReader(record.node, fields, report, '', (key) =>
      t('unknown field {0}; a record of {1} has {2}', quote(key), dataSet, fields.join(', ')),
    );
  }

  /** Whether nothing has been wrong so far. */
  get complete(): boolean {
    return this.#complete;
  }

  /** A text without white space at its ends. */
  text(field: string): string {
    this.#require(field);
    return this.#reader.string(field)?.trim() ?? '';
  }

  optionalText(field: string): string | null {
    return this.#reader.string(field)?.trim() ?? null;
  }

  texts(field: string): string[] {
    this.#require(field);
    return this.optionalTexts(field);
  }

  optionalTexts(field: string): string[] {
    return (this.#reader.strings(field) ?? []).map((each) => each.trim());
  }

  index(field: string, count: number): number {
    this.#require(field);
    return this.#reader.whole(field, { minimum: 0, maximum: Math.max(0, count - 1) }) ?? 0;
  }

  choice<T extends string>(field: string, choices: readonly T[]): T | null {
    this.#require(field);
    return this.#reader.oneOf(field, choices) ?? null;
  }

  #require(field: string): void {
    if (!this.#reader.has(field)) {
      const fields = this.fields.join(', ');
      this.#reader.report(
        this.#reader.start,
        t('the field "{0}" is missing; a record of {1} has {2}', field, this.dataSet, fields),
      );
    }
  }
}
