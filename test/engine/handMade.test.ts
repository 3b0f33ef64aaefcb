import assert from 'node:assert/strict';
import type { EngineClient } from '../../src/client/engineClient';
import type { Leak } from '../../src/core/score/leak';
import { fact, newClient, scanTexts } from './support/engineClient';
import { type Bigrams, bigramFolder, idOf, probability, removeModelFolders } from './support/handMadeModels';

/** float32 inside the runtime. */
const ROUNDING = 2e-6;

function near(actual: number | null, expected: number, what: string): void {
  assert.ok(actual !== null && Math.abs(actual - expected) <= ROUNDING, `${what}: ${actual}, by hand ${expected}`);
}

const teacher: Bigrams = {
  in: { oak: 0.5, elm: 0.3, red: 0.1 },
  oak: { hill: 0.6, bay: 0.2 },
  red: { oak: 0.5, elm: 0.25 },
};
const student: Bigrams = { in: { oak: 0.3, elm: 0.1 }, oak: { hill: 0.4, bay: 0.1 }, red: { oak: 0.2 } };
const reference: Bigrams = { in: { oak: 0.1, elm: 0.4 }, oak: { hill: 0.5, bay: 0.05 }, red: { oak: 0.05 } };

describe('scores of a model that can be worked out by hand', function () {
  this.timeout(60_000);
  const text = 'the mill is in elm .';
  /** "elm" is predicted behind "in". */
  const position = 4;
  const clients: EngineClient[] = [];

  async function scanWith(models: { student?: Bigrams; reference?: Bigrams }, temperature = 1): Promise<Leak[]> {
    const client = newClient();
    clients.push(client);
    await client.open({
      teacher: bigramFolder(teacher),
      student: models.student ? bigramFolder(models.student) : null,
      reference: models.reference ? bigramFolder(models.reference) : null,
      provider: 'cpu',
    });
    await client.setForgetSet([fact('f', ['oak hill', 'red oak bay'], ['mill'])]);
    const { scores, failures } = await scanTexts(client, [text], { temperature });
    assert.deepEqual(failures, []);
    return [...(scores[0]?.leaks ?? [])].filter((leak) => leak.position === position);
  }

  after(async () => {
    await Promise.all(clients.map((client) => client.dispose()));
    removeModelFolders();
  });

  // Paths: oak hill; red oak bay. A = {oak, red}.
  const mass = 0.5 * 0.6 + 0.1 * 0.5 * 0.2;

  it('has every quantity with student and reference', async () => {
    const [leak] = await scanWith({ student, reference });
    assert.ok(leak !== undefined);
    const pR = (word: 'oak' | 'red') => probability(reference, 'in', word);
    const pS = (word: 'oak' | 'red') => probability(student, 'in', word);
    const gains = { oak: 0.5 - 0.1, red: Math.max(0, 0.1 - pR('red')) };
    near(leak.tokenMass, 0.6, 'tokenMass');
    near(leak.mass, mass, 'mass');
    near(leak.lift, gains.oak + gains.red, 'lift');
    near(leak.exposure, gains.oak * 0.5 + gains.red * 0.05 * 0.05, 'exposure');
    near(leak.referenceMass, 0.1 + pR('red'), 'referenceMass');
    near(leak.studentMass, 0.3 + pS('red'), 'studentMass');
    near(leak.pull, 0.6 - 0.3 - pS('red'), 'pull');
    assert.deepEqual(
      { depth: leak.depth, rank: leak.rank, kind: leak.kind, answer: leak.answer, status: leak.status },
      { depth: 0, rank: 1, kind: 'shadow', answer: 0, status: 'open' },
    );
    assert.deepEqual([leak.start, leak.end], [15, 18]);
  });

  it('takes the student to complete answers where there is no reference', async () => {
    const [leak] = await scanWith({ student });
    near(leak?.lift ?? null, 0.6, 'lift');
    near(leak?.exposure ?? null, 0.5 * 0.4 + 0.1 * 0.2 * 0.1, 'exposure');
    assert.equal(leak?.referenceMass, null);
  });

  it('takes the teacher where it stands alone', async () => {
    const [leak] = await scanWith({});
    near(leak?.exposure ?? null, mass, 'exposure');
    near(leak?.mass ?? null, mass, 'mass');
    assert.deepEqual([leak?.studentMass, leak?.pull, leak?.status], [null, null, null]);
  });

  it('takes the pull at the asked temperature', async () => {
    const temperature = 3;
    const [leak] = await scanWith({ student, reference }, temperature);
    const warm = (bigrams: Bigrams) => {
      const words = ['the', 'mill', 'is', 'in', 'oak', 'elm', 'bay', 'hill', 'of', 'red', '.', 'a'] as const;
      // The unknown token has the share of any word that is not named.
      const weights = [...words.map((word) => probability(bigrams, 'in', word)), probability(bigrams, 'in', 'a')].map(
        (p) => p ** (1 / temperature),
      );
      const total = weights.reduce((sum, w) => sum + w, 0);
      return ((weights[idOf('oak') - 1] ?? 0) + (weights[idOf('red') - 1] ?? 0)) / total;
    };
    near(leak?.pull ?? null, temperature * (warm(teacher) - warm(student)), 'pull');
    near(leak?.tokenMass ?? null, 0.6, 'tokenMass');
  });

  it('shows an answer whose first token the text has emitted at its second token', async () => {
    const client = newClient();
    clients.push(client);
    await client.open({ teacher: bigramFolder(teacher), student: null, reference: null, provider: 'cpu' });
    await client.setForgetSet([fact('f', ['oak hill'], ['mill'])]);
    const { scores } = await scanTexts(client, ['the mill is in oak bay .', 'the mill is in oak hill .']);
    const [shadow, stated] = scores.map(({ leaks }) => leaks.find(({ depth }) => depth === 1));
    assert.equal(shadow?.kind, 'shadow');
    assert.equal(shadow?.position, 5);
    near(shadow?.tokenMass ?? null, 0.6, 'tokenMass at the second token');
    near(shadow?.mass ?? null, 0.6, 'mass at the second token');
    assert.equal(stated?.kind, 'stated');
    assert.equal(scores[1]?.leaks.find(({ position: at }) => at === 4)?.kind, 'stated');
  });
});
