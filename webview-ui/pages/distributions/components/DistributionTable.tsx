import { decimal, parts, plural, t } from '../../../../src/core/l10n';
import type { ModelView, Share } from '../../../../src/protocol/engine';
import { TokenText } from '../../../components/TokenText';
import { inBits, inNats, probability, rankLabel } from '../../../numbers';
import { spoken, visibleString } from '../../../visibleText';
import { DIVERGENCES, MODELS, NAMES } from '../models';
import type { Model, PositionView, TableRow } from '../positionView';
import { type ProbabilityScale, type ScaleKind, viewScale } from '../probabilityScale';
import { Cell } from './Cell';

interface TableProps {
  readonly view: PositionView;
  readonly scaleKind: ScaleKind;
  /** Keep the models' names in sight while scrolling. */
  readonly sticky?: boolean;
}

/** The next-token distributions side by side, one row a token, all bars to one scale. */
export function DistributionTable({ view, scaleKind, sticky = false }: TableProps) {
  const scale = viewScale(scaleKind, view);
  const present = MODELS.filter((model) => view[model] !== null);
  return (
    <table class={sticky ? 'distributions sticky' : 'distributions'}>
      <caption class="visually-hidden">
        {t('Probabilities of the next token, token {0} of {1}', view.ordinal, view.tokens)}
      </caption>
      <colgroup>
        <col class="tokens" />
        {MODELS.map((model) => (
          <col key={model} class={view[model] === null ? 'absent' : model} />
        ))}
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{t('Token')}</th>
          {MODELS.map((model) => (
            <ModelHead
              key={model}
              model={model}
              name={view.models[model]}
              present={view[model] !== null}
              scale={scale}
            />
          ))}
        </tr>
      </thead>
      <tbody>
        {view.top.map((row, i) => (
          <TokenRow key={row.id} row={row} view={view} scale={scale} absentRows={i === 0 ? bodyRows(view) : 0} />
        ))}
        {view.below.length > 0 && (
          <tr class="break">
            <td colSpan={1 + present.length}>
              <span aria-hidden="true">⋯</span>
              <span class="visually-hidden">{t('Tokens further down')}</span>
            </td>
          </tr>
        )}
        {view.below.map((row) => (
          <TokenRow key={row.id} row={row} view={view} scale={scale} absentRows={0} />
        ))}
        {view.unlisted > 0 && (
          <tr class="break">
            <td colSpan={1 + present.length}>
              {plural(
                view.unlisted,
                '{0} more forgotten token, less likely than these',
                '{0} more forgotten tokens, less likely than these',
              )}
            </td>
          </tr>
        )}
        <RestRow view={view} scale={scale} />
      </tbody>
      <Divergences view={view} />
    </table>
  );
}

/** Rows of the table's body: those of tokens, the break, those that are left out and the rest. */
function bodyRows(view: PositionView): number {
  return view.top.length + (view.below.length > 0 ? view.below.length + 1 : 0) + (view.unlisted > 0 ? 1 : 0) + 1;
}

interface ModelHeadProps {
  readonly model: Model;
  readonly name: string | null;
  readonly present: boolean;
  readonly scale: ProbabilityScale;
}

function ModelHead({ model, name, present, scale }: ModelHeadProps) {
  const folder = name === null ? '' : visibleString(name.split(/[\\/]/).at(-1) ?? name, { spaces: 'none', limit: 100 });
  return (
    <th scope="col" class={model}>
      <span class="role">
        <span class="swatch" aria-hidden="true" />
        {NAMES[model]}
      </span>
      {present && (
        <>
          <span class="folder" title={folder}>
            {folder}
          </span>
          <span class="axis" aria-hidden="true">
            {scale.ticks.map((tick, i) => (
              <span key={tick.at} class={`tick t${i}`}>
                {tick.label}
              </span>
            ))}
          </span>
        </>
      )}
    </th>
  );
}

interface TokenRowProps {
  readonly row: TableRow;
  readonly view: PositionView;
  readonly scale: ProbabilityScale;
  /** In the first row: how far the columns of models that were not given reach down. */
  readonly absentRows: number;
}

function TokenRow({ row, view, scale, absentRows }: TokenRowProps) {
  const token = spoken(row.text);
  const classes = [row.leads.length > 0 ? 'forget' : '', row.actual ? 'actual' : ''].filter(Boolean).join(' ');
  return (
    <tr class={classes}>
      <th scope="row">
        <span class="token-cell">
          <bdi class="token-text" title={visibleString(row.text, { spaces: 'all', limit: 400 })}>
            {row.text === '' ? <span class="unseen">{t('no text')}</span> : <TokenText text={row.text} limit={80} />}
          </bdi>
          <span class="badges">
            {row.actual && <span class="tag actual">{t('in the text')}</span>}
            {row.leads.length > 0 && <Leads leads={row.leads} />}
          </span>
        </span>
      </th>
      {MODELS.map((model) => {
        const share = row[model];
        if (view[model] === null) {
          return absentRows > 0 ? <Absent key={model} model={model} view={view} rows={absentRows} /> : null;
        }
        return (
          <td key={model} class={model}>
            {share !== null && <ShareCell model={model} token={token} share={share} scale={scale} />}
          </td>
        );
      })}
    </tr>
  );
}

