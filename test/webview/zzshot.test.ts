import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditDemo, openAudit, snapshotOf } from './auditPage';
import { launchBrowser } from './browserPage';

it('shots', async function () {
  this.timeout(120000);
  const audit = await auditDemo(mkdtempSync(join(tmpdir(), 'seep-shot-')), 300);
  const browser = await launchBrowser();
  for (const [theme, width] of [
    ['dark', 1000],
    ['light', 400],
    ['hc-dark', 700],
  ] as const) {
    const page = await openAudit(browser, { theme, width, height: 1250 });
    await page.send({ type: 'snapshot', snapshot: snapshotOf(audit) });
    await page.page.getByRole('table').first().waitFor();
    await page.page.screenshot({ path: `/tmp/audit-${theme}.png` });
    await page.close();
  }
  await browser.close();
});
