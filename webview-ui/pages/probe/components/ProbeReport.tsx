import type { ProbeSnapshot } from '../../../../src/protocol/probe';
import { Page } from '../../../components/Page';
import { VerdictBox } from '../../../components/VerdictBox';
import { WorkState } from '../../../components/WorkState';
import { count } from '../../../numbers';
import type { ProbeState } from '../probeState';
import { CellDetail } from './CellDetail';
import { FactMatrix } from './FactMatrix';

/** The whole page. */
export function ProbeReport({ probe }: { readonly probe: ProbeState }) {
  const snapshot = probe.snapshot.value;
  const message = probe.message.value;
  return (
    <Page
      title="Model probe"
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
        <h2 class="name">
          What the models of <bdi>{project}</bdi> still know
        </h2>
        <State probe={probe} snapshot={snapshot} />
      </header>
      {sentences.length > 0 && <VerdictBox sentences={sentences} tone={isKnown ? 'shadow' : null} />}
      <section aria-label="Facts and models">
        <FactMatrix probe={probe} snapshot={snapshot} />
        <p class="actions">
          <button type="button" onClick={() => probe.post({ type: 'add' })}>
            Add Checkpoints…
          </button>
          {added.map(({ name, added: folder }) => (
            <button key={folder} type="button" onClick={() => probe.post({ type: 'remove', folder: folder ?? '' })}>
              Leave Out <bdi>{name}</bdi>
            </button>
          ))}
        </p>
      </section>
      {notAsked.length > 0 && (
        <details>
          <summary>
            {notAsked.length === 1 ? '1 fact is' : `${count(notAsked.length)} facts are`} not asked about
          </summary>
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
          words={`Asking ${activity.model} …`}
          action="Cancel"
          onAction={() => probe.post({ type: 'cancel' })}
          progress={{ of: 'Probe', fraction: activity.fraction }}
        />
      );
    case 'done':
      return (
        <WorkState
          words={
            outdated ? 'Settings, the forget set or a model have changed since this probe.' : 'Every model was asked.'
          }
          action="Probe Again"
          onAction={again}
        />
      );
    case 'stopped':
      return <WorkState words="The probe did not come to its end." action="Probe Again" onAction={again} />;
  }
}

/** Said when the probe begins and when it ends, not at every step. */
function announcement({ activity, project, sentences }: ProbeSnapshot): string {
  switch (activity.kind) {
    case 'asking':
      return `Probing the models of ${project}`;
    case 'done':
      return `The probe is done. ${sentences[0] ?? ''}`;
    case 'stopped':
      return 'The probe did not come to its end';
  }
}
