import { t } from '../src/core/l10n';
import { count } from './numbers';

/** A stretch of text to draw. `mark`: the glyphs stand for characters that cannot be seen. */
export interface Piece {
  readonly text: string;
  readonly mark: boolean;
}

export interface VisibleOptions {
  /** Which plain spaces become ␣: all, only runs of two and more, or none. */
  readonly spaces: 'all' | 'runs' | 'none';
  /** Longest text to draw, in UTF-16 units; what is beyond is replaced with a count. */
  readonly limit: number;
}

interface Invisible {
  readonly glyph: string;
  readonly name: string;
}

/** Characters that draw nothing, or that change how their neighbours are drawn, with what stands for them. */
const INVISIBLE: ReadonlyMap<number, Invisible> = new Map([
  ...[
    t('null'),
    t('start of heading'),
    t('start of text'),
    t('end of text'),
    t('end of transmission'),
    t('enquiry'),
    t('acknowledge'),
    t('bell'),
    t('backspace'),
    t('tab'),
    t('line feed'),
    t('vertical tab'),
    t('form feed'),
    t('carriage return'),
    t('shift out'),
    t('shift in'),
    t('data link escape'),
    t('device control 1'),
    t('device control 2'),
    t('device control 3'),
    t('device control 4'),
    t('negative acknowledge'),
    t('synchronous idle'),
    t('end of block'),
    t('cancel'),
    t('end of medium'),
    t('substitute'),
    t('escape'),
    t('file separator'),
    t('group separator'),
    t('record separator'),
    t('unit separator'),
  ].map((name, code): [number, Invisible] => [code, { glyph: String.fromCharCode(0x2400 + code), name }]),
  [0x09, { glyph: '→', name: t('tab') }],
  [0x0a, { glyph: '⏎', name: t('line feed') }],
  [0x7f, { glyph: '␡', name: t('delete') }],
  [0xa0, { glyph: '⍽', name: t('no-break space') }],
  [0xad, named('SHY', t('soft hyphen'))],
  [0x34f, named('CGJ', t('combining grapheme joiner'))],
  [0x61c, named('ALM', t('Arabic letter mark'))],
  [0x115f, named('HCF', t('Hangul filler'))],
  [0x1160, named('HJF', t('Hangul filler'))],
  [0x180e, named('MVS', t('Mongolian vowel separator'))],
  [0x200b, named('ZWSP', t('zero-width space'))],
  [0x200c, named('ZWNJ', t('zero-width non-joiner'))],
  [0x200d, named('ZWJ', t('zero-width joiner'))],
  [0x200e, named('LRM', t('left-to-right mark'))],
  [0x200f, named('RLM', t('right-to-left mark'))],
  [0x2028, named('LS', t('line separator'))],
  [0x2029, named('PS', t('paragraph separator'))],
  [0x202a, named('LRE', t('left-to-right embedding'))],
  [0x202b, named('RLE', t('right-to-left embedding'))],
  [0x202c, named('PDF', t('end of direction override'))],
  [0x202d, named('LRO', t('left-to-right override'))],
  [0x202e, named('RLO', t('right-to-left override'))],
  [0x202f, named('NNBSP', t('narrow no-break space'))],
  [0x2060, named('WJ', t('word joiner'))],
  [0x2066, named('LRI', t('left-to-right isolate'))],
  [0x2067, named('RLI', t('right-to-left isolate'))],
  [0x2068, named('FSI', t('first-strong isolate'))],
  [0x2069, named('PDI', t('end of isolate'))],
  [0x3000, { glyph: '□', name: t('ideographic space') }],
  [0x3164, named('HF', t('Hangul filler'))],
  [0xfeff, named('BOM', t('byte-order mark'))],
  [0xfffd, { glyph: '\ufffd', name: t('bytes that are no whole character') }],
]);

/** Joiners belong to the letters and emoji on both sides of them: they are shown only where they stand at an end. */
const JOINERS: ReadonlySet<number> = new Set([0x200c, 0x200d]);

