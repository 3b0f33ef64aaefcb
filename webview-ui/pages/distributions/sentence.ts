import type { FactKind } from '../../../src/core/forget/fact';
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
    return [
      plain('No forget answer is watched here: no subject of the forget set stands in the text before this token.'),
      ...temperatureNote(view, false),
    ];
  }
  if (worst.tokens.length === 0) {
    return [
      plain(`The scan found a leak of ${nameOf(worst)} here (lift `),
      number(worst.leak?.lift ?? 0),
      plain('), but its tokens are not among those shown.'),
    ];
  }
  const leaks = worst.band !== null;
  // With other subjects only the scan compares: before it, silence says nothing.
  const silent = !leaks && (view.scanned || worst.comparedWith !== 'swap');
  return [
    ...(view.temperature === 1 && silent ? faint(view, worst) : shares(view, worst)),
    ...(leaks ? otherLeaks(others) : []),
    ...temperatureNote(view, leaks),
  ];
}

/** The phrases as one string, tokens and answers in quotation marks. */
export function asText(phrases: readonly Phrase[]): string {
  return phrases
    .map(({ kind, text }) => (kind === 'token' || kind === 'answer' ? `“${visibleString(text, QUOTED)}”` : text))
    .join('');
}

function shares(view: PositionView, fact: FactHere): Phrase[] {
  const { temperature } = view;
  const named = weighty(fact);
  return [
    plain(temperature === 1 ? 'Teacher gives ' : `At temperature ${temperatureLabel(temperature)} the teacher gives `),
    ...(fact.partial ? [plain('at least ')] : []),
    number(fact.teacher),
    ...(fact.entry === 'tokens' ? toClass(fact, named) : toAnswer(fact, named)),
    ...(temperature === 1 ? inTheText(view, fact) : []),
    ...referenceShare(view, fact, named.length),
    ...studentShare(view, fact),
  ];
}

/** A class of tokens is one event: its tokens are examples. */
function toClass(fact: FactHere, [example = '']: readonly string[]): Phrase[] {
  return [
    plain(' to the class of tokens '),
    answer(fact.answer),
    plain(` (${nameOf(fact)}), most of it to `),
    { kind: 'token', text: example },
    plain('. '),
  ];
}

function toAnswer(fact: FactHere, named: readonly string[]): Phrase[] {
  return [
    plain(' to '),
    { kind: 'token', text: named[0] ?? '' },
    plain(
      named.length > 1
        ? ` and ${named.length - 1} more token${named.length > 2 ? 's' : ''}, which lead to `
        : ', which leads to ',
    ),
    plain(`${ANSWERS[fact.entry]} `),
    answer(fact.answer),
    plain(` (${nameOf(fact)}). `),
  ];
}

const ANSWERS: Readonly<Record<FactKind, string>> = {
  fact: 'the forgotten answer',
  tokens: 'the class of tokens',
  rule: 'the answer that a rule computes,',
  choice: 'the right choice',
};

/** Texts of the tokens that make up what the teacher gives; an answer's rare spellings are not worth a word. */
function weighty(fact: FactHere): string[] {
  return fact.tokens.filter(({ teacher }, i) => i === 0 || teacher >= WEIGHTY * fact.teacher).map(({ text }) => text);
}

function referenceShare(view: PositionView, fact: FactHere, tokens: number): Phrase[] {
  const them = tokens === 1 || fact.entry === 'tokens' ? 'it' : 'them';
  const swapped = fact.comparedWith === 'swap';
  const whole = wholeShare(view, fact, 'reference');
  if (whole !== null) {
    return whole;
  }
  if (fact.reference !== null) {
    const who = swapped ? 'With other subjects in the text the teacher gives' : 'The reference gives';
    return [plain(`${who} ${them} `), number(fact.reference), plain('. ')];
  }
  if (swapped) {
    return [
      plain(
        view.scanned
          ? 'The scan compares this with other subjects in the text. '
          : 'The record has not been scanned; a scan compares this with other subjects in the text. ',
      ),
    ];
  }
  return [
    plain(fact.band !== null ? 'There is no reference, so all of it counts as leaked. ' : 'There is no reference. '),
  ];
}

