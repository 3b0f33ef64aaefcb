import type { RecordScores } from '../../core/score/leak';
import type { ForgetSetParams, ForgetSetResult, ScanParams, ScanResult } from '../../protocol/engine';
import { Turns } from '../turns';
import type { CacheSpace } from './cacheSpace';
import { FactScopes, type Scope, type ScopeFacts } from './factScopes';
import { factKey, outcomeKey, type RecordKeys, recordKeys, scopeKey } from './keys';
import { narrowScores } from './narrowScores';
import type { Key } from './segment';
import { keep, parse, readAll } from './values';

export type Outcome = Pick<ScanResult, 'reference' | 'completedBy'>;

/** What the engine says of a fact before any text is read. */
interface FactResult {
  /** Why it cannot be scored. */
  readonly unscorable: string | null;
  /** Token ids of a class. */
  readonly tokens: readonly number[] | null;
}

/** Scopes of which it is known that they were written; behind that they may be written again. */
const MOST_REMEMBERED = 4096;

/** A text that is to be scored. */
export interface Wanted {
  readonly text: string;
  readonly scope: Scope;
  readonly key: Key;
}

/** Scores for more facts than are wanted. */
interface Wider {
  readonly wanted: Wanted;
  readonly key: Key;
  readonly facts: ScopeFacts;
}

/** Name of the facts that a text was last scored for. */
interface Latest {
  readonly scope: string;
}

/**
 * What is on disk of one forget set's scores by the same models. A record's are kept under the facts that count in it: whatever else joins
 * or leaves the forget set, they stay known. Where one of these facts leaves, what is known of the others is taken from the same.
 */
export class KnownScores {
  readonly #scopes: FactScopes;
  readonly #written = new Set<string>();

  /** @param words see `wordsKey` */
  constructor(
    private readonly space: CacheSpace,
    forgetSet: ForgetSetParams,
    private readonly words: string,
  ) {
    this.#scopes = new FactScopes(forgetSet);
  }

  /** What the engine would say of the forget set; null where some fact is new. */
  async forgetSet(): Promise<ForgetSetResult | null> {
    const { contents, ids } = this.#scopes;
    const keys = contents.map((content) => factKey(content, this.words));
    const known = await readAll(this.space, keys);
    const unscorable: { fact: string; message: string }[] = [];
    const classes: { fact: string; tokens: readonly number[] }[] = [];
    for (const [at, key] of keys.entries()) {
      const result = parse<FactResult>(known.get(key));
      const fact = ids[at] ?? '';
      if (result === null) {
        return null;
      }
      if (result.unscorable !== null) {
        unscorable.push({ fact, message: result.unscorable });
      }
      if (result.tokens !== null) {
        classes.push({ fact, tokens: result.tokens });
      }
    }
    return { unscorable, classes };
  }

  keepForgetSet({ unscorable, classes }: ForgetSetResult): void {
    const messages = new Map(unscorable.map(({ fact, message }) => [fact, message]));
    const tokens = new Map(classes.map((each) => [each.fact, each.tokens]));
    const { contents, ids } = this.#scopes;
    for (const [at, content] of contents.entries()) {
      const fact = ids[at] ?? '';
      const result = { unscorable: messages.get(fact) ?? null, tokens: tokens.get(fact) ?? null };
      keep(this.space, factKey(content, this.words), result satisfies FactResult);
    }
  }

  scan(settings: Omit<ScanParams, 'records'>): KnownScan {
    return new KnownScan(this.space, settings, this.#scopes.of(settings.swap), this.#written);
  }

  flush(): Promise<void> {
    return this.space.flush();
  }
}

/** What is known of scans with the same settings. */
export class KnownScan {
  readonly #keys: RecordKeys;
  readonly #outcome: Key;

  /** @param written names of the scopes that were written already */
  constructor(
    private readonly space: CacheSpace,
    private readonly settings: Omit<ScanParams, 'records'>,
    private readonly scopeOf: (text: string) => Scope,
    private readonly written: Set<string>,
  ) {
    this.#keys = recordKeys(settings);
    this.#outcome = outcomeKey(settings);
  }

  wanted(text: string): Wanted {
    const scope = this.scopeOf(text);
    return { text, scope, key: this.#keys.scores(text, scope.name) };
  }

  async outcome(): Promise<Outcome | null> {
    return parse<Outcome>((await readAll(this.space, [this.#outcome])).get(this.#outcome));
  }

  /** The scores that are known, in no order. */
  async *known(wanted: readonly Wanted[]): AsyncGenerator<readonly [Key, RecordScores]> {
    const turns = new Turns();
    const values = await readAll(
      this.space,
      wanted.map(({ key }) => key),
    );
    const missing: Wanted[] = [];
    for (const each of wanted) {
      const scores = parse<RecordScores>(values.get(each.key));
      values.delete(each.key);
      if (scores === null) {
        missing.push(each);
      } else {
        yield [each.key, scores];
      }
      await turns.pause();
    }
    const wider = await this.#wider(missing);
    const found = await readAll(
      this.space,
      wider.map(({ key }) => key),
    );
    for (const { wanted: each, key, facts } of wider) {
      const scores = parse<RecordScores>(found.get(key));
      const narrow = scores && narrowScores(scores, namesOf(each.scope.facts, facts));
      if (narrow !== null) {
        yield [each.key, narrow];
      }
      await turns.pause();
    }
  }

  /** Where the scores for more facts may lie of texts of which those for a scope's own are not known. */
  async #wider(missing: readonly Wanted[]): Promise<Wider[]> {
    if (this.settings.unattributed) {
      // What a fact explained before, none would explain now.
      return [];
    }
    const asked = missing.map((wanted) => ({ wanted, key: this.#keys.latest(wanted.text) }));
    const latest = await readAll(
      this.space,
      asked.map(({ key }) => key),
    );
    const named = asked.flatMap(({ wanted, key }) => {
      const name = parse<Latest>(latest.get(key))?.scope;
      return name === undefined ? [] : [{ wanted, name }];
    });
    const names = [...new Set(named.map(({ name }) => name))];
    const scopes = await readAll(this.space, names.map(scopeKey));
    const factsOf = new Map(names.map((name) => [name, parse<ScopeFacts>(scopes.get(scopeKey(name)))]));
    return named.flatMap(({ wanted, name }) => {
      const facts = factsOf.get(name) ?? null;
      const isWider =
        facts !== null && Object.keys(wanted.scope.facts).every((content) => Object.hasOwn(facts, content));
      return isWider ? [{ wanted, key: this.#keys.scores(wanted.text, name), facts }] : [];
    });
  }

  keep({ key, text, scope }: Wanted, scores: RecordScores): void {
    if (!this.written.has(scope.name)) {
      if (this.written.size >= MOST_REMEMBERED) {
        this.written.clear();
      }
      this.written.add(scope.name);
      keep(this.space, scopeKey(scope.name), scope.facts);
    }
    keep(this.space, key, scores);
    if (Object.keys(scope.facts).length > 0) {
      keep(this.space, this.#keys.latest(text), { scope: scope.name } satisfies Latest);
    }
  }

  keepOutcome(outcome: Outcome): void {
    keep(this.space, this.#outcome, outcome);
  }
}

/** By the id that a fact had: the one that it has. */
function namesOf(now: ScopeFacts, before: ScopeFacts): Map<string, string> {
  return new Map(Object.entries(now).map(([content, id]) => [before[content] ?? '', id]));
}
