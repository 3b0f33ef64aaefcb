import { EXPORT_END_SCHEMA, EXPORT_KINDS, EXPORT_SCHEMA, type ExportHeader, type ExportKind } from './exportFormat';

/** What an export must be made for. */
export type ExportTarget = Pick<
  ExportHeader,
  'teacher' | 'reference' | 'tokenizer' | 'forgetSet' | 'vocabulary' | 'bos'
>;

/** A fault of an export; `line` counts from 1. */
export interface ExportFault {
  readonly line: number;
  readonly message: string;
}

/** Faults kept; a file made for something else has one on every line. */
const MAX_FAULTS = 20;

/** How far float32 probabilities, rounded to six digits, may add up beyond 1. */
const SUM_TOLERANCE = 1e-4;

type Json = Readonly<Record<string, unknown>>;

/** Reads an export line by line and notes what is wrong: that it was made for something else, is cut off, or makes no sense. */
export class ExportChecker {
  readonly #faults: ExportFault[] = [];
  #line = 0;
  #kind: ExportKind | null = null;
  #classes: Json = {};
  #vocabulary = 0;
  #records = 0;
  #positions = 0;
  #last: { readonly file: string; readonly index: number } | null = null;
  #end: { readonly line: number; readonly incomplete: number } | null = null;

  constructor(private readonly target: ExportTarget) {}

  get faults(): readonly ExportFault[] {
    return this.#faults;
  }

  get kind(): ExportKind | null {
    return this.#kind;
  }

  get records(): number {
    return this.#records;
  }

  get positions(): number {
    return this.#positions;
  }

  /** Records and facts that could not be scored when the export was made. */
  get incomplete(): number {
    return this.#end?.incomplete ?? 0;
  }

  /** Takes the next line, without its end; null: it is too long to be one. Returns false when reading on is of no use. */
  push(text: string | null): boolean {
    this.#line++;
    const content = text === null ? null : objectIn(text);
    if (content === null) {
      this.#fault('not a JSON object; the file is damaged or no export');
      return this.#line > 1 && this.#faults.length < MAX_FAULTS;
    }
    if (this.#line === 1) {
      return this.#header(content);
    }
    if (this.#end !== null) {
      this.#fault(`nothing may follow the last line (${this.#end.line}); several exports in one file?`);
      return false;
    }
    if (content.schema === EXPORT_END_SCHEMA) {
      this.#finalLine(content);
    } else {
      this.#record(content);
    }
    return this.#faults.length < MAX_FAULTS;
  }

  /** Says that there are no more lines. */
  finish(): void {
    if (this.#line === 0) {
      this.#line = 1;
      this.#fault('the file is empty');
    } else if (this.#end === null && this.#faults.length === 0) {
      this.#fault('the file is cut off: its last line is missing; export it again');
    }
  }

