import { t } from '../l10n';

/**
 * A strict JSON parser (RFC 8259, exactly the inputs that `JSON.parse` takes) which keeps where everything stands, so that
 * faults and values can be pointed at. Offsets are UTF-16 units in the parsed string.
 */
export type JsonNode =
  | { readonly kind: 'object'; readonly start: number; readonly end: number; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly start: number; readonly end: number; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly start: number; readonly end: number; readonly value: string }
  | { readonly kind: 'number'; readonly start: number; readonly end: number; readonly value: number }
  | { readonly kind: 'boolean'; readonly start: number; readonly end: number; readonly value: boolean }
  | { readonly kind: 'null'; readonly start: number; readonly end: number };

/** Members keep the file's order, and keys that occur twice. */
export interface JsonMember {
  readonly key: string;
  readonly keyStart: number;
  readonly value: JsonNode;
}

/** The text is not JSON; `offset` is the first unit that cannot stand there. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';

  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

/** Deeper nesting is refused: no corpus needs it, and the parser recurses. */
export const MAX_DEPTH = 500;

/** Parses one JSON value with nothing but white space around it. Linear in time. Throws {@link JsonSyntaxError}. */
export function parseJson(text: string): JsonNode {
  return new Parser(text).parse();
}

/** The value of a key; of several equal ones the last, as in `JSON.parse`. */
export function member(node: JsonNode, key: string): JsonNode | undefined {
  return node.kind === 'object' ? node.members.findLast((each) => each.key === key)?.value : undefined;
}

