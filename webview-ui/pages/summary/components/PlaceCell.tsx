import { EXCERPT } from '../../../../src/core/report/corpusFindings';
import type { LeakKind } from '../../../../src/core/score/leak';
import type { SummaryPlace } from '../../../../src/protocol/summary';
import { PlaceLink } from '../../../components/PlaceLink';
import { Snippet } from '../../../components/Snippet';
import type { SummaryState } from '../summaryState';

interface PlaceCellProps {
  readonly summary: SummaryState;
  readonly row: SummaryPlace;
  readonly kind: LeakKind | 'unnamed';
  readonly lift: number;
  readonly opens: string;
}

/** A token in its line, and where that stands; opens it. */
export function PlaceCell({ summary, row, kind, lift, opens }: PlaceCellProps) {
  const { before, token, after, place, file, id } = row;
  const isCut = { before: (place.token?.start ?? 0) > before.length, after: after.length >= EXCERPT };
  return (
    <PlaceLink place={place} onOpen={(at) => summary.open(at)} opens={opens}>
      <Snippet before={before} token={token} after={after} isCut={isCut} kind={kind} lift={lift} />
      <span class="quiet path">
        {file} · {id}
      </span>
    </PlaceLink>
  );
}
