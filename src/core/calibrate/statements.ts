import type { Fact } from '../forget/fact';
import { SubjectMatcher } from '../text/subjectMatcher';
import type { Decoy } from './decoys';

/** Watches a corpus go by and notes what it says of facts and decoys. Finds names as the gate does: in any case, as whole words. */
export class CorpusWatch {
  readonly #subjects: SubjectMatcher;
  readonly #answers: SubjectMatcher;
  readonly #aliases: ReadonlyMap<string, number>;
  readonly #candidates: ReadonlyMap<number, readonly Decoy[]>;
  readonly #stated = new Set<Decoy>();
  readonly #named = new Set<number>();

  constructor(facts: readonly Fact[], decoys: readonly Decoy[]) {
    const candidates = new Map<number, Decoy[]>();
    for (const decoy of decoys) {
      const list = candidates.get(decoy.fact);
      list ? list.push(decoy) : candidates.set(decoy.fact, [decoy]);
    }
    this.#candidates = candidates;
    this.#subjects = new SubjectMatcher(
      facts.flatMap(({ subjects }, fact) => (this.#candidates.has(fact) ? subjects : []).map((name) => [name, fact])),
    );
    const aliases = new Set(decoys.flatMap((decoy) => decoy.aliases));
    this.#aliases = new Map([...aliases].map((alias, number) => [alias, number]));
    this.#answers = new SubjectMatcher(this.#aliases);
  }

  /** Takes in a record's text. */
  see(text: string): void {
    const named = this.#subjects.firstEnds(text);
    if (named.size === 0) {
      return;
    }
    const answers = this.#answers.firstEnds(text);
    for (const fact of named.keys()) {
      this.#named.add(fact);
      for (const decoy of answers.size === 0 ? [] : (this.#candidates.get(fact) ?? [])) {
        if (decoy.aliases.some((alias) => answers.has(this.#aliases.get(alias) ?? -1))) {
          this.#stated.add(decoy);
        }
      }
    }
  }

  /** The decoys that can tell something: their subject is named somewhere, and never in one record with their answer. */
  usable(decoys: readonly Decoy[]): Decoy[] {
    return decoys.filter((decoy) => this.#named.has(decoy.fact) && !this.#stated.has(decoy));
  }
}

/** Tells which facts a text states: one of the answers stands behind one of the subjects (anywhere, where there is no gate). */
export class StatementFinder {
  readonly #gated: SubjectMatcher;
  readonly #answers: SubjectMatcher;
  readonly #hasGate: readonly boolean[];

  constructor(private readonly facts: readonly Fact[]) {
    this.#hasGate = facts.map(({ gated, subjects }) => gated && subjects.length > 0);
    this.#gated = new SubjectMatcher(
      facts.flatMap(({ subjects }, fact) => (this.#hasGate[fact] ? subjects : []).map((name) => [name, fact])),
    );
    this.#answers = new SubjectMatcher(facts.flatMap(({ answers }, fact) => answers.map((answer) => [answer, fact])));
  }

  /** Ids in the forget set's order. */
  statedIn(text: string): string[] {
    const answered = this.#answers.firstEnds(text);
    if (answered.size === 0) {
      return [];
    }
    const named = this.#gated.firstEnds(text);
    return [...answered.keys()]
      .sort((a, b) => a - b)
      .flatMap((index) => {
        const fact = this.facts[index];
        const gate = named.get(index);
        const isStated = this.#hasGate[index] ? gate !== undefined && follows(text, gate, fact) : true;
        return fact !== undefined && isStated ? [fact.id] : [];
      });
  }
}

function follows(text: string, gate: number, fact: Fact | undefined): boolean {
  const answers = new SubjectMatcher((fact?.answers ?? []).map((answer) => [answer, 0]));
  return answers.firstEnds(text.slice(gate)).size > 0;
}
