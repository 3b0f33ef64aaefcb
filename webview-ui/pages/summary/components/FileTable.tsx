import { t } from '../../../../src/core/l10n';
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
      title: t('File'),
      value: ({ name }) => name,
      cell: ({ name, place, leaks }) => (
        <PlaceLink
          place={place}
          onOpen={(at) => summary.open(at)}
          {...(leaks > 0 ? { opens: t('go to its worst leak') } : {})}
        >
          <span class="main path">{name}</span>
        </PlaceLink>
      ),
    },
    { key: 'leaks', title: t('Leaks'), value: ({ leaks }) => leaks, cell: ({ leaks }) => count(leaks) },
    { key: 'stated', title: t('Stated'), value: ({ stated }) => stated, cell: ({ stated }) => count(stated) },
    { key: 'lift', title: t('Max lift'), value: ({ maxLift }) => maxLift, cell: ({ maxLift }) => share(maxLift) },
    {
      key: 'leaking',
      title: t('Records that leak'),
      value: ({ leakingRecords, records }) => leakingRecords / Math.max(1, records),
      cell: ({ leakingRecords, records }) => t('{0} of {1}', count(leakingRecords), count(records)),
      wide: true,
    },
    {
      key: 'incomplete',
      title: t('Not scored'),
      hint: t('Places that could not be scored'),
      value: ({ incomplete }) => incomplete,
      cell: ({ incomplete }) => count(incomplete),
      wide: true,
    },
  ];
  return (
    <section aria-label={t('Leaks by file')}>
      <h2>{t('Leaks by file')}</h2>
      <SortableTable
        caption={t('Leaks by file')}
        columns={columns}
        rows={files.rows}
        rowKey={({ name }) => name}
        all={files.all}
        listed={(rows, all) => t('{0} of {1} are listed, those with most leaks.', rows, all)}
        sorting={summary.sortings.value.files}
        onSort={(sorting) => summary.sort('files', sorting)}
      />
    </section>
  );
}
