import { answerForms } from '../core/forget/answerCases';
import type { Fact } from '../core/forget/fact';
import { t } from '../core/l10n';
import { buildAnswerTrie, type TrieNode } from '../core/score/answerTrie';
import { FactIndex, type ScorableFact } from '../core/score/factIndex';
import { OtherSubjects } from '../core/score/subjectSwap';
import type { ForgetSetParams } from '../protocol/engine';
import { AnchorFinder } from './anchors';
import { PromptDistributions } from './promptDistributions';
import { classToken } from './tokenClasses';
import type { Tokenizer } from './tokenizer/tokenizer';

/** A forget set made ready for one tokenizer. */
export class RuleSet {
  readonly index: FactIndex;
  readonly anchors: AnchorFinder;
  readonly prompts: PromptDistributions;
  /** Token ids of each class, by {@link classIndex}. */
  readonly classes: readonly (readonly number[])[];
  /** Id of each class's fact. */
  readonly classFacts: readonly string[];
  readonly unscorable: readonly { readonly fact: string; readonly message: string }[];
  readonly #members: readonly ReadonlySet<number>[];
  readonly #overlaps = new Map<number, boolean>();
  #others: { readonly key: string; readonly subjects: OtherSubjects } | null = null;

  constructor(
    private readonly forgetSet: ForgetSetParams,
    tokenizer: Tokenizer,
  ) {
    const scorable: ScorableFact[] = [];
    const classes: (readonly number[])[] = [];
    const unscorable: { fact: string; message: string }[] = [];
    for (const fact of [...forgetSet.facts, ...forgetSet.decoys]) {
      const made = compile(fact, tokenizer, classes);
      if (typeof made === 'string') {
        unscorable.push({ fact: fact.id, message: made });
      } else {
        scorable.push(made);
      }
    }
    this.index = new FactIndex(scorable);
    this.anchors = new AnchorFinder(this.index, tokenizer);
    this.prompts = new PromptDistributions(scorable);
    this.classes = classes;
    this.classFacts = scorable.filter(({ fact }) => fact.pattern !== null).map(({ fact }) => fact.id);
    this.#members = classes.map((ids) => new Set(ids));
    this.unscorable = unscorable;
  }

  idOf(fact: number): string {
    return this.index.facts[fact]?.fact.id ?? '';
  }

  /** Whether contexts are compared with the fact's prompts: where its subject is spoken about. */
  hasPrompts(fact: number): boolean {
    return this.index.isGated(fact) && (this.index.facts[fact]?.fact.prompts.length ?? 0) > 0;
  }

  isMember(classAt: number, token: number): boolean {
    return this.#members[classAt]?.has(token) ?? false;
  }

  /** Those of the classes that share no token with a wider one among them. */
  disjoint(classes: readonly number[]): readonly number[] {
    const chosen: number[] = [];
    const size = (classAt: number) => this.classes[classAt]?.length ?? 0;
    for (const each of [...classes].sort((a, b) => size(b) - size(a) || a - b)) {
      if (!chosen.some((wider) => this.#overlap(wider, each))) {
        chosen.push(each);
      }
    }
    return chosen;
  }

  /** Found out once for each pair: classes may be wide, and are asked for at many positions. */
  #overlap(wider: number, classAt: number): boolean {
    const pair = wider * this.classes.length + classAt;
    let overlap = this.#overlaps.get(pair);
    if (overlap === undefined) {
      overlap = this.classes[classAt]?.some((token) => this.isMember(wider, token)) ?? false;
      this.#overlaps.set(pair, overlap);
    }
    return overlap;
  }

  /** Whom to put in place of a subject, the user's names first. */
  otherSubjects(names: readonly string[]): OtherSubjects {
    const key = names.join('\n');
    if (this.#others?.key !== key) {
      this.#others = { key, subjects: new OtherSubjects(this.forgetSet.facts, names) };
    }
    return this.#others.subjects;
  }
}

/** The fact as the tokenizer can write it, or why it cannot. A class is added to `classes`. */
function compile(fact: Fact, tokenizer: Tokenizer, classes: (readonly number[])[]): ScorableFact | string {
  if (fact.pattern !== null) {
    const ids = tokenizer.classMembers(fact.pattern);
    if (ids === null) {
      return t('Its pattern takes too long on the tokens of this model. Write it without nested repeats.');
    }
    if (ids.length === 0) {
      return t('No token of this model matches its pattern.');
    }
    classes.push(ids);
    return { fact, trie: classTrie(classToken(classes.length - 1)), forms: [] };
  }
  const paths = tokenizer.answerPaths(fact.answers, fact.cases);
  const trie = buildAnswerTrie(paths);
  if (trie === null && fact.anchored === null) {
    return t('No answer of this fact can be written with the model\u2019s tokens.');
  }
  return { fact, trie, forms: fact.answers.flatMap((answer) => answerForms(answer, fact.cases)) };
}

/** One step that completes the answer, whichever token of the class it takes. */
function classTrie(token: number): TrieNode {
  const leaf: TrieNode = { token, depth: 1, children: new Map(), answers: [-1], spellings: [] };
  return { token: -1, depth: 0, children: new Map([[token, leaf]]), answers: [], spellings: [] };
}
