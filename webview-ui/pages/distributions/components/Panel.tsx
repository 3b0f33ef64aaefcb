import { useEffect } from 'preact/hooks';
import { t } from '../../../../src/core/l10n';
import { Page } from '../../../components/Page';
import { spoken } from '../../../visibleText';
import type { PanelState } from '../panelState';
import type { PositionView } from '../positionView';
import type { Move } from '../recordStrip';
import { asText, explain } from '../sentence';
import { Controls } from './Controls';
import { DistributionTable } from './DistributionTable';
import { FollowAnswers } from './FollowAnswers';
import { Glossary } from './Glossary';
import { OwnTokens } from './OwnTokens';
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
  return (
    <Page
      title={t('Distributions')}
      waiting={panel.waiting.value}
      message={message?.text ?? null}
      action={message?.action != null ? { label: message.action, run: () => panel.showAgain() } : null}
      announcement={view && announcement(view)}
    >
      {view && <Content panel={panel} view={view} />}
    </Page>
  );
}

function Content({ panel, view }: { readonly panel: PanelState; readonly view: PositionView }) {
  const waiting = panel.waiting.value;
  return (
    <>
      <RecordHeader view={view} />
      <RecordStrip panel={panel} />
      <Controls panel={panel} view={view} />
      <section class={waiting ? 'numbers waiting' : 'numbers'} aria-busy={waiting} aria-label={t('Distributions')}>
        <Verdict view={view} />
        <DistributionTable view={view} scaleKind={panel.scale.value} sticky />
        <OwnTokens view={view} scaleKind={panel.scale.value} />
        <FollowAnswers panel={panel} view={view} />
      </section>
      <Glossary />
      <PinnedCards panel={panel} />
    </>
  );
}

function announcement(view: PositionView): string {
  const { context, ordinal, tokens } = view;
  const token = context.atEnd ? t('end of the record') : spoken(context.token);
  return t('Token {0} of {1}: {2}. {3}', ordinal, tokens, token, asText(explain(view)));
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
