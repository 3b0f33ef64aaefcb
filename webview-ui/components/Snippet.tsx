import { bandOf } from '../../src/core/score/bands';
import type { LeakKind } from '../../src/core/score/leak';
import { TokenText } from './TokenText';

interface SnippetProps {
  readonly before: string;
  /** The leaking token; empty at a record's end. */
  readonly token: string;
  readonly after: string;
  /** Whether the text goes on at either end. Words that the cut has gone through are left out. */
  readonly isCut: { readonly before: boolean; readonly after: boolean };
  /** How the token leaks; `unnamed`: it does not leak, as far as facts go; null: there is no token to mark. */
  readonly kind: LeakKind | 'unnamed' | null;
  readonly lift: number;
}

/** A token in a line of its text. */
export function Snippet({ before, token, after, isCut, kind, lift }: SnippetProps) {
  const lead = token.length - token.trimStart().length;
  const head = isCut.before ? before.replace(/^\S*\s/u, '… ') : before;
  const tail = isCut.after ? after.replace(/\s\S*$/u, ' …') : after;
  return (
    <span class="snippet">
      <bdi>
        <TokenText text={`${head}${token.slice(0, lead)}`} spaces="none" />
        {kind !== null && (
          <span class={kind === 'unnamed' ? 'token unnamed' : `token ${kind} ${bandOf(lift, 0) ?? 'low'}`}>
            {token === '' ? '▸' : <TokenText text={token.slice(lead)} spaces="none" />}
          </span>
        )}
        <TokenText text={tail} spaces="none" />
      </bdi>
    </span>
  );
}
