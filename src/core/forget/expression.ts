import { nearest } from '../json/nearest';
import { t } from '../l10n';
import {
  abs,
  add,
  ceil,
  divide,
  floor,
  isLess,
  MAX_DIGITS,
  modulo,
  multiply,
  negate,
  parseRational,
  power,
  type Rational,
  round,
  subtract,
} from './rational';

/** A computation over the named groups of a match. */
export type Expression =
  | { readonly kind: 'number'; readonly value: Rational }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | { readonly kind: 'operation'; readonly apply: Operation; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'call'; readonly apply: Computation; readonly operands: readonly Expression[] };

type Operation = (left: Rational, right: Rational) => Rational | null;
type Computation = (first: Rational, ...others: readonly Rational[]) => Rational | null;

/** Where a text that should be an expression is none; `offset` is in the whole text that was given. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';

  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

interface OperatorRule {
  /** How tightly it binds; between two equal ones the left goes first, except with powers. */
  readonly strength: number;
  readonly apply: Operation;
}

const OPERATORS: ReadonlyMap<string, OperatorRule> = new Map([
  ['+', { strength: 1, apply: add }],
  ['-', { strength: 1, apply: subtract }],
  ['*', { strength: 2, apply: multiply }],
  ['/', { strength: 2, apply: divide }],
  ['%', { strength: 2, apply: modulo }],
  ['^', { strength: 4, apply: power }],
]);
/** Of a minus in front: above products, below powers, so that -2^2 is -4. */
const NEGATION = 3;

const ZERO: Rational = { numerator: 0n, denominator: 1n };
const ONE_OPERAND = [1, 1] as const;
const MANY_OPERANDS = [1, 8] as const;

interface FunctionRule {
  /** Fewest and most operands. */
  readonly operands: readonly [number, number];
  readonly apply: Computation;
}

const FUNCTIONS: ReadonlyMap<string, FunctionRule> = new Map<string, FunctionRule>([
  ['abs', { operands: ONE_OPERAND, apply: abs }],
  ['floor', { operands: ONE_OPERAND, apply: floor }],
  ['ceil', { operands: ONE_OPERAND, apply: ceil }],
  ['round', { operands: [1, 2], apply: (value, places = ZERO) => round(value, places) }],
  ['min', { operands: MANY_OPERANDS, apply: (...all) => all.reduce((a, b) => (isLess(b, a) ? b : a)) }],
  ['max', { operands: MANY_OPERANDS, apply: (...all) => all.reduce((a, b) => (isLess(a, b) ? b : a)) }],
]);

/** Parentheses and signs inside each other. */
const MAX_DEPTH = 32;
const SPACE = /\s*/y;
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
const NUMBER = /[0-9]+(?:\.[0-9]+)?/y;

/**
 * Reads the expression that starts at `start` and ends before the "}" that closes it; `end` is the offset of that brace.
 * Throws {@link ExpressionError} where it is none, or names a group that is not among `groups`.
 */
export function parseExpression(
  text: string,
  start: number,
  groups: readonly string[],
): { readonly expression: Expression; readonly end: number } {
  const parser = new Parser(text, start, groups);
  const expression = parser.expression();
  return { expression, end: parser.close() };
}

/** The exact value; null where there is none: a division by zero, a group that is no number, or a number beyond the bounds. */
export function evaluate(expression: Expression, groups: ReadonlyMap<string, string>): Rational | null {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'group':
      return parseRational(groups.get(expression.name) ?? '');
    case 'negate': {
      const operand = evaluate(expression.operand, groups);
      return operand && negate(operand);
    }
    case 'operation': {
      const left = evaluate(expression.left, groups);
      const right = left && evaluate(expression.right, groups);
      return left && right && expression.apply(left, right);
    }
    case 'call': {
      const operands = expression.operands.map((each) => evaluate(each, groups)).filter((each) => each !== null);
      const [first, ...others] = operands;
      return first === undefined || operands.length < expression.operands.length
        ? null
        : expression.apply(first, ...others);
    }
  }
}

/** Operator precedence as by Pratt: every operator takes what binds more tightly than itself. */
class Parser {
  #at: number;
  #depth = 0;