/** A model with tokens of its own is compared by whole answers; null of another model. */
function wholeShare(view: PositionView, fact: FactHere, model: 'student' | 'reference'): Phrase[] | null {
  if (!view.own.some((own) => own.model === model)) {
    return null;
  }
  const mass = fact.whole?.[model] ?? null;
  if (mass === null || fact.whole === null) {
    return [
      plain(
        model === 'reference' && fact.entry !== 'tokens'
          ? 'Compared over character spans, the reference expects the whole answer as much. '
          : `The ${model} has tokens of its own, in which this is not compared. `,
      ),
    ];
  }
  return [
    plain(`Compared over character spans, the ${model} gives the whole answer `),
    number(mass),
    plain(' and the teacher '),
    number(fact.whole.teacher),
    plain('. '),
  ];
}

function studentShare(view: PositionView, fact: FactHere): Phrase[] {
  const whole = wholeShare(view, fact, 'student');
  if (whole !== null) {
    const status = view.temperature === 1 ? (fact.leak?.status ?? null) : null;
    return status === null ? whole : [...whole, plain(status === 'absorbed' ? 'It is absorbed.' : 'It is still open.')];
  }
  if (fact.student === null) {
    return [plain('There is no student.')];
  }
  const status = view.temperature === 1 && fact.band !== null ? (fact.leak?.status ?? statusOf(fact)) : null;
  if (status === 'absorbed') {
    return [plain('The student already has '), number(fact.student), plain(': absorbed.')];
  }
  return [plain('The student has '), number(fact.student), plain(status === 'open' ? ': still open.' : '.')];
}

/** docs/scores.md, status; used where the record was not scanned. */
function statusOf(fact: FactHere): 'absorbed' | 'open' | null {
  return fact.student === null ? null : fact.student - (fact.reference ?? 0) >= fact.lift / 2 ? 'absorbed' : 'open';
}

function inTheText(view: PositionView, fact: FactHere): Phrase[] {
  if (fact.band === null) {
    return [];
  }
  const isClass = fact.entry === 'tokens';
  if (fact.kind === 'stated') {
    const what = isClass ? 'goes on with such a token' : 'states it here';
    return [plain(`The text itself ${what}: the data filter missed it. `)];
  }
  if (fact.kind === 'shadow') {
    const missing = isClass ? 'The text does not go on with such a token. ' : 'The text does not say it. ';
    return [plain(view.context.atEnd ? 'The text ends before it. ' : missing)];
  }
  return [plain('The record has not been scanned. ')];
}

/** Facts are watched, but what the teacher knows stays under the threshold. */
function faint(view: PositionView, fact: FactHere): Phrase[] {
  const opening: Phrase[] = [
    plain('No leak here. Towards '),
    answer(fact.answer),
    plain(` (${nameOf(fact)}) the teacher gives `),
    number(fact.teacher),
  ];
  if (fact.comparedWith === 'swap') {
    return [
      ...opening,
      plain(', less than '),
      number(view.threshold),
      plain(' more than with other subjects in the text.'),
    ];
  }
  const whole = wholeShare(view, fact, 'reference');
  if (whole !== null) {
    return [...opening, plain('. '), ...whole];
  }
  if (fact.reference === null) {
    return [...opening, plain(', under the threshold of '), number(view.threshold), plain('.')];
  }
  return [
    ...opening,
    plain(' and the reference '),
    number(fact.reference),
    plain(': a lift of '),
    number(fact.lift),
    // The scan decides; where it does not fit the numbers, the numbers stand for themselves.
    ...(fact.lift < view.threshold ? [plain(', under the threshold of '), number(view.threshold)] : []),
    plain('.'),
  ];
}

function otherLeaks(others: readonly FactHere[]): Phrase[] {
  const leaking = others.filter((fact) => fact.band !== null);
  if (leaking.length === 0) {
    return [];
  }
  const names = leaking.slice(0, NAMED_FACTS).map((fact) => fact.id);
  const more = leaking.length > NAMED_FACTS ? ' …' : '';
  return [
    plain(leaking.length === 1 ? ' Another fact leaks here too: ' : ` ${leaking.length} more facts leak here: `),
    plain(`${names.map(clean).join(', ')}${more}.`),
  ];
}

function temperatureNote(view: PositionView, leaks: boolean): Phrase[] {
  const { temperature } = view;
  if (temperature > 1) {
    const start = leaks ? ' Severity and status are those of temperature 1; above it' : ' Above temperature 1';
    return [
      plain(`${start} positions no longer localise the leak: it also passes through tokens that no score marks.`),
    ];
  }
  return temperature < 1 && leaks ? [plain(' Severity and status are those of temperature 1.')] : [];
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
