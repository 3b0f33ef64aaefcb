import { grouped } from '../../l10n';
import { share } from '../share';
import { type DocumentRecord, modelsOf, moreWords, type ReportDocument, studentWords } from './documentReport';

/**
 * What stands in a cell: Seep's own words; text of unknown origin, which every format escapes; such text that is to be copied letter by
 * letter; or the text around a record's worst token, which is marked.
 */
export type TableCell =
  | string
  | { readonly foreign: string }
  | { readonly literal: string }
  | { readonly quoted: DocumentRecord };

/** A table of a report before it has a form. */
export interface DocumentTable {
  readonly title: string;
  readonly caption: string;
  /** A sign before a title says what stands below it: ">" figures, "#" ids, '"' text of the corpus. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
  /** How many rows are left out; null: none. */
  readonly more: string | null;
}

/** @param detailed with the columns that only a wide page has room for */
export function factTable({ facts, showsAnswers }: ReportDocument, detailed: boolean): DocumentTable {
  return {
    title: 'Facts that leak',
    caption: 'By falling exposure; each at its worst position.',
    columns: [
      '#Fact',
      ...(showsAnswers ? ['Answers'] : []),
      '>Exposure',
      '>Max lift',
      ...(detailed ? ['>Max mass'] : []),
      '>Positions',
      '>Records',
      '>Stated',
      ...(detailed ? ['>Similarity'] : []),
      'Verdict',
    ],
    rows: facts.rows.map(({ fact, words, answers }) => [
      { foreign: fact.fact },
      ...(showsAnswers ? [{ foreign: (answers ?? []).join(', ') }] : []),
      share(fact.exposure),
      share(fact.maxLift),
      ...(detailed ? [share(fact.maxMass)] : []),
      grouped(fact.positions),
      grouped(fact.records),
      grouped(fact.stated),
      ...(detailed ? [fact.similarity === null ? 'not compared' : share(fact.similarity)] : []),
      words,
    ]),
    more: moreWords(facts, 'fact'),
  };
}

export function recordTable({ records, showsAnswers }: ReportDocument): DocumentTable {
  return {
    title: 'Worst records',
    caption:
      'By falling lift; of each record the worst leak, its token marked. [end] stands for the end of the record.',
    columns: [
      'Place',
      '#Record',
      '>Leaks',
      '#Fact',
      ...(showsAnswers ? ['Answer'] : []),
      'Kind',
      '>Lift',
      '>Mass',
      '>Rank',
      'Student',
      '"Text',
    ],
    rows: records.rows.map((each) => {
      const { record, leaks, answer } = each;
      const { leak } = each.worst;
      return [
        { foreign: `${record.file}:${record.line}` },
        { foreign: record.id },
        grouped(leaks),
        { foreign: leak.fact },
        ...(showsAnswers ? [{ foreign: answer ?? '' }] : []),
        leak.kind,
        share(leak.lift),
        share(leak.mass),
        grouped(leak.rank),
        studentWords(leak),
        { quoted: each },
      ];
    }),
    more: moreWords(records, 'record'),
  };
}

export function fileTable({ files }: ReportDocument): DocumentTable {
  return {
    title: 'Files',
    caption: 'Those with most leaks first.',
    columns: ['File', '>Records', '>Leaking records', '>Leaks', '>Stated'],
    rows: files.rows.map(({ file, records, leakingRecords, leaks, stated }) => [
      { foreign: file },
      ...[records, leakingRecords, leaks, stated].map(grouped),
    ]),
    more: moreWords(files, 'file'),
  };
}

export function incompleteTable({ incomplete }: ReportDocument): DocumentTable {
  return {
    title: 'Not scored',
    caption: 'Nothing in this report holds for these places.',
    columns: ['Place', 'Why'],
    rows: incomplete.rows.map(({ file, line, message }) => [{ foreign: `${file}:${line}` }, { foreign: message }]),
    more: moreWords(incomplete, 'place'),
  };
}

export function originTable({ summary, origin: { version, command, sources } }: ReportDocument): DocumentTable {
  return {
    title: 'How to make this report again',
    caption: 'Equal versions, files and models give an equal report.',
    columns: ['What', 'Which', 'SHA-256'],
    rows: [
      ['Seep', version, ''],
      ['command', { literal: command }, ''],
      ['temperature', String(summary.temperature), ''],
      ...sources.map(({ file, sha256 }) => ['file', { literal: file }, { literal: sha256 }]),
      ...modelsOf(summary).map(({ role, folder, hash }) => [role, { literal: folder }, { literal: hash }]),
    ],
    more: null,
  };
}
