import { t } from '../l10n';
import { type Expression, ExpressionError, evaluate, parseExpression } from './expression';
import { formatRational } from './rational';

/** Longest answer that a rule may compute, in UTF-16 units. */
export const MAX_COMPUTED = 80;
/** Longest template, in UTF-16 units. */
export const MAX_TEMPLATE = 400;

/** An answer that is computed from what a rule's context matched, such as "{a*b}" or "{city} in {2000 + year}". */
export interface AnswerTemplate {
  readonly parts: readonly TemplatePart[];
}

type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  /** The group's text as it stands. */
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'expression'; readonly expression: Expression };

/** What is not special: anything but single braces, which are written twice. */
const TEXT = /(?:[^{}]|\{\{|\}\})+/y;

/**
 * Reads a template over the named groups of a rule's context. Text stands for itself ("{{" and "}}" for braces), {...} for an
 * expression. Throws {@link ExpressionError} at the place where it is none.
 */
export function parseAnswerTemplate(template: string, groups: readonly string[]): AnswerTemplate {
  if (template.length > MAX_TEMPLATE) {
    throw new ExpressionError(t('an answer may have at most {0} characters', MAX_TEMPLATE), MAX_TEMPLATE);
  }
  const parts: TemplatePart[] = [];
  for (let at = 0; at < template.length; ) {
    TEXT.lastIndex = at;
    const [text = ''] = TEXT.exec(template) ?? [];
    if (text !== '') {
      parts.push({ kind: 'text', text: text.replaceAll('{{', '{').replaceAll('}}', '}') });
      at += text.length;
    } else if (template[at] === '}') {
      throw new ExpressionError(t('"}" closes nothing; write "}}" for a brace'), at);
    } else {
      const { expression, end } = parseExpression(template, at + 1, groups);
      parts.push(expression.kind === 'group' ? expression : { kind: 'expression', expression });
      at = end + 1;
    }
  }
  return { parts };
}

/**
 * The answer behind one match, given the text of the match's named groups (a group that did not take part is undefined or absent).
 * Null where there is none: a group that an expression needs is missing or no number, the result has no exact decimal form of at
 * most 12 places, or the answer is blank or longer than {@link MAX_COMPUTED}.
 */
export function computeAnswer(
  { parts }: AnswerTemplate,
  groups: Readonly<Record<string, string | undefined>>,
): string | null {
  const values = new Map(Object.entries(groups).filter((entry): entry is [string, string] => entry[1] !== undefined));
  let answer = '';
  for (const part of parts) {
    const text = partText(part, values);
    if (text === null || answer.length + text.length > MAX_COMPUTED) {
      return null;
    }
    answer += text;
  }
  return answer.trim() || null;
}

function partText(part: TemplatePart, groups: ReadonlyMap<string, string>): string | null {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'group':
      return groups.get(part.name) ?? null;
    case 'expression': {
      const value = evaluate(part.expression, groups);
      return value && formatRational(value);
    }
  }
}
