import assert from 'node:assert/strict';
import fc from 'fast-check';
import { coversOf } from '../../../src/engine/tokenizer/tokenCovers';
import { families, tokenizer } from './realTokenizers';

describe('the tokens that cover given bytes', () => {
  it('are all that start with them, and all that are a beginning of them', () => {
    for (const name of families) {
      const own = tokenizer(name);
      const known = Array.from({ length: own.vocabularySize }, (_, id) => ({
        id,
        text: own.bytesOf(id)?.join() ?? '',
      }));
      const words = known.filter(({ id, text }) => text !== '' && !own.isContinuing(id));
      fc.assert(
        fc.property(fc.constantFrom(...words), fc.nat(), (token, cut) => {
          const bytes = own.bytesOf(token.id) ?? new Uint8Array();
          const begun = bytes.subarray(0, 1 + (cut % bytes.length));
          const { over, within, ids } = coversOf(own).of({ bytes: begun, continues: false });
          const text = `${begun.join()},`;
          const starts = (a: string, b: string) => `${a},`.startsWith(b);
          assert.deepEqual(new Set(over), new Set(words.filter((each) => starts(each.text, text)).map(({ id }) => id)));
          assert.deepEqual(
            new Set(within.map(({ id }) => id)),
            new Set(
              words
                .filter((each) => !over.includes(each.id) && starts(begun.join(), `${each.text},`))
                .map(({ id }) => id),
            ),
          );
          for (const { id, rest } of within) {
            assert.deepEqual([...(own.bytesOf(id) ?? []), ...rest.bytes], [...begun]);
            assert.equal(rest.continues, name === 'bert');
          }
          assert.deepEqual(ids, [...over, ...within.map(({ id }) => id)]);
        }),
        { numRuns: 30 },
      );
    }
  });
});
