import { share } from '../../../../src/core/report/share';
import type { Rows, SummaryFile } from '../../../../src/protocol/summary';
import { PlaceLink } from '../../../components/PlaceLink';
import { type Column, SortableTable } from '../../../components/SortableTable';
import { count } from '../../../numbers';
import type { SummaryState } from '../summaryState';

export function FileTable({ summary, files }: { readonly summary: SummaryState; readonly files: Rows<SummaryFile> }) {
  const columns: readonly Column<SummaryFile>[] = [
    {
      key: 'name',
      title: 'File',
      value: ({ name }) => name,
      cell: ({ name, place, leaks }) => (
        <PlaceLink
          place={place}
          onOpen={(at) => summary.open(at)}
          {...(leaks > 0 ? { opens: 'go to its worst leak' } : {})}
        >
          <span class="main path">{name}</span>
        </PlaceLink>
      ),
    },
    { key: 'leaks', title: 'Leaks', value: ({ leaks }) => leaks, cell: ({ leaks }) => count(leaks) },
    { key: 'stated', title: 'Stated', value: ({ stated }) => stated, cell: ({ stated }) => count(stated) },
    { key: 'lift', title: 'Max lift', value: ({ maxLift }) => maxLift, cell: ({ maxLift }) => share(maxLift) },
    {
      key: 'leaking',
      title: 'Records that leak',
      value: ({ leakingRecords, records }) => leakingRecords / Math.max(1, records),
      cell: ({ leakingRecords, records }) => `${count(leakingRecords)} of ${count(records)}`,
      wide: true,
    },
    {
      key: 'incomplete',
      title: 'Not scored',
      hint: 'Places that could not be scored',
      value: ({ incomplete }) => incomplete,
      cell: ({ incomplete }) => count(incomplete),
      wide: true,
    },
  ];
  return (
    <section aria-label="Leaks by file">
      <h2>Leaks by file</h2>
      <SortableTable
        caption="Leaks by file"
        columns={columns}
        rows={files.rows}
        rowKey={({ name }) => name}
        all={files.all}
        choice="with most leaks"
        sorting={summary.sortings.value.files}
        onSort={(sorting) => summary.sort('files', sorting)}
      />
    </section>
  );
}
