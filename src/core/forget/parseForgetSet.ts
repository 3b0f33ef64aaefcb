import type { Problem } from '../errors';
import { describeNode, type JsonNode, JsonSyntaxError, parseJson } from '../json/jsonTree';
import type { Report } from '../json/objectReader';
import { t } from '../l10n';
import type { Fact } from './fact';
import { readEntry } from './readEntry';

export interface ForgetSetResult {
  /** Entries of the lines without problems, in the file's order. */
  readonly facts: Fact[];
  /** Everything that is wrong with the file, by line. A set with problems should not be used: it would miss facts. */
  readonly problems: Problem[];
}

/** Reads a forget set: one entry a line, as JSON. Blank lines are skipped; comments are not part of the format. */
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
    const node = parseObject(lineText, report);
    if (node === null) {
      return;
    }
    const { entry: fact, reader } = readEntry(node, lineText, line, report);
    const sameId = lineOfId.get(fact.id);
    if (sameId !== undefined) {
      const id = JSON.stringify(fact.id);
      const message = reader.has('id')
        ? t('the id {0} is already used in line {1}', id, sameId)
        : t('the id {0} is already used in line {1} (a fact without "id" is called by its line number)', id, sameId);
      report(reader.offsetOf('id'), message);
    } else {
      lineOfId.set(fact.id, line);
    }
    if (problems.length === before) {
      facts.push(fact);
    }
  });
  if (facts.length === 0 && problems.length === 0) {
    problems.push({ line: 1, column: 1, message: t('the forget set is empty; write one fact a line') });
  }
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { facts, problems };
}

function parseObject(line: string, report: Report): (JsonNode & { kind: 'object' }) | null {
  let node: JsonNode;
  try {
    node = parseJson(line);
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      report(error.offset, t('not JSON: {0}', error.message));
      return null;
    }
    throw error;
  }
  if (node.kind !== 'object') {
    report(node.start, t('a fact must be an object such as {"answers": "..."}, not {0}', describeNode(node)));
    return null;
  }
  return node;
}
