import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { Decision } from '../core/decisions/decision';
import { type DecisionChanges, making } from '../core/decisions/writeDecisions';
import { SeepError } from '../core/errors';
import { answerText } from '../core/forget/fact';
import { groups } from '../core/groups';
import { grouped, plural, t } from '../core/l10n';
import { dropRanges } from '../core/records/dropRanges';
import { mergedSpans, redactedSpan, writtenIn } from '../core/records/redactedSpan';
import type { ActTarget } from './actPlaces';
import { fileOf, hasNoFile } from './corpusDocuments';
import { type DocumentState, requireWritable, stateOf } from './documentState';
import type { FileAnalysis, RecordAnalysis } from './fileAnalysis';
import { shownPath } from './projects';
import { isRecordDocument } from './recordUri';
import { setting } from './settings';

/** What can be done about leaks. The first two change the text, the others write decisions. */
export const ACT_KINDS = ['drop', 'redact', 'mask', 'ignore', 'reviewed', 'leaveOut'] as const;
export type ActKind = (typeof ACT_KINDS)[number];

/** A stretch of a document and what is to stand there. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What an act would do to one corpus file. */
export interface FilePlan {
  readonly document: vscode.TextDocument;
  /** What the plan was made from. */
  readonly state: DocumentState;
  /** Ascending, apart from each other. */
  readonly replacements: readonly Replacement[];
}

/** What an act would do. */
export interface ActPlan {
  readonly kind: ActKind;
  /** "drop 3 records of 2 files" */
  readonly words: string;
  readonly records: number;
  /** Every file with a record that it is about. */
  readonly files: readonly FilePlan[];
  /** By the project's file of decisions. */
  readonly decisions: ReadonlyMap<string, DecisionChanges>;
}

/** Works out what an act on these places would do; changes nothing. Rejects with SeepError where there is nothing to do. */
export async function planAct(kind: ActKind, targets: readonly ActTarget[], reason: string | null): Promise<ActPlan> {
  const wanted = targets.filter(({ leaks }) => leaks.length > 0 || !ABOUT_LEAKS.includes(kind));
  if (wanted.length === 0) {
    throw new SeepError('record', t('Nothing leaks here that is still open: there is nothing to act on.'));
  }
  const files: FilePlan[] = [];
  let redacted = 0;
  for (const [analysis, here] of groups(wanted, (target) => target.analysis)) {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(analysis.uri));
    if (document.version !== analysis.version) {
      throw new SeepError(
        'record',
        t('{0} has just been edited. Try again in a moment.', shownPath(document.uri.fsPath)),
      );
    }
    const own = kindFor(kind, analysis);
    if (CHANGES_TEXT.includes(own)) {
      await requireWritable(document);
    }
    const replacements = replacementsFor(own, document, analysis, here);
    redacted += replacements.length;
    files.push({ document, state: await stateOf(document), replacements });
  }
  if (kind === 'redact' && redacted === 0) {
    throw new SeepError(
      'record',
      t('What leaks here would come behind the record: there is no text to redact. Drop or mask it instead.'),
    );
  }
  const time = new Date().toISOString();
  const decisions = new Map(
    groups(wanted, ({ analysis }) => analysis.project.decisionsPath)
      .map(
        ([path, here]) =>
          [
            path,
            making(here.flatMap((each) => decisionsFor(kindFor(kind, each.analysis), each, reason, time))),
          ] as const,
      )
      .filter(([, changes]) => changes.size > 0),
  );
  const records = new Set(wanted.map(({ entry }) => entry)).size;
  const done = { records, places: kind === 'redact' ? redacted : distinctPlaces(wanted), files: files.length };
  return { kind, words: wordsOf(kind, done), records, files, decisions };
}

/** Acts that edit the corpus; the others write decisions. */
const CHANGES_TEXT: readonly ActKind[] = ['drop', 'redact'];

/** A record that is shown alone cannot be deleted from its file: to drop it is to leave it out of exports. */
function kindFor(kind: ActKind, { uri }: FileAnalysis): ActKind {
  return kind === 'drop' && isRecordDocument(vscode.Uri.parse(uri)) ? 'leaveOut' : kind;
}

/** Acts that are about what leaks; the others are about records. */
const ABOUT_LEAKS: readonly ActKind[] = ['redact', 'mask', 'ignore'];

interface Counts {
  readonly records: number;
  readonly places: number;
  readonly files: number;
}

const WORDS: Readonly<Record<ActKind, (counts: Counts) => string>> = {
  drop: ({ records }) => plural(records, 'drop {0} record', 'drop {0} records'),
  redact: ({ places }) => plural(places, 'redact {0} span', 'redact {0} spans'),
  mask: ({ places }) => plural(places, 'mask {0} place', 'mask {0} places'),
  ignore: ({ places }) => plural(places, 'ignore {0} leaking place', 'ignore {0} leaking places'),
  reviewed: ({ records }) => plural(records, 'mark {0} record as reviewed', 'mark {0} records as reviewed'),
  leaveOut: ({ records }) => plural(records, 'leave {0} record out of exports', 'leave {0} records out of exports'),
};

/** What an act does, and in how many files where there are several. */
function wordsOf(kind: ActKind, counts: Counts): string {
  const words = WORDS[kind](counts);
  return counts.files > 1 ? t('{0} in {1} files', words, grouped(counts.files)) : words;
}

function distinctPlaces(targets: readonly ActTarget[]): number {
  const places = groups(targets, ({ entry }) => entry).map(
    ([, here]) => new Set(here.flatMap(({ leaks }) => leaks.map(({ position }) => position))).size,
  );
  return places.reduce((sum, each) => sum + each, 0);
}

function replacementsFor(
  kind: ActKind,
  document: vscode.TextDocument,
  analysis: FileAnalysis,
  targets: readonly ActTarget[],
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

function redactedSpans(entry: RecordAnalysis, targets: readonly ActTarget[]) {
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

function decisionsFor(
  kind: ActKind,
  { analysis, entry, reach, fact, leaks }: ActTarget,
  reason: string | null,
  time: string,
): Decision[] {
  const uri = vscode.Uri.parse(analysis.uri);
  const about = {
    record: entry.hash,
    fact: null,
    span: null,
    reason,
    file: hasNoFile(uri) ? null : relative(analysis.project.root, fileOf(uri).fsPath).split(sep).join('/'),
    line: entry.record.line,
    time,
  };
  switch (kind) {
    case 'drop':
    case 'redact':
      return [];
    case 'leaveOut':
      return [{ ...about, action: 'drop' }];
    case 'reviewed':
      return [{ ...about, action: 'reviewed' }];
    case 'mask':
      return leaks.map(({ start, end }) => ({ ...about, action: 'mask', span: { start, end } }));
    case 'ignore':
      return reach === 'place'
        ? leaks.map(({ start, end, fact: each }) => ({ ...about, action: 'ignore', fact: each, span: { start, end } }))
        : [{ ...about, action: 'ignore', fact: reach === 'fact' ? fact : null }];
  }
}

/** A document's text with the replacements made. */
export function replacedText({ document, replacements }: FilePlan): string {
  const text = document.getText();
  let at = 0;
  const parts: string[] = [];
  for (const { start, end, text: replacement } of replacements) {
    parts.push(text.slice(at, start), replacement);
    at = end;
  }
  return parts.join('') + text.slice(at);
}
