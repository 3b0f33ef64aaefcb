import { grouped } from '../closingWords';
import { plainMarkdown as plain } from '../plainMarkdown';
import { share } from '../share';
import {
  type DocumentRecord,
  documentReport,
  modelsOf,
  moreWords,
  type ReportDocument,
  sensitivityWords,
  studentWords,
} from './documentReport';
import type { ReportContext, TextReport } from './textReport';

const LIMITS = { facts: 40, files: 40, records: 30, incomplete: 40 } as const;

/** The report for people, for issues and notes: as much as one reads there. */
export function markdownReport(context: ReportContext): TextReport {
  return documentReport(context, LIMITS, render);
}

function* render(report: ReportDocument): Generator<string> {
  const { summary, facts, files, records, incomplete, origin, showsAnswers } = report;
  yield '# Seep leak report\n\n';
  yield `**${summary.verdict.words}**\n\n`;
  yield `${report.sentences.map((words) => `* ${words}\n`).join('')}\n`;
  yield `${sensitivityWords(showsAnswers)}\n`;
  yield section(
    'Facts that leak',
    [
      'Fact',
      ...(showsAnswers ? ['Answers'] : []),
      '>Exposure',
      '>Max lift',
      '>Positions',
      '>Records',
      '>Stated',
      'Verdict',
    ],
    facts.rows.map(({ fact, words, answers }) => [
      plain(fact.fact),
      ...(showsAnswers ? [plain((answers ?? []).join(', '))] : []),
      share(fact.exposure),
      share(fact.maxLift),
      grouped(fact.positions),
      grouped(fact.records),
      grouped(fact.stated),
      words,
    ]),
    moreWords(facts, 'fact'),
  );
  yield section(
    'Worst records',
    [
      'Place',
      'Record',
      '>Leaks',
      'Fact',
      ...(showsAnswers ? ['Answer'] : []),
      'Kind',
      '>Lift',
      '>Mass',
      '>Rank',
      'Student',
      'Text',
    ],
    records.rows.map((each) => [
      plain(`${each.record.file}:${each.record.line}`),
      plain(each.record.id),
      grouped(each.leaks),
      plain(each.worst.leak.fact),
      ...(showsAnswers ? [plain(each.answer ?? '')] : []),
      each.worst.leak.kind,
      share(each.worst.leak.lift),
      share(each.worst.leak.mass),
      grouped(each.worst.leak.rank),
      studentWords(each.worst.leak),
      quoted(each),
    ]),
    moreWords(records, 'record'),
  );
  yield section(
    'Files',
    ['File', '>Records', '>Leaking records', '>Leaks', '>Stated'],
    files.rows.map((each) => [
      plain(each.file),
      ...[each.records, each.leakingRecords, each.leaks, each.stated].map(grouped),
    ]),
    moreWords(files, 'file'),
  );
  yield section(
    'Not scored',
    ['Place', 'Why'],
    incomplete.rows.map(({ file, line, message }) => [plain(`${file}:${line}`), plain(message)]),
    moreWords(incomplete, 'place'),
  );
  yield section(
    'How to make this report again',
    ['What', 'Which', 'SHA-256'],
    [
      ['Seep', origin.version, ''],
      ['command', plain(origin.command), ''],
      ['temperature', String(summary.temperature), ''],
      ...origin.sources.map(({ file, sha256 }) => ['file', plain(file), sha256]),
      ...modelsOf(summary).map(({ role, folder, hash }) => [role, plain(folder), hash]),
    ],
    null,
  );
}

/** The worst token in its context, in bold, which must begin and end with what is no space. */
function quoted({ before, token, after }: DocumentRecord): string {
  const bare = token.trim();
  const marked = bare === '' ? `**${plain(token === '' ? '[end]' : '[space]')}**` : `**${plain(bare)}**`;
  return `${plain(before)}${marked}${plain((bare === '' ? '' : token.slice(bare.length)) + after)}`;
}

/** A table below a heading; nothing where there are no rows. A title with ">" before it stands over figures. */
function section(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  more: string | null,
): string {
  if (rows.length === 0) {
    return '';
  }
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [
    `\n## ${title}\n\n`,
    row(columns.map((column) => column.replace(/^>/, ''))),
    row(columns.map((column) => (column.startsWith('>') ? '--:' : ':--'))),
    ...rows.map(row),
    ...(more === null ? [] : [`\n${more}\n`]),
  ].join('');
}
