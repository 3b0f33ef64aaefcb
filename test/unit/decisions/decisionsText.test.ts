import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import fc from 'fast-check';
import { DECISION_ACTIONS, decisionKey } from '../../../src/core/decisions/decision';
import { MAX_FAULTS } from '../../../src/core/decisions/parseDecisions';
import { DECISION_KEYS, MAX_LINE } from '../../../src/core/decisions/readDecision';
import { decisionLine } from '../../../src/core/decisions/writeDecisions';
import { grouped } from '../../../src/core/l10n';
import { repoRoot } from '../../repoRoot';
import { anyDecision } from './anyDecision';
import { parseAtOnce, textAtOnce } from './atOnce';

const HASH = 'a'.repeat(64);
const line = (keys: object) => JSON.stringify({ schema: 'seep.decision/1', record: `sha256:${HASH}`, ...keys });
const faults = (text: string) =>
  parseAtOnce(text).problems.map((each) => `${each.line}:${each.column}: ${each.message}`);

describe('a file of decisions', () => {
  it('is read line by line, with blank lines, a byte-order mark and either line end', () => {
    const text = `\ufeff${line({ action: 'reviewed' })}\r\n\n${line({ action: 'mask', start: 3, end: 7, file: 'a.jsonl', line: 2 })}`;
    const { decisions, problems } = parseAtOnce(text);
    assert.deepEqual(problems, []);
    const nothing = { fact: null, span: null, reason: null, file: null, line: null, time: null };
    assert.deepEqual(decisions, [
      { record: HASH, action: 'reviewed', ...nothing },
      { record: HASH, action: 'mask', ...nothing, span: { start: 3, end: 7 }, file: 'a.jsonl', line: 2 },
    ]);
  });

  it('is given up after many faults, however many millions there are', () => {
    const good = line({ action: 'reviewed' });
    const { decisions, problems } = parseAtOnce(`${good}\n${'x\n'.repeat(3_000_000)}`);
    assert.equal(decisions.length, 1);
    assert.equal(problems.length, MAX_FAULTS + 1);
    assert.equal(problems.at(-1)?.line, MAX_FAULTS + 2);
    assert.match(problems.at(-1)?.message ?? '', /after 1,000 faults nothing from this line on was read/);
  });

  it('has no endless lines', () => {
    const keys = Object.fromEntries(Array.from({ length: MAX_LINE / 8 }, (_, i) => [`key ${i}`, i]));
    assert.deepEqual(faults(`${line({ action: 'drop', ...keys })}\n${line({ action: 'drop' })}`), [
      `1:1: the line has ${grouped(line({ action: 'drop', ...keys }).length)} characters; a decision has at most 65,536`,
    ]);
  });

  it('takes no key for more than it is, whatever JavaScript makes of it', () => {
    for (const key of ['__proto__', 'constructor', 'toString']) {
      const text = line({ action: 'drop' }).replace('"action"', `"${key}":{"fact":"f"},"action"`);
      const { decisions, problems } = parseAtOnce(text);
      assert.deepEqual(decisions, []);
      assert.match(problems[0]?.message ?? '', new RegExp(`unknown key "${key}"`));
    }
  });

  for (const [what, keys, message] of [
    ['an unknown key', { action: 'drop', reson: 'x' }, /^2:\d+: unknown key "reson"; did you mean "reason"\?$/],
    ['an unknown action', { action: 'delete' }, /"action" cannot be "delete"; it must be one of "drop", "mask"/],
    ['no action', {}, /"action" is missing/],
    ['another schema', { schema: 'seep.decision/2', action: 'drop' }, /"schema" cannot be "seep.decision\/2"/],
    ['a hash that is none', { record: 'sha256:12', action: 'drop' }, /"record" must be "sha256:" and the SHA-256/],
    ['an ignore without a reason', { action: 'ignore' }, /"ignore" needs a "reason"/],
    ['half a span', { action: 'mask', start: 2 }, /"start" and "end" go together/],
    [
      'a span that ends before it starts',
      { action: 'mask', start: 2, end: 1 },
      /"end" is 1; it must not be less than "start", which is 2/,
    ],
    [
      'a mask of everything',
      { action: 'mask' },
      /"mask" needs "start" and "end"; to leave out the whole record use "drop"/,
    ],
    ['a mask of a fact', { action: 'mask', start: 1, end: 2, fact: 'f' }, /take "fact" away/],
    ['a drop of a place', { action: 'drop', start: 1, end: 2 }, /"drop" is about a whole record; take "start" away/],
    ['a time that is none', { action: 'drop', time: 'yesterday' }, /"time" must be a date and time such as/],
    ['a line that is none', { action: 'drop', line: 0 }, /"line" is 0; it must be between 1 and/],
    [
      'an endless reason',
      { action: 'ignore', reason: 'x'.repeat(1001) },
      /"reason" has 1,001 characters; shorten it to 1,000/,
    ],
  ] as const) {
    it(`names the line and the mend of ${what}, and the other lines stand`, () => {
      const good = line({ action: 'reviewed' });
      const { decisions, problems } = parseAtOnce(`${good}\n${line(keys)}\n`);
      assert.deepEqual(
        decisions.map(({ action }) => action),
        ['reviewed'],
      );
      assert.ok(problems.every((each) => each.line === 2));
      assert.match(faults(`${good}\n${line(keys)}\n`).join('\n'), message);
    });
  }

  it('knows a merge that nobody resolved, and what is no object', () => {
    assert.match(
      faults('<<<<<<< HEAD').join(),
      /^1:1: not JSON: .*; resolve the merge and keep the lines of both sides$/,
    );
    assert.deepEqual(faults('[1]'), ['1:1: a decision must be an object, not a list']);
    assert.equal(faults(`x\n${line({ action: 'drop' })}\ny\n`).length, 2);
  });

  it('says of two lines with one key what the later one says', () => {
    const text = ['first', 'second'].map((reason) => line({ action: 'ignore', reason })).join('\n');
    assert.deepEqual(
      parseAtOnce(text).decisions.map(({ reason }) => reason),
      ['second'],
    );
  });

  it('never throws, whatever is in it', () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.boolean());
    const keys = fc.dictionary(fc.constantFrom(...DECISION_KEYS, 'stranger'), scalar);
    const lines = fc.array(
      fc.oneof(
        fc.string(),
        keys.map((each) => JSON.stringify(each)),
        keys.map(line),
      ),
    );
    fc.assert(
      fc.property(lines, (some) => {
        const { decisions, problems } = parseAtOnce(some.join('\n'));
        assert.deepEqual(parseAtOnce(textAtOnce(decisions)).problems, []);
        assert.ok(problems.every((each) => each.line >= 1 && each.column >= 1));
      }),
      { numRuns: 1000 },
    );
  });

  it('holds any decisions, and reads back what it holds, in one order', () => {
    const sorted = (text: string) => text.split('\n').toSorted();
    fc.assert(
      fc.property(fc.array(anyDecision), (some) => {
        const kept = [...new Map(some.map((each) => [decisionKey(each), each])).values()];
        const text = textAtOnce(kept);
        const { decisions, problems } = parseAtOnce(text);
        assert.deepEqual(problems, []);
        assert.deepEqual(sorted(textAtOnce(decisions)), sorted(text));
        assert.equal(textAtOnce(kept.toReversed()), text);
        assert.ok(!/(?!\n)[\p{Cc}\p{Zl}\p{Zp}]/u.test(text), 'a line is a line to any program');
      }),
      { numRuns: 1000 },
    );
  });

  it('is described by its schema', () => {
    const schema = JSON.parse(readFileSync(join(repoRoot, 'schemas/decisions.schema.json'), 'utf8'));
    const valid = new Ajv({
      allErrors: true,
      strict: true,
      strictRequired: false,
      formats: { 'date-time': true },
    }).compile(schema);
    assert.deepEqual(Object.keys(schema.properties), [...DECISION_KEYS]);
    assert.deepEqual(schema.properties.action.enum, [...DECISION_ACTIONS]);
    fc.assert(
      fc.property(anyDecision, (each) =>
        assert.ok(valid(JSON.parse(decisionLine(each))), JSON.stringify(valid.errors)),
      ),
    );
    for (const keys of [
      {},
      { action: 'x' },
      { action: 'ignore' },
      { action: 'mask' },
      { action: 'drop', fact: 'f' },
      { action: 'drop', x: 1 },
    ]) {
      assert.equal(valid(JSON.parse(line(keys))), false, JSON.stringify(keys));
    }
  });

  it('is in the documentation as it is written', () => {
    const doc = readFileSync(join(repoRoot, 'docs/decisions.md'), 'utf8');
    const example = /```jsonl\n([\s\S]*?)```/.exec(doc)?.[1] ?? '';
    const { decisions, problems } = parseAtOnce(example);
    assert.deepEqual(problems, []);
    assert.deepEqual(new Set(decisions.map(({ action }) => action)), new Set(DECISION_ACTIONS));
    assert.equal(textAtOnce(decisions), example);
    for (const key of DECISION_KEYS) {
      assert.ok(doc.includes(`\`${key}\``), key);
    }
  });
});
