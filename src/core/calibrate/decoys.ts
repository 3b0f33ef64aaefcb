import { FACT_DEFAULTS, type Fact } from '../forget/fact';
import { hash32 } from '../text/hash32';

/** An answer that some fact might have had but has not. */
export interface Decoy {
  /** Index of the fact whose subjects it borrows. */
  readonly fact: number;
  readonly answer: string;
  /** Every way to write the answer that the forget set knows, `answer` among them: where one is stated, all are. */
  readonly aliases: readonly string[];
}

/** Decoys scored for one fact. */
export const DECOYS_PER_FACT = 8;

/** Candidates proposed for each decoy wanted, since the corpus may state some of them. */
const SPARE = 3;

/** Decoys of a whole forget set: ten times this would move the 99th percentile by little and cost ten times as much. */
export const MAX_DECOYS = 8000;

/** Answers that are one and the same thing. */
interface Pool {
  readonly aliases: readonly string[];
  readonly folded: ReadonlySet<string>;
}

/** Whether calibration can give this fact other answers: it has answers of its own, and counts only near its subjects. */
export function canHaveDecoys(fact: Fact): boolean {
  return (fact.kind === 'fact' || fact.kind === 'choice') && fact.gated && fact.subjects.length > 0;
}

/**
 * Candidate decoys, those of one fact side by side and the best first: the fact's own distractors by turns with answers of other facts that
 * share a tag with it (of all facts where it has no tags). Never one of its own answers, and none that its subjects contain.
 * Facts take their answers from the list of all in turns, so that each answer is used about equally often. Equal forget sets give
 * equal decoys. Time and memory: linear in the forget set.
 */
export function proposeDecoys(facts: readonly Fact[]): Decoy[] {
  const able = facts.flatMap((fact, index) => (canHaveDecoys(fact) ? [index] : []));
  const perFact = Math.max(1, Math.min(DECOYS_PER_FACT, Math.floor(MAX_DECOYS / Math.max(1, able.length))));
  const chosen = new Set(byHash(able, (index) => facts[index]?.id ?? '').slice(0, MAX_DECOYS));
  const rings = new Rings(facts);
  return able
    .filter((index) => chosen.has(index))
    .flatMap((index) => {
      const fact = facts[index];
      return fact === undefined ? [] : proposeFor(fact, index, perFact * SPARE, rings);
    });
}

/** Of the candidates that are left, as many of each fact as are wanted. */
export function takeDecoys(candidates: readonly Decoy[]): Decoy[] {
  const facts = new Set(candidates.map(({ fact }) => fact));
  const perFact = Math.max(1, Math.min(DECOYS_PER_FACT, Math.floor(MAX_DECOYS / Math.max(1, facts.size))));
  const taken = new Map<number, number>();
  return candidates.filter(({ fact }) => {
    const count = (taken.get(fact) ?? 0) + 1;
    taken.set(fact, count);
    return count <= perFact;
  });
}

/** What a leak of a scan with decoys belongs to: a decoy by its index, or what the text may go on with by rights. */
export type DecoyRole = { readonly kind: 'decoy'; readonly index: number } | { readonly kind: 'known' };

/** What to scan for decoys. */
export interface DecoyEntries {
  /** The facts with answers. Classes of tokens and rules would explain whatever they cover, and are left out. */
  readonly facts: readonly Fact[];
  /** The names that the decoys are about, as if they were answers, and the decoys. */
  readonly decoys: readonly Fact[];
  /** By the ids of both, which are new, so that no id of the forget set is a decoy's. */
  readonly roles: ReadonlyMap<string, DecoyRole>;
}

export function decoyEntries(facts: readonly Fact[], decoys: readonly Decoy[]): DecoyEntries {
  const roles = new Map<string, DecoyRole>();
  const entry = (fact: Fact, answers: readonly string[], role: DecoyRole): Fact => {
    const id = String(roles.size);
    roles.set(id, role);
    const { subjects, cases, tags, line } = fact;
    return { ...FACT_DEFAULTS, id, subjects, cases, tags, line, answers };
  };
  const known: DecoyRole = { kind: 'known' };
  const answering = facts.filter(({ answers }) => answers.length > 0);
  const named = [...new Set(decoys.map(({ fact }) => fact))].flatMap((index) => facts[index] ?? []);
  return {
    facts: answering.map((fact) => ({ ...entry(fact, fact.answers, known), gated: fact.gated })),
    decoys: [
      ...named.map((fact) => entry(fact, fact.subjects.map(firstWord), known)),
      ...decoys.flatMap(({ fact: at, answer }, index) => {
        const fact = facts[at];
        return fact === undefined ? [] : [entry(fact, [answer], { kind: 'decoy', index })];
      }),
    ],
    roles,
  };
}

