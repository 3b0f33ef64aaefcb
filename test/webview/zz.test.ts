import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { SummarySnapshot } from '../../src/protocol/summary';
import { launchBrowser, type THEMES } from './browserPage';
import { openSummary, scanDemo, snapshotOf } from './summaryPage';

describe('look', function () {
  this.timeout(120_000);
  it('draws', async () => {
    const file = '/tmp/pages-snapshot.json';
    if (!existsSync(file))
      writeFileSync(file, JSON.stringify(snapshotOf(await scanDemo(process.env.F ?? 'corpus/raw.jsonl'))));
    const snapshot = JSON.parse(readFileSync(file, 'utf8')) as SummarySnapshot;
    console.log(JSON.stringify(snapshot.totals), JSON.stringify(snapshot.bins.map((b) => [b.shadow, b.stated])));
    const browser = await launchBrowser();
    for (const theme of (process.env.T ?? 'dark').split(','))
      for (const width of [1000, 400]) {
        const page = await openSummary(browser, { theme: theme as (typeof THEMES)[number], width, height: 900 });
        await page.send({ type: 'snapshot', snapshot });
        await page.page.getByRole('table').first().waitFor();
        console.log(width, await page.page.evaluate('[document.documentElement.scrollWidth, innerWidth]'));
        await page.page.screenshot({ path: `/tmp/summary-${theme}-${width}.png`, fullPage: true });
        await page.close();
      }
    await browser.close();
  });
});
