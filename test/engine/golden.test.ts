import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineClient } from '../../src/client/engineClient';
import type { Fact } from '../../src/core/forget/fact';
import { parseForgetSet } from '../../src/core/forget/parseForgetSet';
import { type Leak, LIFT_FLOOR, type RecordScores } from '../../src/core/score/leak';
import type { Inspection } from '../../src/protocol/engine';
import { repoRoot } from '../repoRoot';
import { demoModels, fact, newClient, scanTexts } from './support/engineClient';

/** Probabilities agree with the independent computation of lab/oracle.py (float64, one sequence at a time) to this. */
const TOLERANCE = 1e-4;

type Role = 'teacher' | 'student' | 'reference';
type GoldenLeak = Omit<Leak, 'start' | 'end' | 'answer'>;
interface GoldenRecord {
  readonly name: string;
  readonly text: string;
  readonly leaks: readonly GoldenLeak[];
}
interface Golden {
  readonly hotTemperature: number;
  readonly records: readonly (GoldenRecord & {
    readonly ids: readonly number[];
    readonly spans: readonly (readonly [number, number])[];
    readonly logprobs: Record<Role, readonly number[]>;
  })[];
  readonly hotRecords: readonly GoldenRecord[];
  readonly trickyFacts: readonly { id: string; answers: string[]; subjects?: string[] }[];
  readonly trickyRecords: readonly GoldenRecord[];
}

const MASSES = ['tokenMass', 'mass', 'lift', 'exposure', 'referenceMass', 'studentMass', 'pull'] as const;

