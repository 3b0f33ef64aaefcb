import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineClient } from '../../src/client/engineClient';
import { BEFORE_LETTER } from '../../src/core/forget/choicePrompt';
import type { Fact } from '../../src/core/forget/fact';
import { parseForgetSet } from '../../src/core/forget/parseForgetSet';
import { LIFT_FLOOR } from '../../src/core/score/leak';
import type { Inspection } from '../../src/protocol/engine';
import { repoRoot } from '../repoRoot';
import { demoModels, fact, newClient, scanTexts } from './support/engineClient';
import { type Golden, GoldenComparison, readGolden, wholeFact } from './support/golden';

describe('numbers of the independent oracle (test/fixtures/golden/demo.json)', function () {
  this.timeout(120_000);
  let golden: Golden;
  let demoFacts: readonly Fact[];
  let client: EngineClient;
  const comparison = new GoldenComparison();

  before(async () => {
    golden = readGolden();
    const forget = parseForgetSet(readFileSync(join(repoRoot, 'media/demo/forget.jsonl'), 'utf8'));
    assert.deepEqual(forget.problems, []);
    demoFacts = forget.facts;
    client = newClient();
    await client.open(demoModels);
  });

  after(async () => {
    await client?.dispose();
    console.log(`    largest differences: ${comparison.largest}`);
  });

  it('agrees on every pair of the demo records', async () => {
    assert.deepEqual((await client.setForgetSet(demoFacts)).unscorable, []);
    const { scores, failures } = await scanTexts(
      client,
      golden.records.map(({ text }) => text),
    );
    assert.deepEqual(failures, []);
    for (const [index, record] of golden.records.entries()) {
      comparison.leaks(record, scores[index]);
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
      comparison.leaks(record, scores[index]);
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
          comparison.number('hot pull', leak.pull, pull, record.name);
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
          comparison.number(`next token, ${role}`, row?.[role]?.p, expected, `${record.name}, position ${position}`);
        }
      }
    }
  });

  it('agrees on the tokens of every class', async () => {
    const { classes, unscorable } = await client.setForgetSet(golden.ruleFacts.map(wholeFact));
    assert.deepEqual(unscorable, []);
    assert.deepEqual(classes, golden.classes);
  });

  it('looks for the letters of choices where every choice does', () => {
    const choices = golden.ruleFacts.filter(({ kind }) => kind === 'choice');
    assert.deepEqual([...new Set(choices.map(({ anchored }) => anchored?.context))], [BEFORE_LETTER]);
  });

  /** Scans the records of one case as it says and compares everything. */
  async function agrees(id: string, atLeast: number): Promise<void> {
    const found = golden.cases.find((each) => each.id === id);
    assert.ok(found !== undefined, `the golden file has no case ${id}`);
    const { facts, reference, student, swap, onPolicy, temperature, unattributed } = found;
    await client.open({
      ...demoModels,
      student: student ? demoModels.student : null,
      reference: reference === 'model' ? demoModels.reference : null,
    });
    const all = [...demoFacts, ...golden.ruleFacts.map(wholeFact)];
    await client.setForgetSet(all.filter((each) => facts.includes(each.id)));
    const records = golden.scans.filter((each) => each.case === id);
    const { scores, failures } = await scanTexts(
      client,
      records.map(({ text }) => text),
      { swap, onPolicy, temperature, unattributed, branches: true },
    );
    assert.deepEqual(failures, []);
    let compared = 0;
    for (const [index, record] of records.entries()) {
      const own = scores[index];
      compared += comparison.leaks(record, own);
      if (own !== undefined && record.bits !== undefined) {
        comparison.bits(record, own);
      }
      if (own !== undefined && record.similarities !== undefined) {
        comparison.similarities(record, own);
      }
    }
    assert.ok(compared >= atLeast, `only ${compared} pairs were compared`);
  }

  it('agrees on branches, forget bits, divergence and similarity', () => agrees('model', 30));

  it('agrees on divergence where most facts are not named', () => agrees('unnamed', 5));

  it('agrees on exposure where the student\u2019s own text is scored', () => agrees('on-policy', 5));

  it('agrees on other subjects as the reference', () => agrees('swap', 80));

  it('agrees on other subjects where the student\u2019s own text is scored', () => agrees('swap-on-policy', 5));

  it('agrees without a reference, where the student completes answers', () => agrees('no-reference', 5));

  it('agrees on a teacher alone', () => agrees('teacher-alone', 5));

  it('agrees on classes, computed answers, choices, cases and open gates', () => agrees('rules', 100));

  it('agrees on their pull at another temperature', () => agrees('rules-hot', 80));

  it('agrees on them with other subjects as the reference', () => agrees('rules-swap', 20));

  it('agrees on them without a reference', () => agrees('rules-no-reference', 80));
});
