import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../../src/core/l10n';
import { count } from '../numbers';
import { type Sorting, type SortKey, sorted } from '../sorting';

export interface Column<Row> extends SortKey<Row> {
  readonly title: string;
  /** Explains the title. */
  readonly hint?: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Left out where the page is narrow. */
  readonly wide?: boolean;
}

interface SortableTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** How many rows there are; those that were not sent are counted below the table. */
  readonly all: number;
  /** Says which rows were sent, where not all were: "20 of 300 are listed, those with the highest lift." */
  readonly listed?: (rows: string, all: string) => string;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
  /** Rows below all others, which are not sorted. */
  readonly foot?: ComponentChildren;
}

/** Rows drawn at first, and on every further request; a few more than that are not worth a request. */
const AT_FIRST = 20;
const STEP = 100;
const SLACK = 5;

/** A table whose heads are buttons that sort it. */
export function SortableTable<Row>(props: SortableTableProps<Row>) {
  const { caption, columns, rows, rowKey, all, listed, sorting, onSort, foot } = props;
  const [limit, setLimit] = useState(AT_FIRST);
  const shown = sorted(rows, columns, sorting).slice(0, rows.length - limit > SLACK ? limit : rows.length);
  const isCut = listed !== undefined && all > rows.length;
  const more = Math.min(STEP, rows.length - shown.length);
  return (
    <>
      <table class="sortable">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head
                key={column.key}
                column={column}
                sorting={sorting}
                onSort={onSort}
                isNumber={isNumeric(column, rows)}
              />
            ))}
          </tr>
        </thead>
        <TableRows columns={columns} rows={shown} rowKey={rowKey} />
        {foot !== undefined && <tfoot>{foot}</tfoot>}
      </table>
      {(more > 0 || isCut) && (
        <p class="beyond">
          {more > 0 && (
            <button type="button" onClick={() => setLimit(limit + STEP)}>
              {t('Show {0} More', count(more))}
            </button>
          )}
          {isCut && <span>{listed(count(rows.length), count(all))}</span>}
        </p>
      )}
    </>
  );
}

/** The first column names the row. */
export function TableRows<Row>({
  columns,
  rows,
  rowKey,
}: Pick<SortableTableProps<Row>, 'columns' | 'rows' | 'rowKey'>) {
  return (
    <tbody>
      {rows.map((row) => (
        <tr key={rowKey(row)}>
          {columns.map((column, i) =>
            i === 0 ? (
              <th key={column.key} scope="row" class={cellClass(column, false)}>
                {column.cell(row)}
              </th>
            ) : (
              <td key={column.key} class={cellClass(column, isNumeric(column, rows))}>
                {column.cell(row)}
              </td>
            ),
          )}
        </tr>
      ))}
    </tbody>
  );
}

interface HeadProps<Row> {
  readonly column: Column<Row>;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
  readonly isNumber: boolean;
}

function Head<Row>({ column, sorting, onSort, isNumber }: HeadProps<Row>) {
  const isSorted = sorting.key === column.key;
  const descending = isSorted ? !sorting.descending : isNumber;
  return (
    <th
      scope="col"
      class={cellClass(column, isNumber)}
      aria-sort={isSorted ? (sorting.descending ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" class="sort" title={column.hint} onClick={() => onSort({ key: column.key, descending })}>
        {column.title}
        <span class="arrow" aria-hidden="true">
          {isSorted ? (sorting.descending ? '↓' : '↑') : ''}
        </span>
      </button>
    </th>
  );
}

export function cellClass<Row>({ wide }: Column<Row>, isNumber: boolean): string {
  return [...(isNumber ? ['number'] : []), ...(wide === true ? ['wide'] : [])].join(' ');
}

export function isNumeric<Row>(column: Column<Row>, [first]: readonly Row[]): boolean {
  return first !== undefined && typeof column.value(first) === 'number';
}
