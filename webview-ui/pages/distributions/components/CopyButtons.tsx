import { useState } from 'preact/hooks';
import { t } from '../../../../src/core/l10n';
import { viewPicture } from '../copy/picture';
import { viewCsv, viewMarkdown } from '../copy/viewText';
import type { PanelState } from '../panelState';
import type { PositionView } from '../positionView';

interface CopyProps {
  readonly panel: PanelState;
  readonly view: PositionView;
}

/** Takes the numbers along: as text for spreadsheets or documents, or as a picture. */
export function CopyButtons({ panel, view }: CopyProps) {
  // Said of the numbers that were copied, not of those that came since.
  const [done, setDone] = useState<{ readonly view: PositionView; readonly words: string } | null>(null);
  const copy = (name: string, text: string) => {
    panel.copy(text);
    setDone({ view, words: t('{0} copied', name) });
  };
  const copyPicture = async () => {
    const copied = await panel.copyPicture(viewPicture(view, panel.scale.value));
    setDone({
      view,
      words: copied ? t('PNG copied') : t('The clipboard takes no picture here: choose where to save it'),
    });
  };
  return (
    <fieldset class="copy">
      <legend class="visually-hidden">{t('Copy the numbers of token {0}', view.ordinal)}</legend>
      <span aria-hidden="true">{t('Copy')}</span>
      <button type="button" aria-label={t('Copy as CSV')} onClick={() => copy('CSV', viewCsv(view))}>
        CSV
      </button>
      <button type="button" aria-label={t('Copy as Markdown')} onClick={() => copy('Markdown', viewMarkdown(view))}>
        Markdown
      </button>
      <button type="button" aria-label={t('Copy as PNG')} onClick={copyPicture}>
        PNG
      </button>
      <span role="status">{done?.view === view && done.words}</span>
    </fieldset>
  );
}
