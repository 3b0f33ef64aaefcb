import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SeepError } from '../../src/core/errors';
import type { GraphBuilder } from '../../src/engine/graphBuilder';
import { Model } from '../../src/engine/model';
import { readModelFolder } from '../../src/engine/modelFolder';
import { elementType } from '../../src/engine/onnxFile';
import type { OpenParams } from '../../src/protocol/engine';
import { repoRoot } from '../repoRoot';
import { fact, newClient, scanTexts } from './support/engineClient';
import { bigramGraph, logWeights, modelFolder, removeModelFolders } from './support/handMadeModels';

const fixtures = join(repoRoot, 'test/fixtures/compat');

/** What lab/compat says of one model folder. */
interface CompatRow {
  readonly folder: string;
  readonly architecture: string;
  readonly cache: string;
  readonly weights: string;
  readonly exporter: string;
  readonly against: string;
  /** Nats. */
  readonly tolerance: number;
  /** Logits that no token has. */
  readonly padding: number;
  /** By text: the model's input, and at some of its tokens the log-probabilities of some that may follow. */
  readonly texts: readonly {
    readonly ids: readonly number[];
    readonly rows: readonly (readonly [time: number, tokens: readonly number[], logprobs: readonly number[]])[];
  }[];
}

const { texts, rows } = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')) as {
  readonly texts: readonly string[];
  readonly rows: readonly CompatRow[];
};

async function load(path: string): Promise<Model> {
  return Model.load(await readModelFolder(path), { provider: 'cpu', threads: 1 });
}

function differences(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? Number.NaN))));
}

/** By text, then by row: the log-probabilities that the engine reports. */
async function scored(model: Model, jobs: CompatRow['texts']): Promise<Float32Array[][]> {
  const found: Float32Array[][] = [];
  const asked = jobs.map(({ ids, rows: places }, text) => ({
    text,
    input: ids,
    rows: places.map(([time]) => time),
    picks: places.map(([, tokens]) => tokens),
  }));
  await model.run(asked, {}, ({ text }, results) => {
    found[text] = results.map(({ picked }) => picked);
  });
  return found;
}

describe('models of many architectures, exported in many ways (test/fixtures/compat)', function () {
  this.timeout(60_000);
  const largest = new Map<string, number>();

  after(() => {
    for (const [kind, difference] of largest) {
      console.log(`    largest difference, ${kind}: ${difference.toExponential(1)} nats`);
    }
  });

  it('are those of docs/models.md', () => {
    const table = readFileSync(join(repoRoot, 'docs/models.md'), 'utf8');
    const lines = rows.map(({ architecture, cache, weights, exporter, against, tolerance }) =>
      ['', architecture, cache, weights, exporter, against, tolerance.toExponential(0), ''].join(' | ').trim(),
    );
    assert.deepEqual(
      table.split('\n').filter((line) => /^\|.*e-\d \|$/.test(line)),
      lines,
      'run python -m lab.compat',
    );
  });

  for (const row of rows) {
    it(row.folder, async () => {
      const model = await load(join(fixtures, row.folder));
      try {
        assert.deepEqual(
          texts.map((text) => model.tokenizer.encode(text).ids),
          row.texts.map(({ ids }) => ids),
        );
        assert.equal(model.info.vocabulary - model.tokenizer.vocabularySize, row.padding);
        const alone: Float32Array[][] = [];
        for (const text of row.texts) {
          alone.push(...(await scored(model, [text])));
        }
        const expected = row.texts.flatMap(({ rows: places }) => places.flatMap(([, , logprobs]) => logprobs));
        const difference = differences(
          alone.flat().flatMap((values) => [...values]),
          expected,
        );
        const kind = `${row.weights}, ${row.against}`;
        largest.set(kind, Math.max(largest.get(kind) ?? 0, difference));
        assert.ok(difference <= row.tolerance, `${difference} nats from ${row.against}`);

        // Texts of different lengths that are run together change nothing.
        const together = (await scored(model, row.texts)).flat();
        const shift = differences(
          together.flatMap((values) => [...values]),
          alone.flat().flatMap((values) => [...values]),
        );
        if (row.weights.startsWith('8 bits')) {
          assert.ok(
            model.notices.some((notice) => /probabilities move by/.test(notice)),
            'its noise is not told',
          );
        } else {
          assert.ok(shift <= row.tolerance, `${shift} nats from a batch of one`);
        }
      } finally {
        await model.release();
      }
    });
  }

  it('say the same in the engine, whichever way one model was exported', async () => {
    const client = newClient();
    try {
      const [teacher, student, reference] = [
        'llama-merged-float32',
        'llama-past-float32-fused',
        'llama-past-float32-dynamo',
      ].map((name) => join(fixtures, name)) as [string, string, string];
      const scan = async (models: Pick<OpenParams, 'student' | 'reference'>) => {
        await client.open({ teacher, provider: 'cpu', ...models });
        await client.setForgetSet([fact('f', ['Solwyn', 'Brenmoor', '1'])]);
        const { scores, failures } = await scanTexts(client, texts);
        assert.deepEqual(failures, []);
        return scores.flatMap(({ leaks }) => leaks);
      };
      const leaks = await scan({ student, reference: null });
      assert.ok(leaks.length > 20, `${leaks.length} leaks`);
      for (const { tokenMass, studentMass } of leaks) {
        assert.ok(Math.abs(tokenMass - (studentMass ?? Number.NaN)) < 1e-5, `${tokenMass}, student ${studentMass}`);
      }
      // What the reference knows as well is no leak.
      assert.deepEqual(await scan({ student: null, reference }), []);
    } finally {
      await client.dispose();
    }
  });

  describe('are refused, with the reason, where Seep cannot run them', () => {
    const refused = (why: RegExp, graph: GraphBuilder) => async () => {
      const path = modelFolder({ model: graph.finish(), config: { max_position_embeddings: 64 } });
      await assert.rejects(load(path), (error: unknown) => {
        assert.ok(error instanceof SeepError && error.code === 'model', String(error));
        assert.ok(error.message.startsWith(join(path, 'model.onnx')), error.message);
        assert.match(error.message, why);
        return true;
      });
    };
    const { float32, bfloat16, float16, int64 } = elementType;
    const base = () => bigramGraph(logWeights({}));

    after(removeModelFolders);

    it(
      'a cache in bfloat16',
      refused(
        /"past_key_values\.0\.key" in bfloat16.*float32 or float16/,
        base().input('past_key_values.0.key', bfloat16, ['batch', 2, 'past', 8]),
      ),
    );
    it(
      'a cache of a fixed length',
      refused(
        /"past_key_values\.0\.key" that Seep cannot fill/,
        base().input('past_key_values.0.key', float32, ['batch', 2, 128, 8]),
      ),
    );
    it(
      'a cache whose heads nobody tells',
      refused(/cannot fill/, base().input('past_key_values.0.key', float32, ['batch', 'heads', 'past', 8])),
    );
    it(
      'a state of a size that nobody tells, or too large for any machine',
      refused(/"past_ssm\.0" that Seep cannot fill/, base().input('past_ssm.0', float16, ['batch', 1 << 20, 1 << 20])),
    );
    it(
      'a mask for every pair of tokens',
      refused(/the runtime cannot run this model/, base().input('attention_mask', int64, ['batch', 1, 's', 't'])),
    );
  });
});
