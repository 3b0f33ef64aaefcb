import assert from 'node:assert/strict';
import fc from 'fast-check';
import { visibleJson, visibleText } from '../../../src/core/report/visibleText';

const ACTING = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u;

describe('visible text', function () {
  this.timeout(30_000);
  it('shows what a terminal would act on', () => {
    assert.equal(visibleText('a\u001b[31mred\u0007\r\n\tb\u009b2J'), 'a<U+001B>[31mred<U+0007>␍↵⇥b<U+009B>2J');
    assert.equal(
      visibleText('\u202eevil\u2066x\u200f\u061c\ufeff\u200b\u00ad'),
      '<U+202E>evil<U+2066>x<U+200F><U+061C><U+FEFF><U+200B><U+00AD>',
    );
    assert.equal(visibleText('\u2028\u2029\ud83d!\u{e0041}'), '<U+2028><U+2029><U+D83D>!<U+E0041>');
  });

  it('leaves ordinary text alone, joiners in emoji and Persian too', () => {
    for (const text of ['naïve café 数据 — “x”', '👩🏽‍🚀❤️', 'می‌خواهم', 'a\u0301', '']) {
      assert.equal(visibleText(text), text);
    }
  });

  it('never lets a control character through', () => {
    fc.assert(
      fc.property(fc.uint16Array({ maxLength: 40 }), (units) => {
        const text = String.fromCharCode(...units);
        assert.doesNotMatch(visibleText(text), ACTING);
      }),
    );
  });
});

describe('visible JSON', function () {
  this.timeout(30_000);
  it('escapes the same characters and stands for the same value', () => {
    assert.equal(
      visibleJson({ a: 'x\u2028\u009b\u202ey\u{e0041}\n' }),
      '{"a":"x\\u2028\\u009b\\u202ey\\udb40\\udc41\\n"}',
    );
    assert.equal(visibleJson(['é', 1], 2), '[\n  "é",\n  1\n]');
    fc.assert(
      fc.property(fc.uint16Array({ maxLength: 40 }), fc.constantFrom(undefined, 2), (units, indent) => {
        const value = { text: String.fromCharCode(...units) };
        const json = visibleJson(value, indent);
        assert.deepEqual(JSON.parse(json), value);
        assert.doesNotMatch(json.replaceAll('\n', ''), ACTING);
      }),
    );
  });
});
