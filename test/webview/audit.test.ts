import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { auditPart } from '../../src/features/auditSnapshot';
import type { Audit } from '../../src/host/audit';
import { type AuditSnapshot, PAGE_ROWS } from '../../src/protocol/audit';
import { auditDemo, FIRST_VIEW, openAudit, snapshotOf } from './auditPage';
import { violations } from './axe';
import { launchBrowser, THEMES } from './browserPage';

const RECORDS = 200;

describe('the audit page', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'seep-audit-'));
  let browser: Browser;
  let audit: Audit;
  let snapshot: AuditSnapshot;

  before(async () => {
    [browser, audit] = await Promise.all([launchBrowser(), auditDemo(folder, RECORDS)]);
    snapshot = snapshotOf(audit);
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await browser?.close();
  });

  /** A page that shows the audit and answers as the extension does. */
  async function shown() {
    const opened = await openAudit(browser);
    opened.onPost = (message) => {
      if (message.type === 'view') {
        void opened.send({ type: 'part', part: auditPart(audit, message.view) });
      }
    };
    await opened.send({ type: 'snapshot', snapshot });
    await opened.page.getByRole('table', { name: 'What became of each fact' }).waitFor();
    return opened;
  }

  it('says what the filter did, first in words, then in figures and by fact', async () => {
    const opened = await shown();
    const { page } = opened;
    const result = snapshot.result;
    assert.ok(result);
    assert.equal(await page.locator('.name').innerText(), 'raw.jsonl → filtered.jsonl');
    assert.deepEqual(await page.locator('.verdict p').allInnerTexts(), [...result.verdict.sentences]);
    const figures = (await page.locator('.totals').innerText()).replace(/\s+/g, ' ');
    assert.ok(figures.startsWith(`Removed ${result.records.removed} of ${RECORDS} records Collateral 1 of`), figures);
    const [worst] = result.facts;
    const row = page.locator('table').first().locator('tbody tr').first();
    const cells = await row.locator('th, td').allInnerTexts();
    assert.equal(cells[0]?.replace(/\s+/g, ' '), `${worst?.name} ${worst?.fact}`);
    assert.deepEqual(cells.slice(1, 4).map(Number), [worst?.removed.stated, worst?.left.stated, worst?.left.shadow]);
    assert.equal(cells[5]?.trim(), worst?.exposure.after.toFixed(3));
    assert.equal(await page.locator('.notes li').count(), result.notes.length);
    await opened.close();
  });

  it('sorts the facts, and remembers how', async () => {
    const opened = await shown();
    const { page } = opened;
    const first = () => page.locator('table').first().locator('tbody tr').first().locator('td').nth(0).innerText();
    await page.getByRole('button', { name: 'Stated removed' }).click();
    const most = Math.max(...(snapshot.result?.facts ?? []).map(({ removed }) => removed.stated));
    assert.equal(Number(await first()), most);
    assert.deepEqual(await opened.savedState(), {
      version: 1,
      sorting: { key: 'removed', descending: true },
      scope: snapshot.scope,
      view: FIRST_VIEW,
      scroll: 0,
    });
    await opened.close();
  });

  it('lists records, page by page and of one fact, and opens their pairs', async () => {
    const opened = await shown();
    const { page } = opened;
    const records = page.locator('table.records tbody tr');
    const { counts, rows, listed } = snapshot.result?.part ?? assert.fail();
    assert.ok(counts.left > PAGE_ROWS);
    assert.equal(await records.count(), PAGE_ROWS);
    assert.match(await records.first().innerText(), / · reviewed\b/, 'what is decided about it');
    await records.nth(1).getByRole('button').click();
    assert.equal((await opened.waitForPost('open')).row, rows[1]?.number);
    const state = await opened.savedState();
    const back = await openAudit(browser, { state });
    await back.send({ type: 'snapshot', snapshot });
    await back.page.waitForFunction('window.scrollY > 0');
    assert.equal(await back.page.evaluate('window.scrollY'), (state as { scroll: number }).scroll, 'back where it was');
    await back.close();

    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await page.getByText(`${PAGE_ROWS + 1}–${Math.min(2 * PAGE_ROWS, listed)} of ${listed}`).waitFor();
    assert.deepEqual((await opened.waitForPost('view')).view, { ...FIRST_VIEW, from: PAGE_ROWS });

    await page.getByRole('button', { name: /^Removed/ }).click();
    await page.getByText('Records that the filter removed and that state').waitFor();
    assert.ok((await records.allInnerTexts()).every((text) => text.includes('stated')));
    const [fact] = snapshot.result?.facts.filter(({ removed }) => removed.stated > 0) ?? [];
    await page.getByRole('button', { name: new RegExp(`${fact?.fact}$`) }).click();
    await page.getByText('Only those that have to do with').waitFor();
    assert.equal(await records.count(), fact?.removed.stated);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByText('Only those that have to do with').waitFor({ state: 'hidden' });

    await page.getByRole('button', { name: /^Changed/ }).click();
    await page.getByText('Records with the same id and another text.').waitFor();
    assert.equal(await records.count(), 1);
    await opened.close();
  });

  it('shows how far the work is, lets people stop it, and offers to run it', async () => {
    const opened = await openAudit(browser);
    const { page } = opened;
    await opened.send({ type: 'snapshot', snapshot: { ...snapshot, activity: { kind: 'pairing' }, result: null } });
    await page.getByText('Pairing the records').waitFor();
    await opened.send({ type: 'progress', activity: { kind: 'scoring', fraction: 0.416, leaks: 1234 } });
    await page.getByText(/^41\s%\sscored · 1,234 leaks left so far$/).waitFor();
    assert.equal(await page.locator('progress').getAttribute('value'), '41');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await opened.waitForPost('cancel');
    await opened.send({ type: 'snapshot', snapshot: { ...snapshot, outdated: true } });
    await page.getByText('Files, settings, models or decisions have changed since this audit.').waitFor();
    await opened.send({ type: 'message', text: 'The audit did not come to its end.', action: 'Run Audit' });
    await page.getByRole('button', { name: 'Run Audit' }).click();
    await opened.waitForPost('run');
    await opened.close();
  });

  it('shows text from corpora as text', async () => {
    const opened = await openAudit(browser);
    const [row] = snapshot.result?.part.rows ?? [];
    assert.ok(snapshot.result && row);
    const before = '<img src=x onerror=alert(1)> \u202e';
    const rows = [{ ...row, excerpt: { ...row.excerpt, before } }];
    const part = { ...snapshot.result.part, rows };
    await opened.send({ type: 'snapshot', snapshot: { ...snapshot, result: { ...snapshot.result, part } } });
    await opened.page.locator('.snippet').getByText('<img src=x').waitFor();
    assert.ok(!(await opened.page.locator('.snippet').innerText()).includes('\u202e'));
    await opened.close();
  });

  for (const theme of THEMES) {
    it(`is clean for axe, wide and narrow, and never wider than its window: ${theme}`, async () => {
      const opened = await openAudit(browser, { theme });
      await opened.send({ type: 'snapshot', snapshot: snapshotOf(audit, { ...FIRST_VIEW, list: 'changed' }) });
      await opened.page.getByRole('table').first().waitFor();
      for (const width of [1000, 700, 320]) {
        await opened.page.setViewportSize({ width, height: 1000 });
        assert.deepEqual(await violations(opened.page), [], `${width} pixels`);
        const content = await opened.page.evaluate('document.documentElement.scrollWidth');
        assert.equal(content, width);
      }
      await opened.send({
        type: 'snapshot',
        snapshot: { ...snapshot, activity: { kind: 'scoring', fraction: 0.5, leaks: 3 }, result: null },
      });
      await opened.page.locator('progress').waitFor();
      assert.deepEqual(await violations(opened.page), [], 'while it works');
      await opened.close();
    });
  }
});
