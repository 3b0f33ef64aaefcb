import assert from 'node:assert/strict';
import fc from 'fast-check';
import { offsetInString } from '../../../src/core/json/offsetInString';

describe('the place of a unit in a JSON string', () => {
  it('is where its own spelling begins, however the string is escaped', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 4 })), fc.nat(1), (pieces, style) => {
        const value = pieces.join('\n"\\');
        const plain = JSON.stringify(value);
        const json =
          style === 0
            ? plain
            : `"${[...Array(value.length).keys()].map((i) => `\\u${value.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;
        const text = `  ${json}`;
        for (let index = 0; index <= value.length; index++) {
          const at = offsetInString(text, 2, index);
          // Cut there, the string still reads as the units before.
          const before = `${text.slice(2, at)}"`;
          assert.equal(JSON.parse(before), value.slice(0, index));
        }
      }),
    );
  });
});
