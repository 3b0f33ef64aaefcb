import type { ComponentChildren } from 'preact';
import { LIST_NAMES, type ListName } from '../../../../src/core/audit/auditLists';
import { DECIDED } from '../../../../src/core/decisions/decisionWords';
import { parts, t } from '../../../../src/core/l10n';
import { LEAK_KINDS } from '../../../../src/core/report/leakWords';
import { share } from '../../../../src/core/report/share';
import { bandOf } from '../../../../src/core/score/bands';
import { type AuditEntry, type AuditPart, type AuditResult, PAGE_ROWS } from '../../../../src/protocol/audit';
import { Pager } from '../../../components/Pager';
import { Snippet } from '../../../components/Snippet';
import { count, NO_NUMBER } from '../../../numbers';
import type { AuditState } from '../auditState';

const TITLES: Readonly<Record<ListName, string>> = {
  left: t('Left and leaking'),
  removed: t('Removed'),
  collateral: t('Collateral'),
  changed: t('Changed'),
  added: t('Added'),
};

const MEANINGS: Readonly<Record<ListName, string>> = {
  left: t('Records of the filtered corpus that leak, the worst first.'),
  removed: t('Records that the filter removed and that state a fact, leak it, or name a subject with its answer.'),
  collateral: t('Records that the filter removed although they have to do with no fact.'),
  changed: t('Records with the same id and another text.'),
  added: t('Records of the filtered corpus that the raw one does not have.'),
};

/** Facts named in a row. */
const NAMED = 2;

/** The records of an audit, list by list and page by page. A record picked opens in the diff editor. */
export function RecordLists({ audit, result }: { readonly audit: AuditState; readonly result: AuditResult }) {
  const { part } = result;
  const { list, fact } = part.view;
  const name = result.facts.find((each) => each.fact === fact)?.name;
  return (
    <section aria-label={t('Records')}>
      <h2>{t('Records')}</h2>
      <fieldset class="lists">
        <legend class="visually-hidden">{t('Which records')}</legend>
        {LIST_NAMES.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === list}
            onClick={() => audit.show({ ...part.view, list: each, from: 0 })}
          >
            {TITLES[each]} <span class="quiet">{count(part.counts[each])}</span>
          </button>
        ))}
      </fieldset>
      <p class="quiet">
        {MEANINGS[list]}
        {name !== undefined && (
          <>
            {' '}
            {parts('Only those that have to do with {0}.', <bdi>{name}</bdi>)}{' '}
            <button type="button" class="link" onClick={() => audit.show({ ...part.view, fact: null, from: 0 })}>
              {t('Show all')}
            </button>
          </>
        )}
      </p>
      {part.rows.length > 0 ? <Rows audit={audit} part={part} /> : <p>{t('There are none.')}</p>}
      <ListPager audit={audit} part={part} />
    </section>
  );
}

function Rows({ audit, part: { rows, view } }: { readonly audit: AuditState; readonly part: AuditPart }) {
  return (
    <table class="sortable records">
      <caption class="visually-hidden">{TITLES[view.list]}</caption>
      <thead>
        <tr>
          <th scope="col">{t('Record')}</th>
          <th scope="col" class="wide">
            {t('Fact')}
          </th>
          <th scope="col">{t('Kind')}</th>
          <th scope="col" class="number">
            {t('Lift')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.number}>
            <th scope="row">
              <button type="button" class="link" onClick={() => audit.open(row.number)}>
                <Snippet {...row.excerpt} kind={row.kind === 'named' ? null : row.kind} lift={row.lift} />
                <span class="quiet path">
                  {[row.where, row.id, ...row.decided.map((action) => DECIDED[action])].join(' · ')}
                </span>
                <span class="visually-hidden">: {t('compare raw and filtered')}</span>
              </button>
            </th>
            <td class="facts wide">{factNames(row)}</td>
            <td>{kindOf(row)}</td>
            <td class="number">{row.lift > 0 ? share(row.lift) : NO_NUMBER}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function factNames({ facts }: AuditEntry): ComponentChildren {
  const more = facts.length - NAMED;
  return (
    <>
      {facts.slice(0, NAMED).map((name) => (
        <div key={name}>
          <bdi>{name}</bdi>
        </div>
      ))}
      {more > 0 && <div class="quiet">{t('and {0} more', count(more))}</div>}
    </>
  );
}

/** How the record gives facts away, and of a changed one whether the change has mended it. */
function kindOf({ kind, change, leakedBefore, lift }: AuditEntry): ComponentChildren {
  const badge =
    kind === 'stated' || kind === 'shadow' ? (
      <span class={`badge ${kind} ${bandOf(lift, 0) ?? 'low'}`}>{LEAK_KINDS[kind]}</span>
    ) : kind === null ? (
      NO_NUMBER
    ) : (
      t('named')
    );
  const isMended = change === 'changed' && leakedBefore && kind !== 'stated' && kind !== 'shadow';
  return isMended ? t('mended') : badge;
}

function ListPager({
  audit,
  part: { view, rows, listed, counts },
}: {
  readonly audit: AuditState;
  readonly part: AuditPart;
}) {
  const isCut = view.fact === null && counts[view.list] > listed;
  if (listed <= PAGE_ROWS && !isCut) {
    return null;
  }
  return (
    <Pager
      from={view.from}
      rows={rows.length}
      most={PAGE_ROWS}
      listed={listed}
      onGo={(from) => audit.show({ ...view, from })}
      note={isCut ? `; ${t('{0} in all, see seep audit --format jsonl', count(counts[view.list]))}` : ''}
    />
  );
}
