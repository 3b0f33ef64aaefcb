import { probability } from '../../../numbers';
import type { ProbabilityScale } from '../probabilityScale';

interface CellProps {
  readonly label: string;
  readonly p: number;
  readonly scale: ProbabilityScale;
  readonly children?: preact.ComponentChildren;
}

/** A bar with its number. Screen readers get the sentence, once. */
export function Cell({ label, p, scale, children }: CellProps) {
  return (
    <span class="share" role="img" aria-label={label} title={label}>
      <span class={scale.clips(p) ? 'bar clipped-bar' : 'bar'} aria-hidden="true">
        {p > 0 && <span style={{ width: `${(scale.at(p) * 100).toFixed(2)}%` }} />}
      </span>
      <span class="probability" aria-hidden="true">
        {probability(p)}
      </span>
      <span class="rank-place" aria-hidden="true">
        {children}
      </span>
    </span>
  );
}
