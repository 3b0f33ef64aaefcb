import { parts, t } from '../../../../src/core/l10n';
import { visibleString } from '../../../visibleText';
import type { PanelState } from '../panelState';
import type { PositionView } from '../positionView';
import { AnswerSteps } from './AnswerSteps';

/** Facts that can be followed; those behind have hardly a lift. */
const MAX_FACTS = 5;

/** For every fact watched here a button that shows its answers token by token. */
export function FollowAnswers({ panel, view }: { readonly panel: PanelState; readonly view: PositionView }) {
  const { followed } = view;
  // A class of tokens is one token long, and what has no tokens here leads nowhere.
  const facts = view.facts.filter(({ entry, tokens }) => entry !== 'tokens' && tokens.length > 0).slice(0, MAX_FACTS);
  if (facts.length === 0) {
    return null;
  }
  return (
    <section class="answers" aria-label={t('Answers token by token')}>
      {facts.map(({ id, answer }) => {
        const open = followed?.fact === id;
        return (
          <div key={id}>
            <button
              type="button"
              class="link"
              aria-expanded={open}
              aria-label={t('{0}, {1}, token by token', shown(id), shown(answer))}
              onClick={() => panel.follow(open ? null : id)}
            >
              <span aria-hidden="true">{open ? '▾' : '▸'}</span>{' '}
              {parts('{0} → {1}, token by token', <bdi>{shown(id)}</bdi>, <bdi>{shown(answer)}</bdi>)}
            </button>
            {open && <AnswerSteps followed={followed} view={view} />}
          </div>
        );
      })}
    </section>
  );
}

function shown(untrusted: string): string {
  return visibleString(untrusted, { spaces: 'none', limit: 60 });
}
