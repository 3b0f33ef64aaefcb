import { useEffect } from 'preact/hooks';
import type { PanelState } from '../panelState';
import type { PositionView } from '../positionView';
import type { Move } from '../recordStrip';
import { asText, explain } from '../sentence';
import { spoken } from '../visibleText';
import { Controls } from './Controls';
import { DistributionTable } from './DistributionTable';
import { Glossary } from './Glossary';
import { PinnedCards } from './PinnedCards';
import { RecordHeader } from './RecordHeader';
import { RecordStrip } from './RecordStrip';
import { Verdict } from './Verdict';

const LEAK_KEYS: Readonly<Record<string, Move>> = { n: 'nextLeak', p: 'previousLeak' };

/** The whole page: a message, a skeleton while the first numbers are computed, or the distributions at one token. */
export function Panel({ panel }: { readonly panel: PanelState }) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => leakKey(panel, event);
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [panel]);

  const view = panel.view.value;
  const message = panel.message.value;
  const waiting = panel.waiting.value;
  return (
    <main class="panel">
      <h1 class="visually-hidden">Distributions</h1>
      <div class={waiting ? 'progress on' : 'progress'} aria-hidden="true" />
      {message !== null ? (
        <Message text={message} />
      ) : view === null ? (
        waiting && <Skeleton />
      ) : (
        <Content panel={panel} view={view} />
      )}
      <p class="visually-hidden" role="status" aria-live="polite">
        {view !== null && announcement(view)}
      </p>
    </main>
  );
}

function Content({ panel, view }: { readonly panel: PanelState; readonly view: PositionView }) {
  const waiting = panel.waiting.value;
  return (
    <>
      <RecordHeader view={view} />
      <RecordStrip panel={panel} />
      <Controls panel={panel} view={view} />
      <section class={waiting ? 'numbers waiting' : 'numbers'} aria-busy={waiting} aria-label="Distributions">
        <Verdict view={view} />
        <DistributionTable view={view} scaleKind={panel.scale.value} sticky />
      </section>
      <Glossary />
      <PinnedCards panel={panel} />
    </>
  );
}

function Message({ text }: { readonly text: string }) {
  return (
    <p class="message" role="status">
      {text}
    </p>
  );
}

function Skeleton() {
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">Computing the distributions</span>
      {[...Array(9).keys()].map((line) => (
        <div key={line} aria-hidden="true" />
      ))}
    </div>
  );
}

function announcement(view: PositionView): string {
  const { context, ordinal, tokens } = view;
  const token = context.atEnd ? 'end of the record' : spoken(context.token);
  return `Token ${ordinal} of ${tokens}: ${token}. ${asText(explain(view))}`;
}

/** `n` and `p` work wherever no text is being typed. */
function leakKey(panel: PanelState, event: KeyboardEvent): void {
  const move = LEAK_KEYS[event.key];
  const typing = event.target instanceof HTMLInputElement && event.target.type === 'number';
  if (move === undefined || typing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) {
    return;
  }
  panel.move(move, event.repeat);
  event.preventDefault();
}
