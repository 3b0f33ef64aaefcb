import { t } from '../../../../src/core/l10n';
import { LEAK_KINDS } from '../../../../src/core/report/leakWords';
import { share } from '../../../../src/core/report/share';
import type { Rows, SummaryRecord } from '../../../../src/protocol/summary';
import { type Column, SortableTable } from '../../../components/SortableTable';
import { count } from '../../../numbers';
import type { SummaryState } from '../summaryState';
import { PlaceCell } from './PlaceCell';

interface RecordTableProps {
  readonly summary: SummaryState;
  readonly records: Rows<SummaryRecord>;
}

/** The records that leak most, each with the place where it does. */
export function RecordTable({ summary, records }: RecordTableProps) {
  return (
    <section aria-label={t('Worst records')}>
      <h2>{t('Worst records')}</h2>
      <SortableTable
        caption={t('Worst records')}
        columns={recordColumns(summary)}
        rows={records.rows}
        rowKey={recordKey}
        all={records.all}
        listed={(rows, all) => t('{0} of {1} are listed, those with the highest lift.', rows, all)}
        sorting={summary.sortings.value.records}
        onSort={(sorting) => summary.sort('records', sorting)}
      />
    </section>
  );
}

export function recordKey({ place }: SummaryRecord): string {
  return `${place.file} ${place.token?.record}`;
}

export function recordColumns(summary: SummaryState): readonly Column<SummaryRecord>[] {
  return [
    {
      key: 'file',
      title: t('Record'),
      value: ({ file }) => file,
      cell: (row) => (
        <PlaceCell summary={summary} row={row} kind={row.kind} lift={row.lift} opens={t('go to its worst leak')} />
      ),
    },
    { key: 'lift', title: t('Lift'), value: ({ lift }) => lift, cell: ({ lift }) => share(lift) },
    { key: 'kind', title: t('Kind'), value: ({ kind }) => kind, cell: ({ kind }) => LEAK_KINDS[kind] },
    {
      key: 'fact',
      title: t('Fact'),
      value: ({ fact }) => fact,
      cell: ({ fact }) => <span class="path">{fact}</span>,
      wide: true,
    },
    { key: 'leaks', title: t('Leaks'), value: ({ leaks }) => leaks, cell: ({ leaks }) => count(leaks), wide: true },
  ];
}
