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
    return <p class="badge none">{view.scanned ? 'No leak' : 'Not scanned'}</p>;
  }
  const { band, kind } = worst;
  const name = kind === null ? 'Leak' : kind === 'stated' ? 'Stated leak' : 'Shadow leak';
  return (
    <p class={`badge ${kind ?? 'shadow'} ${band}`}>
      {name}, {band}
    </p>
  );
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
