import type { SummarySnapshot } from '../../../../src/protocol/summary';
import { WorkState } from '../../../components/WorkState';
import type { SummaryState } from '../summaryState';

/** How far the scan is, or how it ended, and what can be done about it. */
export function ScanState({
  summary,
  snapshot,
}: {
  readonly summary: SummaryState;
  readonly snapshot: SummarySnapshot;
}) {
  const { activity, outdated } = snapshot;
  const further = { action: 'Export Report…', onAction: () => summary.report() };
  switch (activity.kind) {
    case 'loading':
      return <WorkState words="Loading the models …" action="Cancel" onAction={() => summary.cancel()} />;
    case 'scanning': {
      const percent = Math.floor(100 * activity.fraction);
      return (
        <WorkState
          words={[`${percent}\u202f% scanned`, ...(activity.words === '' ? [] : [activity.words])].join(' · ')}
          action="Cancel"
          onAction={() => summary.cancel()}
          progress={{ of: 'Scan', fraction: activity.fraction }}
        />
      );
    }
    case 'done':
      return (
        <WorkState
          words={outdated ? 'Settings, models or decisions have changed since this scan.' : 'Scanned completely.'}
          action="Scan Again"
          onAction={() => summary.scan()}
          further={further}
        />
      );
    case 'stopped':
      return (
        <WorkState
          words={`Cancelled at ${Math.floor(100 * activity.fraction)}\u202f%. What was scored need not be scored again.`}
          action="Continue"
          onAction={() => summary.scan()}
        />
      );
    case 'failed':
      return <WorkState words={activity.message} action="Try Again" onAction={() => summary.scan()} />;
  }
}