/** Splits `text` into pieces that show every character, in order. Concatenating them does not give `text` back. */
export function visible(text: string, options: VisibleOptions): Piece[] {
  const shown = cut(text, options.limit);
  const pieces: Piece[] = [];
  const add = (part: string, mark: boolean) => {
    const last = pieces.at(-1);
    if (last !== undefined && last.mark === mark) {
      pieces[pieces.length - 1] = { text: last.text + part, mark };
    } else {
      pieces.push({ text: part, mark });
    }
  };
  for (let i = 0; i < shown.length; ) {
    const code = shown.codePointAt(i) ?? 0;
    const character = String.fromCodePoint(code);
    const next = i + character.length;
    const glyph = glyphOf(code, i === 0 || next === shown.length, () =>
      options.spaces === 'runs' ? shown[i - 1] === ' ' || shown[i + 1] === ' ' : options.spaces === 'all',
    );
    if (glyph !== null) {
      add(glyph, true);
    } else {
      // A combining mark at the start has no letter to sit on.
      add(i === 0 && /^\p{M}/u.test(character) ? `◌${character}` : character, false);
    }
    i = next;
  }
  if (shown.length < text.length) {
    add(t('… {0} more', count(text.length - shown.length)), true);
  }
  return pieces;
}

/** The pieces' text in one string, for tooltips and sentences. */
export function visibleString(text: string, options: VisibleOptions): string {
  return visible(text, options)
    .map((piece) => piece.text)
    .join('');
}

/** A token as one says it: a leading space is left out, what cannot be seen is named. At most 80 characters or so. */
export function spoken(text: string): string {
  if (text === '') {
    return t('nothing');
  }
  const body = cut(text, 80);
  const words: string[] = [];
  let run = '';
  const flush = () => {
    if (run !== '') {
      words.push(run);
      run = '';
    }
  };
  const trimmed = /^ \S/u.test(body) ? body.slice(1) : body;
  for (const character of trimmed) {
    const name = nameOf(character.codePointAt(0) ?? 0, /^\s+$/u.test(trimmed));
    if (name === null) {
      run += character;
    } else {
      flush();
      words.push(name);
    }
  }
  flush();
  const said = countRepeats(words).join(' ');
  return body.length < text.length ? t('{0}, cut', said) : said;
}

function countRepeats(words: readonly string[]): string[] {
  const out: { word: string; times: number }[] = [];
  for (const word of words) {
    const last = out.at(-1);
    if (last?.word === word) {
      last.times += 1;
    } else {
      out.push({ word, times: 1 });
    }
  }
  return out.map(({ word, times }) => (times > 1 ? t('{0} times {1}', times, word) : word));
}

function glyphOf(code: number, atEnd: boolean, showSpace: () => boolean): string | null {
  if (code === 0x20) {
    return showSpace() ? '␣' : null;
  }
  if (JOINERS.has(code) && !atEnd) {
    return null;
  }
  return INVISIBLE.get(code)?.glyph ?? (isUnseen(code) ? codeLabel(code) : null);
}

function nameOf(code: number, spaces: boolean): string | null {
  if (code === 0x20) {
    return spaces ? t('space') : null;
  }
  return INVISIBLE.get(code)?.name ?? (isUnseen(code) ? codeLabel(code) : null);
}

/** C1 controls, odd spaces, lone surrogates, tag characters, invisible operators, noncharacters. */
function isUnseen(code: number): boolean {
  return (
    (code >= 0x80 && code <= 0x9f) ||
    (code >= 0x2000 && code <= 0x200a) ||
    (code >= 0x205f && code <= 0x206f) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    (code >= 0xfff0 && code <= 0xfffb) ||
    (code >= 0xe0000 && code <= 0xe007f) ||
    (code & 0xfffe) === 0xfffe
  );
}

/** The longest start of `text` of at most `limit` units that does not split a surrogate pair. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) {
    return text;
  }
  const end = /[\ud800-\udbff]/.test(text[limit - 1] ?? '') ? limit - 1 : limit;
  return text.slice(0, end);
}

function named(short: string, name: string): Invisible {
  return { glyph: `‹${short}›`, name };
}

function codeLabel(code: number): string {
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}