function Leads({ leads }: Pick<TableRow, 'leads'>) {
  const [first, ...more] = leads;
  if (first === undefined) {
    return null;
  }
  return (
    <span class="tag forget" title={leads.map(({ fact, answer }) => `${shown(fact)} → ${shown(answer)}`).join('\n')}>
      {first.entry === 'tokens' ? (
        parts('class {0}', <bdi>{shown(first.fact)}</bdi>)
      ) : (
        <>
          <span class="visually-hidden">{t('leads to a forgotten answer:')} </span>
          <span class="fact">
            <bdi>{shown(first.fact)}</bdi>{' '}
          </span>
          → <bdi>{shown(first.answer)}</bdi>
        </>
      )}
      {more.length > 0 && ` +${more.length}`}
    </span>
  );
}

interface ShareCellProps {
  readonly model: Model;
  readonly token: string;
  readonly share: Share;
  readonly scale: ProbabilityScale;
}

function ShareCell({ model, token, share, scale }: ShareCellProps) {
  const sentence = t('{0} gives {1} {2}, rank {3}.', NAMES[model], token, probability(share.p), share.rank);
  return (
    <Cell label={sentence} p={share.p} scale={scale}>
      <span class="rank">{rankLabel(share.rank)}</span>
    </Cell>
  );
}

function RestRow({ view, scale }: Pick<TableProps, 'view'> & { readonly scale: ProbabilityScale }) {
  return (
    <tr class="rest">
      <th scope="row" title={t('All tokens that have no row above, together')}>
        {t('rest of the vocabulary')}
      </th>
      {MODELS.map((model) => {
        const totals = view[model];
        return (
          totals !== null && (
            <td key={model} class={model}>
              <Cell
                label={t('{0} gives all other tokens together {1}.', NAMES[model], probability(totals.rest))}
                p={totals.rest}
                scale={scale}
              />
            </td>
          )
        );
      })}
    </tr>
  );
}

interface AbsentProps extends Pick<TableProps, 'view'> {
  readonly model: Model;
  readonly rows: number;
}

function Absent({ model, view, rows }: AbsentProps) {
  return (
    <td class="absent" rowSpan={rows}>
      {whyAbsent(model, view)}
    </td>
  );
}

const NONE: Readonly<Record<Model, string>> = {
  teacher: t('no teacher'),
  student: t('no student'),
  reference: t('no reference'),
};

function whyAbsent(model: Model, view: PositionView): string {
  if (view.own.some((each) => each.model === model)) {
    return t('has tokens of its own, see below');
  }
  return model === 'reference' && view.comparedWith === 'swap'
    ? t('no reference model: scans compare with other subjects in the text')
    : NONE[model];
}

/** Entropy of each model, and how far student and reference are from the teacher. */
function Divergences({ view }: { readonly view: PositionView }) {
  const compared = view.teacherStudent !== null || view.teacherReference !== null;
  return (
    <tfoot>
      <tr>
        <th scope="row">
          {t('Entropy')} <span class="meaning">{t('how undecided it is')}</span>
        </th>
        {MODELS.map((model) => (
          <Information key={model} model={model} nats={entropyOf(view[model])} />
        ))}
      </tr>
      {compared &&
        DIVERGENCES.map(({ key, name, meaning }) => (
          <tr key={key}>
            <th scope="row" colSpan={2}>
              {name} <span class="meaning">{meaning}</span>
            </th>
            <Information model="student" nats={view.teacherStudent?.[key] ?? null} />
            <Information model="reference" nats={view.teacherReference?.[key] ?? null} />
          </tr>
        ))}
    </tfoot>
  );
}

function Information({ model, nats }: { readonly model: Model; readonly nats: number | null }) {
  return (
    <td class={model}>
      {nats === null ? (
        <span class="none">–</span>
      ) : (
        <span class="information">
          <span>
            {inBits(nats)} <abbr title={t('1 bit = {0} nats', decimal(Math.LN2.toFixed(3)))}>{t('bits')}</abbr>
          </span>{' '}
          <span class="nats">{t('{0} nats', inNats(nats))}</span>
        </span>
      )}
    </td>
  );
}

function entropyOf(model: ModelView | null): number | null {
  return model === null ? null : model.entropy;
}

function shown(untrusted: string): string {
  return visibleString(untrusted, { spaces: 'none', limit: 60 });
}