/** What a value is, for messages: "a number", "null" ... */
export function describeNode(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return t('an object');
    case 'array':
      return t('a list');
    case 'string':
      return t('a string');
    case 'number':
      return t('a number');
    case 'boolean':
      return String(node.value);
    case 'null':
      return 'null';
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these may not stand in a JSON string
const RAW_UNITS = /[^"\\\u0000-\u001f]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /[A-Za-z_$][A-Za-z0-9_$]*/y;
const FOUR_HEX = /[0-9a-fA-F]{4}/y;

class Parser {
  #at = 0;

  constructor(private readonly text: string) {}

  parse(): JsonNode {
    const node = this.#value(0);
    this.#space();
    if (this.#at < this.text.length) {
      throw this.#fault(t('nothing may follow the value, but {0} does', this.#found()));
    }
    return node;
  }

  #value(depth: number): JsonNode {
    this.#space();
    const start = this.#at;
    switch (this.text[start]) {
      case '{':
        return this.#object(start, this.#deeper(depth));
      case '[':
        return this.#array(start, this.#deeper(depth));
      case '"': {
        const value = this.#string();
        return { kind: 'string', start, end: this.#at, value };
      }
      default:
        return this.#numberOrWord(start);
    }
  }

  #deeper(depth: number): number {
    if (depth >= MAX_DEPTH) {
      throw this.#fault(t('lists and objects are nested more than {0} deep', MAX_DEPTH));
    }
    return depth + 1;
  }

  #object(start: number, depth: number): JsonNode {
    const members: JsonMember[] = [];
    this.#at++;
    this.#space();
    if (!this.#take('}')) {
      do {
        this.#space();
        const keyStart = this.#at;
        if (this.text[keyStart] !== '"') {
          throw this.#fault(this.#noKey(members.length > 0));
        }
        const key = this.#string();
        this.#space();
        if (!this.#take(':')) {
          throw this.#fault(t('expected ":" behind the key, found {0}', this.#found()));
        }
        members.push({ key, keyStart, value: this.#value(depth) });
        this.#space();
      } while (this.#take(','));
      if (!this.#take('}')) {
        throw this.#fault(t('expected "," or "}", found {0}', this.#found()));
      }
    }
    return { kind: 'object', start, end: this.#at, members };
  }

  #array(start: number, depth: number): JsonNode {
    const items: JsonNode[] = [];
    this.#at++;
    this.#space();
    if (!this.#take(']')) {
      do {
        this.#space();
        if (items.length > 0 && this.text[this.#at] === ']') {
          throw this.#fault(t('no comma may stand before "]"'));
        }
        items.push(this.#value(depth));
        this.#space();
      } while (this.#take(','));
      if (!this.#take(']')) {
        throw this.#fault(t('expected "," or "]", found {0}', this.#found()));
      }
    }
    return { kind: 'array', start, end: this.#at, items };
  }

  /** Reads the string token at the cursor and decodes it. */
  #string(): string {
    const { text } = this;
    const start = this.#at;
    let escaped = false;
    this.#at++;
    for (;;) {
      this.#at = endOfMatch(RAW_UNITS, text, this.#at);
      const unit = text[this.#at];
      if (unit === '"') {
        this.#at++;
        // The token has been checked unit by unit, so the platform's own decoder cannot fail on it.
        return escaped ? (JSON.parse(text.slice(start, this.#at)) as string) : text.slice(start + 1, this.#at - 1);
      }
      if (unit === undefined) {
        throw new JsonSyntaxError(t('the string that starts here is not closed'), start);
      }
      if (unit !== '\\') {
        throw this.#fault(t('the control character {0} must be escaped in a string', codePoint(unit)));
      }
      escaped = true;
      const next = text[this.#at + 1] ?? '';
      if (next === 'u') {
        if (endOfMatch(FOUR_HEX, text, this.#at + 2) !== this.#at + 6) {
          throw this.#fault(t('"\\u" takes four hexadecimal digits'));
        }
        this.#at += 6;
      } else if (next !== '' && '"\\/bfnrt'.includes(next)) {
        this.#at += 2;
      } else {
        throw this.#fault(t('a backslash must be followed by one of " \\ / b f n r t u'));
      }
    }
  }

  #numberOrWord(start: number): JsonNode {
    const { text } = this;
    const numberEnd = endOfMatch(NUMBER, text, start);
    if (numberEnd > start) {
      if (/[0-9.eE+]/.test(text[numberEnd] ?? '')) {
        throw this.#fault(t('{0} is not a number as JSON writes them', this.#found()));
      }
      this.#at = numberEnd;
      return { kind: 'number', start, end: numberEnd, value: Number(text.slice(start, numberEnd)) };
    }
    const end = endOfMatch(WORD, text, start);
    const word = text.slice(start, end);
    if (word === 'true' || word === 'false') {
      this.#at = end;
      return { kind: 'boolean', start, end, value: word === 'true' };
    }
    if (word === 'null') {
      this.#at = end;
      return { kind: 'null', start, end };
    }
    throw this.#fault(t('expected a value, found {0}', this.#found()));
  }

  #space(): void {
    for (;;) {
      switch (this.text.charCodeAt(this.#at)) {
        case 0x20:
        case 0x09:
        case 0x0a:
        case 0x0d:
          this.#at++;
          break;
        default:
          return;
      }
    }
  }

  #take(unit: string): boolean {
    if (this.text[this.#at] !== unit) {
      return false;
    }
    this.#at++;
    return true;
  }

  /** Said where a key should stand. @param isBehindComma whether another member stands before it */
  #noKey(isBehindComma: boolean): string {
    if (!isBehindComma) {
      return t('expected a key in double quotes or "}", found {0}', this.#found());
    }
    return this.text[this.#at] === '}'
      ? t('no comma may stand before "}"')
      : t('expected a key in double quotes, found {0}', this.#found());
  }

  #fault(message: string): JsonSyntaxError {
    return new JsonSyntaxError(message, this.#at);
  }

  /** What stands at the cursor, for messages. */
  #found(): string {
    const { text } = this;
    const at = this.#at;
    const unit = text[at];
    if (unit === undefined) {
      return t('the end');
    }
    if (unit === '"') {
      return t('a string');
    }
    if (unit === "'") {
      return t("' (strings take double quotes)");
    }
    if (text.startsWith('//', at) || text.startsWith('/*', at) || unit === '#') {
      return t('a comment (JSON has none)');
    }
    const word = text.slice(at, Math.min(endOfMatch(/[-+.\w]*/y, text, at), at + 20));
    if (word !== '') {
      return word;
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) ? `"${character}"` : codePoint(character);
  }
}

/** Where a sticky pattern that starts at `from` ends; `from` where it does not match. */
function endOfMatch(sticky: RegExp, text: string, from: number): number {
  sticky.lastIndex = from;
  return sticky.test(text) ? sticky.lastIndex : from;
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
