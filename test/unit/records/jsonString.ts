import fc from 'fast-check';

const SHORT: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
};

/** A string and one of the many ways to write it in JSON; `sources[i]` is the piece of source that stands for unit i. */
export interface WrittenString {
  readonly text: string;
  readonly sources: readonly string[];
}

/** Random UTF-16 texts (lone surrogates too), every unit written raw, as a short escape or as \u in either case, wherever JSON allows it. */
export const writtenString: fc.Arbitrary<WrittenString> = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('\n', '\r\n', '"', '\\', '/', '\u2028', '😀', 'a b', '\ud83d', '\ude00'),
      fc.string({ maxLength: 12 }),
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''))
  .chain((text) =>
    fc.array(fc.nat(99), { minLength: text.length, maxLength: text.length }).map((choices) => ({
      text,
      sources: Array.from({ length: text.length }, (_, i) => writeUnit(text.charAt(i), choices[i] ?? 0)),
    })),
  );

function writeUnit(unit: string, choice: number): string {
  const code = unit.charCodeAt(0);
  const hex = `\\u${code.toString(16).padStart(4, '0')}`;
  const short = SHORT[unit];
  const mustEscape = code < 0x20 || unit === '"' || unit === '\\';
  if (choice < 60 && !mustEscape) {
    return unit;
  }
  if (choice < 80 && short !== undefined) {
    return short;
  }
  return choice % 2 === 0 ? hex : hex.replace(/[a-f]+/g, (letters) => letters.toUpperCase());
}
