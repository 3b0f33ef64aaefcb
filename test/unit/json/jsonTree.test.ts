import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type JsonNode, JsonSyntaxError, MAX_DEPTH, parseJson } from '../../../src/core/json/jsonTree';

/** The plain value of a tree, built as JSON.parse builds it. */
function plainValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object': {
      const entries = node.members.map(({ key, value }) => [key, plainValue(value)] as const);
      return Object.fromEntries(entries);
    }
    case 'array':
      return node.items.map(plainValue);
    case 'null':
      return null;
    default:
      return node.value;
  }
}

function faultOf(text: string): JsonSyntaxError {
  try {
    parseJson(text);
  } catch (error) {
    assert.ok(error instanceof JsonSyntaxError);
    return error;
  }
  assert.fail(`accepted ${text}`);
}

describe('JSON with places', function () {
  this.timeout(30_000);
  it('reads what JSON.parse reads, to the same values', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(0, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        assert.deepEqual(plainValue(parseJson(text)), JSON.parse(text));
      }),
    );
  });

  it('accepts and refuses the same texts as JSON.parse after random damage', () => {
    const damage = fc.tuple(
      fc.nat(),
      fc.nat(3),
      fc.constantFrom('', ...'{}[]",:\\ntfu0123456789.-+eE \t\n\u0001\u2028é/*#\''),
    );
    let refused = 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.array(damage, { maxLength: 3 }), (value, edits) => {
        const text = edits.reduce((before, [at, removed, added]) => {
          const place = at % (before.length + 1);
          return before.slice(0, place) + added + before.slice(place + removed);
        }, JSON.stringify(value));
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          refused++;
          const { offset } = faultOf(text);
          assert.ok(offset >= 0 && offset <= text.length);
          return;
        }
        assert.deepEqual(plainValue(parseJson(text)), expected);
      }),
      { numRuns: 3000 },
    );
    assert.ok(refused > 500, `only ${refused} damaged texts`);
  });

  it('says where and what the fault is', () => {
    const cases: [text: string, offset: number, message: RegExp][] = [
      ['', 0, /expected a value, found the end/],
      ['{"a": 1,}', 8, /no comma may stand before "}"/],
      ['[1, ]', 4, /no comma may stand before "]"/],
      ["{'a': 1}", 1, /double quotes/],
      ['{"a" 1}', 5, /expected ":" behind the key, found 1/],
      ['{"a": 1 "b": 2}', 8, /expected "," or "}", found a string/],
      ['{"a": nul}', 6, /expected a value, found nul/],
      ['{"a": NaN}', 6, /found NaN/],
      ['{"a": 01}', 6, /01 is not a number/],
      ['{"a": 1.}', 6, /1\. is not a number/],
      ['{"a": "x\ty"}', 8, /control character U\+0009/],
      ['{"a": "x', 6, /not closed/],
      ['{"a": "\\x41"}', 7, /backslash/],
      ['{"a": "\\u12g4"}', 7, /four hexadecimal digits/],
      ['{} // note', 3, /a comment/],
      ['# note', 0, /a comment/],
      ['{}{}', 2, /nothing may follow/],
      ['\u00a0{}', 0, /U\+00A0/],
    ];
    for (const [text, offset, message] of cases) {
      const fault = faultOf(text);
      assert.match(fault.message, message, text);
      assert.equal(fault.offset, offset, text);
    }
  });

  it('gives every node its place', () => {
    const text = ' {"a" : [1.5e3, "x\\n"], "a": null} ';
    const root = parseJson(text);
    assert.ok(root.kind === 'object');
    assert.deepEqual(
      root.members.map(({ key, keyStart, value }) => [key, keyStart, text.slice(value.start, value.end)]),
      [
        ['a', 2, '[1.5e3, "x\\n"]'],
        ['a', 24, 'null'],
      ],
    );
    const list = root.members[0]?.value;
    assert.ok(list?.kind === 'array');
    assert.deepEqual(
      list.items.map((item) => text.slice(item.start, item.end)),
      ['1.5e3', '"x\\n"'],
    );
  });

  it('refuses nesting without end instead of overflowing the stack', () => {
    assert.equal(parseJson('['.repeat(MAX_DEPTH) + ']'.repeat(MAX_DEPTH)).kind, 'array');
    assert.match(faultOf('['.repeat(1_000_000)).message, /nested more than/);
  });

  it('keeps a key named __proto__ as an ordinary key', () => {
    const root = parseJson('{"__proto__": {"answers": "x"}}');
    assert.ok(root.kind === 'object');
    assert.deepEqual(
      root.members.map(({ key }) => key),
      ['__proto__'],
    );
  });
});
