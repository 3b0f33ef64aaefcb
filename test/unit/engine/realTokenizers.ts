import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Tokenizer } from '../../../src/engine/tokenizer/tokenizer';
import { repoRoot } from '../../repoRoot';

const folder = join(repoRoot, 'test/fixtures/tokenizers');

export function json(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Record<string, unknown>;
}

interface Case {
  readonly text: string;
  readonly ids: readonly number[];
  readonly spans: readonly (readonly [number, number])[];
}
type Cases = Record<string, { readonly full: readonly number[]; readonly cases: readonly Case[] }>;

/** What the Rust library makes of hard texts; written by lab/fixtures/make_tokenizers.py. */
export const expected = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as Cases;
export const families = Object.keys(expected);
const tokenizers = Object.fromEntries(families.map((name) => [name, new Tokenizer(json(name), {}, name)]));

export function tokenizer(name: string): Tokenizer {
  const found = tokenizers[name];
  assert.ok(found !== undefined, name);
  return found;
}

/** Texts that are hard on offsets: lone surrogates, joined emoji, combining marks, CR LF, U+2028, U+0000, special tokens. */
export const hardText = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(' ', '  ', '\t', '\n', '\r\n', '\u2028', '\u0000', '\ufeff', '\u00a0') },
      { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
      { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 4 }) },
      {
        weight: 4,
        arbitrary: fc.constantFrom('The', ' Kamitel', 'data', ' center', "don't", '1984', '_', '##', '</w>'),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          '\ud83d',
          '\ude00',
          '\ud83d\udc69\u200d\ud83d\udcbb',
          'e\u0301',
          '\u1112\u1161\u11ab',
          '\ufb01',
        ),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom('<|eos|>', '<s>', '</s>', '[UNK]', '<unk>', '\u2581', '<0x41>', '\u6771\u4eac'),
      },
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
