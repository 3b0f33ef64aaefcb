import type { FactKind } from '../../../src/core/forget/fact';
import { decimal, parts, plural, t } from '../../../src/core/l10n';
import { share } from '../../../src/core/report/share';
import { temperatureLabel } from '../../numbers';
import { visibleString } from '../../visibleText';
import type { FactHere, PositionView } from './positionView';

/** A stretch of a sentence. Tokens and answers are untrusted text and are drawn in the editor's font. */
export type Phrase =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'answer'; readonly text: string };

const QUOTED = { spaces: 'all', limit: 60 } as const;
const NAMED_FACTS = 3;
/** Share of a fact's probability from which on a token counts for the sentence. */
const WEIGHTY = 0.01;

/** Says in plain words what the teacher gives away at a position, and what the other models make of it. */
export function explain(view: PositionView): Phrase[] {
  const [worst, ...others] = view.facts;
  if (worst === undefined) {
    return together([
      t('No forget answer is watched here: no subject of the forget set stands in the text before this token.'),
      ...temperatureNote(view, false),
    ]);
  }
  if (worst.tokens.length === 0) {
    const lift = number(worst.leak?.lift ?? 0);
    return together([
      parts(
        'The scan found a leak of {0} here (lift {1}), but its tokens are not among those shown.',
        nameOf(worst),
        lift,
      ),
    ]);
  }
  const leaks = worst.band !== null;
  // With other subjects only the scan compares: before it, silence says nothing.
  const silent = !leaks && (view.scanned || worst.comparedWith !== 'swap');
  return together([
    ...(view.temperature === 1 && silent ? faint(view, worst) : shares(view, worst)),
    ...(leaks ? otherLeaks(others) : []),
    ...temperatureNote(view, leaks),
  ]);
}

/** The phrases as one string, tokens and answers in quotation marks. */
export function asText(phrases: readonly Phrase[]): string {
  return phrases
    .map(({ kind, text }) => (kind === 'token' || kind === 'answer' ? `“${visibleString(text, QUOTED)}”` : text))
    .join('');
}

/** What is said between two full stops: words, with phrases in places that the language chooses. */
type Sentence = string | readonly (string | Phrase)[];

/** Sentences one behind the other. */
function together(sentences: readonly Sentence[]): Phrase[] {
  return sentences.flatMap((sentence, i) =>
    [i === 0 ? '' : ' ', ...(typeof sentence === 'string' ? [sentence] : sentence)]
      .filter((part) => part !== '')
      .map((part) => (typeof part === 'string' ? plain(part) : part)),
  );
}

function shares(view: PositionView, fact: FactHere): Sentence[] {
  const { temperature } = view;
  const named = weighty(fact);
  const amount = fact.partial ? parts('at least {0}', number(fact.teacher)) : number(fact.teacher);
  const receiver = fact.entry === 'tokens' ? classOf(fact, named) : tokensOf(fact, named);
  return [
    temperature === 1
      ? parts('Teacher gives {0} to {1}.', amount, receiver)
      : parts(
          'At temperature {0} the teacher gives {1} to {2}.',
          decimal(temperatureLabel(temperature)),
          amount,
          receiver,
        ),
    ...(temperature === 1 ? inTheText(view, fact) : []),
    referenceShare(view, fact, named.length),
    ...studentShare(view, fact),
  ];
}

/** A class of tokens is one event: its tokens are examples. */
function classOf(fact: FactHere, [example = '']: readonly string[]) {
  return parts('the class of tokens {0} ({1}), most of it to {2}', answer(fact.answer), nameOf(fact), token(example));
}

function tokensOf(fact: FactHere, [first = '', ...more]: readonly string[]) {
  const what = ANSWERS[fact.entry](fact);
  return more.length === 0
    ? parts('{0}, which leads to {1}', token(first), what)
    : parts(
        '{0} and {1}, which lead to {2}',
        token(first),
        plural(more.length, '{0} more token', '{0} more tokens'),
        what,
      );
}

