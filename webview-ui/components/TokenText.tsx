import { type VisibleOptions, visible } from '../visibleText';

interface TokenTextProps extends Partial<VisibleOptions> {
  readonly text: string;
  /** Break the line behind every ⏎. */
  readonly breakLines?: boolean;
}

/** Untrusted text with everything invisible made visible; always text nodes. */
export function TokenText({ text, spaces = 'all', limit = 200, breakLines = false }: TokenTextProps) {
  return (
    <>
      {visible(text, { spaces, limit }).map((piece, i) =>
        piece.mark ? (
          <span key={i} class="unseen">
            {breakLines ? piece.text.replaceAll('⏎', '⏎\n') : piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}
