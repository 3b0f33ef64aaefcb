import { type AST, RegExpParser, RegExpSyntaxError, visitRegExpAST } from '@eslint-community/regexpp';
import { grouped, t } from '../l10n';

/** Longest regular expression, in UTF-16 units. */
export const MAX_PATTERN = 1000;

/** What can be told of a regular expression without running it; or why it is none, and at which of its UTF-16 units. */
export type PatternCheck =
  | { readonly groups: readonly string[]; readonly matchesEmptyText: boolean }
  | { readonly fault: string; readonly index: number };

/** The syntax that every supported Node and VS Code has. */
const parser = new RegExpParser({ ecmaVersion: 2024 });

/**
 * Looks into a regular expression (JavaScript, flag u). It comes from a file and could run for ever, so it is never run here.
 * `groups` are the names of its groups; `matchesEmptyText` says that it matches the empty text, which tells nothing.
 */
export function checkPattern(source: string): PatternCheck {
  if (source.length > MAX_PATTERN) {
    return { fault: t('it has more than {0} characters', grouped(MAX_PATTERN)), index: MAX_PATTERN };
  }
  try {
    const pattern = parser.parsePattern(source, 0, source.length, { unicode: true });
    // The parser knows the standard, the platform what it can do.
    new RegExp(source, 'u');
    return { groups: groupNames(pattern), matchesEmptyText: pattern.alternatives.some(matchesEmpty) };
  } catch (error) {
    if (error instanceof RegExpSyntaxError || error instanceof SyntaxError) {
      const index = error instanceof RegExpSyntaxError ? error.index : 0;
      return { fault: error.message.slice(error.message.lastIndexOf('/u: ') + 4), index };
    }
    throw error;
  }
}

function groupNames(pattern: AST.Pattern): string[] {
  const names: string[] = [];
  visitRegExpAST(pattern, {
    onCapturingGroupEnter: ({ name }) => {
      if (name !== null) {
        names.push(name);
      }
    },
  });
  return names;
}

/** Whether a part matches the empty text. All places in that are the same, so that each part can be asked for itself. */
function matchesEmpty({ elements }: AST.Alternative): boolean {
  return elements.every(elementMatchesEmpty);
}

function elementMatchesEmpty(element: AST.Element): boolean {
  switch (element.type) {
    case 'Group':
    case 'CapturingGroup':
      return element.alternatives.some(matchesEmpty);
    case 'Quantifier':
      return element.min === 0 || elementMatchesEmpty(element.element);
    case 'Assertion':
      switch (element.kind) {
        case 'start':
        case 'end':
          return true;
        case 'word':
          return element.negate;
        case 'lookahead':
        case 'lookbehind':
          return element.alternatives.some(matchesEmpty) !== element.negate;
      }
      break;
    case 'Backreference':
      // Its group has taken no part, or has matched nothing.
      return true;
    default:
      return false;
  }
}
