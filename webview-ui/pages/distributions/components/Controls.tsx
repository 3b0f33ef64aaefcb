import { decimal, t } from '../../../../src/core/l10n';
import { clamp, temperatureLabel } from '../../../numbers';
import { MAX_TOP_K, MIN_TOP_K, type PanelState } from '../panelState';
import type { PositionView } from '../positionView';
import type { ScaleKind } from '../probabilityScale';
import {
  MAX_TEMPERATURE,
  MIN_TEMPERATURE,
  normalTemperature,
  SLIDER_STEP,
  sliderPlace,
  temperatureAt,
} from '../temperature';
import { CopyButtons } from './CopyButtons';

const SCALES: readonly { readonly kind: ScaleKind; readonly label: string }[] = [
  { kind: 'linear', label: t('Linear') },
  { kind: 'log', label: t('Log') },
];

/** Temperature, number of rows and scale of the bars. */
export function Controls({ panel, view }: { readonly panel: PanelState; readonly view: PositionView }) {
  return (
    <section class="controls" aria-label={t('Controls')}>
      <Temperature panel={panel} />
      <TopK panel={panel} />
      <fieldset class="scale">
        <legend class="visually-hidden">{t('Scale of the bars')}</legend>
        {SCALES.map(({ kind, label }) => (
          <label key={kind} class={panel.scale.value === kind ? 'on' : ''}>
            <input
              type="radio"
              name="scale"
              checked={panel.scale.value === kind}
              onChange={() => panel.setScale(kind)}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <button
        type="button"
        class="pin"
        title={t('Keep these numbers below, to compare with others')}
        onClick={() => panel.pin(view)}
      >
        {t('Pin')}
      </button>
      <CopyButtons panel={panel} view={view} />
    </section>
  );
}

function Temperature({ panel }: { readonly panel: PanelState }) {
  const temperature = panel.temperature.value;
  return (
    <div class="temperature">
      <label for="temperature">{t('Temperature')}</label>
      <input
        id="temperature"
        type="range"
        min={sliderPlace(MIN_TEMPERATURE)}
        max={sliderPlace(MAX_TEMPERATURE)}
        step={SLIDER_STEP}
        value={sliderPlace(temperature)}
        aria-valuetext={decimal(temperatureLabel(temperature))}
        onInput={(event) => panel.setTemperature(temperatureAt(event.currentTarget.valueAsNumber))}
      />
      <input
        type="number"
        aria-label={t('Temperature, exactly')}
        min={MIN_TEMPERATURE}
        max={MAX_TEMPERATURE}
        step={0.1}
        value={temperatureLabel(temperature)}
        onChange={(event) => {
          const typed = normalTemperature(event.currentTarget.valueAsNumber);
          if (typed !== null) {
            panel.setTemperature(typed);
          }
          // What was typed may be out of range, or nothing at all.
          event.currentTarget.value = temperatureLabel(typed ?? temperature);
        }}
      />
      <button
        type="button"
        title={t('Reset temperature to 1')}
        disabled={temperature === 1}
        onClick={() => panel.setTemperature(1, false)}
      >
        {t('Reset')}
      </button>
    </div>
  );
}

function TopK({ panel }: { readonly panel: PanelState }) {
  const topK = panel.topK.value;
  return (
    <div class="top-k">
      <label for="top-k">{t('Top')}</label>
      <input
        id="top-k"
        type="number"
        aria-label={t('Number of likeliest tokens of each model')}
        min={MIN_TOP_K}
        max={MAX_TOP_K}
        step={1}
        value={topK}
        onChange={(event) => {
          const typed = event.currentTarget.valueAsNumber;
          if (Number.isFinite(typed)) {
            panel.setTopK(typed);
          }
          event.currentTarget.value = String(
            Number.isFinite(typed) ? clamp(Math.round(typed), MIN_TOP_K, MAX_TOP_K) : topK,
          );
        }}
      />
    </div>
  );
}
