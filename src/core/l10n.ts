/** What people read: a language of the editor, or English. */
export interface Language {
  /** BCP 47 tag: how numbers are written, and which form goes with a count. */
  readonly tag: string;
  /** Translations by their English message; what is missing stays English. */
  readonly messages: Readonly<Record<string, string>>;
}

export const ENGLISH: Language = { tag: 'en', messages: {} };

let language = ENGLISH;
let numbers = numberForms(ENGLISH.tag);

/**
 * Chooses the language of everything that is said from now on. The first import of each program that does not speak English does it,
 * because other modules hold words that they say later.
 */
export function speak(chosen: Language): void {
  language = chosen;
  numbers = numberForms(chosen.tag);
}

/** The language that is spoken now. */
export function spokenLanguage(): Language {
  return language;
}

/**
 * A message in people's language. `{0}`, `{1}`, … stand for the values, which are put in as they are.
 * @param message the English message, written out: the bundle is made from the source
 */
export function t(message: string, ...values: readonly (string | number)[]): string {
  return say(message, values);
}

/**
 * A message about a number of things, `{0}`; further values are `{1}`, `{2}`, …
 * @param one said of one thing (or whatever the language counts like one)
 * @param other said of any other number
 */
export function plural(count: number, one: string, other: string, ...values: readonly (string | number)[]): string {
  return say(numbers.plurals.select(count) === 'one' ? one : other, [grouped(count), ...values]);
}

/**
 * A message with values that are no text, such as elements of a page: its stretches of text and its values, in the language's order.
 * A value may consist of several, as another message does.
 */
export function parts<T extends object>(
  message: string,
  ...values: readonly (string | T | readonly (string | T)[])[]
): (string | T)[] {
  const stretches = translated(message).split(/\{(\d+)\}/);
  return stretches.flatMap((stretch, i): string | T | readonly (string | T)[] => {
    const isText = i % 2 === 0;
    return isText ? (stretch === '' ? [] : stretch) : (values[Number(stretch)] ?? `{${stretch}}`);
  });
}

/** A whole number with thousands kept apart: "12,345". */
export function grouped(number: number): string {
  return numbers.grouping.format(number);
}

/** Digits that were worked out already ("0.083"), with the decimal sign of people's language. */
export function decimal(digits: string | number): string {
  return String(digits).replace('.', numbers.point);
}

function say(message: string, values: readonly (string | number)[]): string {
  return translated(message).replace(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}

function translated(message: string): string {
  return language.messages[message] ?? message;
}

function numberForms(tag: string) {
  const grouping = new Intl.NumberFormat(tag, { maximumFractionDigits: 0 });
  const point = new Intl.NumberFormat(tag).formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.';
  return { grouping, plurals: new Intl.PluralRules(tag), point };
}
