import * as vscode from 'vscode';
import type { Span } from '../core/decisions/decision';
import type { Leak } from '../core/score/leak';
import { sliceWhole } from '../core/text/sliceWhole';
import { fileOf } from '../host/corpusDocuments';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';
import { isRecordDocument } from '../host/recordUri';
import { type Around, type FoundPlace, factWithId, type LeakPlace, type RecordPlaces } from './leakPlaces';

/** Characters around a token that are worth showing in one line. */
const BEFORE = 32;
const AFTER = 24;

/** Finds what is known of the records of a file that was scanned in the editor. */
export function placesIn(analysis: FileAnalysis): (entry: RecordAnalysis) => RecordPlaces {
  const file = fileUri(analysis.uri);
  return (entry) => {
    const [at] = entry.unattributed;
    return {
      file,
      open: entry.leaks
        .toSorted((a, b) => b.lift - a.lift || a.position - b.position)
        .map((leak) => new EditorLeak(analysis, file, entry, leak)),
      decided: entry.decided.map(({ leak, decision }) =>
        Object.assign(new EditorLeak(analysis, file, entry, leak), { decision }),
      ),
      unnamed: at === undefined ? null : Object.assign(new EditorPlace(analysis, file, entry, at), { at }),
    };
  };
}

/** Uri of the file that a document shows, or shows a record of. */
export function fileUri(uri: string): string {
  const parsed = vscode.Uri.parse(uri);
  return isRecordDocument(parsed) ? fileOf(parsed).toString() : uri;
}

/** Says where the record is now: edits in front of it move it. */
class EditorPlace implements FoundPlace {
  constructor(
    private readonly analysis: FileAnalysis,
    readonly file: string,
    readonly entry: RecordAnalysis,
    private readonly span: Span,
  ) {}

  get project(): FoundPlace['project'] {
    return this.analysis.project;
  }

  get uri(): string {
    return this.analysis.uri;
  }

  get record(): FoundPlace['record'] {
    return this.entry.record;
  }

  around(): Around {
    const { start, end } = this.span;
    const { text } = this.entry.record;
    return {
      before: sliceWhole(text, start - BEFORE, start),
      token: text.slice(start, end),
      after: sliceWhole(text, end, end + AFTER),
    };
  }
}

class EditorLeak extends EditorPlace implements LeakPlace {
  constructor(
    analysis: FileAnalysis,
    file: string,
    entry: RecordAnalysis,
    readonly leak: Leak,
  ) {
    super(analysis, file, entry, leak);
  }

  get fact(): LeakPlace['fact'] {
    return factWithId(this.project, this.leak.fact);
  }

  similarity(): number | null {
    return this.entry.similarityOf(this.leak);
  }
}