  constructor(
    private readonly text: string,
    start: number,
    private readonly groups: readonly string[],
  ) {
    this.#at = start;
  }

  /** Reads on while operators bind more tightly than `strength`. */
  expression(strength = 0): Expression {
    if (++this.#depth > MAX_DEPTH) {
      throw this.#fault(t('parentheses and operators are nested more than {0} deep', MAX_DEPTH));
    }
    let left = this.#operand();
    for (;;) {
      this.#space();
      const symbol = this.text[this.#at] ?? '';
      const operator = OPERATORS.get(symbol);
      if (operator === undefined || operator.strength <= strength) {
        this.#depth--;
        return left;
      }
      this.#at++;
      const right = this.expression(symbol === '^' ? operator.strength - 1 : operator.strength);
      left = { kind: 'operation', apply: operator.apply, left, right };
    }
  }

  close(): number {
    this.#space();
    if (this.text[this.#at] !== '}') {
      throw this.#missing('}');
    }
    return this.#at;
  }

  #operand(): Expression {
    this.#space();
    const start = this.#at;
    if (this.#take('-')) {
      return { kind: 'negate', operand: this.expression(NEGATION) };
    }
    if (this.#take('(')) {
      const inner = this.expression();
      this.#expect(')');
      return inner;
    }
    const digits = this.#match(NUMBER);
    if (digits !== '') {
      const value = parseRational(digits);
      if (value === null) {
        throw new ExpressionError(t('a number may have at most {0} digits', MAX_DIGITS), start);
      }
      return { kind: 'number', value };
    }
    const name = this.#match(NAME);
    if (name === '') {
      throw this.#fault(t('expected a number, a group or "(", found {0}', this.#found()));
    }
    this.#space();
    return this.text[this.#at] === '(' ? this.#call(name, start) : this.#group(name, start);
  }

  #group(name: string, start: number): Expression {
    if (this.groups.includes(name)) {
      return { kind: 'group', name };
    }
    // Between names of one letter nothing is nearest.
    const meant = name.length > 1 ? nearest(name, this.groups) : null;
    const mend =
      meant !== null
        ? t('did you mean "{0}"?', meant)
        : this.groups.length > 0
          ? t('its groups are {0}', this.groups.join(', '))
          : t('it has no named groups; write (?<name>...)');
    throw new ExpressionError(t('"context" has no group named "{0}"; {1}', name, mend), start);
  }

  #call(name: string, start: number): Expression {
    const rule = FUNCTIONS.get(name);
    if (rule === undefined) {
      const names = [...FUNCTIONS.keys()].join(', ');
      throw new ExpressionError(t('there is no function "{0}"; there are {1}', name, names), start);
    }
    this.#expect('(');
    const operands: Expression[] = [];
    do {
      operands.push(this.expression());
      this.#space();
    } while (this.#take(','));
    this.#expect(')');
    const [fewest, most] = rule.operands;
    if (operands.length < fewest || operands.length > most) {
      const wanted = fewest === most ? String(fewest) : t('{0} to {1}', fewest, most);
      throw new ExpressionError(t('"{0}" takes {1} operands, not {2}', name, wanted, operands.length), start);
    }
    return { kind: 'call', apply: rule.apply, operands };
  }

  #expect(symbol: string): void {
    this.#space();
    if (!this.#take(symbol)) {
      throw this.#missing(symbol);
    }
  }

  #take(symbol: string): boolean {
    if (this.text[this.#at] !== symbol) {
      return false;
    }
    this.#at++;
    return true;
  }

  #space(): void {
    this.#match(SPACE);
  }

  #match(sticky: RegExp): string {
    sticky.lastIndex = this.#at;
    const [found = ''] = sticky.exec(this.text) ?? [];
    this.#at += found.length;
    return found;
  }

  #missing(symbol: string): ExpressionError {
    return this.#fault(t('expected an operator or "{0}", found {1}', symbol, this.#found()));
  }

  #fault(message: string): ExpressionError {
    return new ExpressionError(message, this.#at);
  }

  #found(): string {
    const code = this.text.codePointAt(this.#at);
    return code === undefined ? t('the end') : JSON.stringify(String.fromCodePoint(code));
  }
}
