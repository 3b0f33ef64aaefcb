import '../speakPseudo';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { PSEUDO, untranslated } from '../pseudoLanguage';
import { repoRoot } from '../repoRoot';
import { temporaryFolder } from '../unit/temporaryFolder';
import { auditDemo, snapshotOf as auditSnapshotOf, openAudit } from './auditPage';
import { launchBrowser } from './browserPage';
import { openPanel } from './panelPage';
import { leak, OWN_STUDENT, SHADOW_ROWS, snapshotOf } from './panelSnapshot';
import { openProbe, probeDemo } from './probePage';
import { someSummary } from './someSummary';
import { openSummary } from './summaryPage';

/** What is the same in every language: names of formats and units, keys, formulas. */
const NAMES = ['CSV', 'PNG', 'Markdown'];

/** Every text of a page: what is drawn, and what is said of it. */
function textsOf(page: Page): Promise<string[]> {
  return page
    .locator('#root *')
    .evaluateAll((elements) =>
      elements.flatMap((element) => [
        ...[...element.childNodes].flatMap((node) => (node.nodeType === 3 ? [node.textContent ?? ''] : [])),
        ...['title', 'aria-label', 'aria-valuetext', 'placeholder'].flatMap((name) => element.getAttribute(name) ?? []),
      ]),
    );
}

function stringsIn(data: unknown): string[] {
  if (typeof data === 'string') {
    return [data];
  }
  return typeof data === 'object' && data !== null ? Object.values(data).flatMap(stringsIn) : [];
}

/** Words on the page that neither are translated nor come with its data. */
async function strangeWords(page: Page, data: unknown): Promise<string[]> {
  const known = [...NAMES, ...stringsIn(data)].join('\n');
  const words = (await textsOf(page)).flatMap(untranslated);
  return [...new Set(words)].filter((word) => !known.includes(word));
}

describe('a page in another language', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  it('has no word left in the distributions', async () => {
    const panel = await openPanel(browser, { language: PSEUDO });
    const { page } = panel;
    await page.locator('.skeleton').waitFor();
    assert.deepEqual(await strangeWords(page, null), [], 'while it waits');
    const snapshots = [
      snapshotOf({ rows: SHADOW_ROWS, leaks: [leak(), leak({ position: 3, kind: 'stated', lift: 0.05 })] }),
      snapshotOf({ student: false, reference: false, leaks: [] }),
      snapshotOf({ own: { student: OWN_STUDENT } }),
    ];
    for (const [seq, snapshot] of snapshots.entries()) {
      await panel.send({ type: 'snapshot', seq, snapshot });
      await page.locator('table.distributions').first().waitFor();
      assert.deepEqual(await strangeWords(page, snapshot), [], `${seq}`);
    }
    assert.equal(await page.locator('html').getAttribute('lang'), PSEUDO.tag);
    await panel.close();
  });

  it('has no word left in the summary', async () => {
    const summary = await openSummary(browser, { language: PSEUDO });
    const snapshot = someSummary({ records: 8, unattributed: 4 });
    await summary.send({ type: 'snapshot', snapshot });
    await summary.page.locator('table.sortable').first().waitFor();
    assert.deepEqual(await strangeWords(summary.page, snapshot), []);
    await summary.close();
  });

  it('leaves room for the names of facts beside long heads, and stays within the page', async () => {
    const messages = JSON.parse(readFileSync(join(repoRoot, 'l10n/bundle.l10n.de.json'), 'utf8'));
    const summary = await openSummary(browser, { language: { tag: 'de', messages } });
    await summary.send({ type: 'snapshot', snapshot: someSummary({ records: 8, unattributed: 4 }) });
    const name = summary.page.locator('table.sortable tbody th').first();
    await name.waitFor();
    for (const width of [300, 640, 800, 1000]) {
      await summary.page.setViewportSize({ width, height: 1000 });
      const { width: room = 0 } = (await name.boundingBox()) ?? {};
      assert.ok(room >= Math.min(0.2 * width, 120), `${room} of ${width} pixels`);
      const wide = await summary.page.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(wide <= width, `${wide} of ${width} pixels`);
    }
    await summary.close();
  });

  it('has no word left in an audit, and the verdict has none either', async () => {
    const audit = await openAudit(browser, { language: PSEUDO });
    const snapshot = auditSnapshotOf(await auditDemo(folder.path, 60));
    const { verdict, notes, facts } = snapshot.result ?? assert.fail('the audit has a result');
    const said = [...verdict.sentences, ...notes, ...facts.map(({ words }) => words)];
    assert.deepEqual([...new Set(said.flatMap(untranslated))], []);
    await audit.send({ type: 'snapshot', snapshot });
    await audit.page.locator('table').first().waitFor();
    assert.deepEqual(await strangeWords(audit.page, snapshot), []);
    await audit.close();
  });

  it('has no word left in a probe, and what is said of the models has none but their names', async () => {
    const probe = await openProbe(browser, { language: PSEUDO });
    const snapshot = await probeDemo(4);
    const names = snapshot.models.map(({ name }) => name);
    const said = snapshot.sentences.flatMap(untranslated).filter((word) => !names.includes(word));
    assert.deepEqual([...new Set(said)], []);
    await probe.send({ type: 'snapshot', snapshot });
    await probe.page.locator('table').first().waitFor();
    await probe.page.locator('button.heat').first().click();
    assert.deepEqual(await strangeWords(probe.page, snapshot), []);
    await probe.close();
  });
});
