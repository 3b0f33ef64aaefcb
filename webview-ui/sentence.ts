import { percentInText, temperatureLabel } from './numbers';
import type { FactHere, PositionView } from './positionView';
import { visibleString } from './visibleText';

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
  return [
    ...(view.temperature === 1 && !leaks ? faint(view, worst) : shares(view, worst)),
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
    number(fact.teacher),
    plain(' to '),
    { kind: 'token', text: named[0] ?? '' },
    plain(
      named.length > 1
        ? ` and ${named.length - 1} more token${named.length > 2 ? 's' : ''}, which lead to `
        : ', which leads to ',
    ),
    plain('the forgotten answer '),
    answer(fact.answer),
    plain(` (${nameOf(fact)}). `),
    ...(temperature === 1 ? inTheText(view, fact) : []),
    ...referenceShare(fact, named.length),
    ...studentShare(view, fact),
  ];
}

/** Texts of the tokens that make up what the teacher gives; an answer's rare spellings are not worth a word. */
function weighty(fact: FactHere): string[] {
  return fact.tokens.filter(({ teacher }, i) => i === 0 || teacher >= WEIGHTY * fact.teacher).map(({ text }) => text);
}

function referenceShare(fact: FactHere, tokens: number): Phrase[] {
  if (fact.reference === null) {
    return [
      plain(fact.band !== null ? 'There is no reference, so all of it counts as leaked. ' : 'There is no reference. '),
    ];
  }
  const them = tokens === 1 ? 'it' : 'them';
  return [plain(`The reference gives ${them} `), number(fact.reference), plain('. ')];
}

function studentShare(view: PositionView, fact: FactHere): Phrase[] {
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
  if (fact.kind === 'stated') {
    return [plain('The text itself states it here: the data filter missed it. ')];
  }
  if (fact.kind === 'shadow') {
    return [plain(view.context.atEnd ? 'The text ends before it. ' : 'The text does not say it. ')];
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
  return { kind: 'number', text: percentInText(p) };
}

function answer(text: string): Phrase {
  return { kind: 'answer', text };
}
