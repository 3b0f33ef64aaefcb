import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { Leak } from '../../src/core/score/leak';
import { probability } from '../../webview-ui/numbers';
import { launchBrowser } from './browserPage';
import { DemoHost } from './demoHost';
import { openPanel, type PanelPage } from './panelPage';

const RECORDS = 60;

describe('the panel with the real engine on the demo', function () {
  this.timeout(120_000);
  let browser: Browser;
  let host: DemoHost;
  let record: number;
  let worst: Leak;

  before(async () => {
    [browser, host] = await Promise.all([launchBrowser(), DemoHost.start(RECORDS)]);
    const found = host.records
      .flatMap((_, index) => host.leaksOf(index).map((leak) => ({ index, leak })))
      .sort((a, b) => b.leak.lift - a.leak.lift)[0];
    assert.ok(found, `none of the first ${RECORDS} records leaks`);
    record = found.index;
    worst = found.leak;
  });
  after(async () => {
    await host?.dispose();
    await browser?.close();
  });

  /** Answers the panel as the extension does. */
  function serve(panel: PanelPage): void {
    let position = worst.position;
    let temperature = 1;
    let topK = 10;
    panel.onPost = (message) => {
      if (!('seq' in message) || message.type === 'follow') {
        return;
      }
      if (message.type === 'select') {
        position = message.position;
      } else if (message.type === 'temperature') {
        temperature = message.value;
      } else {
        topK = message.value;
      }
      void host
        .snapshot(record, position, temperature, topK)
        .then((snapshot) => panel.send({ type: 'snapshot', seq: message.seq, snapshot }));
    };
  }

  it('shows the worst leak with the numbers of the scan, and follows moves, temperature and rows', async () => {
    const panel = await openPanel(browser);
    serve(panel);
    const snapshot = await host.snapshot(record, worst.position);
    await panel.send({ type: 'snapshot', seq: 0, snapshot });
    await panel.page.getByRole('table').waitFor();

    assert.match(await panel.page.locator('.badge').innerText(), new RegExp(`${worst.kind} leak`, 'i'));
    assert.ok((await panel.page.locator('.sentence').innerText()).includes(`(${worst.fact}`));
    const ownRows = snapshot.inspection.rows.filter((row) => row.facts.includes(worst.fact));
    const shown = ownRows.reduce((sum, row) => sum + row.teacher.p, 0);
    assert.ok(Math.abs(shown - worst.tokenMass) < 1e-4, `${shown} in the rows, ${worst.tokenMass} in the scan`);
    const best = ownRows[0];
    assert.ok(best);
    const forgetRow = panel.page.locator('tbody tr.forget').first();
    assert.ok((await forgetRow.innerText()).includes(probability(best.teacher.p)));

    const total = snapshot.inspection.rows.reduce((sum, row) => sum + row.teacher.p, snapshot.inspection.teacher.rest);
    assert.ok(Math.abs(total - 1) < 1e-4, 'the rows and the rest make up everything');

    await panel.page.locator('[role=option][aria-selected=true]').focus();
    await panel.page.keyboard.press('Home');
    await panel.page.locator('.place').getByText('token 1 of').waitFor();
    await panel.page.keyboard.press('n');
    const first = Math.min(...host.leaksOf(record).map((leak) => leak.position));
    await panel.page.locator('.place').getByText(`token ${first} of`).waitFor();

    await panel.page.getByRole('spinbutton', { name: 'Temperature, exactly' }).fill('2');
    await panel.page.keyboard.press('Enter');
    await panel.page.locator('.sentence').getByText('At temperature 2').waitFor();

    const before = await panel.page.locator('tbody tr').count();
    await panel.page.getByRole('spinbutton', { name: 'Number of likeliest tokens' }).fill('30');
    await panel.page.keyboard.press('Enter');
    await panel.page.locator('tbody tr').nth(before).waitFor();
    await panel.close();
  });
});
