import { decimal, t } from '../../../../src/core/l10n';
import { plainMarkdown } from '../../../../src/core/report/plainMarkdown';
import { csvTable, markdownTable } from '../../../../src/core/report/tableText';
import type { Divergence } from '../../../../src/protocol/engine';
import { inBits, probability, rankLabel, temperatureLabel } from '../../../numbers';
import { visibleString } from '../../../visibleText';
import { DIVERGENCES, MODELS, NAMES } from '../models';
import { type PositionView, rowsOf, type TableRow } from '../positionView';
import { asText, explain } from '../sentence';

/** What is not a probability stands in a row of its own; so that the columns keep their meaning, these say what is in nats. */
const CSV_HEADER = ['file', 'record', 'line', 'token', 'temperature', 'row', 'text', 'in_text', 'leads_to'];

/** The numbers of one position, as exact as they came: for spreadsheets and programs. */
export function viewCsv(view: PositionView): string {
  const place = [
    view.file,
    view.recordId,
    String(view.recordLine),
    String(view.ordinal),
    temperatureLabel(view.temperature),
  ];
  const token = (row: TableRow) => [
    ...place,
    'token',
    row.text,
    String(row.actual),
    row.leads.map(({ fact, answer }) => `${fact} → ${answer}`).join('; '),
    ...MODELS.flatMap((model) => [numberText(row[model]?.p), numberText(row[model]?.rank)]),
  ];
  const total = (name: string, values: readonly (number | null | undefined)[]) => [
    ...place,
    name,
    '',
    '',
    '',
    ...values.flatMap((value) => [numberText(value), '']),
  ];
  return csvTable([
    [...CSV_HEADER, ...MODELS.flatMap((model) => [model, `${model}_rank`])],
    ...rowsOf(view).map(token),
    total(
      'rest',
      MODELS.map((model) => view[model]?.rest),
    ),
    total(
      'entropy_nats',
      MODELS.map((model) => view[model]?.entropy),
    ),
    ...DIVERGENCES.map(({ key }) =>
      total(`${CSV_DIVERGENCES[key]}_nats`, [null, view.teacherStudent?.[key], view.teacherReference?.[key]]),
    ),
  ]);
}

const CSV_DIVERGENCES: Readonly<Record<keyof Divergence, string>> = {
  kl: 'kl_from_teacher',
  reverseKl: 'kl_to_teacher',
  js: 'js',
};

/** The numbers of one position as the panel shows them, below the sentence that explains them. */
export function viewMarkdown(view: PositionView): string {
  const present = MODELS.filter((model) => view[model] !== null);
  const token = (row: TableRow) => [
    tokenText(row.text) + (row.actual ? ` (${t('in the text')})` : ''),
    row.leads.map(({ fact, answer }) => `${fact} → ${answer}`).join('; '),
    ...present.map((model) => {
      const share = row[model];
      return share === null ? '' : `${probability(share.p)} ${rankLabel(share.rank)}`;
    }),
  ];
  const bits = (value: number | null | undefined) =>
    value === null || value === undefined ? '' : t('{0} bits', inBits(value));
  const divergences = view.teacherStudent !== null || view.teacherReference !== null ? DIVERGENCES : [];
  const against = { teacher: null, student: view.teacherStudent, reference: view.teacherReference };
  return [
    `${plainMarkdown(placeText(view))}\n`,
    `${plainMarkdown(contextText(view))}\n`,
    `${plainMarkdown(asText(explain(view)))}\n`,
    markdownTable([
      [t('Token'), t('Leads to'), ...present.map((model) => NAMES[model])],
      ...rowsOf(view).map(token),
      [t('rest of the vocabulary'), '', ...present.map((model) => probability(view[model]?.rest ?? Number.NaN))],
      [t('Entropy'), '', ...present.map((model) => bits(view[model]?.entropy))],
      ...divergences.map(({ key, name }) => [name, '', ...present.map((model) => bits(against[model]?.[key]))]),
    ]),
  ].join('\n');
}

/** "filtered.jsonl, line 12, record r-0012, token 8 of 19, temperature 1" */
export function placeText(view: PositionView): string {
  return [
    view.file,
    t('line {0}', view.recordLine),
    t('record {0}', view.recordId),
    t('token {0} of {1}', view.ordinal, view.tokens),
    t('temperature {0}', decimal(temperatureLabel(view.temperature))),
  ].join(', ');
}

/** The token in brackets between its neighbours. */
export function contextText({ context }: PositionView): string {
  const run = (text: string) => visibleString(text, { spaces: 'runs', limit: 400 });
  const token = context.token === '' ? (context.atEnd ? t('end of record') : t('no text')) : tokenText(context.token);
  return `${run(context.before)} [${token}] ${run(context.after)}`.trim();
}

export function tokenText(text: string): string {
  return text === '' ? t('no text') : visibleString(text, { spaces: 'all', limit: 80 });
}

function numberText(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
