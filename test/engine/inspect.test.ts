import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineClient } from '../../src/client/engineClient';
import { SeepError } from '../../src/core/errors';
import { MOST_NAMED } from '../../src/engine/inspect';
import type { Inspection, InspectParams } from '../../src/protocol/engine';
import { demoModels, fact, newClient } from './support/engineClient';
import {
  type Bigrams,
  bigramFolder,
  idOf,
  logWeights,
  modelFolder,
  removeModelFolders,
  slowGraph,
  V,
  WORDS,
  wordTokenizer,
} from './support/handMadeModels';

const teacher: Bigrams = { in: { oak: 0.5, elm: 0.3, red: 0.1 } };
const student: Bigrams = { in: { oak: 0.2, elm: 0.6 } };
const reference: Bigrams = { in: { oak: 0.05, elm: 0.7, red: 0.05 } };
const text = 'the mill is in elm';

/** float32 inside the runtime, float64 behind it. */
function near(actual: number | undefined, expected: number, what: string): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 2e-6, `${what}: ${actual}, by hand ${expected}`);
}

/** p behind "in", by token id, at a temperature. */
function behindIn(bigrams: Bigrams, temperature: number): number[] {
  const row = [...logWeights(bigrams).subarray(idOf('in') * V, idOf('in') * V + V)];
  const weights = row.map((logit) => Math.exp(logit / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

describe('a look at one position', function () {
  this.timeout(60_000);
  let client: EngineClient;
  const look = (params: Partial<InspectParams> = {}): Promise<Inspection> =>
    client.inspect({ text, at: { position: 4 }, temperature: 1, topK: 3, ...params });

  before(async () => {
    client = newClient();
    await client.open({
      teacher: bigramFolder(teacher),
      student: bigramFolder(student),
      reference: bigramFolder(reference),
      provider: 'cpu',
    });
    await client.setForgetSet([
      fact('hill', ['red hill', 'hill'], ['mill']),
      fact('also', ['red'], ['mill']),
      fact('later', ['oak'], ['elm']),
      fact('always', ['bay']),
    ]);
  });
  after(async () => {
    await client.dispose();
    removeModelFolders();
  });

  it('lists the likeliest of very many forget answers, counts the others, and the rest has their probability', async () => {
    const demo = newClient();
    try {
      await demo.open(demoModels);
      const vocabulary = JSON.parse(readFileSync(join(demoModels.teacher, 'tokenizer.json'), 'utf8')).model.vocab;
      const words = Object.keys(vocabulary).filter((token) => /^\u0120[A-Za-z]+$/.test(token));
      assert.ok(words.length > MOST_NAMED);
      await demo.setForgetSet(words.map((word) => fact(word, [word.slice(1)])));
      const {
        rows,
        teacher: own,
        unlisted,
      } = await demo.inspect({
        text: 'The company was founded',
        at: { position: 3 },
        temperature: 1,
        topK: 5,
      });
      const named = rows.filter(({ facts }) => facts.length > 0);
      assert.ok(named.length >= MOST_NAMED && named.length <= MOST_NAMED + 15, `${named.length}`);
      assert.ok(unlisted >= words.length - named.length, `${unlisted}`);
      const listed = rows.reduce((sum, row) => sum + row.teacher.p, 0);
      near(own.rest, 1 - listed, 'the rest');
      assert.ok(rows.some(({ actual }) => actual));
    } finally {
      await demo.dispose();
    }
  });

  it('is exact over the full vocabulary, at any temperature', async () => {
    for (const temperature of [0.1, 0.7, 1, 2, 10]) {
      const { rows, teacher: own, student: other, reference: third, ...rest } = await look({ temperature, topK: 200 });
      const p = behindIn(teacher, temperature);
      const q = behindIn(student, temperature);
      const r = behindIn(reference, temperature);
      assert.equal(rows.length, V);
      for (const { id, teacher: a, student: b, reference: c } of rows) {
        near(a.p, p[id] ?? Number.NaN, 'teacher');
        near(b?.p, q[id] ?? Number.NaN, 'student');
        near(c?.p, r[id] ?? Number.NaN, 'reference');
        assert.equal(a.rank, 1 + p.filter((x) => x > (p[id] ?? 0) * (1 + 1e-6)).length, 'rank');
      }
      const h = (d: number[]) => -d.reduce((sum, x) => sum + x * Math.log(x), 0);
      const kl = (d: number[], e: number[]) => d.reduce((sum, x, i) => sum + x * Math.log(x / (e[i] ?? 0)), 0);
      const middle = p.map((x, i) => (x + (q[i] ?? 0)) / 2);
      near(own.entropy, h(p), 'entropy');
      near(other?.entropy, h(q), 'entropy');
      near(third?.rest, 0, 'rest');
      near(rest.teacherStudent?.kl, kl(p, q), 'KL');
      near(rest.teacherStudent?.reverseKl, kl(q, p), 'reverse KL');
      near(rest.teacherStudent?.js, (kl(p, middle) + kl(q, middle)) / 2, 'JS');
      near(rest.teacherReference?.kl, kl(p, r), 'KL to the reference');
      assert.equal(rest.temperature, temperature);
    }
  });

  it('lists every model\u2019s likeliest tokens, the answers and what the text goes on with', async () => {
    const { rows, teacher: view } = await look({ topK: 1 });
    const names = rows.map(({ text: word }) => word);
    // oak leads the teacher's list, elm the others'; red, hill and bay lead to answers; elm follows in the text.
    assert.deepEqual(new Set(names), new Set(['oak', 'elm', 'red', 'hill', 'bay']));
    assert.deepEqual(names.slice(0, 3), ['oak', 'elm', 'red']);
    assert.deepEqual(
      rows.map(({ teacher: { p } }) => p),
      rows.map(({ teacher: { p } }) => p).sort((a, b) => b - a),
    );
    const facts = Object.fromEntries(rows.map((row) => [row.text, [...row.facts].sort()]));
    assert.deepEqual(facts, { oak: [], elm: [], red: ['also', 'hill'], hill: ['hill'], bay: ['always'] });
    assert.deepEqual(
      rows.filter(({ actual }) => actual).map(({ text: word }) => word),
      ['elm'],
    );
    near(view.rest, (0.1 / 10) * 8, 'rest');
  });

  it('marks the answers by depth: behind "red" it is "hill" that leads on', async () => {
    const { rows } = await look({ text: 'the mill is in red bay', at: { position: 5 } });
    const facts = Object.fromEntries(rows.map((row) => [row.text, row.facts]));
    assert.deepEqual(facts.hill, ['hill']);
    assert.deepEqual(facts.red, ['also']);
  });

  it('opens gates only behind their subjects', async () => {
    const { rows } = await look({ at: { position: 1 }, topK: 200 });
    assert.deepEqual(
      rows.flatMap(({ facts }) => facts),
      ['always'],
    );
  });

  it('follows the answers of a fact token by token, exactly, at any temperature', async () => {
    for (const temperature of [0.5, 1, 3]) {
      const { followed } = await look({ temperature, follow: 'hill' });
      assert.equal(followed?.fact, 'hill');
      // The teacher gives "red" more than "hill": that way comes first.
      assert.deepEqual(
        followed.ways.map((way) => way.map(({ text: word }) => word)),
        [['red', 'hill'], ['hill']],
      );
      const [[first, second] = [], [only] = []] = followed.ways;
      const models = { teacher, student, reference };
      for (const model of ['teacher', 'student', 'reference'] as const) {
        const p = behindIn(models[model], temperature);
        near(first?.[model] ?? Number.NaN, p[idOf('red')] ?? Number.NaN, `${model}, red`);
        near(only?.[model] ?? Number.NaN, p[idOf('hill')] ?? Number.NaN, `${model}, hill`);
        // Nothing is known of what follows "red": all tokens alike.
        near(second?.[model] ?? Number.NaN, 1 / V, `${model}, hill behind red`);
      }
    }
  });

  it('reads along the answer: a step is the probability behind the ones before it', async () => {
    const engine = newClient();
    try {
      const bigrams: Bigrams = { in: { red: 0.3 }, red: { hill: 0.8, bay: 0.1 }, hill: { of: 0.6 } };
      await engine.open({ teacher: bigramFolder(bigrams), student: null, reference: null, provider: 'cpu' });
      await engine.setForgetSet([fact('long', ['red hill of', 'red bay'], ['mill'])]);
      const at = { text, at: { position: 4 }, temperature: 1, topK: 3 };
      const { followed } = await engine.inspect({ ...at, follow: 'long' });
      const numbers = followed?.ways.map((way) => way.map((step) => [step.text, Number(step.teacher.toFixed(5))]));
      assert.deepEqual(
        numbers?.toSorted((a, b) => b.length - a.length),
        [
          [
            ['red', 0.3],
            ['hill', 0.8],
            ['of', 0.6],
          ],
          [
            ['red', 0.3],
            ['bay', 0.1],
          ],
        ],
      );
      assert.deepEqual(followed?.ways[0]?.[0]?.student, null);
      // In the middle of the answer only its rest is followed.
      const inside = await engine.inspect({
        text: 'the mill is in red bay',
        at: { position: 5 },
        temperature: 1,
        topK: 3,
        follow: 'long',
      });
      assert.deepEqual(
        inside.followed?.ways.map((way) => way.map((step) => step.text)),
        [['hill', 'of'], ['bay']],
      );
      assert.equal((await engine.inspect(at)).followed, null);
      assert.equal((await engine.inspect({ ...at, follow: 'unknown' })).followed, null);
      assert.equal(
        (await engine.inspect({ ...at, at: { position: 1 }, follow: 'long' })).followed,
        null,
        'its gate is shut',
      );
    } finally {
      await engine.dispose();
    }
  });

  it('finds the position by offset', async () => {
    const at = async (offset: number) => (await look({ at: { offset } })).position;
    assert.deepEqual([await at(4), await at(7), await at(8), await at(9), await at(17)], [1, 1, 2, 2, 4]);
    assert.equal(await at(18), 5, "the record's end");
    assert.equal(await at(999), 5);
    assert.equal(await at(0), 1, 'the first token is not predicted');
  });

  it('stays within the record', async () => {
    const spans = [
      [4, 8],
      [9, 11],
      [12, 14],
      [15, 18],
      [18, 18],
    ];
    for (const [position, expected] of [
      [-5, 1],
      [0, 1],
      [5, 5],
      [99, 5],
    ] as const) {
      const inspection = await look({ at: { position } });
      assert.equal(inspection.position, expected);
      assert.equal(inspection.firstPosition, 1);
      assert.deepEqual(inspection.spans, spans);
    }
    assert.ok(
      (await look({ at: { position: 5 } })).rows.every(({ actual }) => !actual),
      'nothing follows the end',
    );
  });

  it('refuses an empty record where nothing stands in front of it', async () => {
    await assert.rejects(look({ text: '' }), (error: unknown) => error instanceof SeepError && error.code === 'record');
  });

  it('counts special tokens in front as position 0, and predicts the first of the text', async () => {
    const engine = newClient();
    try {
      const tokenizer = {
        ...wordTokenizer,
        added_tokens: [{ id: idOf('a'), content: 'a', special: true, normalized: false }],
        post_processor: {
          type: 'TemplateProcessing',
          single: [
            { SpecialToken: { id: 'a', type_id: 0 } },
            { Sequence: { id: 'A', type_id: 0 } },
            { SpecialToken: { id: '.', type_id: 0 } },
          ],
          pair: [],
          special_tokens: {},
        },
      };
      const { models } = await engine.open({
        teacher: modelFolder({ tokenizer }),
        student: null,
        reference: null,
        provider: 'cpu',
      });
      assert.equal(models.teacher.bos, 'a');
      const first = await engine.inspect({ text: 'the mill', at: { offset: 0 }, temperature: 1, topK: 1 });
      assert.deepEqual(
        [first.position, first.firstPosition, first.spans],
        [
          1,
          1,
          [
            [0, 3],
            [4, 8],
            [8, 8],
          ],
        ],
      );
      const empty = await engine.inspect({ text: '', at: { position: 9 }, temperature: 1, topK: 1 });
      assert.deepEqual([empty.position, empty.spans], [1, [[0, 0]]]);
    } finally {
      await engine.dispose();
    }
  });

  it('runs no model again for another temperature or list length', async () => {
    const engine = newClient();
    try {
      const slow = modelFolder({ model: slowGraph('hill', 5000).finish() });
      await engine.open({ teacher: slow, student: null, reference: null, provider: 'cpu' });
      const params = { text: 'the hill is', at: { position: 2 }, temperature: 1, topK: 3 };
      const timed = async (change: object) => {
        const started = performance.now();
        await engine.inspect({ ...params, ...change });
        return performance.now() - started;
      };
      const first = await timed({});
      const again = Math.max(
        await timed({ temperature: 3 }),
        await timed({ topK: 9 }),
        await timed({ at: { offset: 9 } }),
      );
      assert.ok(again < first / 3, `${again} ms after ${first} ms`);
    } finally {
      await engine.dispose();
    }
  });

  it('leaves out models that were not given', async () => {
    const engine = newClient();
    try {
      await engine.open({ teacher: bigramFolder(teacher), student: null, reference: null, provider: 'cpu' });
      const inspection = await engine.inspect({ text, at: { position: 4 }, temperature: 1, topK: 2 });
      assert.deepEqual(
        [inspection.student, inspection.reference, inspection.teacherStudent, inspection.teacherReference],
        [null, null, null, null],
      );
      assert.ok(inspection.rows.every((row) => row.student === null && row.reference === null));
    } finally {
      await engine.dispose();
    }
  });

  it('shows tokens as words', async () => {
    const { rows } = await look({ topK: 200 });
    assert.deepEqual(new Set(rows.map((row) => row.text)), new Set(['[UNK]', ...WORDS]));
  });
});
