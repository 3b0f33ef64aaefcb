import { parts, plural, t } from '../../../../src/core/l10n';
import type { ProbeSnapshot } from '../../../../src/protocol/probe';
import { Page } from '../../../components/Page';
import { VerdictBox } from '../../../components/VerdictBox';
import { WorkState } from '../../../components/WorkState';
import type { ProbeState } from '../probeState';
import { CellDetail } from './CellDetail';
import { FactMatrix } from './FactMatrix';

/** The whole page. */
export function ProbeReport({ probe }: { readonly probe: ProbeState }) {
  const snapshot = probe.snapshot.value;
  const message = probe.message.value;
  return (
    <Page
      title={t('Model probe')}
      waiting={snapshot === null && message === null}
      message={message?.text ?? null}
      action={message?.action != null ? { label: message.action, run: () => probe.post({ type: 'run' }) } : null}
      announcement={snapshot && announcement(snapshot)}
    >
      {snapshot && <Content probe={probe} snapshot={snapshot} />}
    </Page>
  );
}

function Content({ probe, snapshot }: { readonly probe: ProbeState; readonly snapshot: ProbeSnapshot }) {
  const { project, models, sentences, notAsked } = snapshot;
  const judged = models.filter(({ role }) => role === 'student' || role === 'checkpoint');
  const isKnown = judged.some(({ totals }) => totals.says + totals.likely > 0);
  const added = models.filter((model) => model.added !== null);
  return (
    <>
      <header>
        <h2 class="name">{parts('What the models of {0} still know', <bdi>{project}</bdi>)}</h2>
        <State probe={probe} snapshot={snapshot} />
      </header>
      {sentences.length > 0 && <VerdictBox sentences={sentences} tone={isKnown ? 'shadow' : null} />}
      <section aria-label={t('Facts and models')}>
        <FactMatrix probe={probe} snapshot={snapshot} />
        <p class="actions">
          <button type="button" onClick={() => probe.post({ type: 'add' })}>
            {t('Add Checkpoints…')}
          </button>
          {added.map(({ name, added: folder }) => (
            <button key={folder} type="button" onClick={() => probe.post({ type: 'remove', folder: folder ?? '' })}>
              {parts('Leave Out {0}', <bdi>{name}</bdi>)}
            </button>
          ))}
        </p>
      </section>
      {notAsked.length > 0 && (
        <details>
          <summary>{plural(notAsked.length, '{0} fact is not asked about', '{0} facts are not asked about')}</summary>
          <ul class="notes">
            {notAsked.map(({ fact, message }) => (
              <li key={fact}>
                <bdi>{fact}</bdi>: {message}
              </li>
            ))}
          </ul>
        </details>
      )}
      <CellDetail probe={probe} snapshot={snapshot} />
    </>
  );
}

/** How far the probe is, or how it ended, and what can be done about it. */
function State({
  probe,
  snapshot: { activity, outdated },
}: {
  readonly probe: ProbeState;
  readonly snapshot: ProbeSnapshot;
}) {
  const again = () => probe.post({ type: 'run' });
  switch (activity.kind) {
    case 'asking':
      return (
        <WorkState
          words={t('Asking {0} …', activity.model)}
          action={t('Cancel')}
          onAction={() => probe.post({ type: 'cancel' })}
          progress={{ of: t('Probe'), fraction: activity.fraction }}
        />
      );
    case 'done':
      return (
        <WorkState
          words={
            outdated
              ? t('Settings, the forget set or a model have changed since this probe.')
              : t('Every model was asked.')
          }
          action={t('Probe Again')}
          onAction={again}
        />
      );
    case 'stopped':
      return <WorkState words={t('The probe did not come to its end.')} action={t('Probe Again')} onAction={again} />;
  }
}

/** Said when the probe begins and when it ends, not at every step. */
function announcement({ activity, project, sentences }: ProbeSnapshot): string {
  switch (activity.kind) {
    case 'asking':
      return t('Probing the models of {0}', project);
    case 'done':
      return t('The probe is done. {0}', sentences[0] ?? '');
    case 'stopped':
      return t('The probe did not come to its end');
  }
}
