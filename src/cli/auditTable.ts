import type { Audited } from '../client/audit/auditCorpora';
import type { RecordPlace } from '../core/audit/auditLine';
import { type AuditSummary, type FactAuditSummary, isSilent } from '../core/audit/auditSummary';
import type { AuditTally, KindCounts } from '../core/audit/auditTally';
import { gravest, leaks } from '../core/audit/finding';
import { grouped } from '../core/l10n';
import { NO_PROOF, termsOf } from '../core/report/closingWords';
import { visibleText } from '../core/report/visibleText';
import { count } from './count';
import { headThatFits, type Style } from './terminal';
import { type Cell, type Column, textTable } from './textTable';

/** Facts shown. */
const WORST_FACTS = 40;
/** Examples shown of collateral and of changed records that leak. */
const EXAMPLES = 5;
const WIDEST_ID = 24;
const WIDEST_ANSWERS = 48;
/** Of a record's text, in UTF-16 units; no terminal shows more. */
const TEXT = 400;
const NARROWEST_TEXT = 24;

export interface AuditTableOptions {
  readonly style: Style;
  /** Terminal columns. */
  readonly width: number;
}

/** The report for people: what the filter did to records and facts, examples, and what it all means. */
export class AuditTable {
  readonly #collateral: string[] = [];
  readonly #leakingChanges: string[] = [];

  constructor(private readonly options: AuditTableOptions) {}

  /** Looks at a record. Keeps only what will be shown. */
  add({ change, raw, filtered, before, after, record }: Audited): void {
    if (change === 'removed' && before !== null && gravest(before) === null) {
      this.#example(this.#collateral, raw, record.text);
    } else if (change === 'changed' && after !== null && leaks(after)) {
      this.#example(this.#leakingChanges, filtered, record.text);
    }
  }

  /** The whole report. */
  render(summary: AuditSummary, tally: AuditTally): string {
    const facts = summary.facts.filter((fact) => !isSilent(fact));
    const blocks = [
      this.#recordBlock(summary),
      ...(facts.length > 0 ? [this.#factBlock(facts)] : []),
      ...this.#exampleBlock('Removed without need (collateral)', this.#collateral, summary.removed.none),
      ...this.#exampleBlock('Changed, and still leaking', this.#leakingChanges, summary.changed.leaking),
      [
        this.options.style.bold('Verdict'),
        ...summary.verdict.sentences.map((sentence) => `  ${sentence}`),
        ...(summary.leaks.after === 0 ? [NO_PROOF] : []),
        ...termsOf(summary, tally.after.facts),
      ].join('\n'),
    ];
    return `${blocks.join('\n\n')}\n`;
  }

  #recordBlock({ records, removed, left, changed, leaks: positions }: AuditSummary): string {
    const columns: Column[] = [
      { title: 'records', align: 'left' },
      { title: '', align: 'right' },
      { title: 'state a fact', align: 'right' },
      { title: 'leak unsaid', align: 'right' },
      { title: 'only name it', align: 'right' },
      { title: 'none of these', align: 'right' },
    ];
    const cells = (name: string, total: number, { stated, shadow, named, none }: KindCounts): Cell[] =>
      [name, ...[total, stated, shadow, named, none].map(grouped)].map((text) => ({ text }));
    const { style } = this.options;
    const kept = `${grouped(records.kept)} kept, ${grouped(records.changed)} changed, ${grouped(records.added)} added`;
    const mended =
      changed.records === 0 ? '' : ` (${grouped(changed.mended)} of those changed leaked and do not any more)`;
    return [
      style.bold('What the filter did'),
      ...textTable(
        columns,
        [cells('removed', records.removed, removed), cells('left', records.filtered, left)],
        style.dim,
      ).map((line) => `  ${line}`),
      `  left: ${kept}${mended}`,
      `  leaks: ${grouped(positions.before)} before, ${grouped(positions.after)} after`,
    ].join('\n');
  }

  #factBlock(facts: readonly FactAuditSummary[]): string {
    const { style } = this.options;
    const shown = facts.some(({ answers }) => answers !== undefined);
    const columns: Column[] = [
      { title: 'fact', align: 'left' },
      { title: 'stated removed', align: 'right' },
      { title: 'stated left', align: 'right' },
      { title: 'shadow left', align: 'right' },
      { title: 'exposure before', align: 'right' },
      { title: 'after', align: 'right' },
      { title: 'similarity', align: 'right' },
      { title: 'predicted', align: 'left' },
      { title: 'verdict', align: 'left' },
      ...(shown ? [{ title: 'answers', align: 'left' } as const] : []),
    ];
    const rows = facts
      .slice(0, WORST_FACTS)
      .map((each): Cell[] => [
        { text: headThatFits(visibleText(each.fact), WIDEST_ID) },
        { text: grouped(each.removed.stated) },
        { text: grouped(each.left.stated), ...(each.left.stated > 0 ? { style: style.red } : {}) },
        { text: grouped(each.left.shadow), ...(each.left.shadow > 0 ? { style: style.yellow } : {}) },
        { text: each.exposure.before.toFixed(3) },
        { text: each.exposure.after.toFixed(3) },
        { text: each.similarity === null ? '-' : each.similarity.toFixed(2) },
        { text: each.predicted ?? '-' },
        { text: each.verdict.replaceAll('-', ' ') },
        ...(shown ? [{ text: headThatFits(visibleText((each.answers ?? []).join(', ')), WIDEST_ANSWERS) }] : []),
      ]);
    const more = facts.length - rows.length;
    return [
      style.bold('Facts, in records'),
      ...textTable(columns, rows, style.dim).map((line) => `  ${line}`),
      ...(more > 0 ? [`  and ${count(more, 'fact')} more with less exposure (--format jsonl gives all)`] : []),
    ].join('\n');
  }

  #example(examples: string[], place: RecordPlace | null, text: string): void {
    if (examples.length < EXAMPLES && place !== null) {
      const where = visibleText(`${place.file}:${place.line}`);
      const room = Math.max(NARROWEST_TEXT, this.options.width - where.length - 4);
      examples.push(`${where}  ${headThatFits(visibleText(text.slice(0, TEXT)), room)}`);
    }
  }

  #exampleBlock(title: string, examples: readonly string[], total: number): string[] {
    if (examples.length === 0) {
      return [];
    }
    const more = total - examples.length;
    return [
      [
        this.options.style.bold(title),
        ...examples.map((line) => `  ${line}`),
        ...(more > 0 ? [`  and ${count(more, 'record')} more (--format jsonl gives all)`] : []),
      ].join('\n'),
    ];
  }
}
