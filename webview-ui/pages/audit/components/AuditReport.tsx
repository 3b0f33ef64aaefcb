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
      title="Filter audit"
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
      return <WorkState words="Pairing the records …" action="Cancel" onAction={() => audit.cancel()} />;
    case 'loading':
      return <WorkState words="Loading the models …" action="Cancel" onAction={() => audit.cancel()} />;
    case 'scoring': {
      const { fraction, leaks } = activity;
      return (
        <WorkState
          words={`${Math.floor(100 * fraction)}\u202f% scored · ${count(leaks)} leaks left so far`}
          action="Cancel"
          onAction={() => audit.cancel()}
          progress={{ of: 'Audit', fraction }}
        />
      );
    }
    case 'done':
      return (
        <WorkState
          words={outdated ? 'Settings, models or decisions have changed since this audit.' : 'Audited completely.'}
          action="Audit Again"
          onAction={() => audit.run()}
        />
      );
    case 'stopped':
      return <WorkState words="Cancelled." action="Audit Again" onAction={() => audit.run()} />;
  }
}

function figuresOf({ records, removed, leaks, left, facts }: AuditResult): Figure[] {
  const scored = removed.stated + removed.shadow + removed.named + removed.none;
  const leaking = (side: 'before' | 'after') => facts.filter((fact) => fact.leaks[side] > 0).length;
  return [
    { term: 'Removed', figure: count(records.removed), detail: `of ${count(records.raw)} records` },
    {
      term: 'Collateral',
      figure: count(removed.none),
      detail: `of ${count(scored)} removed`,
    },
    {
      term: 'Still stated in',
      figure: count(left.stated),
      detail: `of ${count(records.filtered)} records`,
    },
    { term: 'Leaks left', figure: count(leaks.after), detail: `of ${count(leaks.before)} before` },
    { term: 'Facts that leak', figure: count(leaking('after')), detail: `${count(leaking('before'))} before` },
  ];
}

/** Said when the audit begins and when it ends, not at every step. */
function announcement({ activity, raw, filtered, result }: AuditSnapshot): string {
  switch (activity.kind) {
    case 'pairing':
    case 'loading':
    case 'scoring':
      return `Auditing ${raw} against ${filtered}`;
    case 'done':
      return `The audit is done. ${result?.verdict.words ?? ''}`;
    case 'stopped':
      return 'The audit was cancelled';
  }
}
