import { grouped, t } from '../l10n';
import { type LineCutter, lengthWithoutEnd, MAX_RECORD_LENGTH, type RecordSink, type SourceLine } from './lineCutter';
import { identityMap } from './sourceMap';

/**
 * Plain text: paragraphs between blank lines. Markdown gets no treatment of its own: front matter, headings and fenced code are
 * paragraphs like any other, because a model is trained on all of them.
 */
export class Paragraphs implements LineCutter {
  readonly header = null;
  /** The paragraph under way: its lines with their line ends, where it starts (line 0: there is none), why it is lost. */
  #lines: string[] = [];
  #line = 0;
  #lastLine = 0;
  #start = 0;
  #length = 0;
  #fault: { readonly line: number; readonly message: string } | null = null;

  constructor(private readonly sink: RecordSink) {}

  get isBetweenRecords(): boolean {
    return this.#line === 0;
  }

  push({ text, line, start }: SourceLine): void {
    if (text.trim() === '') {
      this.finish();
      return;
    }
    this.#extend(line, start, text.length);
    if (this.#length > MAX_RECORD_LENGTH) {
      const message = t(
        'the paragraph that starts here is longer than {0} characters; split it with blank lines',
        grouped(MAX_RECORD_LENGTH),
      );
      this.#lose(this.#line, message);
    }
    if (this.#fault === null) {
      this.#lines.push(text);
    }
  }

  skip({ line, start }: Omit<SourceLine, 'text'>, length: number, message: string): void {
    this.#extend(line, start, length);
    this.#lose(line, message);
  }

  finish(): void {
    if (this.#fault !== null) {
      this.sink.problem(this.#fault.line, 1, this.#fault.message);
    } else if (this.#line > 0) {
      const whole = this.#lines.join('');
      const text = whole.slice(0, lengthWithoutEnd(whole));
      const start = this.#start;
      this.sink.record(null, {
        line: this.#line,
        lines: this.#lastLine - this.#line + 1,
        text,
        textStart: { line: this.#line, column: 1 },
        hasFileLines: true,
        source: identityMap(start, text.length),
        range: [start, start + text.length],
      });
    }
    this.#lines = [];
    this.#line = 0;
    this.#length = 0;
    this.#fault = null;
  }

  #extend(line: number, start: number, length: number): void {
    if (this.#line === 0) {
      this.#line = line;
      this.#start = start;
    }
    this.#lastLine = line;
    this.#length += length;
  }

  #lose(line: number, message: string): void {
    this.#fault ??= { line, message };
    this.#lines = [];
  }
}
