import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Project } from '../client/project';
import { decisionOn } from '../core/decisions/decidedLeaks';
import type { Decision } from '../core/decisions/decision';
import { answerText, type Fact } from '../core/forget/fact';
import type { CorpusRecord } from '../core/records/record';
import type { Leak } from '../core/score/leak';
import { fileOf } from '../host/corpusDocuments';
import type { CorpusScan } from '../host/corpusScan';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';
import { isRecordDocument } from '../host/recordUri';

/** The predicted token's text with a little of the text around it. */
export interface Around {
  readonly before: string;
  readonly token: string;
  readonly after: string;
}

/** A leak in its record and file: of a file that was scanned in the editor, or of one that a scan of the corpus has read. */
export interface LeakPlace {
  readonly project: Project;
  /** Of the document that shows it, or would. */
  readonly uri: string;
  /** Uri of the file that the record is in. */
  readonly file: string;
  readonly record: Pick<CorpusRecord, 'index' | 'id' | 'line'>;
  readonly leak: Leak;
  readonly fact: Fact | undefined;
  /** The record in its editor; null where only the leak is known. */
  readonly entry: RecordAnalysis | null;
  similarity(): number | null;
  around(): Around;
}

/** A leak about which something is decided. */
export interface DecidedPlace extends LeakPlace {
  readonly decision: Decision;
  readonly entry: RecordAnalysis;
}

/** Characters around a token that are worth showing in one line. */
const BEFORE = 32;
const AFTER = 24;

/**
 * Every open leak that is known one by one, worst first: those of the editor's files, and of the other files that scans have read the worst.
 */
export function leakPlaces(files: readonly FileAnalysis[], scans: readonly CorpusScan[]): readonly LeakPlace[] {
  const inEditor = new Set(files.map(({ uri }) => uri));
  const alone = new Set(
    files
      .filter(isOfRecord)
      .flatMap((analysis) => analysis.records.map((entry) => recordKey(fileUri(analysis.uri), entry))),
  );
  const isShown = (place: LeakPlace) => inEditor.has(place.file) || alone.has(recordKey(place.file, place));
  return [
    ...files.flatMap(placesOfFile),
    ...scans.flatMap((scan) => placesOfScan(scan).filter((place) => !isShown(place))),
  ].sort((a, b) => b.leak.lift - a.leak.lift);
}

/** Whether a document shows one record of a file. */
export function isOfRecord({ uri }: Pick<FileAnalysis, 'uri'>): boolean {
  return isRecordDocument(vscode.Uri.parse(uri));
}

/** Uri of the file that a document shows, or shows a record of. */
function fileUri(uri: string): string {
  return isOfRecord({ uri }) ? fileOf(vscode.Uri.parse(uri)).toString() : uri;
}

function recordKey(file: string, { record }: Pick<LeakPlace, 'record'>): string {
  return `${file} ${record.index}`;
}

/** Leaks of the editor's files about which something is decided, worst first. */
export function decidedPlaces(files: readonly FileAnalysis[]): readonly DecidedPlace[] {
  return files
    .flatMap((analysis) => {
      const placeOf = placesIn(analysis);
      return analysis.records.flatMap((entry) =>
        entry.decided.map(({ leak, decision }) => ({ ...placeOf(entry, leak), decision })),
      );
    })
    .sort((a, b) => b.leak.lift - a.leak.lift);
}

function placesOfFile(analysis: FileAnalysis): readonly LeakPlace[] {
  const placeOf = placesIn(analysis);
  return analysis.records.flatMap((entry) => entry.leaks.map((leak) => placeOf(entry, leak)));
}

function placesIn({ uri, project }: FileAnalysis) {
  const facts = factsOf(project);
  const file = fileUri(uri);
  return (entry: RecordAnalysis, leak: Leak) => ({
    project,
    uri,
    file,
    record: entry.record,
    leak,
    fact: facts.get(leak.fact),
    entry,
    similarity: () => entry.similarityOf(leak),
    around: () => around(entry.record.text, leak),
  });
}

function placesOfScan({ project, findings, decisions }: CorpusScan): readonly LeakPlace[] {
  const facts = factsOf(project);
  const uris = new Map(findings.files.map(({ file }) => [file, vscode.Uri.file(file).toString()]));
  const open = findings.leaks.filter(({ leak, record: { hash } }) => {
    return hash === null || decisionOn(leak, decisions.of(hash)) === null;
  });
  return open.map(({ record, leak, similarity, before, token, after }) => {
    const uri = uris.get(record.file) ?? '';
    return {
      project,
      uri,
      file: uri,
      record,
      leak,
      fact: facts.get(leak.fact),
      entry: null,
      similarity: () => similarity,
      around: () => ({ before, token, after }),
    };
  });
}

export function around(text: string, { start, end }: { readonly start: number; readonly end: number }): Around {
  return {
    before: text.slice(Math.max(0, start - BEFORE), start),
    token: text.slice(start, end),
    after: text.slice(end, end + AFTER),
  };
}

/** What people may look for a leak by. */
export function wordsOf({ file, record, leak, fact }: LeakPlace): readonly string[] {
  const own = [leak.fact, leak.kind, record.id, fileName(file)];
  return fact ? [...own, answerText(fact, leak), ...fact.subjects, ...fact.answers, ...fact.tags] : own;
}

/** Of the file that a document shows, or shows a record of. */
export function fileName(uri: string): string {
  return basename(vscode.Uri.parse(fileUri(uri)).fsPath);
}

function factsOf({ facts }: Project): ReadonlyMap<string, Fact> {
  return new Map(facts.map((fact) => [fact.id, fact]));
}