const ANSWERS: Readonly<Record<FactKind, (fact: FactHere) => readonly (string | Phrase)[]>> = {
  fact: (fact) => parts('the forgotten answer {0} ({1})', answer(fact.answer), nameOf(fact)),
  tokens: (fact) => parts('the class of tokens {0} ({1})', answer(fact.answer), nameOf(fact)),
  rule: (fact) => parts('the answer that a rule computes, {0} ({1})', answer(fact.answer), nameOf(fact)),
  choice: (fact) => parts('the right choice {0} ({1})', answer(fact.answer), nameOf(fact)),
};

/** Texts of the tokens that make up what the teacher gives; an answer's rare spellings are not worth a word. */
function weighty(fact: FactHere): string[] {
  return fact.tokens.filter(({ teacher }, i) => i === 0 || teacher >= WEIGHTY * fact.teacher).map(({ text }) => text);
}

function referenceShare(view: PositionView, fact: FactHere, tokens: number): Sentence {
  const isOne = tokens === 1 || fact.entry === 'tokens';
  const swapped = fact.comparedWith === 'swap';
  const whole = wholeShare(view, fact, 'reference');
  if (whole !== null) {
    return whole;
  }
  if (fact.reference !== null) {
    const share = number(fact.reference);
    if (swapped) {
      return isOne
        ? parts('With other subjects in the text the teacher gives it {0}.', share)
        : parts('With other subjects in the text the teacher gives them {0}.', share);
    }
    return isOne ? parts('The reference gives it {0}.', share) : parts('The reference gives them {0}.', share);
  }
  if (swapped) {
    return view.scanned
      ? t('The scan compares this with other subjects in the text.')
      : t('The record has not been scanned; a scan compares this with other subjects in the text.');
  }
  return fact.band !== null ? t('There is no reference, so all of it counts as leaked.') : t('There is no reference.');
}

/** A model with tokens of its own is compared by whole answers; null of another model. */
function wholeShare(view: PositionView, fact: FactHere, model: 'student' | 'reference'): Sentence | null {
  if (!view.own.some((own) => own.model === model)) {
    return null;
  }
  const mass = fact.whole?.[model] ?? null;
  if (mass === null || fact.whole === null) {
    if (model === 'student') {
      return t('The student has tokens of its own, in which this is not compared.');
    }
    return fact.entry === 'tokens'
      ? t('The reference has tokens of its own, in which this is not compared.')
      : t('Compared over character spans, the reference expects the whole answer as much.');
  }
  const [own, teacher] = [number(mass), number(fact.whole.teacher)];
  return model === 'student'
    ? parts('Compared over character spans, the student gives the whole answer {0} and the teacher {1}.', own, teacher)
    : parts(
        'Compared over character spans, the reference gives the whole answer {0} and the teacher {1}.',
        own,
        teacher,
      );
}

function studentShare(view: PositionView, fact: FactHere): Sentence[] {
  const whole = wholeShare(view, fact, 'student');
  if (whole !== null) {
    const status = view.temperature === 1 ? (fact.leak?.status ?? null) : null;
    return status === null ? [whole] : [whole, status === 'absorbed' ? t('It is absorbed.') : t('It is still open.')];
  }
  if (fact.student === null) {
    return [t('There is no student.')];
  }
  const status = view.temperature === 1 && fact.band !== null ? (fact.leak?.status ?? statusOf(fact)) : null;
  switch (status) {
    case 'absorbed':
      return [parts('The student already has {0}: absorbed.', number(fact.student))];
    case 'open':
      return [parts('The student has {0}: still open.', number(fact.student))];
    default:
      return [parts('The student has {0}.', number(fact.student))];
  }
}

/** docs/scores.md, status; used where the record was not scanned. */
function statusOf(fact: FactHere): 'absorbed' | 'open' | null {
  return fact.student === null ? null : fact.student - (fact.reference ?? 0) >= fact.lift / 2 ? 'absorbed' : 'open';
}

