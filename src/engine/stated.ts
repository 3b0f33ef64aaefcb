import { leakKind } from '../core/score/leakScores';
import type { Candidate } from './candidates';
import type { RuleSet } from './ruleSet';
import { classIndex } from './tokenClasses';
import type { Encoded } from './tokenizer/tokenizer';

/** Whether the text itself goes on with an answer, or with a token of the class, where the candidate stands. */
export function isStated({ branch, place }: Candidate, { text, spans, ids }: Encoded, rules: RuleSet): boolean {
  const { fact, node, anchor } = branch;
  const [only] = node.children.keys();
  if (only !== undefined && only < 0) {
    const actual = ids[place.position];
    return actual !== undefined && rules.isMember(classIndex(only), actual);
  }
  const forms = anchor?.forms ?? rules.index.facts[fact]?.forms ?? [];
  return leakKind(text, spans[place.position - node.depth]?.[0] ?? text.length, forms) === 'stated';
}
