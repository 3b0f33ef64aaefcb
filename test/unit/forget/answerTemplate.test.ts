import assert from 'node:assert/strict';
import fc from 'fast-check';
import { computeAnswer, parseAnswerTemplate } from '../../../src/core/forget/answerTemplate';
import { ExpressionError } from '../../../src/core/forget/expression';

const answer = (template: string, groups: Record<string, string | undefined> = {}) =>
  computeAnswer(parseAnswerTemplate(template, Object.keys(groups)), groups);

function fault(template: string, groups: readonly string[] = ['a', 'b', 'count']): string {
  try {
    parseAnswerTemplate(template, groups);
  } catch (error) {
    assert.ok(error instanceof ExpressionError);
    return `${error.offset}: ${error.message}`;
  }
  return 'none';
}

describe('computed answers', () => {
  it('follow the rules of arithmetic', () => {
    const groups = { a: '7', b: '-3' };
    const expected: Record<string, string | null> = {
      '{a*b}': '-21',
      '{a + b * 2}': '1',
      '{(a + b) * 2}': '8',
      '{a - b - 1}': '9',
      '{a / 2}': '3.5',
      '{a / 7 / 7 * 49}': '7',
      '{-a^2}': '-49',
      '{(-a)^2}': '49',
      '{2^3^2}': '512',
      '{2^-2}': '0.25',
      '{2^-2*4}': '1',
      '{0^0}': '1',
      '{--a}': '7',
      '{a % b}': '-2',
      '{-a % 3}': '2',
      '{7.5 % 2}': '1.5',
      '{abs(b)}': '3',
      '{floor(-0.5)}': '-1',
      '{ceil(-0.5)}': '0',
      '{round(2.5)}': '3',
      '{round(-2.5)}': '-3',
      '{round(2/3, 2)}': '0.67',
      '{round(1234, -2)}': '1200',
      '{min(a, b, 0)} to {max(a)}': '-3 to 7',
      '{0.1 + 0.2}': '0.3',
      '{1/8}': '0.125',
      '{-1/1024}': '-0.0009765625',
    };
    for (const [template, result] of Object.entries(expected)) {
      assert.equal(answer(template, groups), result, template);
    }
  });

  it('are none where there is no exact and short one', () => {
    const groups = {
      a: '7',
      word: 'seven',
      zero: '0',
      absent: undefined,
      long: '9'.repeat(60),
      longer: '9'.repeat(61),
    };
    for (const template of [
      '{a/3}',
      '{1/2^13}',
      '{a/zero}',
      '{zero^-1}',
      '{a % zero}',
      '{word*2}',
      '{absent}',
      '{absent + 1}',
      '{longer + 1}',
      '{longer}{longer}',
      '{long^2}',
      '{((((9^64)^64)^64)^64)^64 * 0}',
      '{a^65}',
      '{a^0.5}',
      '{round(a, 13)}',
      '{round(a, 0.5)}',
      ' ',
    ]) {
      assert.equal(answer(template, groups), null, template);
    }
    assert.equal(answer('{long + 1}', groups), `1${'0'.repeat(60)}`);
    assert.equal(answer('{long * 1}', groups), groups.long);
  });

  it('take a group alone as the text it is, and braces written twice', () => {
    assert.equal(answer('{{{city}}} in {2000 + year}', { city: 'Vandor', year: '19' }), '{Vandor} in 2019');
    assert.equal(answer('{a}', { a: '007' }), '007');
    assert.equal(answer('{a + 0}', { a: '007' }), '7');
    assert.equal(answer('{a * b}', { a: '\u22124', b: '+2.50' }), '-10');
    assert.equal(answer('{a + 1}', { a: '1,000' }), null);
    assert.equal(answer('{größe_2}', { größe_2: 'x' }), 'x');
    assert.equal(answer('{toString}', { toString: 'x' } as never), 'x');
    assert.equal(answer(' plain '), 'plain');
  });

  it('say where a template is wrong', () => {
    assert.deepEqual(
      [
        'x}',
        '{',
        '{a',
        '{a*}',
        '{a b}',
        '{}',
        '{coun}',
        '{xyz}',
        '{sin(a)}',
        '{abs(a, b)}',
        '{(a}',
        '{a = b}',
        '{a.b}',
        '{"a"}',
        `{${'('.repeat(40)}a${')'.repeat(40)}}`,
        `{${'1'.repeat(61)}}`,
        'x'.repeat(401),
      ].map((each) => fault(each)),
      [
        '1: "}" closes nothing; write "}}" for a brace',
        '1: expected a number, a group or "(", found the end',
        '2: expected an operator or "}", found the end',
        '3: expected a number, a group or "(", found "}"',
        '3: expected an operator or "}", found "b"',
        '1: expected a number, a group or "(", found "}"',
        '1: "context" has no group named "coun"; did you mean "count"?',
        '1: "context" has no group named "xyz"; its groups are a, b, count',
        '1: there is no function "sin"; there are abs, floor, ceil, round, min, max',
        '1: "abs" takes 1 operands, not 2',
        '3: expected an operator or ")", found "}"',
        '3: expected an operator or "}", found "="',
        '2: expected an operator or "}", found "."',
        '1: expected a number, a group or "(", found "\\""',
        '33: parentheses and operators are nested more than 32 deep',
        '1: a number may have at most 60 digits',
        '400: an answer may have at most 400 characters',
      ],
    );
    assert.equal(fault('{a}', []), '1: "context" has no group named "a"; it has no named groups; write (?<name>...)');
  });

  it('agree with machine arithmetic where that is exact', () => {
    // Sixteenths below 2^16: sums and products of three are exact in binary floating point.
    const number = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 16);
    fc.assert(
      fc.property(number, number, number, (a, b, c) => {
        const groups = { a: String(a), b: String(b), c: String(c) };
        assert.equal(answer('{a + b - c}', groups), String(a + b - c));
        assert.equal(answer('{floor(a * b)}', groups), String(Math.floor(a * b) + 0));
        assert.equal(answer('{max(a, b, c) + min(a, b, c)}', groups), String(Math.max(a, b, c) + Math.min(a, b, c)));
        assert.equal(answer('{abs(a) % 1}', groups), String(Math.abs(a) % 1));
        assert.equal(answer('{a * b / b}', groups), b === 0 ? null : String(a));
      }),
    );
  });

  it('cannot be made to work for long', () => {
    const started = performance.now();
    const huge = `{max(${Array(8).fill('(9^64 * 9^64)^64 % (7^64 + 1)').join(', ')})}`;
    assert.equal(answer(huge), null);
    assert.equal(
      answer(`{${Array(90).fill('a^64').join(' * ')}}`.slice(0, 400).replace(/[^4]*$/, '}'), { a: '9'.repeat(60) }),
      null,
    );
    assert.ok(performance.now() - started < 200);
  });
});
