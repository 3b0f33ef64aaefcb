import { t } from '../../l10n';
import { plainMarkdown as plain } from '../plainMarkdown';
import { type DocumentRecord, documentReport, type ReportDocument, sensitivityWords } from './documentReport';
import {
  type DocumentTable,
  factTable,
  fileTable,
  incompleteTable,
  originTable,
  recordTable,
  type TableCell,
} from './documentTables';
import type { ReportContext, TextReport } from './textReport';

const LIMITS = { facts: 40, files: 40, records: 30, incomplete: 40 } as const;

/** The report for people, for issues and notes: as much as one reads there. */
export function markdownReport(context: ReportContext): TextReport {
  return documentReport(context, LIMITS, render);
}

function* render(report: ReportDocument): Generator<string> {
  const { summary, showsAnswers } = report;
  yield `# ${t('Seep leak report')}\n\n`;
  yield `**${summary.verdict.words}**\n\n`;
  yield `${report.sentences.map((words) => `* ${words}\n`).join('')}\n`;
  yield `${sensitivityWords(showsAnswers)}\n`;
  yield section(factTable(report, false));
  yield section(recordTable(report));
  yield section(fileTable(report));
  yield section(incompleteTable(report));
  yield section(originTable(report));
}

/** The worst token in its context, in bold, which must begin and end with what is no space. */
function quoted({ before, token, after }: DocumentRecord): string {
  const bare = token.trim();
  const marked = bare === '' ? `**${plain(token === '' ? t('[end]') : t('[space]'))}**` : `**${plain(bare)}**`;
  return `${plain(before)}${marked}${plain((bare === '' ? '' : token.slice(bare.length)) + after)}`;
}

function cell(content: TableCell): string {
  if (typeof content === 'string') {
    return content;
  }
  return 'quoted' in content ? quoted(content.quoted) : plain('foreign' in content ? content.foreign : content.literal);
}

/** A table below a heading; nothing where there are no rows. */
function section({ title, columns, rows, more }: DocumentTable): string {
  if (rows.length === 0) {
    return '';
  }
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [
    `\n## ${title}\n\n`,
    row(columns.map((column) => column.replace(/^[>#"]/, ''))),
    row(columns.map((column) => (column.startsWith('>') ? '--:' : ':--'))),
    ...rows.map((cells) => row(cells.map(cell))),
    ...(more === null ? [] : [`\n${more}\n`]),
  ].join('');
}
