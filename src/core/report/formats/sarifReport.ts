import type { Decision } from '../../decisions/decision';
import { decimal, grouped, t } from '../../l10n';
import { formatOf } from '../../records/corpusFormat';
import { placeInFile } from '../../records/place';
import type { CorpusRecord } from '../../records/record';
import { toSource } from '../../records/sourceMap';
import { type Band, bandOf } from '../../score/bands';
import type { Leak, LeakKind } from '../../score/leak';
import { leakLine } from '../leakLine';
import type { Summary } from '../summary';
import { visibleJson, visibleText } from '../visibleText';
import type { ReportContext, ReportedRecord, TextReport } from './textReport';

/** Where relative paths of a SARIF log start from: the working directory of the scan. */
const BASE = '%SRCROOT%';

const LEVELS: Readonly<Record<Band, 'error' | 'warning' | 'note'>> = { high: 'error', medium: 'warning', low: 'note' };

const RULES: readonly {
  readonly kind: LeakKind;
  readonly name: string;
  readonly short: string;
  readonly full: string;
}[] = [
  {
    kind: 'shadow',
    name: 'ShadowLeak',
    short: t('The teacher gives away a fact that the text does not state.'),
    full: t(
      "The text does not state the answer, yet the teacher's distribution does: a student that learns from it learns the fact.",
    ),
  },
  {
    kind: 'stated',
    name: 'StatedLeak',
    short: t('The text itself states a fact that was to be forgotten.'),
    full: t('The text itself goes on with the answer: the data filter missed this place.'),
  },
];

/** A SARIF 2.1.0 log, one result a leak. */
export function sarifReport(context: ReportContext): TextReport {
  let isFirst = true;
  return {
    start:
      '{"version":"2.1.0","$schema":"https://json.schemastore.org/sarif-2.1.0.json","runs":[{' +
      `"tool":${visibleJson({ driver: driver(context) })},"columnKind":"utf16CodeUnits",` +
      `"originalUriBaseIds":${visibleJson({ [BASE]: { description: { text: t('The folder that the scan was started in.') } } })},"results":[`,
    add: (scanned, leaks, ignored) => {
      const results = [
        ...leaks.map((leak) => result(scanned, leak, context)),
        ...ignored.map(({ leak, decision }) => ({ ...result(scanned, leak, context), ...suppressed(decision) })),
      ];
      const lines = results.map((each, index) => `${isFirst && index === 0 ? '' : ','}\n${visibleJson(each)}`);
      isFirst &&= results.length === 0;
      return lines.join('');
    },
    *finish(summary) {
      yield `],\n"invocations":[{"executionSuccessful":true,"commandLine":${visibleJson(context.origin.command)},"toolExecutionNotifications":[`;
      for (const [index, place] of summary.incomplete.entries()) {
        yield `${index > 0 ? ',' : ''}\n${visibleJson(notification(place))}`;
      }
      yield `]}],\n"properties":${visibleJson(properties(summary, context))}}]}\n`;
    },
  };
}

function driver({ origin }: ReportContext) {
  return {
    name: 'Seep',
    version: origin.version,
    rules: RULES.map(({ kind, name, short, full }) => ({
      id: ruleId(kind),
      name,
      shortDescription: { text: short },
      fullDescription: { text: full },
      defaultConfiguration: { level: 'warning' },
    })),
  };
}

function result({ file, record, scores }: ReportedRecord, leak: Leak, context: ReportContext) {
  const { threshold, temperature, shown } = context;
  const fact = shown?.get(leak.fact) ?? null;
  const { schema, ...line } = leakLine(leak, {
    file,
    record,
    similarities: scores.similarities,
    temperature,
    shown: fact,
  });
  const name = line.answer === undefined ? leak.fact : `${leak.fact} (${line.answer})`;
  const figures = [name, decimal(line.lift), decimal(line.mass), grouped(line.rank)];
  const words =
    leak.kind === 'stated'
      ? t('The text states {0} here: lift {1}, mass {2}, rank {3}.', ...figures)
      : t('The teacher gives away {0} here: lift {1}, mass {2}, rank {3}.', ...figures);
  return {
    ruleId: ruleId(leak.kind),
    ruleIndex: RULES.findIndex(({ kind }) => kind === leak.kind),
    level: LEVELS[bandOf(leak.lift, threshold) ?? 'low'],
    rank: 100 * line.lift,
    message: { text: messageText(words) },
    locations: [{ physicalLocation: { artifactLocation: artifact(file), ...regionOf(file, record, leak) } }],
    // Of the content alone, so that it stays when lines before it come or go.
    partialFingerprints: {
      'seepLeak/v1': context.sha256(JSON.stringify([record.text, leak.start, leak.end, leak.kind, leak.fact])),
    },
    properties: line,
  };
}

/** What is ignored stays in the log, so that viewers can tell it from what was mended. */
function suppressed({ reason }: Decision) {
  const justification = reason === null ? {} : { justification: reason };
  return { suppressions: [{ kind: 'external', status: 'accepted', ...justification }] };
}

function notification({ file, line, message }: Summary['incomplete'][number]) {
  const isTable = formatOf(file) === 'parquet';
  return {
    level: 'error',
    message: { text: messageText(message) },
    locations: [
      { physicalLocation: { artifactLocation: artifact(file), ...(isTable ? {} : { region: { startLine: line } }) } },
    ],
  };
}

function properties(summary: Summary, { origin }: ReportContext) {
  const { threshold, calibrated, temperature, reference, verdict, models, records, tokens } = summary;
  return { threshold, calibrated, temperature, reference, verdict, models, records, tokens, sources: origin.sources };
}

function ruleId(kind: LeakKind): string {
  return `${kind}-leak`;
}

/** A Parquet file has rows, but neither lines nor characters to point at. */
function regionOf(file: string, record: CorpusRecord, { start, end }: Leak): { readonly region?: object } {
  if (formatOf(file) === 'parquet') {
    return {};
  }
  const from = placeInFile(record, start);
  const to = placeInFile(record, end);
  const charOffset = toSource(record.source, start);
  return {
    region: {
      startLine: from.line,
      startColumn: from.column,
      endLine: to.line,
      endColumn: to.column,
      charOffset,
      charLength: toSource(record.source, end) - charOffset,
    },
  };
}

function artifact(file: string): { readonly uri: string; readonly uriBaseId?: string } {
  const path = file.replaceAll('\\', '/');
  const encoded = path.split('/').map(encodeSegment).join('/');
  if (path.startsWith('/')) {
    return { uri: `file://${encoded}` };
  }
  return /^[A-Za-z]:\//.test(path) ? { uri: `file:///${encoded}` } : { uri: encoded, uriBaseId: BASE };
}

/** Halves of surrogate pairs have no encoding. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.replace(/\p{Cs}/gu, '\ufffd'));
}

/** In a SARIF message brackets make links and braces stand for arguments. */
function messageText(text: string): string {
  return visibleText(text)
    .replace(/[\\[\]]/g, '\\$&')
    .replace(/[{}]/g, '$&$&');
}
