import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { violations } from './axe';
import { launchBrowser, THEMES } from './browserPage';
import { openPanel } from './panelPage';
import { leak, SHADOW_ROWS, snapshotOf } from './panelSnapshot';
import { SCANNING, someRecords, someSummary } from './someSummary';
import { openSummary } from './summaryPage';

/** Everything at once: both kinds and all bands of leaks, rows below the break, a card, the glossary. */
const FULL = snapshotOf({
  topK: 5,
  rows: [...SHADOW_ROWS, { text: ' Kest', p: [1e-4, 2e-4, 1e-5], ranks: [40, 50, 60], facts: ['dc-002', 'dc-001'] }],
  leaks: [
    leak(),
    leak({ position: 3, lift: 0.05 }),
    leak({ position: 5, lift: 0.2 }),
    leak({ position: 12, kind: 'stated', lift: 0.05 }),
    leak({ position: 14, kind: 'stated', lift: 0.2 }),
    leak({ position: 16, kind: 'stated', lift: 0.5 }),
    leak({ position: 19, lift: 0.5 }),
  ],
});

describe('accessibility of the distributions panel', function () {
  this.timeout(90_000);
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const theme of THEMES) {
    it(`is clean for axe, wide and narrow: ${theme}`, async () => {
      const panel = await openPanel(browser, { theme });
      await panel.send({ type: 'snapshot', seq: 0, snapshot: FULL });
      await panel.page.getByRole('button', { name: 'Pin', exact: true }).click();
      await panel.page.locator('summary').click();
      for (const width of [1000, 300]) {
        await panel.page.setViewportSize({ width, height: 1000 });
        assert.deepEqual(await violations(panel.page), [], `${width} pixels`);
      }
      await panel.close();
    });

    it(`is clean for axe in its other states: ${theme}`, async () => {
      const panel = await openPanel(browser, { theme });
      await panel.page.locator('.skeleton').waitFor();
      assert.deepEqual(await violations(panel.page), [], 'while it waits for the first numbers');
      await panel.send({ type: 'message', text: 'Put the cursor on a token of a corpus file.', action: null });
      await panel.page.getByText('Put the cursor').waitFor();
      assert.deepEqual(await violations(panel.page), [], 'with a message');
      await panel.send({
        type: 'snapshot',
        seq: 0,
        snapshot: snapshotOf({ student: false, reference: false, leaks: [] }),
      });
      await panel.page.getByRole('table').waitFor();
      assert.deepEqual(await violations(panel.page), [], 'with a teacher alone');
      await panel.close();
    });
  }
});

describe('accessibility of the summary page', function () {
  this.timeout(90_000);
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const theme of THEMES) {
    it(`is clean for axe, wide and narrow: ${theme}`, async () => {
      const summary = await openSummary(browser, { theme });
      const snapshot = someSummary({ records: 8, unattributed: 4 });
      await summary.send({ type: 'snapshot', snapshot: { ...snapshot, records: { ...snapshot.records, all: 9 } } });
      const { rows } = snapshot.records;
      await summary.send({ type: 'records', part: { ...someRecords({ file: null, order: 'worst', from: 0 }), rows } });
      await summary.page.getByRole('combobox', { name: 'File' }).waitFor();
      await summary.page.getByText('As a table').click();
      for (const width of [1000, 400]) {
        await summary.page.setViewportSize({ width, height: 1000 });
        assert.deepEqual(await violations(summary.page), [], `${width} pixels`);
      }
      await summary.send({ type: 'progress', activity: SCANNING });
      await summary.page.getByRole('progressbar').waitFor();
      assert.deepEqual(await violations(summary.page), [], 'while it scans');
      await summary.send({ type: 'message', text: 'Nothing was scanned.', action: 'Scan Corpus' });
      await summary.page.getByRole('button', { name: 'Scan Corpus' }).waitFor();
      assert.deepEqual(await violations(summary.page), [], 'with a message');
      await summary.close();
    });
  }
});
