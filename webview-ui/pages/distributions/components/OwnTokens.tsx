import type { JSX } from 'preact';
import { parts, t } from '../../../../src/core/l10n';
import { TokenText } from '../../../components/TokenText';
import { inBits, probability, rankLabel } from '../../../numbers';
import { spoken, visibleString } from '../../../visibleText';
import { NAMES } from '../models';
import type { OwnTokensView, PositionView } from '../positionView';
import { probabilityScale, type ScaleKind } from '../probabilityScale';
import { Cell } from './Cell';

interface OwnTokensProps {
  readonly view: PositionView;
  readonly scaleKind: ScaleKind;
}

/** The models that have another tokenizer than the teacher: what they expect, in tokens of their own, and whole answers side by side. */
export function OwnTokens({ view, scaleKind }: OwnTokensProps) {
  return (
    <>
      {view.own.map((own) => (
        <OwnModel key={own.model} own={own} view={view} scaleKind={scaleKind} />
      ))}
    </>
  );
}

function OwnModel({ own, view, scaleKind }: OwnTokensProps & { readonly own: OwnTokensView }) {
  const { model, rows, rest, entropy, before } = own;
  const scale = probabilityScale(
    scaleKind,
    rows.map(({ p }) => p),
  );
  const answers = view.whole.flatMap((each) => {
    const mass = each[model];
    return mass === null ? [] : [{ ...each, mass }];
  });
  return (
    <section class="own-tokens" aria-label={t('{0}, in its own tokens', NAMES[model])}>
      <p>
        {parts(
          '{0}: its tokenizer is not the teacher’s, so the two are compared over character spans, by the probability of whole answers at temperature 1. Its entropy here is {1} bits; KL and JS are not comparable.',
          <strong>{NAMES[model]}</strong>,
          inBits(entropy),
        )}
        {before !== '' && (
          <>
            {' '}
            {parts(
              'Its token starts further left, with “{0}”.',
              <bdi>
                <TokenText text={before} limit={60} />
              </bdi>,
            )}
          </>
        )}
      </p>
      {answers.length > 0 && (
        <ul aria-label={t('Whole answers')}>
          {answers.map(({ fact, teacher, mass }) => (
            <li key={fact}>
              {wholeWords(
                model,
                <bdi>{visibleString(fact, { spaces: 'none', limit: 60 })}</bdi>,
                probability(teacher),
                probability(mass),
              )}
            </li>
          ))}
        </ul>
      )}
      <table class="distributions">
        <caption class="visually-hidden">{t('{0}: probabilities of its own next token', NAMES[model])}</caption>
        <colgroup>
          <col class="tokens" />
          <col class={model} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t('Own token')}</th>
            <th scope="col" class={model}>
              {NAMES[model]}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ text, p, rank }, i) => (
            <tr key={i}>
              <th scope="row">
                <bdi class="token-text">
                  <TokenText text={text} limit={80} />
                </bdi>
              </th>
              <td class={model}>
                <Cell
                  label={t('{0} gives {1} {2}, rank {3}.', NAMES[model], spoken(text), probability(p), rank)}
                  p={p}
                  scale={scale}
                >
                  <span class="rank">{rankLabel(rank)}</span>
                </Cell>
              </td>
            </tr>
          ))}
          <tr class="rest">
            <th scope="row">{t('rest of its vocabulary')}</th>
            <td class={model}>
              <Cell
                label={t('{0} gives all other tokens together {1}.', NAMES[model], probability(rest))}
                p={rest}
                scale={scale}
              />
            </td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

function wholeWords(model: OwnTokensView['model'], fact: JSX.Element, teacher: string, own: string) {
  return model === 'student'
    ? parts('whole answer of {0}: teacher {1}, student {2}', fact, teacher, own)
    : parts('whole answer of {0}: teacher {1}, reference {2}', fact, teacher, own);
}
