import { decimal, plural, t } from '../../../../src/core/l10n';
import { share } from '../../../../src/core/report/share';
import type { AuditFact, AuditResult } from '../../../../src/protocol/audit';
import { FactButton } from '../../../components/FactName';
import { Meter } from '../../../components/Meter';
import { type Column, SortableTable } from '../../../components/SortableTable';
import { count, NO_NUMBER } from '../../../numbers';
import type { AuditState } from '../auditState';

const PREDICTIONS: Readonly<Record<NonNullable<AuditFact['predicted']>, string>> = {
  leaks: t('leaks'),
  safe: t('safe'),
};

/** What became of each fact. A fact picked shows its records below. */
export function FactTable({ audit, result }: { readonly audit: AuditState; readonly result: AuditResult }) {
  const { facts, silentFacts, part } = result;
  if (facts.length === 0) {
    return <p class="quiet">{t('No record has to do with any fact, before or after filtering.')}</p>;
  }
  const pick = ({ fact }: AuditFact) =>
    audit.show({ ...part.view, fact: part.view.fact === fact ? null : fact, from: 0 });
  const columns: readonly Column<AuditFact>[] = [
    {
      key: 'name',
      title: t('Fact'),
      value: ({ name }) => name,
      cell: (row) => (
        <FactButton
          name={row.name}
          id={row.fact}
          title={row.words}
          pressed={part.view.fact === row.fact}
          onClick={() => pick(row)}
        />
      ),
    },
    {
      key: 'removed',
      title: t('Stated removed'),
      hint: t('Records that stated the fact and are gone, or state it no more'),
      value: ({ removed }) => removed.stated,
      cell: ({ removed }) => count(removed.stated),
      wide: true,
    },
    {
      key: 'stated',
      title: t('Stated left'),
      hint: t('Records of the filtered corpus that still state the fact: the filter missed them'),
      value: ({ left }) => left.stated,
      cell: ({ left }) => count(left.stated),
    },
    {
      key: 'shadow',
      title: t('Shadow left'),
      hint: t(
        'Records of the filtered corpus that do not state the fact, and where the teacher’s predictions give it away',
      ),
      value: ({ left }) => left.shadow,
      cell: ({ left }) => count(left.shadow),
    },
    {
      key: 'before',
      title: t('Exposure before'),
      hint: t('How much of the whole answer a student could learn from the raw corpus: the highest at any place'),
      value: ({ exposure }) => exposure.before,
      cell: ({ exposure }) => share(exposure.before),
      wide: true,
    },
    {
      key: 'after',
      title: t('After'),
      hint: t('How much of the whole answer a student can learn from the filtered corpus: the highest at any place'),
      value: ({ exposure }) => exposure.after,
      cell: ({ exposure }) => (
        <>
          <Meter fraction={exposure.after} />
          {share(exposure.after)}
        </>
      ),
    },
    {
      key: 'similarity',
      title: t('Similarity'),
      hint: t('How alike the contexts that are left are to the fact’s own prompts, 0 to 1'),
      value: ({ similarity }) => similarity ?? -1,
      cell: ({ similarity }) => (similarity === null ? NO_NUMBER : decimal(similarity.toFixed(2))),
      wide: true,
    },
    {
      key: 'predicted',
      title: t('Predicted'),
      hint: t('What context similarity alone says: it leaks where sentences like its own prompts are left'),
      value: ({ predicted }) => predicted ?? '',
      cell: ({ predicted }) => (predicted === null ? NO_NUMBER : PREDICTIONS[predicted]),
      wide: true,
    },
  ];
  return (
    <section aria-label={t('Facts')}>
      <h2>{t('Facts')}</h2>
      <SortableTable
        caption={t('What became of each fact')}
        columns={columns}
        rows={facts}
        rowKey={({ fact }) => fact}
        all={facts.length}
        sorting={audit.sorting.value}
        onSort={(sorting) => audit.sort(sorting)}
      />
      {silentFacts > 0 && (
        <p class="quiet">
          {plural(silentFacts, 'No record has to do with {0} other fact.', 'No record has to do with {0} other facts.')}
        </p>
      )}
    </section>
  );
}
