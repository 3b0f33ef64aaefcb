import { decimal, grouped, plural, t } from '../../l10n';
import { LEAK_KINDS } from '../leakWords';
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
    title: t('Facts that leak'),
    caption: t('By falling exposure; each at its worst position.'),
    columns: [
      `#${t('Fact')}`,
      ...(showsAnswers ? [t('Answers')] : []),
      `>${t('Exposure')}`,
      `>${t('Max lift')}`,
      ...(detailed ? [`>${t('Max mass')}`] : []),
      `>${t('Positions')}`,
      `>${t('Records')}`,
      `>${t('Stated')}`,
      ...(detailed ? [`>${t('Similarity')}`] : []),
      t('Verdict'),
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
      ...(detailed ? [fact.similarity === null ? t('not compared') : share(fact.similarity)] : []),
      words,
    ]),
    more: moreWords(facts, (more) => plural(more, 'and {0} fact more', 'and {0} facts more')),
  };
}

export function recordTable({ records, showsAnswers }: ReportDocument): DocumentTable {
  return {
    title: t('Worst records'),
    caption: t(
      'By falling lift; of each record the worst leak, its token marked. [end] stands for the end of the record.',
    ),
    columns: [
      t('Place'),
      `#${t('Record')}`,
      `>${t('Leaks')}`,
      `#${t('Fact')}`,
      ...(showsAnswers ? [t('Answer')] : []),
      t('Kind'),
      `>${t('Lift')}`,
      `>${t('Mass')}`,
      `>${t('Rank')}`,
      t('Student'),
      `"${t('Text')}`,
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
        LEAK_KINDS[leak.kind],
        share(leak.lift),
        share(leak.mass),
        grouped(leak.rank),
        studentWords(leak),
        { quoted: each },
      ];
    }),
    more: moreWords(records, (more) => plural(more, 'and {0} record more', 'and {0} records more')),
  };
}

export function fileTable({ files }: ReportDocument): DocumentTable {
  return {
    title: t('Files'),
    caption: t('Those with most leaks first.'),
    columns: [t('File'), `>${t('Records')}`, `>${t('Leaking records')}`, `>${t('Leaks')}`, `>${t('Stated')}`],
    rows: files.rows.map(({ file, records, leakingRecords, leaks, stated }) => [
      { foreign: file },
      ...[records, leakingRecords, leaks, stated].map(grouped),
    ]),
    more: moreWords(files, (more) => plural(more, 'and {0} file more', 'and {0} files more')),
  };
}

export function incompleteTable({ incomplete }: ReportDocument): DocumentTable {
  return {
    title: t('Not scored'),
    caption: t('Nothing in this report holds for these places.'),
    columns: [t('Place'), t('Why')],
    rows: incomplete.rows.map(({ file, line, message }) => [{ foreign: `${file}:${line}` }, { foreign: message }]),
    more: moreWords(incomplete, (more) => plural(more, 'and {0} place more', 'and {0} places more')),
  };
}

const ROLES = { teacher: t('teacher'), student: t('student'), reference: t('reference') } as const;

export function originTable({ summary, origin: { version, command, sources } }: ReportDocument): DocumentTable {
  return {
    title: t('How to make this report again'),
    caption: t('Equal versions, files and models give an equal report.'),
    columns: [t('What'), t('Which'), 'SHA-256'],
    rows: [
      ['Seep', version, ''],
      [t('command'), { literal: command }, ''],
      [t('temperature'), decimal(summary.temperature), ''],
      ...sources.map(({ file, sha256 }) => [t('file'), { literal: file }, { literal: sha256 }]),
      ...modelsOf(summary).map(({ role, folder, hash }) => [ROLES[role], { literal: folder }, { literal: hash }]),
    ],
    more: null,
  };
}
