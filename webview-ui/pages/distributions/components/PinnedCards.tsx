import { t } from '../../../../src/core/l10n';
import type { PanelState } from '../panelState';
import { AnswerSteps } from './AnswerSteps';
import { CopyButtons } from './CopyButtons';
import { DistributionTable } from './DistributionTable';
import { OwnTokens } from './OwnTokens';
import { RecordHeader } from './RecordHeader';
import { Verdict } from './Verdict';

/** Numbers that were kept, newest first. They do not change any more. */
export function PinnedCards({ panel }: { readonly panel: PanelState }) {
  const pins = panel.pins.value;
  if (pins.length === 0) {
    return null;
  }
  return (
    <section class="pins" aria-label={t('Pinned')}>
      <h2>{t('Pinned')}</h2>
      {pins.toReversed().map((pin, i) => (
        <article key={pins.length - i} class="pinned">
          <RecordHeader view={pin} pinned />
          <div class="card-actions">
            <CopyButtons panel={panel} view={pin} />
            <button type="button" onClick={() => panel.unpin(pin)} aria-label={t('Unpin token {0}', pin.ordinal)}>
              {t('Unpin')}
            </button>
          </div>
          <Verdict view={pin} />
          <DistributionTable view={pin} scaleKind={panel.scale.value} />
          <OwnTokens view={pin} scaleKind={panel.scale.value} />
          {pin.followed && <AnswerSteps followed={pin.followed} view={pin} />}
        </article>
      ))}
    </section>
  );
}
