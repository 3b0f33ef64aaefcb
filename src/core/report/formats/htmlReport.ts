import { grouped } from '../closingWords';
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
  yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n';
  yield `<meta http-equiv="Content-Security-Policy" content="${POLICY}">\n`;
  yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n';
  yield `<title>Seep leak report</title>\n<style>${HTML_STYLE}</style>\n</head>\n<body>\n<main>\n`;
  yield `<h1>Seep leak report</h1>\n<p class="verdict">${text(summary.verdict.words)}</p>\n`;
  yield totals(report);
  yield `<ul>\n${report.sentences.map((words) => `<li>${text(words)}</li>\n`).join('')}</ul>\n`;
  yield `<p class="note">${text(sensitivityWords(report.showsAnswers))}</p>\n`;
  yield histogram(report);
  yield factTable(report);
  yield recordTable(report);
  yield fileTable(report);
  yield incompleteTable(report);
  yield origin(report);
  yield '</main>\n</body>\n</html>\n';
}

function totals({ summary }: ReportDocument): string {
  const { leaks, shadow, stated, records, tokens, files, facts } = summary;
  const leaking = facts.filter(({ positions }) => positions > 0).length;
  const figures: readonly (readonly [string, string])[] = [
    ['leaks', grouped(leaks)],
    ['shadow leaks', grouped(shadow)],
    ['stated leaks', grouped(stated)],
    ['facts that leak', `${grouped(leaking)} of ${grouped(facts.length)}`],
    ['records', grouped(records)],
    ['tokens', grouped(tokens)],
    ['files', grouped(files)],
  ];
  return `<dl class="totals">\n${figures.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>\n`).join('')}</dl>\n`;
}

function histogram({ summary, bins }: ReportDocument): string {
  if (summary.leaks === 0) {
    return '';
  }
  const filled = bins.filter(({ shadow, stated }) => shadow + stated > 0);
  return [
    '<section>\n<h2>Lifts</h2>\n<p><span class="key">shadow leaks</span><span class="key stated">stated leaks</span></p>\n',
    histogramSvg(bins),
    '\n<details><summary>The figures</summary>\n',
    table(
      'Leaks by lift',
      ['Lift', '>Shadow', '>Stated'],
      filled.map((bin) => [text(bounds(bin)), grouped(bin.shadow), grouped(bin.stated)]),
      null,
    ),
    '</details>\n</section>\n',
  ].join('');
}

function factTable({ facts, showsAnswers }: ReportDocument): string {
  return section(
    'Facts that leak',
    'By falling exposure; each at its worst position.',
    [
      '#Fact',
      ...(showsAnswers ? ['Answers'] : []),
      '>Exposure',
      '>Max lift',
      '>Max mass',
      '>Positions',
      '>Records',
      '>Stated',
      '>Similarity',
      'Verdict',
    ],
    facts.rows.map(({ fact, words, answers }) => [
      text(fact.fact),
      ...(showsAnswers ? [text((answers ?? []).join(', '))] : []),
      text(share(fact.exposure)),
      text(share(fact.maxLift)),
      text(share(fact.maxMass)),
      grouped(fact.positions),
      grouped(fact.records),
      grouped(fact.stated),
      fact.similarity === null ? 'not compared' : text(share(fact.similarity)),
      text(words),
    ]),
    moreWords(facts, 'fact'),
  );
}

function recordTable({ records, showsAnswers }: ReportDocument): string {
  return section(
    'Worst records',
    'By falling lift; of each record the worst leak, its token marked. [end] stands for the end of the record.',
    [
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
    records.rows.map((each) => [
      text(`${each.record.file}:${each.record.line}`),
      text(each.record.id),
      grouped(each.leaks),
      text(each.worst.leak.fact),
      ...(showsAnswers ? [text(each.answer ?? '')] : []),
      each.worst.leak.kind,
      text(share(each.worst.leak.lift)),
      text(share(each.worst.leak.mass)),
      grouped(each.worst.leak.rank),
      text(studentWords(each.worst.leak)),
      quoted(each),
    ]),
    moreWords(records, 'record'),
  );
}

function quoted({ before, token, after, worst }: DocumentRecord): string {
  const marked = token === '' ? '[end]' : text(token);
  return `${text(before)}<mark class="${worst.leak.kind}">${marked}</mark>${text(after)}`;
}

function fileTable({ files }: ReportDocument): string {
  return section(
    'Files',
    'Those with most leaks first.',
    ['File', '>Records', '>Leaking records', '>Leaks', '>Stated'],
    files.rows.map((each) => [
      text(each.file),
      ...[each.records, each.leakingRecords, each.leaks, each.stated].map(grouped),
    ]),
    moreWords(files, 'file'),
  );
}

function incompleteTable({ incomplete }: ReportDocument): string {
  return section(
    'Not scored',
    'Nothing in this report holds for these places.',
    ['Place', 'Why'],
    incomplete.rows.map(({ file, line, message }) => [text(`${file}:${line}`), text(message)]),
    moreWords(incomplete, 'place'),
  );
}

function origin({ summary, origin: { version, command, sources } }: ReportDocument): string {
  const code = (words: string) => `<code>${text(words)}</code>`;
  return section(
    'How to make this report again',
    'Equal versions, files and models give an equal report.',
    ['What', 'Which', 'SHA-256'],
    [
      ['Seep', text(version), ''],
      ['command', code(command), ''],
      ['temperature', text(String(summary.temperature)), ''],
      ...sources.map(({ file, sha256 }) => ['file', code(file), code(sha256)]),
      ...modelsOf(summary).map(({ role, folder, hash }) => [role, code(folder), code(hash)]),
    ],
    null,
  );
}

/** A table below a heading; nothing where there are no rows. */
function section(
  title: string,
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  more: string | null,
): string {
  return rows.length === 0 ? '' : `<section>\n<h2>${title}</h2>\n${table(caption, columns, rows, more)}</section>\n`;
}

/** What signs before a column's title make of it: figures, ids and text of the corpus. */
const CLASSES = [
  ['>', ' class="figure"'],
  ['#', ' class="id"'],
  ['"', ' class="text"'],
] as const;

function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  more: string | null,
): string {
  const classes = columns.map((column) => CLASSES.find(([sign]) => column.startsWith(sign))?.[1] ?? '');
  const heads = columns.map((column, i) => `<th scope="col"${classes[i]}>${column.replace(/^[>#"]/, '')}</th>`);
  const lines = rows.map((cells) => `<tr>${cells.map((cell, i) => `<td${classes[i]}>${cell}</td>`).join('')}</tr>\n`);
  return [
    // Wide tables scroll by themselves, with the keyboard too.
    `<div class="scroll" tabindex="0" role="region" aria-label="${text(caption)}">\n<table>\n<caption>${text(caption)}</caption>\n`,
    `<thead><tr>${heads.join('')}</tr></thead>\n<tbody>\n${lines.join('')}</tbody>\n</table>\n</div>\n`,
    ...(more === null ? [] : [`<p class="note">${text(more)}</p>\n`]),
  ].join('');
}
