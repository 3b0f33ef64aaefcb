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
    <section aria-label="Worst records">
      <h2>Worst records</h2>
      <SortableTable
        caption="Worst records"
        columns={recordColumns(summary)}
        rows={records.rows}
        rowKey={recordKey}
        all={records.all}
        choice="with the highest lift"
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
      title: 'Record',
      value: ({ file }) => file,
      cell: (row) => (
        <PlaceCell summary={summary} row={row} kind={row.kind} lift={row.lift} opens="go to its worst leak" />
      ),
    },
    { key: 'lift', title: 'Lift', value: ({ lift }) => lift, cell: ({ lift }) => share(lift) },
    { key: 'kind', title: 'Kind', value: ({ kind }) => kind, cell: ({ kind }) => kind },
    {
      key: 'fact',
      title: 'Fact',
      value: ({ fact }) => fact,
      cell: ({ fact }) => <span class="path">{fact}</span>,
      wide: true,
    },
    { key: 'leaks', title: 'Leaks', value: ({ leaks }) => leaks, cell: ({ leaks }) => count(leaks), wide: true },
  ];
}
