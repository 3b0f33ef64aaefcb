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
      title: 'Fact',
      value: ({ name }) => name,
      cell: (row) => (
        <FactButton
          name={row.name}
          id={row.fact}
          title="Open in the forget set"
          onClick={() => probe.post({ type: 'open', fact: row.fact })}
        />
      ),
    },
    ...models.map(
      (model, at): Column<ProbeFact> => ({
        // Behind a sign that no other key has, whatever a folder is called.
        key: `/${model.name}`,
        title: model.name,
        hint: `P(answer) in ${model.folder}, at the prompt that draws it out best`,
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
          placeholder="Filter facts"
          aria-label="Filter facts"
          value={probe.filter.value}
          onInput={(event) => probe.filterBy(event.currentTarget.value)}
        />
        <span class="quiet" role="status">
          {count(shown.length)} of {count(facts.length)} facts
        </span>
        <span class="copies">
          <button type="button" onClick={() => probe.post({ type: 'copy', text: asCsv(copied(), models) })}>
            Copy as CSV
          </button>
          <button type="button" onClick={() => probe.post({ type: 'copy', text: asMarkdown(copied(), models) })}>
            Copy as Markdown
          </button>
        </span>
      </div>
      <div class="matrix">
        <SortableTable
          caption="What each model answers"
          columns={columns}
          rows={shown}
          rowKey={({ fact }) => fact}
          all={shown.length}
          choice=""
          sorting={probe.sorting.value}
          onSort={(sorting) => probe.sort(sorting)}
          foot={<Totals models={models} />}
        />
      </div>
      <p class="quiet">
        P(answer) at the prompt that draws it out best. {MARKS.says} the model says the answer · {MARKS.likely} it is
        likely ({knownFrom} or more) · both count as known.
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
        {typeof cell === 'string' ? 'failed' : NO_NUMBER}
      </span>
    );
  }
  const picked = probe.picked.value;
  const ratio = prompt.truthRatio === null ? '' : ` · truth ratio ${share(prompt.truthRatio)}`;
  return (
    <button
      type="button"
      class={`heat ${cell.knows}`}
      style={{ '--heat': prompt.mass.toFixed(3) }}
      aria-pressed={picked?.fact === row.fact && picked.model === model.name}
      title={`“${prompt.said}${prompt.rest}” · rank ${rankLabel(prompt.rank)}${ratio}`}
      onClick={() => probe.pick({ fact: row.fact, model: model.name })}
    >
      {share(prompt.mass)}
      <span class="mark" aria-hidden="true">
        {MARKS[cell.knows]}
      </span>
      {cell.knows !== 'no' && <span class="visually-hidden">{cell.knows === 'says' ? ', says it' : ', likely'}</span>}
    </button>
  );
}

function Totals({ models }: { readonly models: readonly ProbeModel[] }) {
  const rows: readonly (readonly [title: string, figure: (model: ProbeModel) => string])[] = [
    ['Mean', ({ totals }) => (totals.meanMass === null ? NO_NUMBER : share(totals.meanMass))],
    ['Mean truth ratio', ({ totals }) => (totals.meanTruthRatio === null ? NO_NUMBER : share(totals.meanTruthRatio))],
    ['Still known', ({ totals }) => `${count(totals.says + totals.likely)} of ${count(totals.answered)}`],
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
