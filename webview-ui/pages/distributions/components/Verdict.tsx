import { t } from '../../../../src/core/l10n';
import { BANDED_LEAKS, BANDS } from '../../../../src/core/report/leakWords';
import { TokenText } from '../../../components/TokenText';
import type { PositionView } from '../positionView';
import { explain, type Phrase } from '../sentence';

/** What the numbers below amount to: a badge and a sentence in plain words. */
export function Verdict({ view }: { readonly view: PositionView }) {
  return (
    <div class="verdict">
      <Badge view={view} />
      <p class="sentence">
        {explain(view).map((phrase, i) => (
          <Words key={i} phrase={phrase} />
        ))}
      </p>
    </div>
  );
}

function Badge({ view }: { readonly view: PositionView }) {
  const [worst] = view.facts;
  if (worst === undefined || worst.band === null) {
    return <p class="badge none">{view.scanned ? t('No leak') : t('Not scanned')}</p>;
  }
  const { band, kind } = worst;
  return <p class={`badge ${kind ?? 'shadow'} ${band}`}>{kind === null ? BANDS[band] : BANDED_LEAKS[band][kind]}</p>;
}

function Words({ phrase: { kind, text } }: { readonly phrase: Phrase }) {
  switch (kind) {
    case 'plain':
      return <>{text}</>;
    case 'number':
      return <strong>{text}</strong>;
    default:
      return (
        <>
          “
          <bdi>
            <TokenText text={text} limit={60} />
          </bdi>
          ”
        </>
      );
  }
}