/** What a name begins with is all that it can share with an answer. */
function firstWord(name: string): string {
  return /^\S+/u.exec(name)?.[0] ?? name;
}

function proposeFor(fact: Fact, index: number, wanted: number, rings: Rings): Decoy[] {
  const own = new Set(fact.answers.map(folded));
  const subjects = fact.subjects.map(folded);
  const used = new Set<string>();
  const isFit = (pool: Pool): boolean => {
    const [first] = pool.folded;
    if (first === undefined || used.has(first)) {
      return false;
    }
    return ![...pool.folded].some((each) => own.has(each) || subjects.some((subject) => subject.includes(each)));
  };
  const distractors = byHash(fact.distractors, (each) => `${fact.id} ${each}`).map((each) => poolOf([each]));
  const ring = rings.of(fact);
  const decoys: Decoy[] = [];
  const addFirstFit = (pools: Iterator<Pool>): boolean => {
    for (let next = pools.next(); !next.done; next = pools.next()) {
      const [answer] = next.value.aliases;
      if (answer !== undefined && isFit(next.value)) {
        used.add(folded(answer));
        decoys.push({ fact: index, answer, aliases: next.value.aliases });
        return true;
      }
    }
    return false;
  };
  const sources = [distractors.values(), ring.round()];
  while (decoys.length < wanted && sources.map(addFirstFit).includes(true)) {
    // Each turn takes one from either.
  }
  return decoys.slice(0, wanted);
}

/** A list whose end leads to its beginning; every reader goes on where the last one stopped. */
class Ring {
  #at = 0;

  constructor(private readonly pools: readonly Pool[]) {}

  /** Once around at most. */
  *round(): Generator<Pool, undefined> {
    for (let left = this.pools.length; left > 0; left--) {
      const pool = this.pools[this.#at++ % this.pools.length];
      if (pool !== undefined) {
        yield pool;
      }
    }
  }
}

/** The answers of all facts, and of those with a tag, in an order that has nothing to do with the file's. */
class Rings {
  readonly #all: Ring;
  readonly #byTags = new Map<string, Ring>();
  readonly #byTag = new Map<string, Fact[]>();

  constructor(facts: readonly Fact[]) {
    const answering = facts.filter(({ answers }) => answers.length > 0);
    this.#all = ringOf(answering);
    for (const fact of answering) {
      for (const tag of fact.tags) {
        const list = this.#byTag.get(tag);
        list ? list.push(fact) : this.#byTag.set(tag, [fact]);
      }
    }
  }

  of({ tags }: Fact): Ring {
    if (tags.length === 0) {
      return this.#all;
    }
    const key = JSON.stringify(tags);
    let ring = this.#byTags.get(key);
    if (ring === undefined) {
      ring = ringOf([...new Set(tags.flatMap((tag) => this.#byTag.get(tag) ?? []))]);
      this.#byTags.set(key, ring);
    }
    return ring;
  }
}

/** Facts with the same answers make one place of the ring. */
function ringOf(facts: readonly Fact[]): Ring {
  const pools = new Map<string, Pool>();
  for (const { answers } of facts) {
    const pool = poolOf(answers);
    pools.set([...pool.folded].sort().join('\n'), pool);
  }
  return new Ring(byHash([...pools], ([key]) => key).map(([, pool]) => pool));
}

function poolOf(aliases: readonly string[]): Pool {
  return { aliases, folded: new Set(aliases.map(folded)) };
}

function folded(text: string): string {
  return text.toLowerCase();
}

function byHash<T>(items: readonly T[], name: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, hash: hash32(name(item)) }))
    .sort((a, b) => a.hash - b.hash)
    .map(({ item }) => item);
}
