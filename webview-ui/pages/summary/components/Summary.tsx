import { t } from '../../../../src/core/l10n';
import { leaksOfFacts } from '../../../../src/core/report/leakWords';
import type { SummarySnapshot } from '../../../../src/protocol/summary';
import { LiftHistogram } from '../../../components/LiftHistogram';
import { Page } from '../../../components/Page';
import { VerdictBox } from '../../../components/VerdictBox';
import type { SummaryState } from '../summaryState';
import { FactTable } from './FactTable';
import { FileTable } from './FileTable';
import { IncompleteList } from './IncompleteList';
import { RecordList } from './RecordList';
import { RecordTable } from './RecordTable';
import { ScanState } from './ScanState';
import { Totals } from './Totals';
import { UnnamedTable } from './UnnamedTable';

/** The whole page. */
export function Summary({ summary }: { readonly summary: SummaryState }) {
  const snapshot = summary.snapshot.value;
  const message = summary.message.value;
  const loading = snapshot?.activity.kind === 'loading';
  return (
    <Page
      title={t('Corpus summary')}
      waiting={(snapshot === null && message === null) || loading}
      message={message?.text ?? null}
      action={message?.action != null ? { label: message.action, run: () => summary.scan() } : null}
      announcement={snapshot && announcement(snapshot)}
    >
      {snapshot && <Content summary={summary} snapshot={snapshot} />}
    </Page>
  );
}

function Content({ summary, snapshot }: { readonly summary: SummaryState; readonly snapshot: SummarySnapshot }) {
  const { verdict, notes, totals, bins, threshold } = snapshot;
  const leaks = totals.shadow + totals.stated;
  const part = summary.records.value;
  return (
    <>
      <header>
        <h2 class="name">{snapshot.name}</h2>
        <ScanState summary={summary} snapshot={snapshot} />
      </header>
      {verdict !== null && (
        <VerdictBox sentences={verdict.sentences} tone={totals.stated > 0 ? 'stated' : leaks > 0 ? 'shadow' : null} />
      )}
      <Totals totals={totals} />
      {bins.some(({ shadow, stated }) => shadow + stated > 0) && (
        <section aria-label={t('Lifts')}>
          <h2>{t('Lifts')}</h2>
          <LiftHistogram bins={bins} threshold={threshold} />
        </section>
      )}
      {leaks > 0 && (
        <>
          <FactTable summary={summary} facts={snapshot.facts} silent={totals.facts - totals.leakingFacts} />
          <FileTable summary={summary} files={snapshot.files} />
          <RecordTable summary={summary} records={snapshot.records} />
          {part !== null && snapshot.records.all > snapshot.records.rows.length && (
            <RecordList summary={summary} part={part} files={snapshot.files.rows} all={totals.leakingRecords} />
          )}
        </>
      )}
      {snapshot.unnamed.all > 0 && <UnnamedTable summary={summary} unnamed={snapshot.unnamed} />}
      {snapshot.incomplete.all > 0 && <IncompleteList summary={summary} incomplete={snapshot.incomplete} />}
      {totals.records > 0 && (
        <ul class="notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Said when a scan begins and when it ends, not at every step. */
function announcement({ activity, totals, name }: SummarySnapshot): string {
  const leaks = totals.shadow + totals.stated;
  const found = leaksOfFacts(leaks, totals.leakingFacts);
  switch (activity.kind) {
    case 'loading':
    case 'scanning':
      return t('Scanning {0}', name);
    case 'done':
      return t('{0} is scanned: {1}', name, found);
    case 'stopped':
      return t('The scan of {0} was cancelled: {1} so far', name, found);
    case 'failed':
      return t('The scan of {0} has failed', name);
  }
}
