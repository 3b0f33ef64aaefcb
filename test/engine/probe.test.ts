import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CachedEngine } from '../../src/client/cache/cachedEngine';
import { DiskCache } from '../../src/client/cache/diskCache';
import type { Fact } from '../../src/core/forget/fact';
import type { PromptProbe } from '../../src/core/probe/factProbe';
import { questionOf } from '../../src/core/probe/question';
import type { ModelRole } from '../../src/protocol/engine';
import { repoRoot } from '../repoRoot';
import { temporaryFolder } from '../unit/temporaryFolder';
import { askFacts } from './support/askFacts';
import { demoFacts } from './support/cliWorkspace';
import { demoModels, fact, newClient } from './support/engineClient';
import {
  type Bigrams,
  bigramFolder,
  bigramGraph,
  failingGraph,
  idOf,
  logWeights,
  modelFolder,
  probability,
  removeModelFolders,
  tokenBigramFolder,
  wordTokenizer,
} from './support/handMadeModels';
import { deadlyEngine } from './support/tamperedEngine';

/** float32 inside the runtime. */
const ROUNDING = 2e-6;
/** The golden file is computed in float64, one sequence at a time. */
const TOLERANCE = 1e-4;

const model: Bigrams = {
  in: { oak: 0.5, elm: 0.3, red: 0.1 },
  oak: { hill: 0.6, bay: 0.2 },
  red: { elm: 0.6, oak: 0.3 },
  hill: { '.': 0.9 },
  elm: { hill: 0.8 },
};

function asked(answers: readonly string[], prompts: readonly string[], distractors: readonly string[] = []): Fact {
  return { ...fact('f', answers), prompts, distractors };
}

function near(actual: number | null | undefined, expected: number, what: string, tolerance = ROUNDING): void {
  const ok = typeof actual === 'number' && Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected));
  assert.ok(ok, `${what}: ${actual}, expected ${expected}`);
}

