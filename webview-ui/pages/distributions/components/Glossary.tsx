const ENTRIES: readonly (readonly [term: string, meaning: string])[] = [
  [
    'Percent and rank',
    'the probability that a model gives a token as the next one, and how many tokens it finds likelier, plus one.',
  ],
  [
    'Leak',
    'the teacher gives a forgotten answer more than the reference does, by at least the threshold. That difference is the lift.',
  ],
  [
    'Shadow, stated',
    'a shadow leak shows only in the predictions; a stated one is written in the text, where the data filter missed it.',
  ],
  [
    'Reference',
    'a model that should not know the facts; or the teacher itself, reading the same text with other subjects, which only a scan does.',
  ],
  ['Low, medium, high', 'lift from the threshold up to 0.1, up to 0.3, and from there.'],
  ['Absorbed, open', 'absorbed: the student has taken up at least half of the lift. Otherwise the leak is open.'],
  [
    'Entropy',
    'how undecided a model is: 0 bits is certain, each further bit doubles the number of equally likely choices.',
  ],
  [
    'KL teacher ‖ model',
    'large where the teacher expects what the model does not. Distillation makes the student’s smaller.',
  ],
  ['KL model ‖ teacher', 'the other way round: large where the model expects what the teacher does not.'],
  [
    'JS',
    'Jensen–Shannon divergence, the same in both directions: 0 for equal distributions, 1 bit (0.693 nats) for distributions that share nothing.',
  ],
  [
    'Temperature',
    'divides the logits before the softmax, as in distillation. All numbers of the table are computed anew over the whole vocabulary.',
  ],
];

/** What the words and numbers mean, for those who ask. */
export function Glossary() {
  return (
    <details class="glossary">
      <summary>What these numbers mean</summary>
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
