import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { repoRoot } from '../repoRoot';
import { launchBrowser, THEMES } from './browserPage';
import { openPanel, type PanelPage } from './panelPage';
import { leak, SHADOW_ROWS, snapshotOf } from './panelSnapshot';

const axeSource = readFileSync(createRequire(join(repoRoot, 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');

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

  /** Rules broken, with the elements at fault. */
  async function violations(panel: PanelPage): Promise<string[]> {
    // Comes in through the debugger, which the page's content security policy does not bind.
    await panel.page.evaluate(`window.axe || (() => { ${axeSource} })()`);
    const { violations: found } = await panel.page.evaluate<AxeResults>(
      `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
    );
    return found.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
    );
  }

  for (const theme of THEMES) {
    it(`is clean for axe, wide and narrow: ${theme}`, async () => {
      const panel = await openPanel(browser, { theme });
      await panel.send({ type: 'snapshot', seq: 0, snapshot: FULL });
      await panel.page.getByRole('button', { name: 'Pin', exact: true }).click();
      await panel.page.locator('summary').click();
      for (const width of [1000, 300]) {
        await panel.page.setViewportSize({ width, height: 1000 });
        assert.deepEqual(await violations(panel), [], `${width} pixels`);
      }
      await panel.close();
    });

    it(`is clean for axe in its other states: ${theme}`, async () => {
      const panel = await openPanel(browser, { theme });
      await panel.page.locator('.skeleton').waitFor();
      assert.deepEqual(await violations(panel), [], 'while it waits for the first numbers');
      await panel.send({ type: 'message', text: 'Put the cursor on a token of a corpus file.' });
      await panel.page.getByText('Put the cursor').waitFor();
      assert.deepEqual(await violations(panel), [], 'with a message');
      await panel.send({
        type: 'snapshot',
        seq: 0,
        snapshot: snapshotOf({ student: false, reference: false, leaks: [] }),
      });
      await panel.page.getByRole('table').waitFor();
      assert.deepEqual(await violations(panel), [], 'with a teacher alone');
      await panel.close();
    });
  }
});
