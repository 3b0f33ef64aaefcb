import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineClient } from '../../src/client/engineClient';
import { parseForgetSet } from '../../src/core/forget/parseForgetSet';
import type { Leak } from '../../src/core/score/leak';
import { GraphBuilder } from '../../src/engine/graphBuilder';
import { elementType } from '../../src/engine/onnxFile';
import { PLAIN_SCAN } from '../../src/protocol/engine';
import { repoRoot } from '../repoRoot';
import { demoModels, fact, newClient, scanTexts } from './support/engineClient';
import { logWeights, modelFolder, removeModelFolders, V, WORDS } from './support/handMadeModels';

const demoFacts = parseForgetSet(readFileSync(join(repoRoot, 'media/demo/forget.jsonl'), 'utf8')).facts;
const corpus = readFileSync(join(repoRoot, 'media/demo/corpus/filtered.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => (JSON.parse(line) as { text: string }).text);
const about = (subject: string) => corpus.filter((text) => text.includes(subject));

const VALUES = ['tokenMass', 'mass', 'lift', 'exposure', 'referenceMass', 'studentMass', 'pull'] as const;

function assertSame(actual: readonly Leak[], expected: readonly Leak[], tolerance: number, where: string): void {
  const plain = ({ fact: id, position, start, end, kind, depth }: Leak) => ({ id, position, start, end, kind, depth });
  const key = (leak: Leak) => `${String(leak.position).padStart(6)} ${leak.fact}`;
  const sorted = (leaks: readonly Leak[]) => [...leaks].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  assert.deepEqual(sorted(actual).map(plain), sorted(expected).map(plain), where);
  sorted(actual).forEach((leak, i) => {
    for (const name of VALUES) {
      const other = sorted(expected)[i]?.[name];
      assert.ok(Math.abs((leak[name] ?? 0) - (other ?? 0)) <= tolerance, `${where}: ${name} ${leak[name]}, ${other}`);
    }
  });
}

describe('long records, many records, many facts', function () {
  this.timeout(120_000);
  let client: EngineClient;

  beforeEach(() => {
    client = newClient();
  });
  afterEach(() => client.dispose());
  after(removeModelFolders);

  /** What follows depends on the last two tokens; and "a" is the likelier the more tokens the model has read. */
  function shortMemory(context: number): string {
    const far = Float32Array.from({ length: V * V }, (_, i) => Math.sin(i * 7) * 1.5);
    const graph = new GraphBuilder()
      .input('input_ids', elementType.int64, ['batch', 'sequence'])
      .floats('W', [V, V], logWeights({ mill: { oak: 0.4 }, is: { red: 0.3 } }))
      .floats('U', [V, V], far)
      .int64s('zero', [1], [0])
      .int64s('one', [1], [1])
      .int64s('minus', [1], [-1])
      .node('Slice', ['input_ids', 'zero', 'minus', 'one'], 'but_last')
      .node('Slice', ['input_ids', 'zero', 'one', 'one'], 'first')
      .node('Concat', ['first', 'but_last'], 'previous', { axis: 1 })
      .node('Gather', ['W', 'input_ids'], 'near_logits')
      .node('Gather', ['U', 'previous'], 'far_logits')
      .node('Add', ['near_logits', 'far_logits'], 'logits')
      .output('logits', elementType.float32, ['batch', 'sequence', V]);
    return modelFolder({ model: graph.finish(), config: { max_position_embeddings: context } });
  }

  it('windows give what reading at once gives, where the model does not remember further', async () => {
    const text = Array.from({ length: 300 }, (_, i) => WORDS[(i * i + 3 * i) % WORDS.length]).join(' ');
    await client.open({ teacher: shortMemory(1024), student: null, reference: null, provider: 'cpu' });
    const facts = [fact('gated', ['oak hill', 'red'], ['mill']), fact('everywhere', ['bay of elm'])];
    await client.setForgetSet(facts);
    const whole = await scanTexts(client, [text]);
    for (const context of [16, 33, 100]) {
      const { models } = await client.open({
        teacher: shortMemory(context),
        student: null,
        reference: null,
        provider: 'cpu',
      });
      assert.equal(models.teacher.context, context);
      const cut = await scanTexts(client, [text]);
      assert.equal(cut.scores[0]?.tokens, whole.scores[0]?.tokens);
      assertSame(cut.scores[0]?.leaks ?? [], whole.scores[0]?.leaks ?? [], 1e-6, `context ${context}`);
    }
    assert.ok((whole.scores[0]?.leaks.length ?? 0) > 200);
  });

  it('a position behind the first window has half a window to its left', async () => {
    // logits = log(number of tokens read) for "oak", 0 for the others
    const graph = new GraphBuilder()
      .input('input_ids', elementType.int64, ['batch', 'sequence'])
      .floats(
        'oak',
        [V],
        Array.from({ length: V }, (_, id) => (id === WORDS.indexOf('oak') + 1 ? 1 : 0)),
      )
      .int64s('axis', [], [1])
      .int64s('last', [1], [2])
      .int64s('nothing', [1], [0])
      .node('Mul', ['input_ids', 'nothing'], 'zeros')
      .int64s('one', [1], [1])
      .node('Add', ['zeros', 'one'], 'ones')
      .node('CumSum', ['ones', 'axis'], 'count')
      .node('Cast', ['count'], 'floats', { to: elementType.float32 })
      .node('Log', ['floats'], 'logs')
      .node('Unsqueeze', ['logs', 'last'], 'column')
      .node('Mul', ['column', 'oak'], 'logits')
      .output('logits', elementType.float32, ['batch', 'sequence', V]);
    const context = 20;
    await client.open({
      teacher: modelFolder({ model: graph.finish(), config: { n_ctx: context } }),
      student: null,
      reference: null,
      provider: 'cpu',
    });
    await client.setForgetSet([fact('f', ['oak'])]);
    const { scores } = await scanTexts(client, [Array.from({ length: 75 }, () => 'a').join(' ')]);
    const read = (scores[0]?.leaks ?? []).map(({ position, tokenMass }) => {
      // p = n / (n + V - 1)
      return { position, count: Math.round(((V - 1) * tokenMass) / (1 - tokenMass)) };
    });
    assert.deepEqual(
      read.map(({ position }) => position),
      Array.from({ length: 75 }, (_, i) => i + 1),
    );
    for (const { position, count } of read) {
      assert.ok(position <= context ? count === position : count >= context / 2, `${count} tokens before ${position}`);
      assert.ok(count <= context);
    }
  });

  it('a batch of one gives what a batch of many gives', async () => {
    await client.open(demoModels);
    await client.setForgetSet(demoFacts);
    const texts = [
      ...about('Kamitel').slice(0, 12),
      ...about('Halcyo').slice(0, 12),
      'Kamitel',
      corpus.slice(0, 9).join(' Kamitel '),
    ];
    const many = await scanTexts(client, texts);
    let leaks = 0;
    for (const [i, text] of texts.entries()) {
      const one = await scanTexts(client, [text]);
      assertSame(one.scores[0]?.leaks ?? [], many.scores[i]?.leaks ?? [], 1e-5, text);
      leaks += one.scores[0]?.leaks.length ?? 0;
    }
    assert.ok(leaks > 10, `${leaks} leaks`);
  });

  it('the same scan twice gives the same numbers to the last digit', async () => {
    await client.open(demoModels);
    await client.setForgetSet(demoFacts);
    const texts = corpus.slice(0, 150);
    const first = await scanTexts(client, texts);
    await client.restart();
    const second = await scanTexts(client, texts);
    assert.deepEqual(second.scores, first.scores);
  });

  it('10,000 facts cost little more than those that are spoken about, and change nothing for them', async () => {
    await client.open(demoModels);
    const texts = [...about('Kamitel').slice(0, 15), ...about('Halcyo').slice(0, 15)];
    await client.setForgetSet(demoFacts);
    const few = await scanTexts(client, texts);
    const others = Array.from({ length: 10_000 - demoFacts.length }, (_, i) =>
      fact(
        `other-${i}`,
        [`Place ${i}`, `${['North', 'South', 'Old'][i % 3]} Harbour ${i}`],
        [`Company ${i}`, `Firm ${i}`],
      ),
    );
    assert.deepEqual((await client.setForgetSet([...demoFacts, ...others])).unscorable, []);
    const started = performance.now();
    const many = await scanTexts(client, texts);
    const seconds = (performance.now() - started) / 1000;
    for (const [i, text] of texts.entries()) {
      assertSame(many.scores[i]?.leaks ?? [], few.scores[i]?.leaks ?? [], 1e-5, text);
    }
    assert.ok(seconds < 30, `${seconds} s`);
  });

  it('thousands of facts without subjects are each scored as if alone', async () => {
    await client.open({ ...demoModels, student: null });
    const names = [...new Set(corpus.join(' ').match(/\b[A-Z][a-z]+\b/g) ?? [])];
    const facts = Array.from({ length: 10_000 }, (_, i) =>
      fact(`f-${i}`, [`${names[i % names.length]}${i < names.length ? '' : ` ${names[(i * 7) % names.length]}`}`]),
    );
    await client.setForgetSet(facts);
    const texts = [about('Kamitel')[0] ?? '', 'The data center is in'];
    const all = await scanTexts(client, texts);
    assert.deepEqual(all.failures, []);
    const leaking = [...new Set(all.scores.flatMap(({ leaks }) => leaks.map((leak) => leak.fact)))];
    assert.ok(leaking.length > 100, `${leaking.length} facts leak`);
    for (const id of [leaking[0], leaking[50], leaking[99]]) {
      const alone = facts.filter((each) => each.id === id);
      await client.setForgetSet(alone);
      const own = await scanTexts(client, texts);
      for (const [i, scores] of all.scores.entries()) {
        assertSame(
          scores.leaks.filter((leak) => leak.fact === id),
          own.scores[i]?.leaks ?? [],
          1e-5,
          `${id} in text ${i}`,
        );
      }
    }
  });

  it('a record of 100,000 characters is scored to its end', async () => {
    await client.open(demoModels);
    await client.setForgetSet(demoFacts);
    const filler = corpus.filter(
      (text) => !demoFacts.some(({ subjects }) => subjects.some((name) => text.includes(name))),
    );
    const body = filler.join(' ').repeat(3).slice(0, 99_950);
    const text = `${body} The Kamitel data center is in`;
    const { scores, failures } = await scanTexts(client, [text]);
    assert.deepEqual(failures, []);
    const leak = scores[0]?.leaks.find(({ fact: id, start }) => id === 'dc-017' && start === text.length);
    assert.ok(leak !== undefined, 'the answer leaks at the very end');
    assert.deepEqual([leak.start, leak.end], [text.length, text.length]);
    assert.equal(leak.position, scores[0]?.tokens);
  });

  it('results come in the caller\u2019s order, roughly, and long before the end', async () => {
    await client.open(demoModels);
    await client.setForgetSet(demoFacts);
    const arrived: number[] = [];
    const shares: number[] = [];
    let arrivedAtTenPercent = 0;
    await client.scan(
      { records: corpus.map((text, key) => ({ key, text })), ...PLAIN_SCAN },
      {
        onProgress: (value) => {
          if (value.kind === 'record') {
            arrived.push(value.key);
          } else if (value.kind === 'work') {
            shares.push(value.done / value.total);
            if (value.done / value.total < 0.1) {
              arrivedAtTenPercent = arrived.length;
            }
          }
        },
      },
    );
    assert.equal(arrived.length, corpus.length);
    assert.ok(arrivedAtTenPercent > 0, 'nothing came within the first tenth of the work');
    assert.deepEqual(
      arrived,
      [...arrived].sort((a, b) => a - b),
    );
    assert.ok(shares.every((share) => share > 0 && share <= 1));
    assert.ok((shares.at(-1) ?? 0) > 0.99);
  });
});