  #header(content: Json): boolean {
    if (content.schema !== EXPORT_SCHEMA) {
      this.#fault(`this is no export that this version of Seep reads ("${EXPORT_SCHEMA}")`);
      return false;
    }
    const kind = EXPORT_KINDS.find((each) => each === content.kind);
    if (kind === undefined) {
      this.#fault(`"kind" must be one of ${EXPORT_KINDS.join(', ')}`);
    }
    this.#kind = kind ?? null;
    for (const [key, what] of [
      ['teacher', 'teacher'],
      ['tokenizer', 'tokenizer'],
      ['forgetSet', 'forget set'],
      ['reference', 'reference'],
    ] as const) {
      if (content[key] !== this.target[key]) {
        this.#fault(
          `made for another ${what} (${brief(content[key])}, not ${brief(this.target[key])}); export it again`,
        );
      }
    }
    if (content.vocabulary !== this.target.vocabulary) {
      this.#fault(`made for ${brief(content.vocabulary)} tokens, not ${this.target.vocabulary}; export it again`);
    }
    if (JSON.stringify(content.bos) !== JSON.stringify(this.target.bos)) {
      this.#fault('made with other tokens before each record ("bos"); export it again');
    }
    this.#vocabulary = this.target.vocabulary;
    const { threshold, classes } = content;
    if (!isIn(threshold, 0, 1)) {
      this.#fault('"threshold" must be a number between 0 and 1');
    }
    if (!isObject(classes) || !Object.values(classes).every((ids) => this.#areTokens(ids))) {
      this.#fault(`"classes" must hold lists of different token ids below ${this.#vocabulary}`);
    } else {
      this.#classes = classes;
    }
    return this.#faults.length === 0;
  }

  #record(content: Json): void {
    this.#records++;
    const { file, record, sha256, length } = content;
    const index = isObject(record) ? record.index : undefined;
    if (typeof file !== 'string' || !isCount(index) || typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
      this.#fault('a record needs "file", "record" with "index", and "sha256"');
      return;
    }
    if (this.#last?.file === file && index <= this.#last.index) {
      this.#fault(`record ${index} stands behind record ${this.#last.index} of the same file`);
    }
    this.#last = { file, index };
    if (!isCount(length)) {
      this.#fault('"length" must be a number of tokens');
      return;
    }
    if (this.#kind === 'masks') {
      this.#checkPositions(content.mask, length, '"mask"');
      return;
    }
    const { redactions } = content;
    if (!Array.isArray(redactions) || !redactions.every(isObject)) {
      this.#fault('"redactions" must be a list of objects');
      return;
    }
    this.#checkPositions(
      redactions.map(({ position }) => position),
      length,
      'positions',
    );
    for (const redaction of redactions) {
      this.#checkTargets(redaction);
    }
  }

  #checkPositions(positions: unknown, length: number, what: string): void {
    if (!Array.isArray(positions) || positions.length === 0) {
      this.#fault(`${what} must be a list that is not empty`);
      return;
    }
    this.#positions += positions.length;
    const wrong = positions.find((each, i) => !isCount(each) || each < 1 || each > length || each <= positions[i - 1]);
    if (wrong !== undefined) {
      this.#fault(`${what} must ascend between 1 and the record's length ${length}; ${brief(wrong)} does not`);
    }
  }

  #checkTargets({ position, tokens, probabilities, classes }: Json): void {
    const where = `at position ${brief(position)}`;
    if (!this.#areTokens(tokens) || !Array.isArray(probabilities) || probabilities.length !== tokens.length) {
      this.#fault(`"tokens" must be different ids below ${this.#vocabulary}, with as many "probabilities" ${where}`);
      return;
    }
    const named = Array.isArray(classes) && classes.every(isObject) ? classes : null;
    if (
      named === null ||
      named.some((each) => typeof each.class !== 'string' || !Object.hasOwn(this.#classes, each.class))
    ) {
      this.#fault(`"classes" must name classes of the first line ${where}`);
      return;
    }
    // Classes may share tokens with each other and with the list, so their targets need not add up with the others.
    const sum = probabilities.reduce((total: number, each) => total + (isIn(each, 0, 1) ? each : Number.NaN), 0);
    if (!(sum <= 1 + SUM_TOLERANCE) || !named.every(({ probability }) => isIn(probability, 0, 1))) {
      this.#fault(`probabilities must lie between 0 and 1 and add up to at most 1 ${where}`);
    }
    if (tokens.length + named.length === 0) {
      this.#fault(`neither a token nor a class ${where}`);
    }
  }

  #finalLine({ records, positions, incomplete }: Json): void {
    this.#end = { line: this.#line, incomplete: isCount(incomplete) ? incomplete : 0 };
    if (records !== this.#records || positions !== this.#positions) {
      this.#fault(
        `the last line counts ${brief(records)} records and ${brief(positions)} positions, the file has ${this.#records} and ${this.#positions}; lines are missing`,
      );
    }
  }

  #areTokens(ids: unknown): ids is number[] {
    return (
      Array.isArray(ids) && ids.every((id) => isCount(id) && id < this.#vocabulary) && new Set(ids).size === ids.length
    );
  }

  #fault(message: string): void {
    if (this.#faults.length < MAX_FAULTS) {
      this.#faults.push({ line: this.#line, message });
    }
  }
}

function objectIn(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isIn(value: unknown, minimum: number, maximum: number): value is number {
  return typeof value === 'number' && value >= minimum && value <= maximum;
}

/** A value of the file in a message: bounded. */
function brief(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 12 ? `${text.slice(0, 12)}…` : text;
}
