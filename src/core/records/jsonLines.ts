import { describeNode, type JsonNode, JsonSyntaxError, member, parseJson } from '../json/jsonTree';
import { t } from '../l10n';
import { type LineCutter, lengthWithoutEnd, type RecordSink, type SourceLine } from './lineCutter';
import type { SourceMap } from './sourceMap';
import { findField } from './textField';

/** JSONL: each line that is not blank holds one JSON value, and that a text. */
export class JsonLines implements LineCutter {
  readonly isBetweenRecords = true;
  readonly header = null;

  constructor(
    private readonly textField: string,
    private readonly sink: RecordSink,
  ) {}

  push({ text: lineWithEnd, line, start }: SourceLine): void {
    if (lineWithEnd.trim() === '') {
      return;
    }
    const text = lineWithEnd.slice(0, lengthWithoutEnd(lineWithEnd));
    let root: JsonNode;
    try {
      root = parseJson(text);
    } catch (error) {
      if (error instanceof JsonSyntaxError) {
        this.sink.problem(line, error.offset + 1, t('not JSON: {0}', error.message));
        return;
      }
      throw error;
    }
    const { found, ...missing } = findField(root, this.textField);
    if (found === null) {
      if ('message' in missing) {
        this.sink.problem(line, missing.offset + 1, missing.message);
      }
      return;
    }
    if (found.kind !== 'string') {
      const message = t('the field "{0}" is {1}, not a string', this.textField, describeNode(found));
      this.sink.problem(line, found.start + 1, message);
      return;
    }
    this.sink.record(ownId(root, text), {
      line,
      lines: 1,
      text: found.value,
      textStart: { line, column: found.start + 2 },
      hasFileLines: false,
      source: stringMap(text, found.start, found.end, found.value.length, start),
      range: [start, start + text.length],
    });
  }

  skip({ line }: Omit<SourceLine, 'text'>, _length: number, message: string): void {
    this.sink.problem(line, 1, message);
  }

  finish(): void {}
}

/** A number keeps its spelling, so that ids beyond 2^53 stay apart. */
function ownId(root: JsonNode, line: string): string | null {
  const id = member(root, 'id');
  if (id?.kind === 'string') {
    return id.value;
  }
  return id?.kind === 'number' ? line.slice(id.start, id.end) : null;
}

/**
 * Map of the string token at [start, end) of `line`, quotes included; `lineStart` is the line's offset in the file. An escape is
 * its segment's last unit, so there is one segment more than there are escapes (none for an escape at the end).
 */
function stringMap(line: string, start: number, end: number, textLength: number, lineStart: number): SourceMap {
  const textStarts = [0];
  const sourceStarts = [lineStart + start + 1];
  const last = end - 1;
  let text = 0;
  let at = start + 1;
  for (;;) {
    const backslash = line.indexOf('\\', at);
    if (backslash < 0 || backslash >= last) {
      break;
    }
    text += backslash - at + 1;
    at = backslash + (line[backslash + 1] === 'u' ? 6 : 2);
    if (at < last) {
      textStarts.push(text);
      sourceStarts.push(lineStart + at);
    }
  }
  return { textStarts, sourceStarts, sourceEnd: lineStart + last, textLength };
}
