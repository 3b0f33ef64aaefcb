import type * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { answerText } from '../core/forget/fact';
import { groups } from '../core/groups';
import { t } from '../core/l10n';
import { dropRanges } from '../core/records/dropRanges';
import { mergedSpans, redactedSpan, writtenIn } from '../core/records/redactedSpan';
import type { ActKind } from './actKind';
import type { ShownTarget } from './actPlaces';
import type { FileAnalysis, RecordAnalysis } from './fileAnalysis';
import { shownPath } from './projects';
import { setting } from './settings';

/** A stretch of a document and what is to stand there. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What an act changes in the text of a document. */
export interface TextEdits {
  readonly document: vscode.TextDocument;
  /** Ascending, apart from each other. */
  readonly replacements: readonly Replacement[];
}

/** @throws SeepError where the placeholder cannot stand in the text */
export function replacementsFor(
  kind: ActKind,
  document: vscode.TextDocument,
  analysis: FileAnalysis,
  targets: readonly ShownTarget[],
): Replacement[] {
  const byRecord = groups(targets, ({ entry }) => entry).sort(([a], [b]) => a.start - b.start);
  switch (kind) {
    case 'drop':
      return dropRanges(
        document.getText(),
        byRecord.map(([{ start, end }]) => [start, end] as const),
        analysis.format,
      ).map(([start, end]) => ({ start, end, text: '' }));
    case 'redact': {
      return byRecord.flatMap(([entry, here]) =>
        redactedSpans(entry, here).map((span) => {
          const [start, end] = entry.toDocument(span.start, span.end);
          return { start, end, text: placeholderIn(entry, document, analysis) };
        }),
      );
    }
    default:
      return [];
  }
}

/** A document's text with the replacements made. */
export function replacedText({ document, replacements }: TextEdits): string {
  const text = document.getText();
  let at = 0;
  const parts: string[] = [];
  for (const { start, end, text: replacement } of replacements) {
    parts.push(text.slice(at, start), replacement);
    at = end;
  }
  return parts.join('') + text.slice(at);
}

function redactedSpans(entry: RecordAnalysis, targets: readonly ShownTarget[]) {
  const spans = targets.flatMap(({ analysis, leaks }) => {
    const facts = new Map(analysis.project.facts.map((fact) => [fact.id, fact]));
    return leaks.flatMap((leak) => redactedSpan(entry.record.text, leak, answerText(facts.get(leak.fact), leak)) ?? []);
  });
  return mergedSpans(spans);
}

function placeholderIn(entry: RecordAnalysis, document: vscode.TextDocument, { format }: FileAnalysis): string {
  const [start] = entry.toDocument(0, 0);
  const placeholder = writtenIn(format, setting('redactWith', document.uri), document.getText(), start);
  if (placeholder === null) {
    const where = t('line {0} of {1}', entry.record.line, shownPath(document.uri.fsPath));
    throw new SeepError(
      'config',
      t(
        'What the setting seep.redactWith says cannot stand in {0}: it would part the record. Choose another word, without line ends, quotation marks and separators.',
        where,
      ),
    );
  }
  return placeholder;
}
