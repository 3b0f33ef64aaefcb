import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkPattern } from '../../../src/core/forget/pattern';

describe('regular expressions of a forget set', () => {
  it('are looked into without being run', () => {
    assert.deepEqual(checkPattern('(?<a>\\d+) × (?:(?<b>\\d+)|(x)) ='), {
      groups: ['a', 'b'],
      matchesEmptyText: false,
    });
    const started = performance.now();
    assert.deepEqual(checkPattern(`${'('.repeat(20)}x?${'){1,99}'.repeat(20)}`), {
      groups: [],
      matchesEmptyText: true,
    });
    assert.ok(performance.now() - started < 500);
  });

  it('are refused with the reason and its place', () => {
    assert.deepEqual(checkPattern('a(b'), { fault: 'Unterminated group', index: 3 });
    assert.deepEqual(checkPattern('a/u: )'), { fault: "Unmatched ')'", index: 5 });
    assert.deepEqual(checkPattern('\\p{Script=Klingon}'), { fault: 'Invalid property name', index: 17 });
    assert.deepEqual(checkPattern('(?i:x)'), { fault: 'Invalid group', index: 1 });
    assert.deepEqual(checkPattern('x'.repeat(1001)), { fault: 'it has more than 1,000 characters', index: 1000 });
  });

  it('are known to match the empty text exactly when they do', () => {
    const atom = fc.constantFrom('a', '.', '\\d', '[^]', '[]', '^', '$', '\\b', '\\B', '\\1', '(?<n>x?)', '(x)');
    const { pattern } = fc.letrec<{ pattern: string; element: string }>((tie) => ({
      pattern: fc
        .array(
          fc.array(tie('element'), { maxLength: 3 }).map((all) => all.join('')),
          { minLength: 1, maxLength: 2 },
        )
        .map((all) => all.join('|')),
      element: fc.oneof(
        { maxDepth: 3 },
        atom,
        fc
          .tuple(fc.constantFrom('(?:', '(?=', '(?!', '(?<=', '(?<!', '('), tie('pattern'))
          .map(([open, inner]) => `${open}${inner})`),
        fc
          .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{0,2}', '{2}', '+?'))
          .map(([inner, quantifier]) => `(?:${inner})${quantifier}`),
      ),
    }));
    const seen = { yes: 0, no: 0 };
    fc.assert(
      fc.property(pattern, (source) => {
        let regex: RegExp;
        try {
          regex = new RegExp(source, 'u');
        } catch {
          return;
        }
        const checked = checkPattern(source);
        assert.ok('matchesEmptyText' in checked, source);
        assert.equal(checked.matchesEmptyText, regex.test(''), source);
        seen[checked.matchesEmptyText ? 'yes' : 'no']++;
      }),
      { numRuns: 3000 },
    );
    assert.ok(seen.yes > 200 && seen.no > 200, JSON.stringify(seen));
  });
});
