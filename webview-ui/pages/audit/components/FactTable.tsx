import { share } from '../../../../src/core/report/share';
import type { AuditFact, AuditResult } from '../../../../src/protocol/audit';
import { FactButton } from '../../../components/FactName';
import { Meter } from '../../../components/Meter';
import { type Column, SortableTable } from '../../../components/SortableTable';
import { count, NO_NUMBER } from '../../../numbers';
import type { AuditState } from '../auditState';

/** What became of each fact. A fact picked shows its records below. */
export function FactTable({ audit, result }: { readonly audit: AuditState; readonly result: AuditResult }) {
  const { facts, silentFacts, part } = result;
  if (facts.length === 0) {
    return <p class="quiet">No record has to do with any fact, before or after filtering.</p>;
  }
  const pick = ({ fact }: AuditFact) =>
    audit.show({ ...part.view, fact: part.view.fact === fact ? null : fact, from: 0 });
  const columns: readonly Column<AuditFact>[] = [
    {
      key: 'name',
      title: 'Fact',
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
      title: 'Stated removed',
      hint: 'Records that stated the fact and are gone, or state it no more',
      value: ({ removed }) => removed.stated,
      cell: ({ removed }) => count(removed.stated),
      wide: true,
    },
    {
      key: 'stated',
      title: 'Stated left',
      hint: 'Records of the filtered corpus that still state the fact: the filter missed them',
      value: ({ left }) => left.stated,
      cell: ({ left }) => count(left.stated),
    },
    {
      key: 'shadow',
      title: 'Shadow left',
      hint: 'Records of the filtered corpus that do not state the fact, and where the teacher’s predictions give it away',
      value: ({ left }) => left.shadow,
      cell: ({ left }) => count(left.shadow),
    },
    {
      key: 'before',
      title: 'Exposure before',
      hint: 'How much of the whole answer a student could learn from the raw corpus: the highest at any place',
      value: ({ exposure }) => exposure.before,
      cell: ({ exposure }) => share(exposure.before),
      wide: true,
    },
    {
      key: 'after',
      title: 'After',
      hint: 'How much of the whole answer a student can learn from the filtered corpus: the highest at any place',
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
      title: 'Similarity',
      hint: 'How alike the contexts that are left are to the fact’s own prompts, 0 to 1',
      value: ({ similarity }) => similarity ?? -1,
      cell: ({ similarity }) => similarity?.toFixed(2) ?? NO_NUMBER,
      wide: true,
    },
    {
      key: 'predicted',
      title: 'Predicted',
      hint: 'What context similarity alone says: it leaks where sentences like its own prompts are left',
      value: ({ predicted }) => predicted ?? '',
      cell: ({ predicted }) => predicted ?? NO_NUMBER,
      wide: true,
    },
  ];
  return (
    <section aria-label="Facts">
      <h2>Facts</h2>
      <SortableTable
        caption="What became of each fact"
        columns={columns}
        rows={facts}
        rowKey={({ fact }) => fact}
        all={facts.length}
        choice="that leak most"
        sorting={audit.sorting.value}
        onSort={(sorting) => audit.sort(sorting)}
      />
      {silentFacts > 0 && (
        <p class="quiet">
          No record has to do with {silentFacts === 1 ? '1 other fact' : `${count(silentFacts)} other facts`}.
        </p>
      )}
    </section>
  );
}
