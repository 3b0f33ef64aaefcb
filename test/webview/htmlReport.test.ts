import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { leaky, reportText } from '../unit/report/formats/someReport';
import { someFact } from '../unit/report/someFact';
import { temporaryFolder } from '../unit/temporaryFolder';
import { violations } from './axe';
import { launchBrowser } from './browserPage';

/** Texts that would run, load something or change the page's look if they were taken for more than text. */
const HOSTILE = [
  '<script>window.hacked = 1</script>',
  '<img src="http://elsewhere.test/x.png" onerror="window.hacked = 1">',
  '</td></table><style>main { display: none }</style>',
  '"><svg onload=window.hacked=1>',
  '<meta http-equiv="refresh" content="0;url=http://elsewhere.test/">',
];

describe('an HTML report in a browser', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  /** Opens a report from disk, as people do. */
  async function open(colorScheme: 'dark' | 'light') {
    const facts = HOSTILE.map((text, i) => someFact({ id: `f${i} ${text}`, answers: [text] }));
    const found = facts.map(({ id, answers: [text = ''] }, i) =>
      leaky(`${text}.jsonl`, `Before ${text} after`, [
        { fact: id, start: 7, end: 7 + text.length, kind: i % 2 === 0 ? 'shadow' : 'stated', lift: 0.1 + 0.2 * i },
      ]),
    );
    const incomplete = HOSTILE.map((text, i) => ({ file: text, line: i + 1, message: text }));
    const path = join(folder.path, 'report.html');
    writeFileSync(
      path,
      reportText('html', { facts, found, incomplete, command: HOSTILE.join(' '), showAnswers: true }),
    );
    const context = await browser.newContext({ colorScheme, viewport: { width: 1000, height: 800 } });
    const page = await context.newPage();
    const faults: string[] = [];
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => faults.push(message.text()));
    const url = pathToFileURL(path).href;
    await page.goto(url);
    return { page, faults, requests, url };
  }

  for (const scheme of ['light', 'dark'] as const) {
    it(`runs nothing, asks for nothing, shows every text and is clean for axe: ${scheme}`, async () => {
      const { page, faults, requests, url } = await open(scheme);
      const text = await page.locator('main').innerText();
      for (const hostile of HOSTILE) {
        assert.ok(text.includes(hostile), hostile);
      }
      assert.equal(await page.locator('main tbody').count(), 6);
      // Its own style is in force, although the policy names it by its hash only.
      assert.notEqual(
        await page.locator('mark').first().evaluate('(mark) => getComputedStyle(mark).backgroundColor'),
        'rgb(255, 255, 0)',
      );
      for (const summary of await page.locator('summary').all()) {
        await summary.click();
      }
      for (const width of [1000, 400]) {
        await page.setViewportSize({ width, height: 800 });
        assert.deepEqual(await violations(page), [], `${width} pixels`);
      }
      assert.equal(await page.evaluate('window.hacked'), undefined);
      assert.deepEqual([requests, faults], [[url], []]);
      await page.context().close();
    });
  }
});
