import * as vscode from 'vscode';
import type { LeakSpot } from '../client/leakingRecords';
import type { Project } from '../client/project';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import type { CorpusRecord } from '../core/records/record';
import type { Leak } from '../core/score/leak';
import type { AnalysisStore } from './analysisStore';
import type { FileAnalysis, RecordAnalysis } from './fileAnalysis';

/** How much of a record an act is about: all of it, one fact wherever it leaks there, or one place. */
export type Reach = 'record' | 'fact' | 'place';

/** Where to act, in a form that survives in a command's arguments. */
export interface ActPlace {
  readonly uri: string;
  /** UTF-16 offset in the document, somewhere in the record; of a place where its token starts. */
  readonly offset: number;
  readonly reach: Reach;
  /** Only this fact. */
  readonly fact?: string;
  /** Hash of the record that was there when this was written down. */
  readonly record?: string;
}

/** A record, or a part of it, that an act is about. */
export interface ActTarget {
  readonly project: Project;
  readonly record: Pick<CorpusRecord, 'index' | 'line'>;
  /** SHA-256 of its text, hex. */
  readonly hash: string;
  readonly reach: Reach;
  readonly fact: string | null;
  /** Those that nothing is decided about yet. */
  readonly leaks: readonly LeakSpot[];
}

/** What a place in a document stands for now. */
export interface ShownTarget extends ActTarget {
  readonly analysis: FileAnalysis;
  readonly entry: RecordAnalysis;
  readonly leaks: readonly Leak[];
}

/** @throws SeepError where there is no such record any more */
export function targetOf({ uri, offset, reach, fact, record }: ActPlace, store: AnalysisStore): ShownTarget {
  const analysis = store.get(vscode.Uri.parse(uri));
  const entry = analysis?.recordAt(offset);
  if (analysis === undefined || entry === undefined) {
    throw new SeepError(
      'record',
      t('There is no scanned record here. Scan the file, then put the cursor into a record.'),
    );
  }
  if (entry.edited || (record !== undefined && record !== entry.hash)) {
    throw new SeepError('record', t('This record has just been edited. Try again in a moment.'));
  }
  const here = reach === 'place' ? leaksAt(entry, offset) : entry.leaks;
  const leaks = here.filter((leak) => fact === undefined || leak.fact === fact);
  const { project } = analysis;
  return { project, record: entry.record, hash: entry.hash, reach, fact: fact ?? null, leaks, analysis, entry };
}

/** The place at the cursor: a leak, else the record. */
export function placeAtCursor(store: AnalysisStore): ActPlace {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    throw new SeepError('usage', t('Put the cursor into a record of a scanned file first.'));
  }
  const uri = editor.document.uri.toString();
  const offset = editor.document.offsetAt(editor.selection.active);
  const entry = store.get(editor.document.uri)?.recordAt(offset);
  return { uri, offset, reach: entry && leaksAt(entry, offset).length > 0 ? 'place' : 'record' };
}

/** Open leaks of the position that covers an offset of the document, worst first. */
export function leaksAt(entry: RecordAnalysis, offset: number): readonly Leak[] {
  return atOffset(entry, entry.leaks, offset, (leak) => leak);
}

/** Those of the items whose leaks' position covers an offset of the document, worst first. */
export function atOffset<T>(
  entry: RecordAnalysis,
  items: readonly T[],
  offset: number,
  leakOf: (item: T) => Leak,
): readonly T[] {
  const at = items.find((item) => {
    const [start, end] = entry.spanOf(leakOf(item));
    return offset === start || (offset > start && offset < end);
  });
  return at === undefined
    ? []
    : items
        .filter((item) => leakOf(item).position === leakOf(at).position)
        .sort((a, b) => leakOf(b).lift - leakOf(a).lift);
}
