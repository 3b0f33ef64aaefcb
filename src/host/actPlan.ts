import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { DecisionChanges } from '../core/decisions/changeDecisions';
import { SeepError } from '../core/errors';
import { groups } from '../core/groups';
import { grouped, plural, t } from '../core/l10n';
import { allOf } from '../core/text/listed';
import { type ActWords, decisionsFor, GatheredDecisions } from './actDecisions';
import { replacementsFor, type TextEdits } from './actEdits';
import { ABOUT_LEAKS, ACT_KINDS, type ActKind, CHANGES_TEXT } from './actKind';
import type { ActTarget, ShownTarget } from './actPlaces';
import { type ActCounts, type ActExample, ActTally, type FactCounts, type FileCounts } from './actTally';
import { fileOf, hasNoFile } from './corpusDocuments';
import { isUnchanged, requireWritable, stateOf } from './documentState';
import type { FileAnalysis } from './fileAnalysis';
import { shownPath } from './projects';
import { isRecordDocument } from './recordUri';
import type { ScannedRecord } from './scannedRecords';

/** What people want to have done. */
export interface Act {
  readonly kind: ActKind;
  /** Why leaks are ignored. */
  readonly reason: string | null;
  /** What is done where a text cannot be edited; null: that is an error. */
  readonly insteadOfRedact: 'mask' | null;
}

/** What an act would do about the records of one file. */
export interface FilePlan extends FileCounts {
  /** Null: the text stays. */
  readonly edits: TextEdits | null;
  /** Whether the file is still what the plan was made from. */
  isUnchanged(): Promise<boolean>;
}

/** What an act would do. */
export interface ActPlan {
  /** "drop 3 records in 2 files" */
  readonly words: string;
  readonly records: number;
  /** Every file with a record that it is about. */
  readonly files: readonly FilePlan[];
  readonly facts: readonly FactCounts[];
  readonly examples: readonly ActExample[];
  /** By the project's file of decisions. */
  readonly decisions: ReadonlyMap<string, DecisionChanges>;
}

/**
 * Works out what an act would do; changes nothing. Rejects with SeepError where there is nothing to do.
 * @param shown records of documents
 * @param scanned records of files that only a scan of the corpus has read
 */
export async function planAct(
  act: Act,
  shown: readonly ShownTarget[],
  scanned: AsyncIterable<ScannedRecord> | null = null,
): Promise<ActPlan> {
  const planner = new Planner(act);
  for (const [analysis, here] of groups(shown, (target) => target.analysis)) {
    await planner.addDocument(analysis, here);
  }
  if (scanned !== null) {
    for await (const each of scanned) {
      planner.addScanned(each);
    }
  }
  return planner.plan();
}

class Planner {
  readonly #tally = new ActTally();
  readonly #decisions = new GatheredDecisions(shownPath);
  /** By the uri of the document, or of the file where VS Code edits none. */
  readonly #files = new Map<string, { edits: TextEdits | null; readonly checks: (() => Promise<boolean>)[] }>();
  readonly #words: ActWords;

  constructor(private readonly act: Act) {
    this.#words = { reason: act.reason, time: new Date().toISOString() };
  }

  async addDocument(analysis: FileAnalysis, all: readonly ShownTarget[]): Promise<void> {
    const targets = all.filter((target) => this.#isWanted(target));
    if (targets.length === 0) {
      return;
    }
    const uri = vscode.Uri.parse(analysis.uri);
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.version !== analysis.version) {
      throw new SeepError(
        'record',
        t('{0} has just been edited. Try again in a moment.', shownPath(document.uri.fsPath)),
      );
    }
    const kind = isRecordDocument(uri) ? kindBesideText(this.act) : this.act.kind;
    if (CHANGES_TEXT.includes(kind)) {
      await requireWritable(document);
    }
    const state = await stateOf(document);
    const place = isRecordDocument(uri) ? fileOf(uri) : uri;
    const file = this.#file(place);
    file.checks.push(() => isUnchanged(document, state));
    const replacements = replacementsFor(kind, document, analysis, targets);
    file.edits = replacements.length > 0 ? { document, replacements } : null;
    for (const [, here] of groups(targets, ({ entry }) => entry)) {
      this.#add(place, kind, here);
    }
  }

