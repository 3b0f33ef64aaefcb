import { t } from '../../../../src/core/l10n';
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
  const further = { action: t('Export Report…'), onAction: () => summary.report() };
  switch (activity.kind) {
    case 'loading':
      return <WorkState words={t('Loading the models …')} action={t('Cancel')} onAction={() => summary.cancel()} />;
    case 'scanning': {
      const percent = Math.floor(100 * activity.fraction);
      return (
        <WorkState
          words={[t('{0} scanned', `${percent}\u202f%`), ...(activity.words === '' ? [] : [activity.words])].join(
            ' · ',
          )}
          action={t('Cancel')}
          onAction={() => summary.cancel()}
          progress={{ of: t('Scan'), fraction: activity.fraction }}
        />
      );
    }
    case 'done':
      return (
        <WorkState
          words={
            outdated
              ? t('Files, settings, models or decisions have changed since this scan.')
              : t('Scanned completely.')
          }
          action={t('Scan Again')}
          onAction={() => summary.scan()}
          further={further}
        />
      );
    case 'stopped':
      return (
        <WorkState
          words={t(
            'Cancelled at {0}. What was scored need not be scored again.',
            `${Math.floor(100 * activity.fraction)}\u202f%`,
          )}
          action={t('Continue')}
          onAction={() => summary.scan()}
        />
      );
    case 'failed':
      return <WorkState words={activity.message} action={t('Try Again')} onAction={() => summary.scan()} />;
  }
}
