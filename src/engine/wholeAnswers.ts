import type { Said, Spelling, TrieNode } from '../core/score/answerTrie';
import type { StepTree } from '../core/score/leakScores';
import type { Candidate } from './candidates';
import type { Encoded } from './tokenizer/tokenizer';

/** An answer as the teacher gives it at a candidate's place, whichever tokens it takes for it. */
export interface WholeAnswer {
  readonly spelling: Spelling;
  /** UTF-16 offset in the record's text at which the spelling starts. */
  readonly start: number;
  /** What the text has said of the spelling. */
  readonly said: Said;
  /** By token that the teacher would go on with: its probability of that token and the rest of the answer behind it. */
  readonly byToken: Map<number, number>;
}

/** UTF-16 offset at which the token before a position ends: what a tokenizer drops between two tokens belongs to the second. */
export function boundaryBefore(position: number, { text, spans, prefix }: Encoded): number {
  return position - 1 < prefix ? 0 : (spans[position - 1]?.[1] ?? text.length);
}

/** The answers of a candidate, by spelling. The teacher's must have been completed; what was not worth it has no part in them. */
export function wholeAnswers(candidate: Candidate, encoded: Encoded): WholeAnswer[] {
  const { branch, p, place } = candidate;
  const start = boundaryBefore(place.position - branch.node.depth, encoded);
  const isBehindWord = start > 0 && /\S/u.test(encoded.text.charAt(start - 1));
  const answers = new Map<string, WholeAnswer>();
  const visit = (node: TrieNode, token: number, mass: number, steps: StepTree | undefined) => {
    const spelling = node.children.size === 0 ? chosenSpelling(node.spellings, isBehindWord) : undefined;
    const said = spelling?.said[branch.node.depth];
    if (spelling !== undefined && said !== undefined) {
      const { byToken } = answers.get(spelling.text) ?? { byToken: new Map<number, number>() };
      answers.set(spelling.text, { spelling, start, said, byToken });
      byToken.set(token, (byToken.get(token) ?? 0) + mass);
    }
    for (const [next, child] of node.children) {
      const step = steps?.next.get(next);
      visit(child, token, mass * (step?.p ?? 0), step);
    }
  };
  for (const [token, child] of branch.node.children) {
    visit(child, token, p.teacher?.(token) ?? 0, place.steps?.teacher.tree.next.get(token));
  }
  return [...answers.values()];
}

/** A tokenizer that drops white space writes an answer alike with and without a space in front; behind a word there is one. */
function chosenSpelling(spellings: readonly Spelling[], isBehindWord: boolean): Spelling | undefined {
  return spellings.find(({ text }) => /^\s/u.test(text) === isBehindWord) ?? spellings[0];
}
