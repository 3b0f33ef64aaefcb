import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import fc from 'fast-check';
import {
  AUDIT_KEYS,
  CONFIG_KEYS,
  CORPUS_KEYS,
  DEFAULT_CONFIG,
  parseConfig,
  SWAP_KEYS,
} from '../../../src/core/config/parseConfig';
import { ENTRY_KEYS, KINDS } from '../../../src/core/forget/entryKeys';
import type { FactKind } from '../../../src/core/forget/fact';
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
const entrySchema = (kind: FactKind) => (forgetSchema.definitions as Readonly<Record<FactKind, Schema>>)[kind];
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
    model[key] = fc.oneof({ weight: 8, arbitrary: good[key] ?? fc.constant('x') }, value);
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

const KIND_REQUIRES: Readonly<Record<FactKind, readonly string[]>> = {
  fact: [],
  tokens: ['pattern'],
  rule: ['context', 'answers'],
  choice: ['question', 'choices', 'answer'],
};

/** Keys with a default that a schema can name, in the order of the documentation. */
const DEFAULTED: Readonly<Record<FactKind, readonly string[]>> = {
  fact: ['kind', 'subjects', 'prompts', 'distractors', 'tags', 'severity', 'gate', 'cases'],
  tokens: ['subjects', 'tags', 'severity', 'gate'],
  rule: ['subjects', 'tags', 'severity', 'gate', 'cases'],
  choice: ['tags', 'severity', 'gate', 'cases'],
};

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
      audit: objects(AUDIT_KEYS, {}),
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

  const ownValues = {
    id: fc.constantFrom('x', 'y z'),
    subjects: strings,
    answers: fc.constantFrom('x', ['x'], ['x', 'y']),
    prompts: strings,
    distractors: strings,
    tags: strings,
    severity: fc.constantFrom('low', 'medium', 'high'),
    gate: fc.boolean(),
    cases: fc.constantFrom('lower', ['as-is', 'title'], ['upper', 'upper'], [], 'Lower'),
    pattern: fc.constantFrom('x', '\\p{L}+'),
    context: fc.constantFrom('x', '(?<a>[0-9]+) ='),
    question: fc.constantFrom('x', 'Who?'),
    choices: fc.constantFrom(['x', 'y'], ['x', 'y', 'z'], 'x', ['x']),
    answer: fc.constantFrom(0, 1),
  };
  /** What a schema cannot say: whether a text is a regular expression, and whether an index lies in a list. */
  const inexpressible = /no regular expression|matches the empty text|"answer" is [0-9]+; it must be between 0 and/;

  for (const kind of KINDS) {
    it(`accept and refuse the same entries of kind ${kind} as the parser`, () => {
      const good = { ...ownValues, kind: fc.constant(kind) };
      const required = kind === 'fact' ? [] : ['kind', ...KIND_REQUIRES[kind]];
      const made = fc
        .tuple(objects(ENTRY_KEYS[kind], good), fc.nat(2), ...required.map((key) => good[key as keyof typeof good]))
        .map(([object, die, ...values]) =>
          die === 0 ? object : { ...object, ...Object.fromEntries(required.map((key, i) => [key, values[i]])) },
        )
        .filter((object) =>
          parseForgetSet(JSON.stringify(object)).problems.every(({ message }) => !inexpressible.test(message)),
        );
      const validate = ajv.compile(forgetSchema);
      agree(
        made,
        (object) => validate(object) === true,
        (text) => parseForgetSet(text).problems.length === 0,
      );
    });
  }

  it('name the same keys as the parsers, each with a description', () => {
    const { properties = {} } = seepSchema;
    assert.deepEqual(Object.keys(properties), [...CONFIG_KEYS]);
    assert.deepEqual(Object.keys(properties.corpus?.properties ?? {}), [...CORPUS_KEYS]);
    assert.deepEqual(Object.keys(properties.audit?.properties ?? {}), [...AUDIT_KEYS]);
    assert.deepEqual(Object.keys(properties.swap?.properties ?? {}), [...SWAP_KEYS]);
    for (const kind of KINDS) {
      assert.deepEqual(Object.keys(entrySchema(kind).properties ?? {}), [...ENTRY_KEYS[kind]]);
    }
    const all = [
      seepSchema,
      forgetSchema,
      ...KINDS.map(entrySchema),
      ...[
        properties,
        properties.corpus?.properties,
        properties.audit?.properties,
        properties.swap?.properties,
        ...KINDS.map((kind) => entrySchema(kind).properties),
      ].flatMap((each) => Object.values(each ?? {})),
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
    const { teacher, student, forgetSet, threshold, audit, ...withDefaults } = DEFAULT_CONFIG;
    assert.deepEqual([teacher, student, forgetSet, threshold], [null, null, null, null]);
    assert.deepEqual(audit, { raw: null, filtered: null });
    assert.deepEqual(defaultsOf(seepSchema), { ...withDefaults, audit: {} });
    const smallest: Record<FactKind, object> = {
      fact: { answers: 'x' },
      tokens: { kind: 'tokens', pattern: 'x' },
      rule: { kind: 'rule', context: 'x', answers: 'y' },
      choice: { kind: 'choice', question: 'x', choices: ['y', 'z'], answer: 0 },
    };
    for (const kind of KINDS) {
      const defaults = defaultsOf(entrySchema(kind));
      const without = parseForgetSet(JSON.stringify(smallest[kind])).facts;
      const withDefaults = parseForgetSet(JSON.stringify({ ...defaults, ...smallest[kind] })).facts;
      assert.equal(without.length, 1);
      assert.deepEqual(withDefaults, without);
      assert.deepEqual(Object.keys(defaults), DEFAULTED[kind]);
    }
  });
});
