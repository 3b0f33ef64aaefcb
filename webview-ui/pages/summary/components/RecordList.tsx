import { t } from '../../../../src/core/l10n';
import { PAGE_RECORDS, type RecordsPart, type RecordsView, type SummaryFile } from '../../../../src/protocol/summary';
import { Pager } from '../../../components/Pager';
import { cellClass, isNumeric, TableRows } from '../../../components/SortableTable';
import { count } from '../../../numbers';
import type { SummaryState } from '../summaryState';
import { recordColumns, recordKey } from './RecordTable';

interface RecordListProps {
  readonly summary: SummaryState;
  readonly part: RecordsPart;
  readonly files: readonly SummaryFile[];
  /** Records that leak; more than are listed in a very large corpus. */
  readonly all: number;
}

const ORDERS: readonly (readonly [RecordsView['order'], string])[] = [
  ['worst', t('Worst first')],
  ['place', t('As in the file')],
];

/** All records that leak, page by page. */
export function RecordList({ summary, part: { view, rows, listed }, files, all }: RecordListProps) {
  const columns = recordColumns(summary);
  const show = (change: Partial<RecordsView>) => summary.showRecords({ ...view, from: 0, ...change });
  const leaking = files.filter(({ leakingRecords }) => leakingRecords > 0);
  const isCut = view.file === null && all > listed;
  return (
    <section aria-label={t('All records that leak')}>
      <h2>{t('All records that leak')}</h2>
      <fieldset class="lists">
        <legend class="visually-hidden">{t('Which records, in which order')}</legend>
        {ORDERS.map(([order, title]) => (
          <button key={order} type="button" aria-pressed={order === view.order} onClick={() => show({ order })}>
            {title}
          </button>
        ))}
        {leaking.length > 1 && (
          <select
            aria-label={t('File')}
            value={view.file ?? ''}
            onChange={({ currentTarget }) => show({ file: currentTarget.value === '' ? null : currentTarget.value })}
          >
            <option value="">{t('All files')}</option>
            {leaking.map(({ name, place, leakingRecords }) => (
              <option key={place.file} value={place.file}>
                {name} ({count(leakingRecords)})
              </option>
            ))}
          </select>
        )}
      </fieldset>
      <table class="sortable">
        <caption class="visually-hidden">{t('All records that leak')}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" class={cellClass(column, isNumeric(column, rows))}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <TableRows columns={columns} rows={rows} rowKey={recordKey} />
      </table>
      <Pager
        from={view.from}
        rows={rows.length}
        most={PAGE_RECORDS}
        listed={listed}
        onGo={(from) => show({ from })}
        note={isCut ? `; ${t('{0} in all', count(all))}` : ''}
      />
    </section>
  );
}
