import { t } from '../../../../src/core/l10n';

const ENTRIES: readonly (readonly [term: string, meaning: string])[] = [
  [
    t('Probability and rank'),
    t(
      'how likely a model finds a token as the next one, from 0 to 1, and how many tokens it finds likelier, plus one.',
    ),
  ],
  [
    t('Leak'),
    t(
      'the teacher gives a forgotten answer more than the reference does, by at least the threshold. That difference is the lift.',
    ),
  ],
  [
    t('Shadow, stated'),
    t(
      'a shadow leak shows only in the predictions; a stated one is written in the text, where the data filter missed it.',
    ),
  ],
  [
    t('Reference'),
    t(
      'a model that should not know the facts; or the teacher itself, reading the same text with other subjects, which only a scan does.',
    ),
  ],
  [t('Low, medium, high'), t('lift from the threshold up to 0.1, up to 0.3, and from there.')],
  [t('Absorbed, open'), t('absorbed: the student has taken up at least half of the lift. Otherwise the leak is open.')],
  [
    t('Entropy'),
    t('how undecided a model is: 0 bits is certain, each further bit doubles the number of equally likely choices.'),
  ],
  [
    t('KL teacher ‖ model'),
    t('large where the teacher expects what the model does not. Distillation makes the student’s smaller.'),
  ],
  [t('KL model ‖ teacher'), t('the other way round: large where the model expects what the teacher does not.')],
  [
    t('JS'),
    t(
      'Jensen–Shannon divergence, the same in both directions: 0 for equal distributions, 1 bit (0.693 nats) for distributions that share nothing.',
    ),
  ],
  [
    t('Temperature'),
    t(
      'divides the logits before the softmax, as in distillation. All numbers of the table are computed anew over the whole vocabulary.',
    ),
  ],
];

/** What the words and numbers mean, for those who ask. */
export function Glossary() {
  return (
    <details class="glossary">
      <summary>{t('What these numbers mean')}</summary>
      <dl>
        {ENTRIES.map(([term, meaning]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
