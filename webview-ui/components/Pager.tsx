import { t } from '../../src/core/l10n';
import { count } from '../numbers';

interface PagerProps {
  /** Number of the first row shown. */
  readonly from: number;
  /** Rows shown, and at most at once. */
  readonly rows: number;
  readonly most: number;
  readonly listed: number;
  readonly onGo: (from: number) => void;
  /** Said behind the numbers. */
  readonly note?: string;
}

/** Leads through a list page by page. */
export function Pager({ from, rows, most, listed, onGo, note = '' }: PagerProps) {
  return (
    <div class="beyond">
      <button type="button" disabled={from === 0} onClick={() => onGo(Math.max(0, from - most))}>
        {t('Previous')}
      </button>
      <button type="button" disabled={from + most >= listed} onClick={() => onGo(from + most)}>
        {t('Next')}
      </button>
      <span role="status">
        {t('{0}–{1} of {2}', count(from + 1), count(from + rows), count(listed))}
        {note}
      </span>
    </div>
  );
}