describe('numbers of the independent oracle (test/fixtures/golden/demo.json)', function () {
  this.timeout(120_000);
  let golden: Golden;
  let demoFacts: readonly Fact[];
  let client: EngineClient;
  const largest = new Map<string, number>();

  function compare(name: string, actual: number | null, expected: number | null, where: string): void {
    assert.ok(actual !== null && expected !== null, `${where}: ${name} is missing`);
    const difference = Math.abs(actual - expected);
    largest.set(name, Math.max(largest.get(name) ?? 0, difference));
    assert.ok(difference <= TOLERANCE, `${where}: ${name} is ${actual}, the oracle has ${expected}`);
  }

  /** Both sides list pairs down to a floor of their own; those too near to it to tell are left out. */
  function compareLeaks(record: GoldenRecord, scores: RecordScores | undefined): void {
    assert.ok(scores !== undefined, `${record.name} was not scored`);
    const key = ({ position, fact: id }: { position: number; fact: string }) => `${position} ${id}`;
    const ours = new Map(scores.leaks.map((leak) => [key(leak), leak]));
    const theirs = new Map(record.leaks.map((leak) => [key(leak), leak]));
    for (const [pair, expected] of theirs) {
      const where = `${record.name}, pair ${pair}`;
      const actual = ours.get(pair);
      if (actual === undefined) {
        assert.ok(expected.lift < LIFT_FLOOR + 1e-6, `${where} with lift ${expected.lift} was not found`);
        continue;
      }
      for (const name of MASSES) {
        compare(name, actual[name], expected[name], where);
      }
      const { depth, kind, status, rank } = actual;
      assert.deepEqual({ depth, kind }, { depth: expected.depth, kind: expected.kind }, where);
      const nearHalf = Math.abs((expected.studentMass ?? 0) - (expected.referenceMass ?? 0) - expected.lift / 2);
      if (nearHalf > 1e-6) {
        assert.equal(status, expected.status, where);
      }
      // Two tokens that are equally likely but for rounding may change places.
      assert.ok(
        Math.abs(rank - expected.rank) <= (expected.tokenMass > 0.01 ? 0 : 1),
        `${where}: rank ${rank}, oracle ${expected.rank}`,
      );
    }
    for (const [pair, leak] of ours) {
      assert.ok(theirs.has(pair), `${record.name}: pair ${pair} with lift ${leak.lift} is not in the oracle's list`);
    }
  }

  before(async () => {
    const path = join(repoRoot, 'test/fixtures/golden/demo.json');
    assert.ok(existsSync(path), `${path} is missing; lab/make_demo.py writes it`);
    golden = JSON.parse(readFileSync(path, 'utf8')) as Golden;
    const forget = parseForgetSet(readFileSync(join(repoRoot, 'media/demo/forget.jsonl'), 'utf8'));
    assert.deepEqual(forget.problems, []);
    demoFacts = forget.facts;
    client = newClient();
    await client.open(demoModels);
  });

  after(async () => {
    await client?.dispose();
    const list = [...largest].map(([name, difference]) => `${name} ${difference.toExponential(1)}`).join(', ');
    console.log(`    largest differences: ${list}`);
  });

  it('agrees on every pair of the demo records', async () => {
    assert.deepEqual((await client.setForgetSet(demoFacts)).unscorable, []);
    const { scores, failures } = await scanTexts(
      client,
      golden.records.map(({ text }) => text),
    );
    assert.deepEqual(failures, []);
    for (const [index, record] of golden.records.entries()) {
      compareLeaks(record, scores[index]);
      assert.equal(scores[index]?.tokens, record.ids.length);
      assert.equal(scores[index]?.approximate, null);
    }
    const leaks = golden.records.flatMap((record) => record.leaks).filter(({ lift }) => lift >= LIFT_FLOOR);
    assert.ok(leaks.length > 50, `only ${leaks.length} pairs were compared`);
  });

  it('agrees on aliases, answers that are prefixes of others, common words and facts without subjects', async () => {
    await client.setForgetSet(golden.trickyFacts.map(({ id, answers, subjects }) => fact(id, answers, subjects)));
    const { scores } = await scanTexts(
      client,
      golden.trickyRecords.map(({ text }) => text),
    );
    for (const [index, record] of golden.trickyRecords.entries()) {
      compareLeaks(record, scores[index]);
    }
  });

  it('agrees on the pull at another temperature, and only the pull changes with it', async () => {
    await client.setForgetSet(demoFacts);
    const texts = golden.hotRecords.map(({ text }) => text);
    const cold = await scanTexts(client, texts);
    const hot = await scanTexts(client, texts, { temperature: golden.hotTemperature });
    let compared = 0;
    for (const [index, record] of golden.hotRecords.entries()) {
      const expected = new Map(record.leaks.map((leak) => [`${leak.position} ${leak.fact}`, leak.pull]));
      for (const [at, leak] of (hot.scores[index]?.leaks ?? []).entries()) {
        const coldLeak = cold.scores[index]?.leaks[at];
        assert.deepEqual({ ...leak, pull: 0 }, { ...coldLeak, pull: 0 });
        const pull = expected.get(`${leak.position} ${leak.fact}`);
        if (pull !== undefined) {
          compare('hot pull', leak.pull, pull, record.name);
          compared++;
        }
      }
    }
    assert.ok(compared > 5, `only ${compared} pulls were compared`);
  });

  it('agrees on tokens, spans and the probability of every next token', async () => {
    for (const record of golden.records.filter(({ name }) => /emoji|combining|cjk|spaces/.test(name))) {
      const last = record.ids.length;
      for (let position = 1; position < last; position++) {
        const inspection: Inspection = await client.inspect({
          text: record.text,
          at: { position },
          temperature: 1,
          topK: 1,
        });
        assert.deepEqual(inspection.spans, [...record.spans.slice(1), [record.text.length, record.text.length]]);
        const row = inspection.rows.find(({ actual }) => actual);
        assert.equal(row?.id, record.ids[position], `${record.name}, position ${position}`);
        for (const role of ['teacher', 'student', 'reference'] as const) {
          const expected = Math.exp(record.logprobs[role][position - 1] ?? Number.NaN);
          compare(`next token, ${role}`, row?.[role]?.p ?? null, expected, `${record.name}, position ${position}`);
        }
      }
    }
  });
});
