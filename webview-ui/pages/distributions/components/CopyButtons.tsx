import { useState } from 'preact/hooks';
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
    setDone({ view, words: `${name} copied` });
  };
  const copyPicture = async () => {
    const copied = await panel.copyPicture(viewPicture(view, panel.scale.value));
    setDone({ view, words: copied ? 'PNG copied' : 'The clipboard takes no picture here: choose where to save it' });
  };
  return (
    <fieldset class="copy">
      <legend class="visually-hidden">Copy the numbers of token {view.ordinal}</legend>
      <span aria-hidden="true">Copy</span>
      <button type="button" aria-label="Copy as CSV" onClick={() => copy('CSV', viewCsv(view))}>
        CSV
      </button>
      <button type="button" aria-label="Copy as Markdown" onClick={() => copy('Markdown', viewMarkdown(view))}>
        Markdown
      </button>
      <button type="button" aria-label="Copy as PNG" onClick={copyPicture}>
        PNG
      </button>
      <span role="status">{done?.view === view && done.words}</span>
    </fieldset>
  );
}
