import { grouped, plural, spokenLanguage, t } from '../../l10n';
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
import { escapeHtml as text } from './escapeHtml';
import { bounds, histogramSvg } from './histogramSvg';
import { HTML_STYLE, HTML_STYLE_HASH } from './htmlStyle';
import type { ReportContext, TextReport } from './textReport';

const LIMITS = { facts: 1000, files: 500, records: 200, incomplete: 1000 } as const;

/** Nothing is loaded and nothing runs; the one style is allowed by its hash. */
const POLICY = `default-src 'none'; style-src 'sha256-${HTML_STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

/** The report for people, one page that needs nothing else. */
export function htmlReport(context: ReportContext): TextReport {
  return documentReport(context, LIMITS, render);
}

function* render(report: ReportDocument): Generator<string> {
  const { summary } = report;
  yield `<!DOCTYPE html>\n<html lang="${spokenLanguage().tag}">\n<head>\n<meta charset="utf-8">\n`;
  yield `<meta http-equiv="Content-Security-Policy" content="${POLICY}">\n`;
  yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n';
  yield `<title>${text(t('Seep leak report'))}</title>\n<style>${HTML_STYLE}</style>\n</head>\n<body>\n<main>\n`;
  yield `<h1>${text(t('Seep leak report'))}</h1>\n<p class="verdict">${text(summary.verdict.words)}</p>\n`;
  yield totals(report);
  yield `<ul>\n${report.sentences.map((words) => `<li>${text(words)}</li>\n`).join('')}</ul>\n`;
  yield `<p class="note">${text(sensitivityWords(report.showsAnswers))}</p>\n`;
  yield histogram(report);
  yield section(factTable(report, true));
  yield section(recordTable(report));
  yield section(fileTable(report));
  yield section(incompleteTable(report));
  yield section(originTable(report));
  yield '</main>\n</body>\n</html>\n';
}

function totals({ summary }: ReportDocument): string {
  const { leaks, shadow, stated, records, tokens, files, facts } = summary;
  const leaking = facts.filter(({ positions }) => positions > 0).length;
  const figures: readonly (readonly [string, string])[] = [
    [plural(leaks, 'leak', 'leaks'), grouped(leaks)],
    [plural(shadow, 'shadow leak', 'shadow leaks'), grouped(shadow)],
    [plural(stated, 'stated leak', 'stated leaks'), grouped(stated)],
    [t('facts that leak'), t('{0} of {1}', grouped(leaking), grouped(facts.length))],
    [plural(records, 'record', 'records'), grouped(records)],
    [plural(tokens, 'token', 'tokens'), grouped(tokens)],
    [plural(files, 'file', 'files'), grouped(files)],
  ];
  return `<dl class="totals">\n${figures.map(([name, value]) => `<div><dt>${text(name)}</dt><dd>${text(value)}</dd></div>\n`).join('')}</dl>\n`;
}

function histogram({ summary, bins }: ReportDocument): string {
  if (summary.leaks === 0) {
    return '';
  }
  const filled = bins.filter(({ shadow, stated }) => shadow + stated > 0);
  return [
    `<section>\n<h2>${text(t('Lifts'))}</h2>\n<p><span class="key">${text(t('shadow leaks'))}</span><span class="key stated">${text(t('stated leaks'))}</span></p>\n`,
    histogramSvg(bins),
    `\n<details><summary>${text(t('As a table'))}</summary>\n`,
    table({
      caption: t('Leaks by lift'),
      columns: [t('Lift'), `>${t('Shadow')}`, `>${t('Stated')}`],
      rows: filled.map((bin) => [bounds(bin), grouped(bin.shadow), grouped(bin.stated)]),
      more: null,
    }),
    '</details>\n</section>\n',
  ].join('');
}

function quoted({ before, token, after, worst }: DocumentRecord): string {
  const marked = token === '' ? text(t('[end]')) : text(token);
  return `${text(before)}<mark class="${worst.leak.kind}">${marked}</mark>${text(after)}`;
}

function cell(content: TableCell): string {
  if (typeof content === 'string') {
    return text(content);
  }
  if ('quoted' in content) {
    return quoted(content.quoted);
  }
  return 'literal' in content ? `<code>${text(content.literal)}</code>` : text(content.foreign);
}

/** A table below a heading; nothing where there are no rows. */
function section({ title, ...parts }: DocumentTable): string {
  return parts.rows.length === 0 ? '' : `<section>\n<h2>${text(title)}</h2>\n${table(parts)}</section>\n`;
}

/** What signs before a column's title make of it: figures, ids and text of the corpus. */
const CLASSES = [
  ['>', ' class="figure"'],
  ['#', ' class="id"'],
  ['"', ' class="text"'],
] as const;

function table({ caption, columns, rows, more }: Omit<DocumentTable, 'title'>): string {
  const classes = columns.map((column) => CLASSES.find(([sign]) => column.startsWith(sign))?.[1] ?? '');
  const heads = columns.map((column, i) => `<th scope="col"${classes[i]}>${text(column.replace(/^[>#"]/, ''))}</th>`);
  const lines = rows.map(
    (cells) => `<tr>${cells.map((content, i) => `<td${classes[i]}>${cell(content)}</td>`).join('')}</tr>\n`,
  );
  return [
    // Wide tables scroll by themselves, with the keyboard too.
    `<div class="scroll" tabindex="0" role="region" aria-label="${text(caption)}">\n<table>\n<caption>${text(caption)}</caption>\n`,
    `<thead><tr>${heads.join('')}</tr></thead>\n<tbody>\n${lines.join('')}</tbody>\n</table>\n</div>\n`,
    ...(more === null ? [] : [`<p class="note">${text(more)}</p>\n`]),
  ].join('');
}
