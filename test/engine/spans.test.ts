import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineClient } from '../../src/client/engineClient';
import { type Leak, LIFT_FLOOR } from '../../src/core/score/leak';
import { repoRoot } from '../repoRoot';
import { demoFacts } from './support/cliWorkspace';
import { cutTokenizer } from './support/cutTokenizer';
import { demoModels, fact, newClient, type Scanned, scanTexts } from './support/engineClient';
import { bigramFolder, removeModelFolders, temporaryFolder, tokenBigramFolder } from './support/handMadeModels';

/** float32 inside the runtime. */
const ROUNDING = 2e-6;

function near(actual: number | null | undefined, expected: number, what: string): void {
  const isNear = typeof actual === 'number' && Math.abs(actual - expected) <= ROUNDING;
  assert.ok(isNear, `${what}: ${actual}, by hand ${expected}`);
}

type Rows = Record<string, Record<string, number>>;

/** Words with their spaces, and what anchors and the start of a text need. */
const WORDS = ['hugr', ' hugr', ' in', ' oak', ' oats', ' bed', '\n', 'a'];
const CHARACTERS = [...new Set(WORDS.join(''))];

/** Whatever the last word was, these may follow. */
const NEXT_WORD = { ' oak': 0.3, ' oats': 0.2, ' bed': 0.3, ' in': 0.1, ' hugr': 0.1 };
const words: Rows = Object.fromEntries(WORDS.map((word) => [word, NEXT_WORD]));

/** The same distribution over texts, character by character: a letter tells what comes next. */
const characters: Rows = {
  ' ': { o: 0.5, b: 0.3, i: 0.1, h: 0.1 },
  o: { a: 1 },
  a: { k: 0.6, t: 0.4 },
  k: { ' ': 1 },
  t: { s: 1 },
  s: { ' ': 1 },
  b: { e: 1 },
  e: { d: 1 },
  d: { ' ': 1 },
  i: { n: 1 },
  n: { ' ': 1 },
  h: { u: 1 },
  u: { g: 1 },
  g: { r: 1 },
  r: { ' ': 1 },
};

