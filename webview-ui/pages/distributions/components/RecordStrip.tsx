import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { plural, t } from '../../../../src/core/l10n';
import { LEAK_KINDS } from '../../../../src/core/report/leakWords';
import { TokenText } from '../../../components/TokenText';
import { count } from '../../../numbers';
import type { PanelState } from '../panelState';
import {
  type Mark,
  type Move,
  markWords,
  readsRightToLeft,
  type StripToken,
  stripWindow,
  tokenLabel,
} from '../recordStrip';

/** What stands for tokens without characters of their own. */
const SIGNS = { end: '∎', part: '·' } as const;

/** The record's tokens as running text. One of them is selected; leaks are marked by underline and tint. */
export function RecordStrip({ panel }: { readonly panel: PanelState }) {
  const list = useRef<HTMLDivElement>(null);
  const snapshot = panel.snapshot.value;
  const selected = panel.selected.value;
  const marks = panel.marks.value;
  const pointed = panel.pointed.value;
  // Asked before the tokens are drawn anew: the focused one may be among those that go.
  const hadFocus = list.current?.contains(document.activeElement) ?? false;
  const stretch = useMemo(() => snapshot && stripWindow(snapshot, selected), [snapshot, selected]);

  useLayoutEffect(() => {
    const token = list.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (list.current === null || token === null || token === undefined) {
      return;
    }
    if (hadFocus) {
      token.focus({ preventScroll: true });
    }
    scrollInto(list.current, token);
  });

  if (snapshot === null || stretch === null) {
    return null;
  }
  const rightToLeft = readsRightToLeft(snapshot.text);
  const onKeyDown = (event: KeyboardEvent) => {
    const move = moveOf(event, rightToLeft);
    if (move !== null) {
      panel.move(move, event.repeat);
      event.preventDefault();
    }
  };
  const onClick = (event: MouseEvent) => {
    const token = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-position]') : null;
    if (token !== null) {
      token.focus({ preventScroll: true });
      panel.select(Number(token.dataset.position));
    }
  };
  const onPointer = ({ target }: PointerEvent) => {
    const token = target instanceof Element ? target.closest<HTMLElement>('[data-position]') : null;
    panel.point(token === null ? null : Number(token.dataset.position));
  };
  return (
    <section class="record-strip" aria-label={t('Record')}>
      <div
        ref={list}
        role="listbox"
        aria-label={t('Tokens of the record')}
        aria-orientation="horizontal"
        dir={rightToLeft ? 'rtl' : 'ltr'}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onPointerOver={onPointer}
        onPointerLeave={() => panel.point(null)}
      >
        {stretch.before > 0 && <Clipped>{t('… {0} tokens before', count(stretch.before))}</Clipped>}
        {stretch.tokens.map((token) => (
          <Token
            key={token.position}
            token={token}
            ordinal={token.position - snapshot.inspection.firstPosition + 1}
            total={snapshot.inspection.spans.length}
            mark={marks.get(token.position)}
            selected={token.position === selected}
            pointed={token.position === pointed}
          />
        ))}
        {stretch.after > 0 && <Clipped>{t('{0} tokens after …', count(stretch.after))}</Clipped>}
      </div>
      <Legend scanned={snapshot.scanned} leaks={marks.size} />
    </section>
  );
}

interface TokenProps {
  readonly token: StripToken;
  readonly ordinal: number;
  readonly total: number;
  readonly mark: Mark | undefined;
  readonly selected: boolean;
  /** The editor's pointer is over it. */
  readonly pointed: boolean;
}

function Token({ token, ordinal, total, mark, selected, pointed }: TokenProps) {
  const marked = mark ? [mark.leak.kind, mark.band] : [];
  const classes = ['token', token.kind, ...marked, ...(pointed ? ['pointed'] : [])].join(' ');
  // The space before a word belongs to its token but stays outside its mark, as in the editor.
  const space = /^ (?=\S)/u.exec(token.text)?.[0] ?? '';
  return (
    <>
      {token.gap !== '' && (
        <span class="gap" role="presentation">
          <TokenText text={token.gap} spaces="runs" breakLines />
        </span>
      )}
      {space}
      <span
        role="option"
        class={classes}
        aria-selected={selected}
        aria-label={tokenLabel(token, ordinal, total, mark)}
        tabIndex={selected ? 0 : -1}
        data-position={token.position}
        {...(mark ? { title: markWords(mark), style: { '--mass': mark.leak.tokenMass.toFixed(3) } } : {})}
      >
        {token.kind === 'text' ? (
          <TokenText text={token.text.slice(space.length)} spaces="runs" breakLines />
        ) : (
          SIGNS[token.kind]
        )}
      </span>
    </>
  );
}

function Clipped({ children }: { readonly children: preact.ComponentChildren }) {
  return (
    <span class="clipped" role="presentation">
      {children}
    </span>
  );
}

function Legend({ scanned, leaks }: { readonly scanned: boolean; readonly leaks: number }) {
  return (
    <p class="legend">
      {!scanned ? (
        <span>{t('Not scanned yet: leaks are not marked.')}</span>
      ) : leaks === 0 ? (
        <span>{t('No leaks in this record.')}</span>
      ) : (
        <>
          <span>{plural(leaks, '{0} token leaks', '{0} tokens leak')}</span>
          <span class="sample token shadow medium">{LEAK_KINDS.shadow}</span>
          <span class="sample token stated medium">{LEAK_KINDS.stated}</span>
          <span>
            <i class="gauge" /> {t('teacher’s probability')}
          </span>
        </>
      )}
      <span class="keys">
        <kbd>←</kbd> <kbd>→</kbd> {t('token')}
        {leaks > 0 && (
          <>
            <kbd>n</kbd> <kbd>p</kbd> {t('leak')}
          </>
        )}
      </span>
    </p>
  );
}

function moveOf(event: KeyboardEvent, rightToLeft: boolean): Move | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) {
    return null;
  }
  switch (event.key) {
    case 'ArrowRight':
      return rightToLeft ? 'previous' : 'next';
    case 'ArrowLeft':
      return rightToLeft ? 'next' : 'previous';
    case 'Home':
      return 'first';
    case 'End':
      return 'last';
    default:
      return null;
  }
}

/** Scrolls the strip only, never the page: the numbers below must stand still. */
function scrollInto(list: HTMLElement, token: HTMLElement): void {
  const outer = list.getBoundingClientRect();
  const inner = token.getBoundingClientRect();
  const margin = inner.height;
  if (inner.top < outer.top) {
    list.scrollTop -= outer.top - inner.top + margin;
  } else if (inner.bottom > outer.bottom) {
    list.scrollTop += inner.bottom - outer.bottom + margin;
  }
}
