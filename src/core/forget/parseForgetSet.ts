import type { Problem } from '../errors';
import { describeNode, type JsonNode, JsonSyntaxError, parseJson } from '../json/jsonTree';
import { ObjectReader } from '../json/objectReader';
import { FACT_DEFAULTS, type Fact } from './fact';

/** Keys of a forget-set line, in the order of the documentation. */
export const FACT_KEYS = [
  'id',
  'kind',
  'subjects',
  'answers',
  'prompts',
  'distractors',
  'tags',
  'severity',
] as const satisfies readonly string[];

export const SEVERITIES = ['low', 'medium', 'high'] as const satisfies readonly Fact['severity'][];

export interface ForgetSetResult {
  /** Facts of the lines without problems, in the file's order. */
  readonly facts: Fact[];
  /** Everything that is wrong with the file, by line. A set with problems should not be used: it would miss facts. */
  readonly problems: Problem[];
}

/** Reads a forget set: one fact a line, as JSON. Blank lines are skipped; comments are not part of the format. */
export function parseForgetSet(text: string): ForgetSetResult {
  const facts: Fact[] = [];
  const problems: Problem[] = [];
  const lineOfId = new Map<string, number>();
  const lines = text.replace(/^\ufeff/, '').split('\n');
  lines.forEach((lineText, index) => {
    const line = index + 1;
    if (lineText.trim() === '') {
      return;
    }
    const report = (offset: number, message: string) => {
      problems.push({ line, column: offset + 1, message });
    };
    const before = problems.length;
    const reader = readObject(lineText, report);
    if (reader === null) {
      return;
    }
    const fact = readFact(reader, line);
    const sameId = lineOfId.get(fact.id);
    if (sameId !== undefined) {
      const own = reader.has('id') ? '' : ' (a fact without "id" is called by its line number)';
      report(reader.offsetOf('id'), `the id ${JSON.stringify(fact.id)} is already used in line ${sameId}${own}`);
    } else {
      lineOfId.set(fact.id, line);
    }
    if (problems.length === before) {
      facts.push(fact);
    }
  });
  if (facts.length === 0 && problems.length === 0) {
    problems.push({ line: 1, column: 1, message: 'the forget set is empty; write one fact a line' });
  }
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { facts, problems };
}

function readObject(line: string, report: (offset: number, message: string) => void): ObjectReader | null {
  let node: JsonNode;
  try {
    node = parseJson(line);
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      report(error.offset, `not JSON: ${error.message}`);
      return null;
    }
    throw error;
  }
  if (node.kind !== 'object') {
    report(node.start, `a fact must be an object such as {"answers": "..."}, not ${describeNode(node)}`);
    return null;
  }
  return new ObjectReader(node, FACT_KEYS, report);
}

function readFact(reader: ObjectReader, line: number): Fact {
  const kind = reader.string('kind');
  if (kind !== undefined && kind !== 'fact') {
    reader.report(
      reader.offsetOf('kind'),
      `the kind ${JSON.stringify(kind.slice(0, 40))} is not read by this version of Seep, which reads facts only`,
    );
  }
  const answers = reader.strings('answers', { trimmed: true });
  if (!reader.has('answers')) {
    reader.report(reader.start, 'there is no "answers"; name at least one answer');
  } else if (answers?.length === 0) {
    reader.report(reader.offsetOf('answers'), '"answers" is empty; name at least one answer');
  }
  return {
    ...FACT_DEFAULTS,
    id: reader.string('id', { trimmed: true }) ?? String(line),
    // The score puts spaces before answers itself and compares whole words: stray spaces would make both miss.
    subjects: reader.strings('subjects', { trimmed: true }) ?? [],
    answers: answers ?? [],
    prompts: reader.strings('prompts') ?? [],
    distractors: reader.strings('distractors', { trimmed: true }) ?? [],
    tags: reader.strings('tags') ?? [],
    severity: reader.oneOf('severity', SEVERITIES) ?? FACT_DEFAULTS.severity,
    line,
  };
}
