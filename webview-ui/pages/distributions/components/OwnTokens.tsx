import { TokenText } from '../../../components/TokenText';
import { inBits, percent, rankLabel } from '../../../numbers';
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
    <section class="own-tokens" aria-label={`${NAMES[model]}, in its own tokens`}>
      <p>
        <strong>{NAMES[model]}</strong>: its tokenizer is not the teacher’s, so the two are compared over character
        spans, by the probability of whole answers at temperature 1. Its entropy here is {inBits(entropy)} bits; KL and
        JS are not comparable.
        {before !== '' && (
          <>
            {' '}
            Its token starts further left, with “
            <bdi>
              <TokenText text={before} limit={60} />
            </bdi>
            ”.
          </>
        )}
      </p>
      {answers.length > 0 && (
        <ul aria-label="Whole answers">
          {answers.map(({ fact, teacher, mass }) => (
            <li key={fact}>
              whole answer of <bdi>{visibleString(fact, { spaces: 'none', limit: 60 })}</bdi>: teacher{' '}
              {percent(teacher)}, {model} {percent(mass)}
            </li>
          ))}
        </ul>
      )}
      <table class="distributions">
        <caption class="visually-hidden">{NAMES[model]}’s probabilities of its own next token</caption>
        <colgroup>
          <col class="tokens" />
          <col class={model} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">Own token</th>
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
                <Cell label={`${NAMES[model]} gives ${spoken(text)} ${percent(p)}, rank ${rank}.`} p={p} scale={scale}>
                  <span class="rank">{rankLabel(rank)}</span>
                </Cell>
              </td>
            </tr>
          ))}
          <tr class="rest">
            <th scope="row">rest of its vocabulary</th>
            <td class={model}>
              <Cell
                label={`${NAMES[model]} gives all other tokens together ${percent(rest)}.`}
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
