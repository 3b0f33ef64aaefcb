interface WorkStateProps {
  /** How far the work is, or how it ended. */
  readonly words: string;
  /** What can be done about it. */
  readonly action: string;
  readonly onAction: () => void;
  /** What else can be done with what was found. */
  readonly further?: { readonly action: string; readonly onAction: () => void };
  /** A bar: what it is of, and how far that is (0 to 1). */
  readonly progress?: { readonly of: string; readonly fraction: number };
}

/** How far some work is, with a button that stops it, or starts it again. */
export function WorkState({ words, action, onAction, further, progress }: WorkStateProps) {
  return (
    <>
      <div class="scan-state">
        <p>{words}</p>
        <button type="button" onClick={onAction}>
          {action}
        </button>
        {further && (
          <button type="button" onClick={further.onAction}>
            {further.action}
          </button>
        )}
      </div>
      {progress && <progress max={100} value={Math.floor(100 * progress.fraction)} aria-label={progress.of} />}
    </>
  );
}
