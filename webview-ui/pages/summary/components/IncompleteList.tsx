import { plural, t } from '../../../../src/core/l10n';
import type { Rows, SummaryIncomplete } from '../../../../src/protocol/summary';
import { PlaceLink } from '../../../components/PlaceLink';
import { count } from '../../../numbers';
import type { SummaryState } from '../summaryState';

/** Drawn at first; the rest on demand, since one fault often shows on every line. */
const AT_FIRST = 10;

interface IncompleteListProps {
  readonly summary: SummaryState;
  readonly incomplete: Rows<SummaryIncomplete>;
}

/** What could not be scored, and why. */
export function IncompleteList({ summary, incomplete: { rows, all } }: IncompleteListProps) {
  const item = ({ where, message, place }: SummaryIncomplete, i: number) => (
    <li key={i}>
      <PlaceLink place={place} onOpen={(at) => summary.open(at)}>
        <span class="path">{where}</span>
      </PlaceLink>
      <span class="quiet">{message}</span>
    </li>
  );
  return (
    <section aria-label={t('Not scored')} class="incomplete">
      <h2>{plural(all, 'Not scored: {0} place', 'Not scored: {0} places')}</h2>
      <ul>{rows.slice(0, AT_FIRST).map(item)}</ul>
      {rows.length > AT_FIRST && (
        <details>
          <summary>{t('{0} more', count(rows.length - AT_FIRST))}</summary>
          <ul>{rows.slice(AT_FIRST).map(item)}</ul>
        </details>
      )}
      {all > rows.length && <p class="quiet">{t('The first {0} are listed.', count(rows.length))}</p>}
    </section>
  );
}
