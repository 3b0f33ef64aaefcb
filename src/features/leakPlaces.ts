import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Project } from '../client/project';
import type { Decision } from '../core/decisions/decision';
import { answerText, type Fact } from '../core/forget/fact';
import type { CorpusRecord } from '../core/records/record';
import type { UnattributedPosition } from '../core/report/unattributed';
import type { Leak } from '../core/score/leak';
import { fileOf } from '../host/corpusDocuments';
import type { RecordAnalysis } from '../host/fileAnalysis';

/** The predicted token's text with a little of the text around it. */
export interface Around {
  readonly before: string;
  readonly token: string;
  readonly after: string;
}

/** Something in its record and file: of a file that was scanned in the editor, or of one that a scan of the corpus has read. */
export interface FoundPlace {
  readonly project: Project;
  /** Of the document that shows it, or would. */
  readonly uri: string;
  /** Uri of the file that the record is in. */
  readonly file: string;
  readonly record: Pick<CorpusRecord, 'index' | 'id' | 'line'>;
  /** The record in its editor; null where only the place is known. */
  readonly entry: RecordAnalysis | null;
  around(): Around;
}

export interface LeakPlace extends FoundPlace {
  readonly leak: Leak;
  readonly fact: Fact | undefined;
  similarity(): number | null;
}

/** A leak about which something is decided. */
export interface DecidedPlace extends LeakPlace {
  readonly decision: Decision;
  readonly entry: RecordAnalysis;
}

/** Where the teacher knows something that no fact names. */
export interface UnnamedPlace extends FoundPlace {
  readonly at: UnattributedPosition;
}

/** What is known of one record. */
export interface RecordPlaces {
  /** Uri of its file. */
  readonly file: string;
  /** Leaks that nothing is decided about, the worst first. */
  readonly open: readonly LeakPlace[];
  readonly decided: readonly DecidedPlace[];
  /** Of the places that no fact names the one where most is told. */
  readonly unnamed: UnnamedPlace | null;
}

/** What passes the filter of the tree; null: nothing does. */
export function filtered({ file, ...all }: RecordPlaces, filter: string): RecordPlaces | null {
  const wanted = filter.toLowerCase();
  const passes = (words: readonly string[]) =>
    wanted === '' || words.some((word) => word.toLowerCase().includes(wanted));
  const open = all.open.filter((place) => passes(wordsOf(place)));
  const decided = all.decided.filter((place) => passes(wordsOf(place)));
  const unnamed = all.unnamed !== null && passes(ownWords(all.unnamed)) ? all.unnamed : null;
  return open.length > 0 || decided.length > 0 || unnamed !== null ? { file, open, decided, unnamed } : null;
}

/** What people may look for a leak by. */
function wordsOf(place: LeakPlace): readonly string[] {
  const { leak, fact } = place;
  const own = [leak.fact, leak.kind, ...ownWords(place)];
  return fact ? [...own, answerText(fact, leak), ...fact.subjects, ...fact.answers, ...fact.tags] : own;
}

function ownWords({ record, file }: FoundPlace): readonly string[] {
  return [record.id, fileName(file)];
}

/** Of the file that a document shows, or shows a record of. */
export function fileName(uri: string): string {
  return basename(fileOf(vscode.Uri.parse(uri)).fsPath);
}

const factsOfProjects = new WeakMap<Project, ReadonlyMap<string, Fact>>();

/** Of a project. */
export function factWithId(project: Project, id: string): Fact | undefined {
  let facts = factsOfProjects.get(project);
  if (facts === undefined) {
    facts = new Map(project.facts.map((fact) => [fact.id, fact]));
    factsOfProjects.set(project, facts);
  }
  return facts.get(id);
}
