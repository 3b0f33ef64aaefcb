import type { Rows, SummaryUnnamed } from '../../../../src/protocol/summary';
import { type Column, SortableTable } from '../../../components/SortableTable';
import type { SummaryState } from '../summaryState';
import { PlaceCell } from './PlaceCell';

interface UnnamedTableProps {
  readonly summary: SummaryState;
  readonly unnamed: Rows<SummaryUnnamed>;
}

/** Where the teacher knows most that the forget set does not name. */
export function UnnamedTable({ summary, unnamed }: UnnamedTableProps) {
  const columns: readonly Column<SummaryUnnamed>[] = [
    {
      key: 'file',
      title: 'Place',
      value: ({ file }) => file,
      cell: (row) => <PlaceCell summary={summary} row={row} kind="unnamed" lift={0} opens="go to this place" />,
    },
    {
      key: 'bits',
      title: 'Bits',
      hint: 'How far the reference is from expecting what the teacher expects, beyond what the facts explain',
      value: ({ bits }) => bits,
      cell: ({ bits }) => bits.toFixed(1),
    },
  ];
  return (
    <section aria-label="Not named by the forget set">
      <h2>Not named by the forget set</h2>
      <p class="quiet">
        The teacher knows something here that no fact names. Look whether an alias or a fact is missing.
      </p>
      <SortableTable
        caption="Not named by the forget set"
        columns={columns}
        rows={unnamed.rows}
        rowKey={({ place }) => `${place.file} ${place.token?.record} ${place.token?.start}`}
        all={unnamed.all}
        choice="with most bits, up to three of a record"
        sorting={summary.sortings.value.unnamed}
        onSort={(sorting) => summary.sort('unnamed', sorting)}
      />
    </section>
  );
}
