import type { ComponentChildren } from 'preact';
import { t } from '../../src/core/l10n';

/** Instead of content. */
export interface PageMessage {
  readonly text: string;
  /** What a button offers to do about it. */
  readonly action: string | null;
}

interface PageProps {
  /** Read out, not drawn: the editor's tab says it to those who see. */
  readonly title: string;
  /** What is shown is not what was asked for yet. */
  readonly waiting: boolean;
  /** Instead of the content: why there is none. */
  readonly message: string | null;
  /** What can be done about the message. */
  readonly action?: { readonly label: string; readonly run: () => void } | null;
  /** Read out whenever it changes. */
  readonly announcement: string | null;
  /** Null: nothing has come yet. */
  readonly children: ComponentChildren;
}

/** What every page is: a message, a skeleton while the first numbers are awaited, or its content. */
export function Page({ title, waiting, message, action, announcement, children }: PageProps) {
  return (
    <main class="page">
      <h1 class="visually-hidden">{title}</h1>
      <div class={waiting ? 'progress on' : 'progress'} aria-hidden="true" />
      {message !== null ? (
        <div class="message" role="status">
          <p>{message}</p>
          {action && (
            <button type="button" class="primary" onClick={action.run}>
              {action.label}
            </button>
          )}
        </div>
      ) : (
        (children ?? (waiting && <Skeleton title={title} />))
      )}
      <p class="visually-hidden" role="status" aria-live="polite">
        {announcement}
      </p>
    </main>
  );
}

function Skeleton({ title }: { readonly title: string }) {
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">{t('Waiting: {0}', title)}</span>
      {[...Array(9).keys()].map((line) => (
        <div key={line} aria-hidden="true" />
      ))}
    </div>
  );
}