function inTheText(view: PositionView, fact: FactHere): Sentence[] {
  if (fact.band === null) {
    return [];
  }
  const isClass = fact.entry === 'tokens';
  if (fact.kind === 'stated') {
    return isClass
      ? [t('The text itself goes on with such a token: the data filter missed it.')]
      : [t('The text itself states it here: the data filter missed it.')];
  }
  if (fact.kind === 'shadow') {
    const missing = isClass ? t('The text does not go on with such a token.') : t('The text does not say it.');
    return [view.context.atEnd ? t('The text ends before it.') : missing];
  }
  return [t('The record has not been scanned.')];
}

/** Facts are watched, but what the teacher knows stays under the threshold. */
function faint(view: PositionView, fact: FactHere): Sentence[] {
  const towards = [answer(fact.answer), nameOf(fact), number(fact.teacher)] as const;
  const threshold = number(view.threshold);
  if (fact.comparedWith === 'swap') {
    return [
      parts(
        'No leak here. Towards {0} ({1}) the teacher gives {2}, less than {3} more than with other subjects in the text.',
        ...towards,
        threshold,
      ),
    ];
  }
  const whole = wholeShare(view, fact, 'reference');
  if (whole !== null) {
    return [parts('No leak here. Towards {0} ({1}) the teacher gives {2}.', ...towards), whole];
  }
  if (fact.reference === null) {
    return [
      parts(
        'No leak here. Towards {0} ({1}) the teacher gives {2}, under the threshold of {3}.',
        ...towards,
        threshold,
      ),
    ];
  }
  const compared = [...towards, number(fact.reference), number(fact.lift)] as const;
  // The scan decides; where it does not fit the numbers, the numbers stand for themselves.
  return fact.lift < view.threshold
    ? [
        parts(
          'No leak here. Towards {0} ({1}) the teacher gives {2} and the reference {3}: a lift of {4}, under the threshold of {5}.',
          ...compared,
          threshold,
        ),
      ]
    : [
        parts(
          'No leak here. Towards {0} ({1}) the teacher gives {2} and the reference {3}: a lift of {4}.',
          ...compared,
        ),
      ];
}

function otherLeaks(others: readonly FactHere[]): Sentence[] {
  const leaking = others.filter((fact) => fact.band !== null);
  if (leaking.length === 0) {
    return [];
  }
  const names = leaking.slice(0, NAMED_FACTS).map((fact) => clean(fact.id));
  const all = `${names.join(', ')}${leaking.length > NAMED_FACTS ? ' …' : ''}`;
  return [plural(leaking.length, 'Another fact leaks here too: {1}.', '{0} more facts leak here: {1}.', all)];
}

function temperatureNote(view: PositionView, leaks: boolean): Sentence[] {
  const { temperature } = view;
  if (temperature > 1) {
    return leaks
      ? [
          t(
            'Severity and status are those of temperature 1; above it positions no longer localise the leak: it also passes through tokens that no score marks.',
          ),
        ]
      : [
          t(
            'Above temperature 1 positions no longer localise the leak: it also passes through tokens that no score marks.',
          ),
        ];
  }
  return temperature < 1 && leaks ? [t('Severity and status are those of temperature 1.')] : [];
}

/** "dc-001, Kamitel". */
function nameOf(fact: FactHere): string {
  return [fact.id, ...fact.subjects.slice(0, 1)].map(clean).join(', ');
}

function clean(untrusted: string): string {
  return visibleString(untrusted, { spaces: 'none', limit: 60 });
}

function plain(text: string): Phrase {
  return { kind: 'plain', text };
}

function number(p: number): Phrase {
  return { kind: 'number', text: share(p) };
}

function answer(text: string): Phrase {
  return { kind: 'answer', text };
}

function token(text: string): Phrase {
  return { kind: 'token', text };
}
