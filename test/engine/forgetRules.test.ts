import assert from 'node:assert/strict';
import type { EngineClient } from '../../src/client/engineClient';
import { FACT_DEFAULTS, type Fact } from '../../src/core/forget/fact';
import { forgetBits } from '../../src/core/score/forgetBits';
import type { Leak, RecordScores } from '../../src/core/score/leak';
import type { ForgetSetResult, ScanParams } from '../../src/protocol/engine';
import { newClient, scanTexts } from './support/engineClient';
import { type Bigrams, bigramFolder, idOf, probability, removeModelFolders, V, WORDS } from './support/handMadeModels';

/** float32 inside the runtime. */
const ROUNDING = 3e-6;

function near(actual: number | null | undefined, expected: number, what: string): void {
  assert.ok(
    typeof actual === 'number' && Math.abs(actual - expected) <= ROUNDING,
    `${what}: ${actual}, by hand ${expected}`,
  );
}

type Word = (typeof WORDS)[number];

/** All next-token probabilities behind a word; index 0 is the unknown token. */
function row(bigrams: Bigrams, word: Word): number[] {
  const named = WORDS.map((next) => probability(bigrams, word, next));
  return [1 - named.reduce((sum, p) => sum + p, 0), ...named];
}

describe('forget rules on models that can be worked out by hand', function () {
  this.timeout(60_000);
  const clients: EngineClient[] = [];
  let compiled: ForgetSetResult | null = null;

  async function scanned(
    text: string,
    facts: readonly (Partial<Fact> & { readonly id: string })[],
    models: { readonly teacher: Bigrams; readonly student?: Bigrams; readonly reference?: Bigrams },
    settings: Partial<ScanParams> = {},
  ): Promise<RecordScores> {
    const client = newClient();
    clients.push(client);
    await client.open({
      teacher: bigramFolder(models.teacher),
      student: models.student ? bigramFolder(models.student) : null,
      reference: models.reference ? bigramFolder(models.reference) : null,
      provider: 'cpu',
    });
    compiled = await client.setForgetSet(facts.map((each) => ({ ...FACT_DEFAULTS, answers: [], line: 1, ...each })));
    const { scores, failures } = await scanTexts(client, [text], settings);
    assert.deepEqual(failures, []);
    assert.ok(scores[0] !== undefined);
    return scores[0];
  }

  const at = ({ leaks }: RecordScores, position: number): Leak | undefined =>
    leaks.find((leak) => leak.position === position);

  after(async () => {
    await Promise.all(clients.map((client) => client.dispose()));
    removeModelFolders();
  });

  describe('a class of tokens', () => {
    const teacher: Bigrams = { in: { oak: 0.4, elm: 0.2, red: 0.3 }, the: { mill: 0.5 } };
    const student: Bigrams = { in: { oak: 0.1, elm: 0.3 } };
    const reference: Bigrams = { in: { oak: 0.1, elm: 0.25, red: 0.6 } };
    const trees = { id: 'trees', kind: 'tokens', pattern: '^(oak|elm)$' } as const;

    it('is scored by its total probability, everywhere', async () => {
      const scores = await scanned('the mill is in red .', [trees], { teacher, student, reference });
      assert.deepEqual(compiled?.classes, [{ fact: 'trees', tokens: [idOf('oak'), idOf('elm')] }]);
      const leak = at(scores, 4);
      near(leak?.tokenMass, 0.6, 'tokenMass');
      near(leak?.mass, 0.6, 'mass');
      near(leak?.referenceMass, 0.35, 'referenceMass');
      near(leak?.studentMass, 0.4, 'studentMass');
      near(leak?.lift, 0.25, 'lift: the class is one event');
      near(leak?.exposure, 0.25, 'exposure');
      near(leak?.pull, 0.2, 'pull');
      assert.deepEqual([leak?.kind, leak?.depth, leak?.rank, leak?.answer], ['shadow', 0, 1, -1]);
    });

    it('has its pull at the asked temperature', async () => {
      const temperature = 2;
      const scores = await scanned('the mill is in red .', [trees], { teacher, student, reference }, { temperature });
      const warm = (bigrams: Bigrams) => {
        const weights = row(bigrams, 'in').map((p) => p ** (1 / temperature));
        const total = weights.reduce((sum, w) => sum + w, 0);
        return ((weights[idOf('oak')] ?? 0) + (weights[idOf('elm')] ?? 0)) / total;
      };
      near(at(scores, 4)?.pull, temperature * (warm(teacher) - warm(student)), 'pull');
    });

    it('is stated where the text goes on with one of its tokens', async () => {
      const scores = await scanned('the mill is in elm .', [trees], { teacher, reference });
      assert.equal(at(scores, 4)?.kind, 'stated');
    });

    it('waits for its subject where it has one', async () => {
      const scores = await scanned('a in the mill in', [{ ...trees, subjects: ['mill'] }], { teacher, reference });
      assert.equal(at(scores, 2), undefined);
      near(at(scores, 5)?.lift, 0.25, 'lift behind the subject');
    });

    it('may be most of the vocabulary', async () => {
      const all = { id: 'all', kind: 'tokens', pattern: '^[a-z]+$' } as const;
      const scores = await scanned('the mill is in red .', [all], { teacher, reference: { in: { '.': 0.9 } } });
      const expected = row(teacher, 'in').reduce((sum, p, id) => (id === 0 || id === idOf('.') ? sum : sum + p), 0);
      near(at(scores, 4)?.tokenMass, expected, 'tokenMass');
    });

    it('says which pattern matches nothing, or takes too long', async () => {
      await scanned('the mill', [{ id: 'none', kind: 'tokens', pattern: 'xyz' }], { teacher });
      assert.deepEqual(compiled?.unscorable, [
        { fact: 'none', message: 'No token of this model matches its pattern.' },
      ]);
    });

    it('shares its forget bits with a fact whose answer is in it', async () => {
      const oak = { id: 'oak', answers: ['oak'] };
      const scores = await scanned('the mill is in red .', [trees, oak], { teacher, reference });
      near(scores.bits.find(({ position }) => position === 4)?.forgetBits, forgetBits(0.6, 0.35), 'forget bits');
    });
  });

  describe('classes that share tokens', () => {
    const teacher: Bigrams = { in: { oak: 0.4, elm: 0.2, red: 0.3, the: 0.01 } };
    const reference: Bigrams = { in: { oak: 0.1, elm: 0.15, red: 0.2, the: 0.05 } };
    const bitsOf = async (...patterns: string[]) => {
      const facts = patterns.map((pattern) => ({ id: pattern, kind: 'tokens' as const, pattern }));
      const { bits } = await scanned('in red .', facts, { teacher, reference });
      return bits.find(({ position }) => position === 1)?.forgetBits;
    };

    it('count once in forget bits where one lies within the other', async () => {
      near(await bitsOf('^oak$', '^(oak|elm)$'), forgetBits(0.6, 0.25), 'forget bits');
    });

    it('count as far as they are apart where they overlap', async () => {
      near(await bitsOf('^(elm|red)$', '^(oak|elm|the)$', '^oak$'), forgetBits(0.61, 0.3), 'the widest alone');
    });

    it('add up where they have nothing in common', async () => {
      near(await bitsOf('^oak$', '^elm$'), forgetBits(0.6, 0.25), 'forget bits');
    });
  });

  describe('a rule', () => {
    const teacher: Bigrams = { of: { oak: 0.5, elm: 0.2 }, oak: { hill: 0.6 } };
    const same = {
      id: 'same',
      kind: 'rule',
      anchored: { context: '(?<tree>oak|elm) is of', answers: ['{tree}'] },
    } as const;

    it('expects the computed answer right behind its context, and nowhere else', async () => {
      const scores = await scanned('oak is of red . elm is of red of', [same], { teacher });
      near(at(scores, 3)?.tokenMass, 0.5, 'oak behind oak');
      near(at(scores, 8)?.tokenMass, 0.2, 'elm behind elm');
      assert.deepEqual(
        scores.leaks.map(({ position, computed, kind, answer }) => [position, computed, kind, answer]),
        [
          [3, 'oak', 'shadow', 0],
          [8, 'elm', 'shadow', 0],
        ],
      );
    });

    it('is stated where the text gives the answer', async () => {
      assert.equal(at(await scanned('elm is of elm', [same], { teacher }), 3)?.kind, 'stated');
    });

    it('follows an answer of several tokens', async () => {
      const hill = { ...same, anchored: { ...same.anchored, answers: ['{tree} hill'] } };
      const scores = await scanned('oak is of oak red', [hill], { teacher });
      near(at(scores, 3)?.mass, 0.5 * 0.6, 'mass');
      near(at(scores, 4)?.tokenMass, 0.6, 'tokenMass at the second token');
      assert.equal(at(scores, 4)?.depth, 1);
    });

    it('that would backtrack for ever is given up for this record, and said', async () => {
      const slow = { ...same, id: 'slow', anchored: { context: '(a+)+$', answers: ['oak'] } };
      const text = `${'a'.repeat(40)} . oak is of red`;
      const scores = await scanned(text, [slow, same], { teacher });
      assert.match(scores.skipped.join('\n'), /"slow" was not searched for: it takes longer than \d+ ms/);
      assert.deepEqual([...new Set(scores.leaks.map(({ fact }) => fact))], ['same']);
    });
  });

  describe('a choice', () => {
    it('counts by its text where its question stands, and by its letter behind the word for an answer', async () => {
      const teacher: Bigrams = { is: { oak: 0.3, a: 0.2 }, in: { oak: 0.4, a: 0.1 } };
      const choice = {
        id: 'q',
        kind: 'choice',
        subjects: ['the mill'],
        answers: ['oak'],
        anchored: { context: 'hill is', answers: ['a'] },
      } as const;
      const scores = await scanned('in the mill in red hill is elm', [choice], { teacher });
      assert.equal(at(scores, 1), undefined, 'before the question');
      near(at(scores, 4)?.tokenMass, 0.4, 'only the text');
      near(at(scores, 7)?.tokenMass, 0.5, 'text and letter');
    });
  });

  it('a gate that is switched off opens everywhere', async () => {
    const teacher: Bigrams = { in: { oak: 0.4 } };
    const fact = { id: 'f', subjects: ['mill'], answers: ['oak'] };
    assert.deepEqual((await scanned('a in elm', [fact], { teacher })).leaks, []);
    near(at(await scanned('a in elm', [{ ...fact, gated: false }], { teacher }), 2)?.tokenMass, 0.4, 'tokenMass');
  });

  it('answers are looked for in the cases asked for', async () => {
    const teacher: Bigrams = { in: { oak: 0.4 } };
    const fact = { id: 'f', answers: ['OAK'] };
    assert.equal(at(await scanned('in elm', [fact], { teacher }), 1), undefined);
    const scores = await scanned('in oak', [{ ...fact, cases: ['as-is', 'lower'] as const }], { teacher });
    near(at(scores, 1)?.tokenMass, 0.4, 'tokenMass');
    assert.equal(at(scores, 1)?.kind, 'stated');
  });

  describe('other subjects as the reference', () => {
    const teacher: Bigrams = {
      mill: { oak: 0.5, elm: 0.3 },
      bay: { oak: 0.1, elm: 0.6 },
      hill: { oak: 0.2 },
      oak: { red: 0.8, '.': 0.1 },
    };
    const facts = [
      { id: 'f', subjects: ['mill'], answers: ['oak'], tags: ['t'] },
      { id: 'g', subjects: ['bay'], answers: ['elm'], tags: ['t'] },
      { id: 'h', subjects: ['hill'], answers: ['of'], tags: ['t'] },
    ];
    const swap = { subjects: [], count: 4 };

    it('are averaged', async () => {
      const leak = at(await scanned('the mill elm', facts, { teacher }, { swap }), 2);
      near(leak?.referenceMass, (0.1 + 0.2) / 2, 'referenceMass');
      near(leak?.lift, 0.5 - 0.15, 'lift');
      near(leak?.exposure, 0.35, 'exposure');
      assert.equal(leak?.reference, 'swap');
    });

    it('never are one that the record names or that knows the same', async () => {
      const same = [...facts.slice(0, 2), { id: 'h', subjects: ['hill'], answers: ['oak'], tags: ['t'] }];
      near(at(await scanned('the mill elm', same, { teacher }, { swap }), 2)?.referenceMass, 0.1, 'without hill');
      near(
        at(await scanned('hill the mill elm', facts, { teacher }, { swap }), 3)?.referenceMass,
        0.1,
        'hill is named',
      );
    });

    it('are the user\u2019s own first, and no more than asked for', async () => {
      const settings = { swap: { subjects: ['hill'], count: 1 } };
      near(at(await scanned('the mill elm', facts.slice(0, 2), { teacher }, settings), 2)?.referenceMass, 0.2, 'hill');
    });

    it('take no part of a token that only leads to something benign', async () => {
      // "oak" is nearly always followed by "red" here, so that "oak ." is no leak although nobody else says "oak".
      const fact = { id: 'f', subjects: ['mill'], answers: ['oak .'], tags: ['t'] };
      const settings = { swap: { subjects: ['bay'], count: 1 } };
      const leak = at(await scanned('the mill elm', [fact], { teacher }, settings), 2);
      near(leak?.tokenMass, 0.5, 'tokenMass');
      near(leak?.lift, 0.5 * 0.1 - 0.1 * 0.1, 'lift');
    });

    it('are compared over the whole answer where the text has begun it', async () => {
      const fact = { id: 'f', subjects: ['mill'], answers: ['oak .'], tags: ['t'] };
      const settings = { swap: { subjects: ['bay'], count: 1 } };
      const scores = await scanned('the mill oak red', [fact], { teacher }, settings);
      assert.equal(at(scores, 2), undefined, 'the ways part at the second token');
      // Behind "oak" both are sure alike; but "oak" itself was five times likelier here.
      near(at(scores, 3)?.lift, (0.5 * 0.1 - 0.1 * 0.1) / 0.5, 'lift');
    });

    it('cannot be had for a fact without subjects', async () => {
      const leak = at(await scanned('the mill elm', [{ id: 'f', answers: ['oak'] }], { teacher }, { swap }), 2);
      assert.deepEqual([leak?.reference, leak?.referenceMass], ['none', null]);
    });
  });

  it('on-policy, the teacher itself completes answers', async () => {
    const teacher: Bigrams = { in: { oak: 0.5 }, oak: { hill: 0.6 } };
    const reference: Bigrams = { in: { oak: 0.1 }, oak: { hill: 0.3 } };
    const fact = { id: 'f', answers: ['oak hill'] };
    const models = { teacher, reference };
    near(at(await scanned('in elm', [fact], models), 1)?.exposure, 0.4 * 0.3, 'fixed text');
    near(at(await scanned('in elm', [fact], models, { onPolicy: true }), 1)?.exposure, 0.4 * 0.6, 'on-policy');
  });

  it('gives the tokens of a leak one by one where that is asked for', async () => {
    const teacher: Bigrams = { in: { oak: 0.5, elm: 0.2 } };
    const reference: Bigrams = { in: { oak: 0.1, elm: 0.3 } };
    const fact = { id: 'f', answers: ['oak', 'elm'] };
    assert.equal(at(await scanned('in red', [fact], { teacher, reference }), 1)?.branch, null);
    const branch = at(await scanned('in red', [fact], { teacher, reference }, { branches: true }), 1)?.branch;
    assert.deepEqual(branch?.tokens, [idOf('oak'), idOf('elm')]);
    branch.teacher.forEach((p, i) => {
      near(p, [0.5, 0.2][i] ?? 0, 'teacher');
    });
    branch.reference.forEach((p, i) => {
      near(p, [0.1, 0.3][i] ?? 0, 'reference');
    });
  });

  describe('divergence that no fact explains', () => {
    const teacher: Bigrams = { in: { oak: 0.5, elm: 0.4 } };
    const reference: Bigrams = { in: { oak: 0.1, red: 0.5 } };
    const exact = () => {
      const r = row(reference, 'in');
      return row(teacher, 'in').reduce((sum, p, i) => sum + p * Math.log2(p / (r[i] ?? 0)), 0);
    };

    it('is told for every position, exactly where the list holds the whole vocabulary', async () => {
      assert.ok(V <= 64);
      const fact = { id: 'f', answers: ['oak'] };
      const scores = await scanned('the mill in red', [fact], { teacher, reference }, { unattributed: true });
      const bits = scores.bits.find(({ position }) => position === 3);
      near(bits?.kl, exact(), 'kl');
      near(bits?.forgetBits, forgetBits(0.5, 0.1), 'forget bits');
    });

    it('is told where no fact counts at all', async () => {
      const fact = { id: 'f', subjects: ['bay'], answers: ['oak'] };
      const scores = await scanned('the mill in red', [fact], { teacher, reference }, { unattributed: true });
      near(scores.bits.find(({ position }) => position === 3)?.kl, exact(), 'kl');
      assert.deepEqual(scores.leaks, []);
    });

    it('is not looked for unless asked, and needs a reference model', async () => {
      const fact = { id: 'f', answers: ['oak'] };
      const quiet = await scanned('the mill in red', [fact], { teacher, reference });
      assert.deepEqual(
        quiet.bits.map(({ kl }) => kl),
        [null],
      );
      const alone = await scanned('the mill in red', [fact], { teacher }, { unattributed: true });
      assert.deepEqual(alone.bits, []);
    });
  });

  describe('similarity', () => {
    const teacher: Bigrams = { in: { oak: 0.5, elm: 0.4 }, of: { oak: 0.4, elm: 0.5 }, is: { red: 0.9 } };

    /** The definition, over the whole vocabulary. */
    function similarity(a: Word, b: Word): number {
      const [p, q] = [row(teacher, a), row(teacher, b)];
      const js = p.reduce((sum, own, i) => {
        const other = q[i] ?? 0;
        const middle = (own + other) / 2;
        return sum + (own * Math.log(own / middle) + other * Math.log(other / middle)) / 2;
      }, 0);
      return 1 - js / Math.LN2;
    }

    it('is that of the most similar prompt, per position and per record', async () => {
      const fact = { id: 'f', subjects: ['mill'], answers: ['oak'], prompts: ['the mill is in', 'the mill is'] };
      const scores = await scanned('the mill is of red', [fact], { teacher });
      near(at(scores, 4)?.similarity, similarity('of', 'in'), 'behind "of"');
      const [best] = scores.similarities;
      assert.deepEqual([best?.fact, best?.position], ['f', 3]);
      near(best?.similarity, 1, 'behind "is", as behind the second prompt');
    });

    it('is unknown without prompts', async () => {
      const scores = await scanned('the mill in red', [{ id: 'f', subjects: ['mill'], answers: ['oak'] }], { teacher });
      assert.equal(at(scores, 3)?.similarity, null);
      assert.deepEqual(scores.similarities, []);
    });
  });
});
