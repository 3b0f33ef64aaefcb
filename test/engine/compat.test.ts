import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Model } from '../../src/engine/model';
import { readModelFolder } from '../../src/engine/modelFolder';
import { repoRoot } from '../repoRoot';

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
      const folder = await readModelFolder(join(fixtures, row.folder));
      const model = await Model.load(folder, { provider: 'cpu', threads: 1 });
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
});
