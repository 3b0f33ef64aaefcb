import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import fc from 'fast-check';
import { CONFIG_KEYS, CORPUS_KEYS, DEFAULT_CONFIG, parseConfig, SWAP_KEYS } from '../../../src/core/config/parseConfig';
import { ENTRY_KEYS } from '../../../src/core/forget/entryKeys';
import { parseForgetSet } from '../../../src/core/forget/parseForgetSet';
import { repoRoot } from '../../repoRoot';

interface Schema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly [keyword: string]: unknown;
}

const load = (name: string) => JSON.parse(readFileSync(join(repoRoot, 'schemas', name), 'utf8')) as Schema;
const seepSchema = load('seep.schema.json');
const forgetSchema = load('forget.schema.json');
const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });

/** Strings and everything that is not one, near the rules' edges. */
const scalar = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\n',
    'a',
    ' a',
    'a\u00a0',
    'a b',
    '\u2028',
    'auto',
    'cuda',
    'CPU',
    'high',
    'High',
    'fact',
    'rule',
  ),
  fc.constantFrom(0, 1, 0.001, 0.0009, 0.02, 1.5, -1, 100, 100.5, 0.01, 1e9),
  fc.constantFrom(true, false, null),
);
const value = fc.oneof(
  { weight: 3, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.constant({}),
  fc.constant([[]]),
);

/** Objects with some of the keys, mostly with values that fit `good`, and now and then a key of nobody's. */
function objects(
  keys: readonly string[],
  good: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.Arbitrary<Record<string, unknown>> {
  const model: Record<string, fc.Arbitrary<unknown>> = { stranger: value };
  for (const key of keys) {
    model[key] = fc.oneof({ weight: 4, arbitrary: good[key] ?? fc.constant('x') }, value);
  }
  return fc
    .record(model, { requiredKeys: [] })
    .chain((object) =>
      fc
        .nat(5)
        .map((die) =>
          die > 0 ? Object.fromEntries(Object.entries(object).filter(([key]) => key !== 'stranger')) : object,
        ),
    );
}

const strings = fc.oneof(fc.constant('x'), fc.array(fc.constantFrom('x', 'y z'), { maxLength: 2 }));

/** Both must accept, and both must refuse, often enough for the comparison to mean something. */
function agree(
  made: fc.Arbitrary<Record<string, unknown>>,
  schema: (object: unknown) => boolean,
  parser: (text: string) => boolean,
): void {
  const seen = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(made, (object) => {
      const text = JSON.stringify(object);
      const accepted = parser(text);
      assert.equal(schema(JSON.parse(text)), accepted, text);
      seen[accepted ? 'accepted' : 'refused']++;
    }),
    { numRuns: 3000 },
  );
  assert.ok(seen.accepted > 150 && seen.refused > 150, JSON.stringify(seen));
}

describe('JSON schemas', function () {
  this.timeout(30_000);
  it('accept and refuse the same seep.json files as the parser', () => {
    const corpus = objects(CORPUS_KEYS, { include: strings, exclude: strings });
    const made = objects(CONFIG_KEYS, {
      corpus,
      swap: objects(SWAP_KEYS, { subjects: strings, count: fc.constantFrom(1, 16) }),
      onPolicy: fc.boolean(),
      unattributed: fc.boolean(),
      temperature: fc.constantFrom(0.01, 1, 100),
      threshold: fc.constantFrom(0.001, 0.5, 1),
      provider: fc.constantFrom('auto', 'cpu'),
    });
    const validate = ajv.compile(seepSchema);
    agree(
      made,
      (object) => validate(object) === true,
      (text) => parseConfig(text).problems.length === 0,
    );
  });

  it('accept and refuse the same facts as the parser', () => {
    const made = objects(ENTRY_KEYS.fact, {
      kind: fc.constant('fact'),
      subjects: strings,
      answers: fc.constantFrom('x', ['x'], ['x', 'y']),
      prompts: strings,
      distractors: strings,
      tags: strings,
      severity: fc.constantFrom('low', 'medium', 'high'),
    });
    const validate = ajv.compile(forgetSchema);
    agree(
      made,
      (object) => validate(object) === true,
      (text) => parseForgetSet(text).problems.length === 0,
    );
  });

  it('name the same keys as the parsers, each with a description', () => {
    const { properties = {} } = seepSchema;
    assert.deepEqual(Object.keys(properties), [...CONFIG_KEYS]);
    assert.deepEqual(Object.keys(properties.corpus?.properties ?? {}), [...CORPUS_KEYS]);
    assert.deepEqual(Object.keys(properties.swap?.properties ?? {}), [...SWAP_KEYS]);
    assert.deepEqual(Object.keys(forgetSchema.properties ?? {}), [...ENTRY_KEYS.fact]);
    const all = [
      seepSchema,
      forgetSchema,
      ...[properties, properties.corpus?.properties, properties.swap?.properties, forgetSchema.properties].flatMap(
        (each) => Object.values(each ?? {}),
      ),
    ];
    for (const each of all) {
      assert.match(each.description ?? '', /^.{20,}\.$|\.$/s);
    }
  });

  it('give the same defaults as the parsers', () => {
    const defaultsOf = ({ properties = {} }: Schema): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries(properties).flatMap(([key, schema]) =>
          schema.properties ? [[key, defaultsOf(schema)]] : 'default' in schema ? [[key, schema.default]] : [],
        ),
      );
    const { teacher, student, forgetSet, threshold, ...withDefaults } = DEFAULT_CONFIG;
    assert.deepEqual([teacher, student, forgetSet, threshold], [null, null, null, null]);
    assert.deepEqual(defaultsOf(seepSchema), withDefaults);
    const [fact] = parseForgetSet('{"answers": "x"}').facts;
    assert.ok(fact);
    const { id, answers, line, ...factDefaults } = fact;
    assert.deepEqual([id, answers, line], ['1', ['x'], 1]);
    assert.deepEqual(defaultsOf(forgetSchema), factDefaults);
  });
});
