import { t } from '../../../../src/core/l10n';
import type { FollowedFact } from '../../../../src/protocol/engine';
import { TokenText } from '../../../components/TokenText';
import { probability } from '../../../numbers';
import { productsAlong } from '../answerProducts';
import { MODELS, NAMES } from '../models';
import type { PositionView } from '../positionView';

interface StepsProps {
  readonly followed: FollowedFact;
  readonly view: PositionView;
}

/** A fact's answers one token a row: how likely each is behind those before it, and all up to it together. */
export function AnswerSteps({ followed, view }: StepsProps) {
  const present = MODELS.filter((model) => view[model] !== null);
  return (
    <table class="answer-steps">
      <caption class="visually-hidden">{t('Answers of this fact, token by token')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('Token')}</th>
          {present.map((model) => (
            <th key={model} scope="col">
              {NAMES[model]} <span class="product">{t('(so far)')}</span>
            </th>
          ))}
        </tr>
      </thead>
      {followed.ways.map((way, w) => (
        <tbody key={w}>
          {productsAlong(way).map(({ step, product }, i) => (
            <tr key={i}>
              <th scope="row">
                <bdi class="token-text">
                  <TokenText text={step.text} limit={80} />
                </bdi>
              </th>
              {present.map((model) => (
                <td key={model}>
                  {probability(step[model] ?? Number.NaN)}{' '}
                  <span class="product">({probability(product[model] ?? Number.NaN)})</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}