describe('what a model answers to prompts', function () {
  this.timeout(60_000);
  const client = newClient();
  const folder = temporaryFolder();
  after(async () => {
    await client.dispose();
    removeModelFolders();
  });

  it('has every quantity of a model that can be worked out by hand', async () => {
    const facts = [asked(['oak hill', 'red oak bay'], ['the mill is in', 'a red'], ['elm', 'bay hill'])];
    const { probes, failures } = await askFacts(client, bigramFolder(model), facts, 3);
    assert.deepEqual(failures, []);
    const [first, second] = probes[0] ?? [];
    const p = (word: 'in' | 'bay' | 'red', next: 'bay' | 'hill' | 'red') => probability(model, word, next);
    near(first?.mass, 0.5 * 0.6 + 0.1 * 0.3 * 0.2, 'mass');
    near(first?.tokenMass, 0.6, 'tokenMass');
    const wrong = (0.3 + Math.sqrt(p('in', 'bay') * p('bay', 'hill'))) / 2;
    near(first?.truthRatio, wrong / Math.sqrt(0.5 * 0.6), 'truthRatio');
    assert.equal(first?.rank, 1);
    assert.match(first?.continuation ?? '', /^oak hill \./);
    near(second?.mass, 0.3 * 0.6 + p('red', 'red') * 0.3 * 0.2, 'mass behind the second prompt');
    assert.equal(second?.rank, 2);
    assert.match(second?.continuation ?? '', /^elm hill \./);
  });

  it('lets an answer end that is longer than the continuation was to be', async () => {
    const long: Bigrams = {
      in: { red: 0.9 },
      red: { oak: 0.9 },
      oak: { bay: 0.9 },
      bay: { hill: 0.9 },
      hill: { a: 0.9 },
    };
    const { probes } = await askFacts(client, bigramFolder(long), [asked(['red oak bay'], ['in'])], 1);
    assert.equal(probes[0]?.[0]?.continuation, 'red oak bay hill');
  });

  it('ends a continuation at a token that ends texts, even where nothing was said', async () => {
    const special = { id: idOf('.'), content: '.', special: true, normalized: false };
    const tokenizer = { ...wordTokenizer, added_tokens: [special] };
    const ending = modelFolder({ model: bigramGraph(logWeights({ ...model, of: { '.': 0.9 } })).finish(), tokenizer });
    const { probes } = await askFacts(client, ending, [asked(['oak'], ['in', 'mill of'])]);
    assert.deepEqual(
      probes[0]?.map(({ continuation }) => continuation),
      ['oak hill', ''],
    );
    near(probes[0]?.[1]?.mass, probability({ of: { '.': 0.9 } }, 'of', 'oak'), 'mass where the text would end');
  });

  it('keeps of a continuation its first line', async () => {
    const lines = tokenBigramFolder(['is in', '\n', 'oak', 'elm'], {
      'is in': { '\n': 0.9 },
      '\n': { oak: 0.9 },
      oak: { elm: 0.9 },
      elm: { '\n': 0.9 },
    });
    const { probes } = await askFacts(client, lines, [asked(['oak'], ['is in'])]);
    assert.equal(probes[0]?.[0]?.continuation, 'oak elm');
  });

  it("is told in the model's own tokens", async () => {
    const own = tokenBigramFolder(['is in', ' o', 'ak', ' elm'], { 'is in': { ' o': 0.4 }, ' o': { ak: 0.5 } });
    const { probes } = await askFacts(client, own, [asked(['oak'], ['is in'])]);
    near(probes[0]?.[0]?.mass, 0.4 * 0.5, 'mass');
    near(probes[0]?.[0]?.tokenMass, 0.4, 'tokenMass');
    assert.equal(probes[0]?.[0]?.truthRatio, null);
  });

  it('leaves out the facts that a model cannot be asked about, and says why', async () => {
    const failing = modelFolder({ model: failingGraph('elm').finish() });
    const facts = [
      asked(['oak'], ['in']),
      asked(['oak'], ['in', 'the elm']),
      asked(['zebra'], ['in']),
      asked(['oak'], ['']),
    ];
    const { probes, failures } = await askFacts(client, failing, facts);
    assert.deepEqual(Object.keys(probes), ['0']);
    assert.deepEqual(Object.keys(failures), ['1', '2', '3']);
    assert.match(failures[1] ?? '', /[Dd]iv/);
    assert.match(failures[2] ?? '', /No answer of this fact can be written/);
    assert.match(failures[3] ?? '', /has no tokens/);
  });

  it('can be given up between two runs', async () => {
    const controller = new AbortController();
    const questions = demoFacts.flatMap((each) => questionOf(each) ?? []);
    await client.open({ ...demoModels, student: null, reference: null });
    const onProgress = () => controller.abort();
    const options = { signal: controller.signal, onProgress };
    await assert.rejects(client.ask({ questions, tokens: 200 }, options), { code: 'cancelled' });
  });

  it('is asked again where the engine dies meanwhile', async () => {
    const questions = demoFacts.flatMap((each) => questionOf(each) ?? []);
    await client.open({ ...demoModels, student: null, reference: null });
    const { pid } = await client.hello();
    const answered = new Set<number>();
    let killed = false;
    await client.ask(
      { questions, tokens: 2 },
      {
        onProgress: (progress) => {
          if (progress.kind === 'fact') {
            answered.add(progress.key);
          } else if (!killed) {
            killed = true;
            process.kill(pid, 'SIGKILL');
          }
        },
      },
    );
    assert.equal(answered.size, questions.length);
    assert.notEqual((await client.hello()).pid, pid);
  });

  it('fails the one fact that the engine dies on, and asks about all others', async () => {
    const deadly = newClient({ enginePath: deadlyEngine(idOf('hill')) });
    try {
      const facts = Array.from({ length: 20 }, (_, i) => asked(['oak'], [i === 13 ? 'the hill is' : 'the mill is']));
      const { probes, failures } = await askFacts(deadly, bigramFolder({}), facts, 2);
      assert.deepEqual(Object.keys(failures), ['13']);
      assert.match(failures[13] ?? '', /The engine died on this fact: it crashed with SIGSEGV/);
      assert.equal(Object.keys(probes).length, 19);
    } finally {
      await deadly.dispose();
    }
  });

  it('agrees with an independent computation on the demo', async () => {
    const path = join(repoRoot, 'test/fixtures/golden/probe.json');
    const golden = JSON.parse(readFileSync(path, 'utf8')) as {
      tokens: number;
      facts: readonly ({ fact: string } & Record<ModelRole, readonly PromptProbe[]>)[];
    };
    const facts = demoFacts.filter(({ id }) => golden.facts.some((row) => row.fact === id));
    assert.ok(facts.length === golden.facts.length && facts.length >= 12);
    for (const role of ['teacher', 'student', 'reference'] as const) {
      const { probes } = await askFacts(client, demoModels[role] ?? '', facts, golden.tokens);
      golden.facts.forEach((row, at) => {
        row[role].forEach((expected, prompt) => {
          const actual = probes[at]?.[prompt];
          const where = `${role}, ${row.fact}, prompt ${prompt}`;
          for (const name of ['mass', 'tokenMass', 'truthRatio'] as const) {
            near(actual?.[name], expected[name] ?? Number.NaN, `${where}: ${name}`, TOLERANCE);
          }
          assert.deepEqual([actual?.rank, actual?.continuation], [expected.rank, expected.continuation], where);
        });
      });
    }
  });

  it('is computed once, and kept', async () => {
    const teacher = bigramFolder(model);
    const facts = [asked(['oak hill'], ['the mill is in']), asked(['elm'], ['a red'])];
    const cache = new DiskCache(join(folder.path, 'cache'), assert.fail);
    const askCached = async (which: readonly Fact[], tokens: number) => {
      const engine = new CachedEngine({ enginePath: join(repoRoot, 'dist/engine.js'), log: () => {} }, cache);
      try {
        return await askFacts(engine, teacher, which, tokens);
      } finally {
        await engine.dispose();
      }
    };
    const first = await askCached(facts.slice(0, 1), 4);
    const both = await askCached(facts, 4);
    const again = await askCached(facts, 4);
    assert.deepEqual(
      [first, both, again].map(({ asked: prompts }) => prompts),
      [1, 1, 0],
    );
    assert.deepEqual(again.probes, both.probes);
    assert.deepEqual(both.probes[0], first.probes[0]);
    assert.equal((await askCached(facts, 8)).asked, 2);
  });
});