  addScanned({ file, targets, isUnchanged: unchanged }: ScannedRecord): void {
    const wanted = targets.filter((target) => this.#isWanted(target));
    if (wanted.length > 0) {
      const uri = vscode.Uri.file(file);
      const { checks } = this.#file(uri);
      if (!checks.includes(unchanged)) {
        checks.push(unchanged);
      }
      this.#add(uri, kindBesideText(this.act), wanted);
    }
  }

  /** @throws SeepError where nothing is left to do */
  plan(): ActPlan {
    const { records, facts, examples } = this.#tally;
    if (records === 0) {
      throw new SeepError('record', t('Nothing leaks here that is still open: there is nothing to act on.'));
    }
    const files = this.#tally.files.map((counts): FilePlan => {
      const { edits, checks } = this.#file(vscode.Uri.parse(counts.uri));
      // Of a redaction the spans are told that are replaced: several places may lie in one.
      const places = counts.kind === 'redact' ? (edits?.replacements.length ?? 0) : counts.places;
      const isUnchanged = async () => (await Promise.all(checks.map((check) => check()))).every(Boolean);
      return { ...counts, places, edits, isUnchanged };
    });
    if (files.every(({ kind, places }) => kind === 'redact' && places === 0)) {
      throw new SeepError(
        'record',
        t('What leaks here would come behind the record: there is no text to redact. Drop or mask it instead.'),
      );
    }
    return { words: wordsOf(files), records, files, facts, examples, decisions: this.#decisions.changes };
  }

  #file(uri: vscode.Uri) {
    const key = uri.toString();
    const file = this.#files.get(key) ?? { edits: null, checks: [] };
    this.#files.set(key, file);
    return file;
  }

  #isWanted({ leaks }: ActTarget): boolean {
    return leaks.length > 0 || !ABOUT_LEAKS.includes(this.act.kind);
  }

  /** @param targets of one record */
  #add(uri: vscode.Uri, kind: ActKind, targets: readonly ActTarget[]): void {
    this.#tally.add(uri.toString(), kind, targets);
    for (const target of targets) {
      const { root, decisionsPath } = target.project;
      const file = hasNoFile(uri) ? null : relative(root, fileOf(uri).fsPath).split(sep).join('/');
      this.#decisions.add(decisionsPath, decisionsFor(kind, target, file, this.#words));
    }
  }
}

/**
 * What an act does to a record whose text VS Code does not edit. It cannot be deleted from its file: to drop it is to leave it out of
 * exports.
 */
function kindBesideText({ kind, insteadOfRedact }: Act): ActKind {
  switch (kind) {
    case 'drop':
      return 'leaveOut';
    case 'redact':
      return insteadOfRedact ?? kind;
    default:
      return kind;
  }
}

const WORDS: Readonly<Record<ActKind, (counts: ActCounts) => string>> = {
  drop: ({ records }) => plural(records, 'drop {0} record', 'drop {0} records'),
  redact: ({ places }) => plural(places, 'redact {0} span', 'redact {0} spans'),
  mask: ({ places }) => plural(places, 'mask {0} place', 'mask {0} places'),
  ignore: ({ places }) => plural(places, 'ignore {0} leaking place', 'ignore {0} leaking places'),
  reviewed: ({ records }) => plural(records, 'mark {0} record as reviewed', 'mark {0} records as reviewed'),
  leaveOut: ({ records }) => plural(records, 'leave {0} record out of exports', 'leave {0} records out of exports'),
};

/** What is done in one file: "mask 3 places". */
export function actWords({ kind, ...counts }: Pick<FilePlan, 'kind' | 'records' | 'places'>): string {
  return WORDS[kind](counts);
}

/** What is done, and in how many files where there are several. */
function wordsOf(files: readonly FilePlan[]): string {
  const sum = (here: readonly FilePlan[], count: 'records' | 'places') =>
    here.reduce((total, file) => total + file[count], 0);
  const byKind = groups(files, ({ kind }) => kind).sort(([a], [b]) => ACT_KINDS.indexOf(a) - ACT_KINDS.indexOf(b));
  const acts = byKind.map(([kind, here]) =>
    actWords({ kind, records: sum(here, 'records'), places: sum(here, 'places') }),
  );
  const words = allOf(acts);
  return files.length > 1 ? t('{0} in {1} files', words, grouped(files.length)) : words;
}
