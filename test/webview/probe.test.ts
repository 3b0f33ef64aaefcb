import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { ProbeFact, ProbeSnapshot } from '../../src/protocol/probe';
import { violations } from './axe';
import { launchBrowser, THEMES } from './browserPage';
import { openProbe, probeDemo } from './probePage';

const FACTS = 12;

describe('the probe page', function () {
  this.timeout(120_000);
  let browser: Browser;
  let snapshot: ProbeSnapshot;

  before(async () => {
    [browser, snapshot] = await Promise.all([launchBrowser(), probeDemo(FACTS)]);
  });
  after(() => browser?.close());

  async function shown(shot = snapshot, options: Parameters<typeof openProbe>[1] = {}) {
    const opened = await openProbe(browser, options);
    await opened.send({ type: 'snapshot', snapshot: shot });
    await opened.page.getByRole('table', { name: 'What each model answers' }).waitFor();
    return opened;
  }

  /** P(answer) of a fact in a model. */
  function mass({ cells }: ProbeFact, model: number): number {
    const cell = cells[model];
    assert.ok(typeof cell === 'object' && cell !== null);
    return cell.prompts[cell.prompt]?.mass ?? Number.NaN;
  }

  it('says which model knows what, first in words, then by fact', async () => {
    const opened = await shown();
    const { page } = opened;
    assert.deepEqual(await page.locator('.verdict p').allInnerTexts(), [...snapshot.sentences]);
    const rows = page.locator('.matrix tbody tr');
    assert.equal(await rows.count(), FACTS);
    const [first] = snapshot.facts;
    assert.ok(first !== undefined);
    const cells = await rows.first().getByRole('button').allInnerTexts();
    assert.deepEqual(
      cells.slice(1).map((text) => Number(/\d\.\d+/.exec(text)?.[0])),
      [0, 1].map((model) => Number(mass(first, model).toFixed(3))).concat(0.001),
    );
    const known = (await page.locator('tfoot tr').last().innerText()).replace(/\s+/g, ' ');
    const of = snapshot.models.map(({ totals }) => `${totals.says + totals.likely} of ${FACTS}`);
    assert.equal(known, `Still known ${of.join(' ')}`);
    await page.getByText('1 fact is not asked about').click();
    await page.getByText('It has no prompts.').waitFor();
    await opened.close();
  });

  it('shows what a model says behind each prompt, with the answer marked, and lets go of it again', async () => {
    const opened = await shown();
    const { page } = opened;
    const [first] = snapshot.facts;
    const cell = first?.cells[0];
    assert.ok(first !== undefined && typeof cell === 'object' && cell !== null);
    await page.locator('.matrix tbody tr').first().getByRole('button').nth(1).press('Enter');
    const detail = page.getByRole('region', { name: `What teacher answers about ${first.fact}` });
    assert.equal(await detail.locator('tbody tr').count(), first.prompts.length);
    assert.deepEqual(
      await detail.locator('mark').allInnerTexts(),
      cell.prompts.map(({ said }) => said).filter((said) => said !== ''),
    );
    await detail.getByText(first.prompts[0] ?? '?').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await detail.waitFor({ state: 'detached' });
    await opened.close();
  });

  it('sorts by any model, filters, and is the same again after a reload', async () => {
    const opened = await shown();
    const { page } = opened;
    await page.getByRole('button', { name: 'student', exact: true }).click();
    await page.getByRole('button', { name: 'student', exact: true }).click();
    const least = [...snapshot.facts].sort((a, b) => mass(a, 1) - mass(b, 1));
    const names = () => page.locator('.matrix tbody th .quiet').allInnerTexts();
    assert.deepEqual(
      await names(),
      least.map(({ fact }) => fact),
    );
    const [wanted] = least;
    await page.getByRole('searchbox').fill(`${wanted?.fact.toUpperCase()} data`);
    await page.getByText(`1 of ${FACTS} facts`, { exact: true }).waitFor();
    await page.locator('.matrix tbody').getByRole('button').nth(2).click();
    const state = await opened.savedState();
    await opened.close();

    const back = await shown(snapshot, { state });
    assert.equal(await back.page.getByRole('searchbox').inputValue(), `${wanted?.fact.toUpperCase()} data`);
    assert.equal(await back.page.locator('.matrix tbody tr').count(), 1);
    await back.page.getByRole('region', { name: `What student answers about ${wanted?.fact}` }).waitFor();
    await back.page.getByRole('searchbox').fill('nothing of this');
    await back.page.getByText(`0 of ${FACTS} facts`, { exact: true }).waitFor();
    await back.close();
  });

  it('opens facts, copies what is shown, and adds and leaves out models', async () => {
    const added = snapshot.models.map((model) => (model.name === 'student' ? { ...model, added: '/m/s' } : model));
    const opened = await shown({ ...snapshot, models: added });
    const { page } = opened;
    const [first, second] = snapshot.facts;
    await page.locator('.matrix tbody th button').first().click();
    assert.equal((await opened.waitForPost('open')).fact, first?.fact);
    await page.getByRole('searchbox').fill(second?.fact ?? '?');
    await page.getByRole('button', { name: 'Copy as CSV' }).click();
    const csv = (await opened.waitForPost('copy')).text.split('\n');
    assert.equal(csv[0], 'fact,about,teacher,student,reference');
    assert.ok(csv[1]?.startsWith(`${second?.fact},`) && csv[2] === '', csv.join('|'));
    await page.getByRole('button', { name: 'Copy as Markdown' }).click();
    const markdown = (await opened.waitForPost('copy', 2)).text.split('\n');
    assert.equal(markdown[1], '| --- | --- | --- | --- | --- |');
    await page.getByRole('button', { name: 'Add Checkpoints…' }).click();
    await opened.waitForPost('add');
    await page.getByRole('button', { name: 'Leave Out student' }).click();
    assert.equal((await opened.waitForPost('remove')).folder, '/m/s');
    await opened.close();
  });

  it('shows how far the work is, lets people stop it, and says where there is no answer', async () => {
    const [first] = snapshot.facts;
    assert.ok(first !== undefined);
    const facts = [{ ...first, cells: [first.cells[0] ?? null, 'It cannot be asked.', null] }];
    const activity = { kind: 'asking', fraction: 0.416, model: 'student' } as const;
    const opened = await shown({ ...snapshot, facts, activity, sentences: [] });
    const { page } = opened;
    await page.getByText('Asking student …').waitFor();
    assert.equal(await page.locator('progress').getAttribute('value'), '41');
    assert.deepEqual(
      await page
        .locator('.matrix tbody td')
        .allInnerTexts()
        .then((all) => all.slice(1)),
      ['failed', '–'],
    );
    await page.getByRole('button', { name: 'Cancel' }).click();
    await opened.waitForPost('cancel');
    await opened.send({ type: 'snapshot', snapshot: { ...snapshot, outdated: true } });
    await page.getByText('Settings, the forget set or a model have changed since this probe.').waitFor();
    await opened.send({ type: 'message', text: 'Not probed yet.', action: 'Probe the Models' });
    await page.getByRole('button', { name: 'Probe the Models' }).click();
    await opened.waitForPost('run');
    await opened.close();
  });

  it('shows what models say as text', async () => {
    const [first] = snapshot.facts;
    const cell = first?.cells[0];
    assert.ok(first !== undefined && typeof cell === 'object' && cell !== null);
    const evil = '<img src=x onerror=alert(1)>';
    const prompts = cell.prompts.map((prompt) => ({ ...prompt, rest: evil }));
    const facts = [{ ...first, name: evil, cells: [{ ...cell, prompts }, null, null] }];
    const opened = await shown({ ...snapshot, facts });
    await opened.page.locator('button.heat').click();
    await opened.page.locator('.detail').getByText(evil).first().waitFor();
    assert.equal(await opened.page.locator('img').count(), 0);
    await opened.close();
  });

  for (const theme of THEMES) {
    it(`is clean for axe, wide and narrow, and never wider than its window: ${theme}`, async () => {
      const opened = await shown(snapshot, { theme });
      const { page } = opened;
      await page.locator('button.heat').first().click();
      for (const width of [1000, 320]) {
        await page.setViewportSize({ width, height: 1000 });
        assert.deepEqual(await violations(page), [], `${width} pixels`);
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
      }
      await opened.send({ type: 'progress', activity: { kind: 'asking', fraction: 0.5, model: 'student' } });
      await page.locator('progress').waitFor();
      assert.deepEqual(await violations(page), [], 'while it works');
      await opened.close();
    });
  }
});