describe('teacher and other models with different tokenizers', function () {
  this.timeout(60_000);
  const clients: EngineClient[] = [];

  interface Models {
    readonly teacher: string;
    readonly student?: string;
    readonly reference?: string;
  }

  async function open(
    { teacher, student, reference }: Models,
    answers: readonly string[],
    subjects = ['hugr'],
  ): Promise<EngineClient> {
    const client = newClient();
    clients.push(client);
    await client.open({ teacher, student: student ?? null, reference: reference ?? null, provider: 'cpu' });
    await client.setForgetSet([fact('f', answers, subjects)]);
    return client;
  }

  async function scanWith(models: Models, text: string, answers: readonly string[] = ['oak']): Promise<Scanned> {
    const client = await open(models, answers);
    const scanned = await scanTexts(client, [text], { branches: true });
    assert.deepEqual(scanned.failures, []);
    return scanned;
  }

  const leaksOf = ({ scores }: Scanned): readonly Leak[] => scores[0]?.leaks ?? [];

  after(async () => {
    await Promise.all(clients.map((client) => client.dispose()));
    removeModelFolders();
  });

  it('finds nothing where both say the same of texts, however they cut them', async () => {
    const byWord = tokenBigramFolder(WORDS, words);
    const byCharacter = tokenBigramFolder(CHARACTERS, characters);
    const leaks = async (models: Models) => {
      const { scores, failures } = await scanTexts(await open(models, ['oak']), [
        'hugr in bed',
        'hugr in oats in',
        'hugr',
      ]);
      assert.deepEqual(failures, []);
      return scores.map((each) => each.leaks.length);
    };
    assert.deepEqual(await leaks({ teacher: byWord, reference: byCharacter }), [0, 0, 0]);
    assert.deepEqual(await leaks({ teacher: byCharacter, reference: byWord }), [0, 0, 0]);
    const uncompared = await leaks({ teacher: byCharacter });
    assert.ok(
      uncompared.every((count) => count > 0),
      `${uncompared}`,
    );
  });

  it('multiplies the probabilities of the reference\u2019s own tokens', async () => {
    const teacher = tokenBigramFolder(WORDS, { ...words, ' in': { ' oak': 0.8, ' bed': 0.1 } });
    const reference = tokenBigramFolder(CHARACTERS, characters);
    const scanned = await scanWith({ teacher, reference }, 'hugr in bed');
    const leak = leaksOf(scanned).find(({ position }) => position === 2);
    const inReference = 0.5 * 1 * 0.6;
    near(leak?.tokenMass, 0.8, 'tokenMass');
    near(leak?.mass, 0.8, 'mass');
    near(leak?.referenceMass, inReference, 'referenceMass');
    near(leak?.lift, 0.8 - inReference, 'lift');
    near(leak?.exposure, 0.8 - inReference, 'exposure');
    near(leak?.branch?.reference[0], inReference, 'p_R of the branch');
    assert.equal(leak?.reference, 'model');
    assert.deepEqual(leak?.comparison, { student: null, reference: 'spans' });
    assert.equal(scanned.result.completedBy, 'teacher');
  });

  it('knows the space that a tokenizer drops', async () => {
    const spaced = ['the', ' mill', ' is', ' in', ' oak', ' elm', '\n', 'a'];
    const withSpaces = (oak: number) => tokenBigramFolder(spaced, { ' in': { ' oak': oak } });
    const without = (oak: number) => bigramFolder({ in: { oak } });
    const texts = ['the mill is in elm', 'the mill is in\nelm', 'the mill is in'];
    for (const models of [
      { teacher: withSpaces(0.5), reference: without(0.2) },
      { teacher: without(0.5), reference: withSpaces(0.2) },
    ]) {
      const { scores, failures } = await scanTexts(await open(models, ['oak'], ['mill']), texts);
      assert.deepEqual(failures, []);
      scores.forEach(({ leaks }, i) => {
        const leak = leaks.find(({ position }) => position === 4);
        near(leak?.tokenMass, 0.5, `tokenMass in ${JSON.stringify(texts[i])}`);
        near(leak?.lift, 0.3, `lift in ${JSON.stringify(texts[i])}`);
      });
    }
  });

  it('takes answers one by one: what the reference finds likelier hides nothing', async () => {
    const teacher = tokenBigramFolder(WORDS, { ...words, ' in': { ' oak': 0.5, ' oats': 0.1 } });
    const reference = tokenBigramFolder(CHARACTERS, { ...characters, a: { k: 0.2, t: 0.8 } });
    const [leak] = leaksOf(await scanWith({ teacher, reference }, 'hugr in bed', ['oak', 'oats'])).filter(
      ({ position }) => position === 2,
    );
    near(leak?.referenceMass, 0.5 * 0.2 + 0.5 * 0.8, 'referenceMass');
    near(leak?.lift, 0.5 - 0.5 * 0.2, 'lift');
  });

  it('takes as given what the text has said of a token of the reference', async () => {
    const teacher = tokenBigramFolder(CHARACTERS, { ...characters, a: { k: 0.9, t: 0.1 } });
    // The beginning " o" is also a token of its own, behind which only its second half goes on the same way.
    const tokens = [...WORDS, ' o', 'ak', 'ats', 'x'];
    const reference = tokenBigramFolder(tokens, {
      ...words,
      ' in': { ' oak': 0.1, ' oats': 0.2, ' o': 0.3, ' bed': 0.4 },
      ' o': { ak: 0.25, ats: 0.05, a: 0.2, x: 0.5 },
    });
    const leaks = leaksOf(await scanWith({ teacher, reference }, 'hugr in oats'));
    const by = (depth: number) => leaks.find((leak) => leak.depth === depth && leak.position > 8);
    // Behind " o" and behind " oa": " oak" among all that starts so.
    near(by(2)?.mass, 0.9, 'mass behind o');
    near(by(2)?.referenceMass, 0.1 / (0.1 + 0.2 + 0.3), 'behind o');
    near(by(3)?.referenceMass, 0.1 / (0.1 + 0.2 + 0.3 * (0.25 + 0.05 + 0.2)), 'behind oa');
    near(by(3)?.lift, 0.9 - 0.1 / (0.1 + 0.2 + 0.3 * (0.25 + 0.05 + 0.2)), 'lift behind oa');
  });

  it('compares a student by whole answers where the reference shares the teacher\u2019s tokens', async () => {
    const pieces = [...WORDS, 'wood', 'land'];
    const rows = (oak: number, wood: number): Rows => ({ ' in': { ' oak': oak }, ' oak': { wood, land: 0.1 } });
    const teacher = tokenBigramFolder(pieces, rows(0.8, 0.5));
    const reference = tokenBigramFolder(pieces, rows(0.2, 0.3));
    const student = tokenBigramFolder([...CHARACTERS, 'w', 'l', ' oakwood'], { n: { ' oakwood': 0.3 } });
    const leak = leaksOf(await scanWith({ teacher, reference, student }, 'hugr in bed', ['oakwood'])).find(
      ({ position }) => position === 2,
    );
    near(leak?.lift, 0.8 - 0.2, 'lift');
    near(leak?.exposure, 0.6 * 0.3, 'exposure');
    near(leak?.mass, 0.8 * 0.5, 'mass');
    near(leak?.studentMass, 0.3, 'studentMass');
    near(leak?.pull, 0.4 - 0.3, 'pull');
    assert.deepEqual(leak?.comparison, { student: 'spans', reference: 'tokens' });
    // Of the whole answer the reference has 0.2 · 0.5 of the teacher's 0.4, so that 0.25 are enough.
    assert.equal(leak?.status, 'absorbed');
  });

  it('shows a position in the tokens of each, and whole answers side by side', async () => {
    const teacher = tokenBigramFolder(CHARACTERS, { ...characters, a: { k: 0.9, t: 0.1 } });
    const student = tokenBigramFolder(WORDS, words);
    const client = await open({ teacher, student }, ['oak']);
    const text = 'hugr in oats';
    // The "t" of oats: the student's token starts at the space before.
    const found = await client.inspect({ text, at: { offset: 10 }, temperature: 1, topK: 2 });
    assert.deepEqual([found.student, found.teacherStudent], [null, null]);
    assert.ok(found.rows.every((row) => row.student === null));
    const { own, whole } = found;
    assert.equal(own.reference, null);
    assert.equal(own.student?.boundary, 7);
    assert.deepEqual(
      own.student?.rows.map(({ text: word, rank }) => [word, rank]),
      [
        [' oak', 1],
        [' bed', 1],
      ],
    );
    near(own.student?.rows[0]?.p, 0.3, 'likeliest');
    near(own.student?.rest, 0.4, 'rest');
    const entropy = -Object.values(NEXT_WORD).reduce((sum, p) => sum + p * Math.log(p), 0);
    near(own.student?.entropy, entropy, 'entropy');
    assert.deepEqual(
      whole.map(({ fact: id, reference }) => [id, reference]),
      [['f', null]],
    );
    near(whole[0]?.teacher, 0.9, 'teacher, behind oa');
    near(whole[0]?.student, 0.6, 'student, behind oa');
  });

  it('lets other subjects be the reference', async () => {
    const teacher = tokenBigramFolder(WORDS, { ...words, hugr: { ' oak': 0.8 } });
    const student = tokenBigramFolder(CHARACTERS, characters);
    const client = await open({ teacher, student }, ['oak']);
    const { scores, failures, result } = await scanTexts(client, ['hugr bed'], { swap: { subjects: ['a'], count: 1 } });
    assert.deepEqual(failures, []);
    const leak = scores[0]?.leaks.find(({ position }) => position === 1);
    near(leak?.lift, 0.8 - 0.3, 'lift');
    near(leak?.studentMass, 0.3, 'studentMass');
    // As much as the teacher expects of anybody.
    assert.equal(leak?.status, 'open');
    assert.deepEqual([leak?.reference, result.completedBy], ['swap', 'swap']);
    assert.deepEqual(leak?.comparison, { student: 'spans', reference: 'tokens' });
  });

  it('leaves classes of tokens uncompared', async () => {
    const teacher = tokenBigramFolder(WORDS, words);
    const other = tokenBigramFolder(CHARACTERS, characters);
    const client = newClient();
    clients.push(client);
    await client.open({ teacher, student: other, reference: other, provider: 'cpu' });
    await client.setForgetSet([{ ...fact('c', [], ['hugr']), kind: 'tokens', pattern: '^ oa' }]);
    const { scores, failures } = await scanTexts(client, ['hugr in bed']);
    assert.deepEqual(failures, []);
    const leak = scores[0]?.leaks.find(({ position }) => position === 2);
    near(leak?.lift, 0.5, 'lift');
    assert.deepEqual(
      [leak?.reference, leak?.referenceMass, leak?.studentMass, leak?.comparison],
      ['none', null, null, { student: null, reference: null }],
    );
  });

  it('says so when the models are opened', async () => {
    const teacher = tokenBigramFolder(WORDS, words);
    const student = tokenBigramFolder(CHARACTERS, characters);
    const client = newClient();
    clients.push(client);
    const { comparison, notices } = await client.open({ teacher, student, reference: teacher, provider: 'cpu' });
    assert.deepEqual(comparison, { student: 'spans', reference: 'tokens' });
    assert.match(notices.join('\n'), /this model's tokenizer is not the teacher's.*over character spans/);
  });
});

