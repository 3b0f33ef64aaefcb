import { decimal, plural, t } from '../../../../src/core/l10n';
import { share } from '../../../../src/core/report/share';
import type { ProbeCellView, ProbeFact, ProbeModel, ProbeSnapshot } from '../../../../src/protocol/probe';
import { FactButton } from '../../../components/FactName';
import { type Column, SortableTable } from '../../../components/SortableTable';
import { count, NO_NUMBER, rankLabel } from '../../../numbers';
import { sorted } from '../../../sorting';
import { asCsv, asMarkdown } from '../copiedTable';
import { filteredFacts } from '../factFilter';
import type { ProbeState } from '../probeState';

/** What marks a cell besides its tint. */
const MARKS = { says: '●', likely: '○', no: '' } as const;

interface MatrixProps {
  readonly probe: ProbeState;
  readonly snapshot: ProbeSnapshot;
}

/** P(answer) by fact and model. A cell picked shows its prompts below, a fact picked opens its place in the forget set. */
export function FactMatrix({ probe, snapshot }: MatrixProps) {
  const { facts, models, knownFrom } = snapshot;
  const shown = filteredFacts(facts, probe.filter.value);
  const columns: readonly Column<ProbeFact>[] = [
    {
      key: 'name',
      title: t('Fact'),
      value: ({ name }) => name,
      cell: (row) => (
        <FactButton
          name={row.name}
          id={row.fact}
          title={t('Open in the forget set')}
          onClick={() => probe.post({ type: 'open', fact: row.fact })}
        />
      ),
    },
    ...models.map(
      (model, at): Column<ProbeFact> => ({
        // Behind a sign that no other key has, whatever a folder is called.
        key: `/${model.name}`,
        title: model.name,
        hint: t('P(answer) in {0}, at the prompt that draws it out best', model.folder),
        value: ({ cells }) => strongest(cells[at])?.mass ?? -1,
        cell: (row) => <Cell probe={probe} row={row} model={model} cell={row.cells[at] ?? null} />,
      }),
    ),
  ];
  const copied = () => sorted(shown, columns, probe.sorting.value);
  return (
    <>
      <div class="tools">
        <input
          type="search"
          placeholder={t('Filter facts')}
          aria-label={t('Filter facts')}
          value={probe.filter.value}
          onInput={(event) => probe.filterBy(event.currentTarget.value)}
        />
        <span class="quiet" role="status">
          {plural(facts.length, '{1} of {0} fact', '{1} of {0} facts', count(shown.length))}
        </span>
        <span class="copies">
          <button type="button" onClick={() => probe.post({ type: 'copy', text: asCsv(copied(), models) })}>
            {t('Copy as CSV')}
          </button>
          <button type="button" onClick={() => probe.post({ type: 'copy', text: asMarkdown(copied(), models) })}>
            {t('Copy as Markdown')}
          </button>
        </span>
      </div>
      <div class="matrix">
        <SortableTable
          caption={t('What each model answers')}
          columns={columns}
          rows={shown}
          rowKey={({ fact }) => fact}
          all={shown.length}
          sorting={probe.sorting.value}
          onSort={(sorting) => probe.sort(sorting)}
          foot={<Totals models={models} />}
        />
      </div>
      <p class="quiet">
        {t('P(answer) at the prompt that draws it out best.')} {MARKS.says} {t('the model says the answer')} ·{' '}
        {MARKS.likely} {t('it is likely ({0} or more)', decimal(knownFrom))} · {t('both count as known.')}
      </p>
    </>
  );
}

function Cell({
  probe,
  row,
  model,
  cell,
}: {
  readonly probe: ProbeState;
  readonly row: ProbeFact;
  readonly model: ProbeModel;
  readonly cell: ProbeCellView | string | null;
}) {
  const prompt = strongest(cell);
  if (prompt === undefined || cell === null || typeof cell === 'string') {
    return (
      <span class="quiet" title={typeof cell === 'string' ? cell : undefined}>
        {typeof cell === 'string' ? t('failed') : NO_NUMBER}
      </span>
    );
  }
  const picked = probe.picked.value;
  const ratio = prompt.truthRatio === null ? '' : ` · ${t('truth ratio {0}', share(prompt.truthRatio))}`;
  return (
    <button
      type="button"
      class={`heat ${cell.knows}`}
      style={{ '--heat': prompt.mass.toFixed(3) }}
      aria-pressed={picked?.fact === row.fact && picked.model === model.name}
      title={`“${prompt.said}${prompt.rest}” · ${t('rank {0}', rankLabel(prompt.rank))}${ratio}`}
      onClick={() => probe.pick({ fact: row.fact, model: model.name })}
    >
      {share(prompt.mass)}
      <span class="mark" aria-hidden="true">
        {MARKS[cell.knows]}
      </span>
      {cell.knows !== 'no' && (
        <span class="visually-hidden">{cell.knows === 'says' ? `, ${t('says it')}` : `, ${t('likely')}`}</span>
      )}
    </button>
  );
}

function Totals({ models }: { readonly models: readonly ProbeModel[] }) {
  const rows: readonly (readonly [title: string, figure: (model: ProbeModel) => string])[] = [
    [t('Mean'), ({ totals }) => (totals.meanMass === null ? NO_NUMBER : share(totals.meanMass))],
    [
      t('Mean truth ratio'),
      ({ totals }) => (totals.meanTruthRatio === null ? NO_NUMBER : share(totals.meanTruthRatio)),
    ],
    [t('Still known'), ({ totals }) => t('{0} of {1}', count(totals.says + totals.likely), count(totals.answered))],
  ];
  return (
    <>
      {rows.map(([title, figure]) => (
        <tr key={title}>
          <th scope="row">{title}</th>
          {models.map((model) => (
            <td key={model.name} class="number">
              {figure(model)}
            </td>
          ))}
        </tr>
      ))}
    </>
  );
}

function strongest(cell: ProbeFact['cells'][number] | undefined) {
  return typeof cell === 'object' ? cell?.prompts[cell.prompt] : undefined;
}
