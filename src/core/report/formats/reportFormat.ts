import { t } from '../../l10n';
import { csvReport } from './csvReport';
import { htmlReport } from './htmlReport';
import { markdownReport } from './markdownReport';
import { sarifReport } from './sarifReport';
import type { ReportContext, TextReport } from './textReport';

/** A form that a report can be given to somebody in. */
export interface ReportFormat {
  readonly id: 'html' | 'markdown' | 'csv' | 'sarif';
  /** What people call it, and what it is for. */
  readonly title: string;
  readonly use: string;
  /** Of its files, with the dot. */
  readonly ending: string;
  open(context: ReportContext): TextReport;
}

export const REPORT_FORMATS: readonly ReportFormat[] = [
  {
    id: 'html',
    title: 'HTML',
    use: t('one page for people, light and dark, to print'),
    ending: '.html',
    open: htmlReport,
  },
  {
    id: 'markdown',
    title: 'Markdown',
    use: t('the same in short, for issues and notes'),
    ending: '.md',
    open: markdownReport,
  },
  {
    id: 'csv',
    title: 'CSV',
    use: t('a row for every leak, for spreadsheets and data frames'),
    ending: '.csv',
    open: csvReport,
  },
  {
    id: 'sarif',
    title: 'SARIF',
    use: t('a result for every leak, for code scanning'),
    ending: '.sarif',
    open: sarifReport,
  },
];
