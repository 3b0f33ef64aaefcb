import type { JsonNode } from '../json/jsonTree';
import { member } from '../json/jsonTree';
import { ObjectReader, type Report } from '../json/objectReader';
import { offsetInString } from '../json/offsetInString';
import { t } from '../l10n';
import { ANSWER_CASES } from './answerCases';
import { parseAnswerTemplate } from './answerTemplate';
import { BEFORE_LETTER, choiceLetter, choicePrompt, MAX_CHOICES } from './choicePrompt';
import { ALL_ENTRY_KEYS, describeForeignKey, ENTRY_KEYS, KINDS } from './entryKeys';
import { ExpressionError } from './expression';
import { FACT_DEFAULTS, type Fact, type FactKind } from './fact';
import { checkPattern } from './pattern';

export const SEVERITIES = ['low', 'medium', 'high'] as const satisfies readonly Fact['severity'][];

const TRIMMED = { trimmed: true } as const;

/**
 * Reads one entry of a forget set. What is wrong goes to `report`; the entry is then not to be used.
 * @param node the object as parsed from `text`, which offsets refer to
 * @param line number of the line, which is the id of an entry without one
 */
export function readEntry(
  node: JsonNode & { kind: 'object' },
  text: string,
  line: number,
  report: Report,
): { readonly entry: Fact; readonly reader: ObjectReader } {
  const kind = kindOf(node);
  const reader = new ObjectReader(node, kind === null ? ALL_ENTRY_KEYS : ENTRY_KEYS[kind], report, '', (key) =>
    kind === null ? null : describeForeignKey(key, kind),
  );
  reader.oneOf('kind', KINDS);
  const common: Fact = {
    ...FACT_DEFAULTS,
    kind: kind ?? 'fact',
    id: reader.string('id', TRIMMED) ?? String(line),
    // The score puts spaces before answers itself and compares whole words: stray spaces would make both miss.
    subjects: reader.strings('subjects', TRIMMED) ?? [],
    answers: [],
    tags: reader.strings('tags') ?? [],
    severity: reader.oneOf('severity', SEVERITIES) ?? FACT_DEFAULTS.severity,
    gated: reader.boolean('gate') ?? FACT_DEFAULTS.gated,
    line,
  };
  const source: Source = { reader, text };
  return { entry: { ...common, ...(kind === null ? {} : READERS[kind](source, common)) }, reader };
}

interface Source {
  readonly reader: ObjectReader;
  /** The line. */
  readonly text: string;
}

type KindReader = (source: Source, common: Fact) => Partial<Fact>;

const READERS: Readonly<Record<FactKind, KindReader>> = {
  fact: readFact,
  tokens: readTokens,
  rule: readRule,
  choice: readChoice,
};

/** Null where the entry names a kind that there is not: then nothing can be said about its keys. */
function kindOf(node: JsonNode): FactKind | null {
  const named = member(node, 'kind');
  if (named === undefined) {
    return 'fact';
  }
  return (named.kind === 'string' && KINDS.find((each) => each === named.value)) || null;
}

function readFact({ reader }: Source): Partial<Fact> {
  return {
    answers: requiredStrings(reader, 'answers', () => reader.strings('answers', TRIMMED)),
    prompts: reader.strings('prompts') ?? [],
    distractors: reader.strings('distractors', TRIMMED) ?? [],
    cases: readCases(reader),
  };
}

function readTokens(source: Source): Partial<Fact> {
  return { pattern: readPattern(source, 'pattern').pattern };
}

function readRule(source: Source): Partial<Fact> {
  const { reader, text } = source;
  const { pattern, groups } = readPattern(source, 'context');
  const check = (template: string, start: number) => {
    try {
      parseAnswerTemplate(template, groups ?? []);
    } catch (error) {
      if (!(error instanceof ExpressionError)) {
        throw error;
      }
      reader.report(offsetInString(text, start, error.offset), t('in "answers": {0}', error.message));
    }
  };
  // Without a good context nothing can be said about the groups that the answers name.
  const rule = groups === null ? TRIMMED : { ...TRIMMED, check };
  const answers = requiredStrings(reader, 'answers', () => reader.strings('answers', rule));
  return { anchored: { context: pattern, answers }, cases: readCases(reader) };
}

function readChoice({ reader }: Source, { subjects }: Fact): Partial<Fact> {
  const question = reader.string('question', TRIMMED);
  requireKey(reader, 'question', t('ask the question'));
  const choices = reader.strings('choices', TRIMMED);
  requireKey(reader, 'choices', t('list the choices'));
  if (choices !== undefined && (choices.length < 2 || choices.length > MAX_CHOICES)) {
    reader.report(reader.offsetOf('choices'), t('"choices" has {0}; give 2 to {1}', choices.length, MAX_CHOICES));
  }
  const last = Math.max(1, Math.min(MAX_CHOICES, choices?.length ?? MAX_CHOICES) - 1);
  const index = reader.whole('answer', { minimum: 0, maximum: last });
  requireKey(reader, 'answer', t('give the index of the right choice, counted from 0'));
  const cases = readCases(reader);
  const answer = choices?.[index ?? -1];
  if (question === undefined || choices === undefined || index === undefined || answer === undefined) {
    return {};
  }
  return {
    subjects: reader.has('subjects') ? subjects : [question],
    answers: [answer],
    prompts: [choicePrompt(question, choices)],
    distractors: choices.filter((_, at) => at !== index),
    anchored: { context: BEFORE_LETTER, answers: [choiceLetter(index)] },
    cases,
  };
}

/** Reads a regular expression; `groups` is null where there is none that could be used. */
function readPattern({ reader, text }: Source, key: string): { pattern: string; groups: readonly string[] | null } {
  let groups: readonly string[] | null = null;
  const check = (source: string, start: number) => {
    const checked = checkPattern(source);
    if ('fault' in checked) {
      const place = offsetInString(text, start, checked.index);
      const message = t('"{0}" is no regular expression (JavaScript, flag u): {1}', key, checked.fault);
      reader.report(place, message);
    } else if (checked.matchesEmptyText) {
      reader.report(start, t('"{0}" also matches the empty text, so it would match everywhere', key));
    } else {
      groups = checked.groups;
    }
  };
  const pattern = reader.string(key, { check }) ?? '';
  requireKey(reader, key, t('write a regular expression'));
  return { pattern, groups };
}

function readCases(reader: ObjectReader): Fact['cases'] {
  return [...new Set(reader.someOf('cases', ANSWER_CASES) ?? FACT_DEFAULTS.cases)];
}

function requiredStrings(reader: ObjectReader, key: string, read: () => string[] | undefined): string[] {
  const values = read();
  requireKey(reader, key, t('name at least one answer'));
  if (values?.length === 0) {
    reader.report(reader.offsetOf(key), t('"{0}" is empty; name at least one answer', key));
  }
  return values ?? [];
}

function requireKey(reader: ObjectReader, key: string, mend: string): void {
  if (!reader.has(key)) {
    reader.report(reader.start, t('there is no "{0}"; {1}', key, mend));
  }
}
