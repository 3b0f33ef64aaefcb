import { createHash } from 'node:crypto';
import type { Fact } from '../../core/forget/fact';
import { FactIndex } from '../../core/score/factIndex';
import { OtherSubjects } from '../../core/score/subjectSwap';
import type { ForgetSetParams, SwapSettings } from '../../protocol/engine';

/** The facts that count in a text: all that its scores depend on besides the text, the models and a scan's settings. */
export interface Scope {
  /** The same for the same facts, ids included. */
  readonly name: string;
  readonly facts: ScopeFacts;
}

/** By what a fact says, and under a swap by the names that stand for its subject: its id. */
export type ScopeFacts = Readonly<Record<string, string>>;

const NAME_LENGTH = 20;

/** Tells which facts of a forget set count in a text, as the engine finds out: gates depend on the text alone. */
export class FactScopes {
  readonly #facts: readonly Fact[];
  readonly #index: FactIndex;
  readonly #contents: readonly string[];
  readonly #ungated: readonly number[];
  /** By the facts that count, where nothing else matters. */
  readonly #plain = new Map<string, Scope>();

  constructor(private readonly forgetSet: ForgetSetParams) {
    this.#facts = [...forgetSet.facts, ...forgetSet.decoys];
    this.#index = new FactIndex(this.#facts.map((fact) => ({ fact, trie: null, forms: [] })));
    this.#contents = contentsOf(this.#facts);
    this.#ungated = this.#facts.flatMap((_, at) => (this.#index.isGated(at) ? [] : [at]));
  }

  /** What each fact says, see {@link ScopeFacts}; in the order of facts, then decoys. */
  get contents(): readonly string[] {
    return this.#contents;
  }

  get ids(): readonly string[] {
    return this.#facts.map(({ id }) => id);
  }

  /** @param swap how the scan makes its reference, see `ScanParams.swap` */
  of(swap: SwapSettings | null): (text: string) => Scope {
    const others = swap === null ? null : new OtherSubjects(this.forgetSet.facts, swap.subjects);
    return (text) => {
      const gated = this.#index.gates(text).map(([fact]) => fact);
      if (swap !== null && others !== null && gated.length > 0) {
        return this.#scope([
          ...this.#ungated.map((at) => this.#entry(at)),
          ...gated.map((at) => this.#entry(at, others.of(this.#fact(at), text, swap.count))),
        ]);
      }
      const key = gated.sort((a, b) => a - b).join();
      const known = this.#plain.get(key);
      const scope = known ?? this.#scope([...this.#ungated, ...gated].map((at) => this.#entry(at)));
      if (known === undefined && this.#plain.size < MOST_REMEMBERED) {
        this.#plain.set(key, scope);
      }
      return scope;
    };
  }

  #fact(at: number): Fact {
    const fact = this.#facts[at];
    if (fact === undefined) {
      throw new RangeError(`no fact ${at}`);
    }
    return fact;
  }

  #entry(at: number, others: readonly string[] = []): readonly [content: string, id: string] {
    const content = this.#contents[at] ?? '';
    return [others.length === 0 ? content : hashOf([content, others]), this.#fact(at).id];
  }

  #scope(entries: readonly (readonly [content: string, id: string])[]): Scope {
    const facts = Object.fromEntries(entries);
    return { name: hashOf(Object.entries(facts).sort()), facts };
  }
}

const MOST_REMEMBERED = 4096;

/** Neither where a fact stands in its file nor what it is called or how bad its leak would be changes a score. */
function contentsOf(facts: readonly Fact[]): string[] {
  const seen = new Map<string, number>();
  return facts.map(({ id, line, severity, tags, distractors, ...says }) => {
    const content = hashOf(says);
    const before = seen.get(content) ?? 0;
    seen.set(content, before + 1);
    // Two may say the same; each has leaks of its own.
    return before === 0 ? content : `${content} ${before}`;
  });
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64').slice(0, NAME_LENGTH);
}
