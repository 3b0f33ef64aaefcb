import { answerForms } from '../core/forget/answerCases';
import { type AnswerTemplate, computeAnswer, parseAnswerTemplate } from '../core/forget/answerTemplate';
import { checkPattern } from '../core/forget/pattern';
import { grouped, t } from '../core/l10n';
import { buildAnswerTrie, type TrieNode } from '../core/score/answerTrie';
import type { Anchor, FactIndex, Gate } from '../core/score/factIndex';
import { type RegexMatch, TimeBoxedRegexes } from './timeBoxedRegex';
import type { Tokenizer } from './tokenizer/tokenizer';

/** Computed answers whose tries are kept. */
const KEPT_ANSWERS = 4096;
/** Records on which an expression may fail before it is not tried any more: each failure may take the whole time limit. */
const MOST_FAILURES = 20;
/** Facts that a message names. */
const MOST_NAMES = 3;
const SPACE_BEHIND = /\s*/uy;
const SPACE = /\s/u;

/** Facts that share an expression, which is then searched once. */
interface Context {
  readonly source: string;
  readonly facts: readonly number[];
  failures: number;
}

/** Answers ready to be looked for behind an anchor. */
type Expected = Pick<Anchor, 'trie' | 'forms' | 'computed'>;

/** Finds where in a text the answers of rules and choices are expected. */
export class AnchorFinder {
  readonly #contexts: readonly Context[];
  /** Contexts that are still searched for, and their search. */
  #active: readonly Context[];
  #regexes: TimeBoxedRegexes;
  /** By fact. */
  readonly #templates = new Map<number, readonly AnswerTemplate[]>();
  readonly #expected = new Map<string, Expected | null>();

  constructor(
    private readonly index: FactIndex,
    private readonly tokenizer: Tokenizer,
  ) {
    const bySource = new Map<string, number[]>();
    index.facts.forEach(({ fact }, at) => {
      if (fact.anchored !== null) {
        const { context, answers } = fact.anchored;
        const same = bySource.get(context);
        same === undefined ? bySource.set(context, [at]) : same.push(at);
        if (fact.kind === 'rule') {
          const checked = checkPattern(context);
          const groups = 'groups' in checked ? checked.groups : [];
          this.#templates.set(
            at,
            answers.map((template) => parseAnswerTemplate(template, groups)),
          );
        }
      }
    });
    this.#contexts = Array.from(bySource, ([source, facts]) => ({ source, facts, failures: 0 }));
    this.#active = this.#contexts;
    this.#regexes = searchFor(this.#active);
  }

  /** @returns the anchors, and for each expression that could not be searched for in this text, why */
  find(text: string, gates: readonly Gate[]): { anchors: Anchor[]; skipped: string[] } {
    const anchors: Anchor[] = [];
    const skipped: string[] = [];
    const open = new Set(gates.map(([fact]) => fact));
    const counting = new Map<Context, readonly number[]>();
    for (const context of this.#contexts) {
      const facts = context.facts.filter((fact) => open.has(fact) || !this.index.isGated(fact));
      if (facts.length > 0) {
        counting.set(context, facts);
      }
    }
    if (counting.size === 0) {
      return { anchors, skipped };
    }
    const [found = []] = this.#regexes.find([text]);
    const outcomes = new Map(this.#active.map((context, i) => [context, found[i]]));
    for (const [context, facts] of counting) {
      const outcome = outcomes.get(context);
      if (outcome === undefined || 'failure' in outcome) {
        context.failures++;
        const why = outcome?.failure ?? t('it failed on {0} records before', MOST_FAILURES);
        skipped.push(t('the context of {0} was not searched for: {1}', this.#names(facts), why));
        continue;
      }
      if (outcome.more) {
        skipped.push(t('the context of {0} matches too often here; only the first matches count', this.#names(facts)));
      }
      for (const match of outcome.matches) {
        anchors.push(...facts.flatMap((fact) => this.#anchor(fact, match, text) ?? []));
      }
    }
    if (this.#active.some(({ failures }) => failures >= MOST_FAILURES)) {
      this.#active = this.#active.filter(({ failures }) => failures < MOST_FAILURES);
      this.#regexes = searchFor(this.#active);
    }
    return { anchors, skipped };
  }

  #names(facts: readonly number[]): string {
    const names = facts.slice(0, MOST_NAMES).map((fact) => JSON.stringify(this.index.facts[fact]?.fact.id));
    const others = facts.length - names.length;
    return others > 0 ? t('{0} and {1} more', names.join(', '), grouped(others)) : names.join(', ');
  }

  #anchor(fact: number, { end, groups }: RegexMatch, text: string): Anchor | null {
    const expected = this.#expectedBehind(fact, groups);
    if (expected === null) {
      return null;
    }
    // The answer may follow with or without the white space that the match itself took.
    let from = end;
    while (from > 0 && SPACE.test(text.charAt(from - 1))) {
      from--;
    }
    SPACE_BEHIND.lastIndex = end;
    const to = end + (SPACE_BEHIND.exec(text)?.[0].length ?? 0);
    return { fact, from, to, ...expected };
  }

  #expectedBehind(at: number, groups: RegexMatch['groups']): Expected | null {
    const fact = this.index.facts[at]?.fact;
    if (fact === undefined || fact.anchored === null) {
      return null;
    }
    const templates = this.#templates.get(at);
    const anchored = templates?.flatMap((template) => computeAnswer(template, groups) ?? []) ?? fact.anchored.answers;
    const answers = [...fact.answers, ...anchored];
    const key = `${at}\n${templates === undefined ? '' : answers.join('\n')}`;
    let expected = this.#expected.get(key);
    if (expected === undefined) {
      const trie: TrieNode | null = buildAnswerTrie(this.tokenizer.answerPaths(answers, fact.cases));
      const forms = answers.flatMap((answer) => answerForms(answer, fact.cases));
      expected = trie && { trie, forms, computed: templates === undefined ? null : answers };
      if (this.#expected.size >= KEPT_ANSWERS) {
        this.#expected.clear();
      }
      this.#expected.set(key, expected);
    }
    return expected;
  }
}

function searchFor(contexts: readonly Context[]): TimeBoxedRegexes {
  return new TimeBoxedRegexes(contexts.map(({ source }) => source));
}
