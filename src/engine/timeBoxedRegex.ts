import { type Context, createContext, Script } from 'node:vm';
import type { TextTest } from '../core/forget/tokenClass';
import { t } from '../core/l10n';

export interface RegexMatch {
  /** UTF-16 offset behind the match. */
  readonly end: number;
  /** Text of the named groups that took part, cut off at {@link MAX_GROUP}. */
  readonly groups: Readonly<Record<string, string>>;
}

/** What one regular expression finds in one text; `more`: not all of it. Or in words why that is not known. */
export type RegexOutcome =
  | { readonly matches: readonly RegexMatch[]; readonly more: boolean }
  | { readonly failure: string };

export interface RegexLimits {
  /** Time that one regular expression may take for one text; it gets about as much from the processor, however busy that is. */
  readonly milliseconds: number;
  /** Matches that are given back of one regular expression in one text. */
  readonly matches: number;
}

export const REGEX_LIMITS: RegexLimits = { milliseconds: 250, matches: 10_000 };

/** Time that the pattern of a class of tokens may take for a whole vocabulary. */
export const VOCABULARY_MILLISECONDS = 10_000;

/** What of its time a script must have had from the processor to be given up: a bit is lost even where nothing else runs. */
const HAD_ENOUGH = 0.9;

/** UTF-16 units of a group that are given back: more than any number or answer of a forget set may have. */
export const MAX_GROUP = 200;

/**
 * Runs in the context. Only strings and numbers come in, and only JSON and bytes go out. `at` counts (text, expression) pairs, text by text:
 * it tells after an interruption which was at work, and where to go on.
 */
const PROGRAM = `(sources, maxGroup) => {
  const regexes = [];
  const groupsOf = (match) => {
    const groups = Object.create(null);
    for (const name in match.groups) {
      if (match.groups[name] !== undefined) {
        groups[name] = match.groups[name].slice(0, maxGroup);
      }
    }
    return groups;
  };
  const search = (regex, text, most) => {
    const matches = [];
    regex.lastIndex = 0;
    for (let match = regex.exec(text); match !== null; match = regex.exec(text)) {
      if (matches.length === most) {
        return { matches, more: true };
      }
      matches.push({ end: match.index + match[0].length, groups: groupsOf(match) });
      if (match[0] === '') {
        regex.lastIndex += text.codePointAt(match.index) > 0xffff ? 2 : 1;
      }
    }
    return { matches, more: false };
  };
  const regexAt = (index) => (regexes[index] ??= new RegExp(sources[index], 'gu'));
  return {
    at: 0,
    outcomes: [],
    find(texts, most) {
      for (; this.at < texts.length * sources.length; this.at++) {
        let outcome;
        try {
          const text = texts[Math.floor(this.at / sources.length)];
          outcome = search(regexAt(this.at % sources.length), text, most);
        } catch (error) {
          outcome = { error: error.message };
        }
        this.outcomes[this.at] = JSON.stringify(outcome);
      }
    },
    test(texts) {
      try {
        const regex = new RegExp(sources[0], 'u');
        return Uint8Array.from(texts, (text) => (regex.test(text) ? 1 : 0));
      } catch {
        return null; // too large
      }
    },
  };
}`;

interface Program {
  at: number;
  outcomes: string[];
}

const CREATE = new Script(`program = (${PROGRAM})(sources, maxGroup)`, { filename: 'regexes' });
const FIND = new Script('program.find(texts, most)', { filename: 'regexes' });
const TEST = new Script('program.test(texts)', { filename: 'regexes' });

/**
 * Regular expressions of a forget set, run over texts of a corpus. Neither is trusted, and a short expression on a short text can take longer
 * than anyone waits. V8 can be interrupted wherever a regular expression backtracks, so the time limit of a `vm` script ends it. That goes by
 * the clock; what is interrupted on a busy machine before it had its time from the processor runs again. They run in a context of their own that holds nothing but JavaScript itself.
 */
export class TimeBoxedRegexes {
  readonly #context: Context;

  constructor(
    private readonly sources: readonly string[],
    private readonly limits: RegexLimits = REGEX_LIMITS,
  ) {
    this.#context = newContext(sources);
  }

  /**
   * What each expression finds in each text: by text, then by expression. All together cost one entry into the context as long as they are
   * fast (about half a millisecond, however many there are). What is interrupted gets the whole time limit for itself before it is given up,
   * so that nothing fails because of its neighbours.
   */
  find(texts: readonly string[]): RegexOutcome[][] {
    const program = this.#context.program as Program;
    program.at = 0;
    program.outcomes = [];
    this.#context.texts = texts;
    this.#context.most = this.limits.matches;
    const count = texts.length * this.sources.length;
    while (program.at < count) {
      const start = program.at;
      const gotOn = () => program.at > start;
      if (!endsInTime(FIND, this.#context, this.limits.milliseconds, gotOn) && !gotOn()) {
        const failure = t('it takes longer than {0} ms on this text', this.limits.milliseconds);
        program.outcomes[program.at++] = JSON.stringify({ failure });
      }
    }
    const outcomes = program.outcomes.map((each) => toldOutcome(JSON.parse(each) as RegexOutcome | { error: string }));
    return texts.map((_, index) => outcomes.slice(index * this.sources.length, (index + 1) * this.sources.length));
  }
}

/** An outcome in words for people, which the context has none of. */
function toldOutcome(outcome: RegexOutcome | { readonly error: string }): RegexOutcome {
  return 'error' in outcome ? { failure: t('it cannot be run: {0}', outcome.error) } : outcome;
}

/**
 * Tests texts by the thousand with one regular expression, for classes of tokens. The time limit is for all texts that are ever handed to it;
 * the test gives null once it is over, and where the expression is too large to be run.
 */
export function timeBoxedTest(source: string, milliseconds = VOCABULARY_MILLISECONDS): TextTest {
  const context = newContext([source]);
  let left = milliseconds;
  return (texts) => {
    const started = cpuMilliseconds();
    context.texts = texts;
    const inTime = left >= 1 && endsInTime(TEST, context, Math.floor(left));
    left -= cpuMilliseconds() - started;
    return inTime ? (context.result as Uint8Array | null) : null;
  };
}

function newContext(sources: readonly string[]): Context {
  const context = createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
  context.sources = sources;
  context.maxGroup = MAX_GROUP;
  CREATE.runInContext(context);
  return context;
}

/**
 * Runs a script, its value left in `result`; says whether it came to its end within the time. Where other programs had the processor for
 * some of that, it runs again with more.
 * @param gotOn whether the script, though interrupted, has ended some of its work
 */
function endsInTime(
  script: Script,
  context: Context,
  milliseconds: number,
  gotOn: () => boolean = () => false,
): boolean {
  for (let patience = 1; ; patience *= 2) {
    const started = cpuMilliseconds();
    if (endsBefore(script, context, milliseconds * patience)) {
      return true;
    }
    if (gotOn() || cpuMilliseconds() - started >= HAD_ENOUGH * milliseconds) {
      return false;
    }
  }
}

/** Processor time of the process, in which nothing else works while a script runs. */
function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** @param timeout by the clock, in milliseconds */
function endsBefore(script: Script, context: Context, timeout: number): boolean {
  try {
    context.result = script.runInContext(context, { timeout });
    return true;
  } catch (error) {
    // The error is one of the context's own, not an Error of ours.
    if ((error as { readonly code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      return false;
    }
    throw error;
  }
}
