import type { Fact } from '../../forget/fact';
import { answerText } from '../../forget/fact';
import { decimal, t } from '../../l10n';
import { type Counted, closingWords, verdictLine } from '../closingWords';
import { CorpusFindings, type FileFindings, type FoundLeak, type LeakingRecord } from '../corpusFindings';
import type { LiftBin } from '../liftHistogram';
import { type FactSummary, namedAnswers, type Summary } from '../summary';
import { factVerdict } from '../verdict';
import type { ReportContext, ReportOrigin, TextReport } from './textReport';

/** Rows of a kind that a document shows; the rest is counted. */
export interface DocumentLimits {
  readonly facts: number;
  readonly files: number;
  readonly records: number;
  readonly incomplete: number;
}

/** The first of a list, and how many there are besides. */
export interface Shown<T> {
  readonly rows: readonly T[];
  readonly more: number;
}

export interface DocumentFact {
  readonly fact: FactSummary;
  readonly words: string;
  /** What it says; null where that may not be shown. */
  readonly answers: readonly string[] | null;
}

export interface DocumentRecord extends LeakingRecord {
  /** The text around the worst leak's token, cut between characters. */
  readonly before: string;
  readonly token: string;
  readonly after: string;
  readonly answer: string | null;
}

/** A report for people, before it has a form. */
export interface ReportDocument {
  readonly summary: Summary;
  /** What the scan found and on what terms, sentence by sentence; the verdict stands in the summary. */
  readonly sentences: readonly string[];
  readonly facts: Shown<DocumentFact>;
  readonly files: Shown<FileFindings>;
  readonly records: Shown<DocumentRecord>;
  readonly incomplete: Shown<Summary['incomplete'][number]>;
  /** Lifts of the leaks. */
  readonly bins: readonly LiftBin[];
  readonly origin: ReportOrigin;
  readonly showsAnswers: boolean;
}

/** A report that can be written only when all is known: it keeps the worst and counts the rest. */
export function documentReport(
  context: ReportContext,
  limits: DocumentLimits,
  render: (document: ReportDocument) => Iterable<string>,
): TextReport {
  const findings = new CorpusFindings(context.facts, context.threshold);
  return {
    start: '',
    add: ({ file, record, scores }, leaks) => {
      findings.add(file, record, { ...scores, leaks });
      return '';
    },
    finish: (summary, counted) => render(documentOf(summary, counted, findings, context, limits)),
  };
}

function documentOf(
  summary: Summary,
  counted: Counted,
  findings: CorpusFindings,
  { shown, origin }: ReportContext,
  limits: DocumentLimits,
): ReportDocument {
  const totals = new Map(counted.facts.map((each) => [each.fact, each]));
  const leaking = summary.facts.filter(({ positions }) => positions > 0);
  const files = [...findings.files].sort((a, b) => b.leaks - a.leaks);
  return {
    summary,
    sentences: closingWords(summary, counted).filter((words) => words !== verdictLine(summary.verdict)),
    facts: firstOf(leaking, leaking.length, limits.facts, (fact) => {
      const each = totals.get(fact.fact);
      const known = shown?.get(fact.fact);
      return {
        fact,
        words: each === undefined ? '' : factVerdict(each, summary.temperature).words,
        answers: known === undefined ? null : namedAnswers(known),
      };
    }),
    files: firstOf(files, files.length, limits.files, (file) => file),
    records: firstOf(findings.records.kept, findings.records.all, limits.records, (record) =>
      documentRecord(record, shown),
    ),
    incomplete: firstOf(summary.incomplete, summary.incomplete.length, limits.incomplete, (place) => place),
    bins: findings.histogram.bins,
    origin,
    showsAnswers: shown !== null,
  };
}

function documentRecord(record: LeakingRecord, shown: ReadonlyMap<string, Fact> | null): DocumentRecord {
  const { leak, before, token, after } = record.worst;
  return {
    ...record,
    ...excerptOf({ before, token, after }),
    answer: shown && answerText(shown.get(leak.fact), leak),
  };
}

/** A token's leading space goes before it, where it reads better, unless there is nothing else. */
function excerptOf({ before, token, after }: Pick<FoundLeak, 'before' | 'token' | 'after'>) {
  const bare = token.trimStart();
  const spaces = bare === '' ? '' : token.slice(0, token.length - bare.length);
  return { before: before + spaces, token: token.slice(spaces.length), after };
}

function firstOf<T, S>(list: readonly T[], all: number, limit: number, show: (item: T) => S): Shown<S> {
  const rows = list.slice(0, limit).map(show);
  return { rows, more: all - rows.length };
}

/** Said under a table that does not show all; null where it does. */
export function moreWords({ more }: Shown<unknown>, say: (more: number) => string): string | null {
  return more > 0 ? say(more) : null;
}

/** The models by their roles. */
export function modelsOf({
  models,
}: Summary): { readonly role: 'teacher' | 'student' | 'reference'; readonly folder: string; readonly hash: string }[] {
  return (['teacher', 'student', 'reference'] as const).flatMap((role) => {
    const model = models[role];
    return model === null ? [] : [{ role, ...model }];
  });
}

/** "open, 0.120": whether the student has it, and its own probability. */
export function studentWords({ status, studentMass }: FoundLeak['leak']): string {
  return status === null || studentMass === null
    ? t('no student')
    : `${STATUSES[status]}, ${decimal(studentMass.toFixed(3))}`;
}

const STATUSES = { absorbed: t('absorbed'), open: t('open') } as const;

/** Whoever reads a report should know what it tells. */
export function sensitivityWords(showsAnswers: boolean): string {
  return showsAnswers
    ? t('This report names subjects and answers: it tells what was to be forgotten, and quotes the corpus.')
    : t(
        'This report names facts by their ids and quotes the corpus around each token; the answers of the forget set are left out.',
      );
}