describe('whole answers of the demo\u2019s models with tokenizers of their own', function () {
  this.timeout(120_000);

  interface GoldenSpans {
    readonly exchanged: readonly [string, string];
    readonly merges: number;
    readonly records: readonly {
      readonly text: string;
      readonly leaks: readonly Pick<
        Leak,
        'position' | 'fact' | 'depth' | 'mass' | 'lift' | 'referenceMass' | 'studentMass'
      >[];
    }[];
  }
  /** Probabilities down to 1e-15 are compared by their ratio. */
  const RATIO = 2e-3;
  const client = newClient();
  after(async () => {
    await client.dispose();
    removeModelFolders();
  });

  it('agree with an independent computation that follows every way to cover them', async () => {
    const golden = JSON.parse(readFileSync(join(repoRoot, 'test/fixtures/golden/spans.json'), 'utf8')) as GoldenSpans;
    const folder = temporaryFolder();
    await client.open({
      teacher: demoModels.teacher,
      student: cutTokenizer('teacher', join(folder, 'student'), golden),
      reference: cutTokenizer('student', join(folder, 'reference'), golden),
      provider: 'cpu',
    });
    await client.setForgetSet(demoFacts);
    const { scores, failures } = await scanTexts(
      client,
      golden.records.map(({ text }) => text),
    );
    assert.deepEqual(failures, []);
    let compared = 0;
    golden.records.forEach(({ text, leaks }, i) => {
      const found = scores[i]?.leaks ?? [];
      const clear = leaks.filter(({ lift }) => lift > 1.1 * LIFT_FLOOR);
      assert.ok(clear.length <= found.length && found.length <= leaks.length, text);
      for (const leak of found) {
        const own = leaks.find(({ position, fact: id }) => position === leak.position && id === leak.fact);
        assert.equal(leak.depth, own?.depth, text);
        for (const key of ['mass', 'lift', 'referenceMass', 'studentMass'] as const) {
          const ratio = (leak[key] ?? Number.NaN) / (own?.[key] ?? Number.NaN);
          assert.ok(Math.abs(ratio - 1) < RATIO, `${key} of ${leak.fact} in ${text}: ${leak[key]}, ${own?.[key]}`);
        }
        compared++;
      }
    });
    assert.ok(compared >= 8, `${compared} compared`);
  });
});
