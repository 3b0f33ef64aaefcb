import { share } from '../../../../src/core/report/share';
import type { Rows, SummaryFact } from '../../../../src/protocol/summary';
import { FactName } from '../../../components/FactName';
import { Meter } from '../../../components/Meter';
import { PlaceLink } from '../../../components/PlaceLink';
import { type Column, SortableTable } from '../../../components/SortableTable';
import { count, NO_NUMBER } from '../../../numbers';
import type { SummaryState } from '../summaryState';

interface FactTableProps {
  readonly summary: SummaryState;
  readonly facts: Rows<SummaryFact>;
  /** Facts that do not leak. */
  readonly silent: number;
}

export function FactTable({ summary, facts, silent }: FactTableProps) {
  const columns: readonly Column<SummaryFact>[] = [
    {
      key: 'name',
      title: 'Fact',
      value: ({ name }) => name,
      cell: ({ id, name, place }) => (
        <PlaceLink place={place} onOpen={(at) => summary.open(at)} opens="go to its worst leak">
          <FactName name={name} id={id} />
        </PlaceLink>
      ),
    },
    {
      key: 'exposure',
      title: 'Exposure',
      hint: 'How much of the whole answer a student can learn here: the highest at any place',
      value: ({ exposure }) => exposure,
      cell: ({ exposure }) => (
        <>
          <Meter fraction={exposure} />
          {share(exposure)}
        </>
      ),
    },
    {
      key: 'lift',
      title: 'Max lift',
      hint: 'The teacher’s probability beyond the reference’s: the highest at any place',
      value: ({ maxLift }) => maxLift,
      cell: ({ maxLift }) => share(maxLift),
      wide: true,
    },
    {
      key: 'shadow',
      title: 'Shadow',
      hint: 'Places where only the teacher’s predictions give the fact away',
      value: ({ shadow }) => shadow,
      cell: ({ shadow }) => count(shadow),
    },
    {
      key: 'stated',
      title: 'Stated',
      hint: 'Places where the text itself states the fact: the filter missed them',
      value: ({ stated }) => stated,
      cell: ({ stated }) => count(stated),
    },
    {
      key: 'records',
      title: 'Records',
      value: ({ records }) => records,
      cell: ({ records }) => count(records),
      wide: true,
    },
    {
      key: 'similarity',
      title: 'Similarity',
      hint: 'How alike the contexts are to the fact’s own prompts, 0 to 1',
      value: ({ similarity }) => similarity ?? -1,
      cell: ({ similarity, verdict }) => <span title={verdict}>{similarity?.toFixed(2) ?? NO_NUMBER}</span>,
      wide: true,
    },
  ];
  return (
    <section aria-label="Leaks by fact">
      <h2>Leaks by fact</h2>
      <SortableTable
        caption="Leaks by fact"
        columns={columns}
        rows={facts.rows}
        rowKey={({ id }) => id}
        all={facts.all}
        choice="with the highest exposure"
        sorting={summary.sortings.value.facts}
        onSort={(sorting) => summary.sort('facts', sorting)}
      />
      {silent > 0 && (
        <p class="quiet">
          {silent === 1 ? '1 other fact does' : `${count(silent)} other facts do`} not reach the threshold anywhere.
        </p>
      )}
    </section>
  );
}
