import type { SummarySnapshot } from '../../../../src/protocol/summary';
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
  switch (activity.kind) {
    case 'loading':
      return <Row words="Loading the models …" action="Cancel" onAction={() => summary.cancel()} />;
    case 'scanning': {
      const percent = Math.floor(100 * activity.fraction);
      return (
        <>
          <Row
            words={[`${percent}\u202f% scanned`, ...(activity.words === '' ? [] : [activity.words])].join(' · ')}
            action="Cancel"
            onAction={() => summary.cancel()}
          />
          <progress max={100} value={percent} aria-label="Scan" />
        </>
      );
    }
    case 'done':
      return (
        <Row
          words={outdated ? 'The settings have changed since this scan.' : 'Scanned completely.'}
          action="Scan Again"
          onAction={() => summary.scan()}
        />
      );
    case 'stopped':
      return (
        <Row
          words={`Cancelled at ${Math.floor(100 * activity.fraction)}\u202f%. What was scored need not be scored again.`}
          action="Continue"
          onAction={() => summary.scan()}
        />
      );
    case 'failed':
      return <Row words={activity.message} action="Try Again" onAction={() => summary.scan()} />;
  }
}

interface RowProps {
  readonly words: string;
  readonly action: string;
  readonly onAction: () => void;
}

function Row({ words, action, onAction }: RowProps) {
  return (
    <div class="scan-state">
      <p>{words}</p>
      <button type="button" onClick={onAction}>
        {action}
      </button>
    </div>
  );
}
