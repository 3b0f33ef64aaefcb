import { plural, t } from '../../../../src/core/l10n';
import type { AuditResult, AuditSnapshot } from '../../../../src/protocol/audit';
import { type Figure, Figures } from '../../../components/Figures';
import { Page } from '../../../components/Page';
import { VerdictBox } from '../../../components/VerdictBox';
import { WorkState } from '../../../components/WorkState';
import { count } from '../../../numbers';
import type { AuditState } from '../auditState';
import { FactTable } from './FactTable';
import { RecordLists } from './RecordLists';

/** The whole page. */
export function AuditReport({ audit }: { readonly audit: AuditState }) {
  const snapshot = audit.snapshot.value;
  const message = audit.message.value;
  const waits = snapshot?.activity.kind === 'pairing' || snapshot?.activity.kind === 'loading';
  return (
    <Page
      title={t('Filter audit')}
      waiting={(snapshot === null && message === null) || waits}
      message={message?.text ?? null}
      action={message?.action != null ? { label: message.action, run: () => audit.run() } : null}
      announcement={snapshot && announcement(snapshot)}
    >
      {snapshot && <Content audit={audit} snapshot={snapshot} />}
    </Page>
  );
}

function Content({ audit, snapshot }: { readonly audit: AuditState; readonly snapshot: AuditSnapshot }) {
  const { raw, filtered, result } = snapshot;
  return (
    <>
      <header>
        <h2 class="name">
          <bdi>{raw}</bdi> → <bdi>{filtered}</bdi>
        </h2>
        <State audit={audit} snapshot={snapshot} />
      </header>
      {result && <Result audit={audit} result={result} />}
    </>
  );
}

function Result({ audit, result }: { readonly audit: AuditState; readonly result: AuditResult }) {
  const { verdict, left, leaks } = result;
  return (
    <>
      <VerdictBox sentences={verdict.sentences} tone={left.stated > 0 ? 'stated' : leaks.after > 0 ? 'shadow' : null} />
      <Figures figures={figuresOf(result)} />
      <FactTable audit={audit} result={result} />
      <RecordLists audit={audit} result={result} />
      <ul class="notes">
        {result.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </>
  );
}

/** How far the audit is, or how it ended, and what can be done about it. */
function State({
  audit,
  snapshot: { activity, outdated },
}: {
  readonly audit: AuditState;
  readonly snapshot: AuditSnapshot;
}) {
  switch (activity.kind) {
    case 'pairing':
      return <WorkState words={t('Pairing the records …')} action={t('Cancel')} onAction={() => audit.cancel()} />;
    case 'loading':
      return <WorkState words={t('Loading the models …')} action={t('Cancel')} onAction={() => audit.cancel()} />;
    case 'scoring': {
      const { fraction, leaks } = activity;
      return (
        <WorkState
          words={`${t('{0} scored', `${Math.floor(100 * fraction)}\u202f%`)} · ${plural(leaks, '{0} leak left so far', '{0} leaks left so far')}`}
          action={t('Cancel')}
          onAction={() => audit.cancel()}
          progress={{ of: t('Audit'), fraction }}
        />
      );
    }
    case 'done':
      return (
        <WorkState
          words={
            outdated
              ? t('Files, settings, models or decisions have changed since this audit.')
              : t('Audited completely.')
          }
          action={t('Audit Again')}
          onAction={() => audit.run()}
        />
      );
    case 'stopped':
      return <WorkState words={t('Cancelled.')} action={t('Audit Again')} onAction={() => audit.run()} />;
  }
}

function figuresOf({ records, removed, leaks, left, facts }: AuditResult): Figure[] {
  const scored = removed.stated + removed.shadow + removed.named + removed.none;
  const leaking = (side: 'before' | 'after') => facts.filter((fact) => fact.leaks[side] > 0).length;
  return [
    { term: t('Removed'), figure: count(records.removed), detail: t('of {0} records', count(records.raw)) },
    {
      term: t('Collateral'),
      figure: count(removed.none),
      detail: t('of {0} removed', count(scored)),
    },
    {
      term: t('Still stated in'),
      figure: count(left.stated),
      detail: t('of {0} records', count(records.filtered)),
    },
    { term: t('Leaks left'), figure: count(leaks.after), detail: t('before: {0}', count(leaks.before)) },
    { term: t('Facts that leak'), figure: count(leaking('after')), detail: t('before: {0}', count(leaking('before'))) },
  ];
}

/** Said when the audit begins and when it ends, not at every step. */
function announcement({ activity, raw, filtered, result }: AuditSnapshot): string {
  switch (activity.kind) {
    case 'pairing':
    case 'loading':
    case 'scoring':
      return t('Auditing {0} against {1}', raw, filtered);
    case 'done':
      return t('The audit is done. {0}', result?.verdict.words ?? '');
    case 'stopped':
      return t('The audit was cancelled');
  }
}
