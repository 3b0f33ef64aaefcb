import { t } from '../l10n';
import { describeNode, type JsonMember, type JsonNode, member } from './jsonTree';
import { nearest } from './nearest';

/** Notes what is wrong at an offset of the parsed text. */
export type Report = (offset: number, message: string) => void;

export interface NumberRange {
  readonly minimum: number;
  readonly maximum: number;
}

export interface StringRule {
  /** White space at either end is a fault instead of part of the value. */
  readonly trimmed?: boolean;
  /** Looks further at a value that is good so far, given where it starts in the text, and reports what is wrong itself. */
  readonly check?: (value: string, start: number) => void;
}

/**
 * Reads a JSON object whose keys are all known beforehand. Everything that is wrong is reported where it stands, and the
 * value is then as good as absent, so that one reading finds all faults.
 */
export class ObjectReader {
  readonly #node: JsonNode & { kind: 'object' };

  /**
   * Reports unknown keys and keys given twice at once. `prefix` goes before key names in messages ("corpus."); `describeUnknown`
   * words the report of an unknown key where there is more to say than which keys there are.
   */
  constructor(
    node: JsonNode & { kind: 'object' },
    known: readonly string[],
    readonly report: Report,
    private readonly prefix = '',
    private readonly describeUnknown: (key: string) => string | null = () => null,
  ) {
    this.#node = node;
    const seen = new Set<string>();
    for (const { key, keyStart } of node.members) {
      if (!known.includes(key)) {
        this.#reportUnknown(key, keyStart, known);
      } else if (seen.has(key)) {
        report(keyStart, t('the key {0} is given twice', this.#name(key)));
      }
      seen.add(key);
    }
  }

  get start(): number {
    return this.#node.start;
  }

  has(key: string): boolean {
    return member(this.#node, key) !== undefined;
  }

  string(key: string, rule: StringRule = {}): string | undefined {
    const node = member(this.#node, key);
    return node && this.#checkString(node, this.#name(key), rule);
  }

  /** A list of strings; a single string stands for a list of one. */
  strings(key: string, rule: StringRule = {}): string[] | undefined {
    const node = member(this.#node, key);
    if (node === undefined) {
      return undefined;
    }
    if (node.kind !== 'array') {
      if (node.kind !== 'string') {
        this.report(
          node.start,
          t('{0} is {1}; it must be a string or a list of strings', this.#name(key), describeNode(node)),
        );
        return undefined;
      }
      const only = this.#checkString(node, this.#name(key), rule);
      return only === undefined ? undefined : [only];
    }
    const values = node.items.map((item, index) => this.#checkString(item, this.#name(`${key}[${index}]`), rule));
    return values.includes(undefined) ? undefined : values.filter((value) => value !== undefined);
  }

  number(key: string, { minimum, maximum }: NumberRange): number | undefined {
    const node = member(this.#node, key);
    if (node === undefined) {
      return undefined;
    }
    if (node.kind !== 'number') {
      this.report(node.start, t('{0} is {1}; it must be a number', this.#name(key), describeNode(node)));
      return undefined;
    }
    if (node.value < minimum || node.value > maximum) {
      const message = t('{0} is {1}; it must be between {2} and {3}', this.#name(key), node.value, minimum, maximum);
      this.report(node.start, message);
      return undefined;
    }
    return node.value;
  }

  /** A number without a fraction. */
  whole(key: string, range: NumberRange): number | undefined {
    const value = this.number(key, range);
    if (value !== undefined && !Number.isInteger(value)) {
      this.report(this.offsetOf(key), t('{0} is {1}; it must be a whole number', this.#name(key), value));
      return undefined;
    }
    return value;
  }

  boolean(key: string): boolean | undefined {
    const node = member(this.#node, key);
    if (node !== undefined && node.kind !== 'boolean') {
      this.report(node.start, t('{0} is {1}; it must be true or false', this.#name(key), describeNode(node)));
      return undefined;
    }
    return node?.value;
  }

  oneOf<T extends string>(key: string, choices: readonly T[]): T | undefined {
    const node = member(this.#node, key);
    return node && this.#checkChoice(node, this.#name(key), choices);
  }

  /** A list of some of the choices, at least one; a single one stands for a list of one. */
  someOf<T extends string>(key: string, choices: readonly T[]): T[] | undefined {
    const node = member(this.#node, key);
    if (node === undefined) {
      return undefined;
    }
    if (node.kind !== 'array') {
      const only = this.#checkChoice(node, this.#name(key), choices);
      return only === undefined ? undefined : [only];
    }
    if (node.items.length === 0) {
      this.report(node.start, t('{0} is an empty list; name at least one of {1}', this.#name(key), listed(choices)));
      return undefined;
    }
    const values = node.items.map((item, index) => this.#checkChoice(item, this.#name(`${key}[${index}]`), choices));
    return values.includes(undefined) ? undefined : values.filter((value) => value !== undefined);
  }

  object(key: string, known: readonly string[]): ObjectReader | undefined {
    const node = member(this.#node, key);
    if (node === undefined) {
      return undefined;
    }
    if (node.kind !== 'object') {
      this.report(node.start, t('{0} is {1}; it must be an object', this.#name(key), describeNode(node)));
      return undefined;
    }
    return new ObjectReader(node, known, this.report, `${this.prefix}${key}.`);
  }

  /** Where the key stands (of several equal ones the last), for faults that only the caller can see. */
  offsetOf(key: string): number {
    return this.#member(key)?.value.start ?? this.#node.start;
  }

  #member(key: string): JsonMember | undefined {
    return this.#node.members.findLast((each) => each.key === key);
  }

  #checkString(node: JsonNode, name: string, { trimmed = false, check }: StringRule): string | undefined {
    if (node.kind !== 'string') {
      this.report(node.start, t('{0} is {1}; it must be a string', name, describeNode(node)));
      return undefined;
    }
    const bare = node.value.trim();
    if (bare === '') {
      this.report(node.start, t('{0} is empty', name));
      return undefined;
    }
    if (trimmed && bare !== node.value) {
      this.report(node.start, t('{0} begins or ends with white space; take it away', name));
      return undefined;
    }
    check?.(node.value, node.start);
    return node.value;
  }

  #checkChoice<T extends string>(node: JsonNode, name: string, choices: readonly T[]): T | undefined {
    if (node.kind !== 'string') {
      this.report(node.start, t('{0} is {1}; it must be one of {2}', name, describeNode(node), listed(choices)));
      return undefined;
    }
    const choice = choices.find((each) => each === node.value);
    if (choice === undefined) {
      this.report(node.start, t('{0} cannot be {1}; it must be one of {2}', name, quote(node.value), listed(choices)));
    }
    return choice;
  }

  #reportUnknown(key: string, offset: number, known: readonly string[]): void {
    const described = this.describeUnknown(key);
    if (described !== null) {
      this.report(offset, described);
      return;
    }
    const meant = nearest(key, known);
    const mend = meant === null ? t('the keys are {0}', known.join(', ')) : t('did you mean "{0}"?', meant);
    this.report(offset, t('unknown key {0}; {1}', quote(`${this.prefix}${key}`), mend));
  }

  #name(key: string): string {
    return `"${this.prefix}${key}"`;
  }
}

function listed(choices: readonly string[]): string {
  return choices.map((each) => JSON.stringify(each)).join(', ');
}

/** A value of the file in a message: quoted, escaped and bounded. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}
