import assert from 'node:assert/strict';
import type { Browser, Locator } from 'playwright-core';
import { launchBrowser, type PageOptions } from './browserPage';
import { SCANNING, type SummarySketch, someRecords, someSummary } from './someSummary';
import { openSummary, type SummaryPage } from './summaryPage';

describe('the summary page', function () {
  this.timeout(30_000);
  let browser: Browser;
  let summary: SummaryPage;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  afterEach(() => summary.close());

  async function show(sketch: SummarySketch = {}, options: PageOptions = {}): Promise<SummaryPage> {
    summary = await openSummary(browser, options);
    await summary.send({ type: 'snapshot', snapshot: someSummary(sketch) });
    await summary.page.getByRole('heading', { level: 2 }).first().waitFor();
    return summary;
  }

  const table = (name: string) => summary.page.getByRole('table', { name });
  const column = (name: string, index: number) =>
    table(name).locator('tbody tr').locator(`:nth-child(${index})`).filter({ visible: true });
  const text = async (selector: string) => (await summary.page.locator(selector).innerText()).replaceAll('\u202f', ' ');

  it('says what was found: verdict, totals, facts, files, records and what was not scored', async () => {
    await show();
    assert.match(await text('.verdict'), /^Mend the filter first: the text itself states/);
    assert.match(await text('.totals'), /Facts that leak\s+2 of 3[\s\S]*Records that leak\s+45 of 60/);
    assert.equal(await table('Leaks by fact').locator('tbody tr').count(), 2);
    await summary.page.getByText('1 other fact does not reach the threshold anywhere.').waitFor();
    assert.equal(await table('Leaks by file').locator('tbody tr').count(), 3);
    assert.match(
      await table('Worst records').locator('tbody tr').first().innerText(),
      /Solwyn.*\n.*a|b\.jsonl:1 · r-0/,
    );
    assert.match(await text('.incomplete'), /Not scored: 2 places[\s\S]*c\.jsonl:1[\s\S]*this is not JSON/);
  });

  it('draws the lifts with the threshold, and gives them as a table as well', async () => {
    await show();
    const { bins } = someSummary();
    assert.match(
      (await summary.page.getByRole('img').getAttribute('aria-label')) ?? '',
      /^Histogram of lifts from 0\.001 to 1: about \d+ at or above the threshold of 0\.02\./,
    );
    const bars = await summary.page.locator('.histogram rect').count();
    assert.equal(
      bars,
      bins.reduce((sum, bin) => sum + Number(bin.shadow > 0) + Number(bin.stated > 0), 0),
    );
    // The line divides what counts from what does not.
    const left = async (bar: Locator) => (await bar.boundingBox())?.x ?? Number.NaN;
    const line = await left(summary.page.locator('.histogram line.threshold'));
    for (const bar of await summary.page.locator('.histogram .under rect').all()) {
      assert.ok((await left(bar)) < line);
    }
    await summary.page.getByText('As a table').click();
    assert.equal(
      await table('Lifts by size').locator('tbody tr').count(),
      bins.filter(({ shadow, stated }) => shadow + stated > 0).length,
    );
  });

  it('sorts its tables by mouse and by keyboard, and keeps that through a reload', async () => {
    await show();
    const lifts = async () => (await column('Worst records', 2).allInnerTexts()).map(Number);
    const first = await lifts();
    assert.deepEqual(
      first,
      first.toSorted((a, b) => b - a),
    );
    const head = table('Worst records').getByRole('columnheader', { name: 'Lift' });
    assert.equal(await head.getAttribute('aria-sort'), 'descending');
    await head.getByRole('button').focus();
    await summary.page.keyboard.press('Enter');
    assert.equal(await head.getAttribute('aria-sort'), 'ascending');
    const second = await lifts();
    assert.deepEqual(
      second,
      second.toSorted((a, b) => a - b),
    );
    await table('Leaks by file').getByRole('button', { name: 'File', exact: true }).click();
    assert.deepEqual(await column('Leaks by file', 1).locator('.path').allInnerTexts(), [
      'a.jsonl',
      'b.jsonl',
      'c.jsonl',
    ]);

    const state = await summary.savedState();
    assert.deepEqual((state as { scope: unknown }).scope, { configPath: '/corpus/seep.json', folder: null });
    await summary.close();
    await show({}, { state });
    assert.deepEqual(await lifts(), second);
  });

  it('asks for the place of whatever is picked', async () => {
    await show();
    const snapshot = someSummary();
    const picks: readonly (readonly [RegExp, unknown])[] = [
      [
        /^Kamitel → Vandor dc-001 ?: go to its worst leak$/,
        snapshot.facts.rows.find(({ id }) => id === 'dc-001')?.place,
      ],
      [/^a\.jsonl ?: go to its worst leak$/, snapshot.files.rows.find(({ name }) => name === 'a.jsonl')?.place],
      [/a\.jsonl:2 · r-1 ?: go to its worst leak$/, snapshot.records.rows[1]?.place],
      [/^c\.jsonl:2$/, snapshot.incomplete.rows[1]?.place],
    ];
    for (const [i, [name, place]] of picks.entries()) {
      assert.ok(place, String(name));
      await summary.page.getByRole('button', { name }).click();
      assert.deepEqual((await summary.waitForPost('open', i + 1)).place, place);
    }
  });

  it('lists more rows on demand, and counts what it was not sent', async () => {
    await show({ records: 900, lift: () => 0.5 });
    const rows = table('Worst records').locator('tbody tr');
    assert.equal(await rows.count(), 20);
    await summary.page.getByText('200 of 900 are listed, those with the highest lift.').waitFor();
    await summary.page.getByRole('button', { name: 'Show 100 More' }).click();
    assert.equal(await rows.count(), 120);
    await summary.page.getByRole('button', { name: 'Show 80 More' }).click();
    assert.equal(await rows.count(), 200);
  });

  it('leads through all records that leak, page by page, in either order, of any file', async () => {
    await show({ records: 900, lift: () => 0.5 });
    const list = summary.page.getByRole('region', { name: 'All records that leak' });
    assert.equal(await list.count(), 0, 'nothing without records');
    const view = { file: null, order: 'worst', from: 100 } as const;
    await summary.send({ type: 'records', part: someRecords(view) });
    assert.equal(await list.locator('tbody tr').count(), 100);
    await list.getByText('101–200 of 900', { exact: true }).waitFor();
    const asks = async (number: number, change: object) =>
      assert.deepEqual((await summary.waitForPost('records', number)).view, { ...view, ...change });
    await list.getByRole('button', { name: 'Next' }).click();
    await asks(1, { from: 200 });
    await list.getByRole('button', { name: 'Previous' }).click();
    await asks(2, { from: 0 });
    await list.getByRole('button', { name: 'As in the file' }).click();
    await asks(3, { from: 0, order: 'place' });
    await list.getByRole('combobox', { name: 'File' }).selectOption('b.jsonl (180)');
    await asks(4, { from: 0, file: '/corpus/b.jsonl' });
    await list.locator('tbody button').first().click();
    assert.deepEqual((await summary.waitForPost('open')).place, someRecords(view).rows[0]?.place);
    await summary.send({ type: 'snapshot', snapshot: someSummary({ records: 900, activity: { kind: 'loading' } }) });
    assert.equal(await list.count(), 0, 'a new scan has another list');
  });

  it('has no list of all records where the worst are all', async () => {
    await show({ records: 30 });
    await summary.send({ type: 'records', part: someRecords({ file: null, order: 'worst', from: 0 }, 30) });
    await table('Worst records').waitFor();
    assert.equal(await summary.page.getByRole('heading', { name: 'All records that leak' }).count(), 0);
  });

  it('says how far a scan is, and offers what can be done', async () => {
    await show({ activity: { kind: 'scanning', fraction: 0, pace: null } });
    assert.equal(await summary.page.locator('.verdict').count(), 0, 'too early for a verdict');
    await summary.send({ type: 'progress', activity: SCANNING });
    await summary.page.getByText('3,400 tokens/s, about 2 minutes left').waitFor();
    assert.equal(await summary.page.getByRole('progressbar', { name: 'Scan' }).getAttribute('value'), '43');
    await summary.page.getByRole('button', { name: 'Cancel' }).click();
    await summary.waitForPost('cancel');
    await summary.send({ type: 'progress', activity: { kind: 'stopped', fraction: 0.432 } });
    await summary.page.getByRole('button', { name: 'Continue' }).click();
    await summary.waitForPost('scan');
    await summary.send({
      type: 'progress',
      activity: { kind: 'failed', message: 'models/teacher: there is no model.onnx.' },
    });
    await summary.page.getByText('there is no model.onnx').waitFor();
    await summary.send({ type: 'snapshot', snapshot: someSummary({ outdated: true }) });
    await summary.page.getByText('Files, settings, models or decisions have changed since this scan.').waitFor();
    await summary.page.getByRole('button', { name: 'Scan Again' }).click();
    await summary.waitForPost('scan', 2);
    await summary.page.getByRole('button', { name: 'Export Report…' }).click();
    await summary.waitForPost('report');
  });

  it('lists where the teacher knows what no fact names, and opens it', async () => {
    await show({ lift: () => 0, records: 8, unattributed: 4 });
    const rows = summary.page.getByRole('table', { name: 'Not named by the forget set' }).getByRole('row');
    // Four records reach a bit, under the head.
    assert.deepEqual(await rows.getByRole('cell').allInnerTexts(), ['4.0', '2.0', '1.3', '1.0']);
    await rows.getByRole('button', { name: /b\.jsonl:1/ }).click();
    const { place } = await summary.waitForPost('open');
    assert.deepEqual([place.line, place.token?.text], [1, 'Solwyn']);
  });

  it('shows a corpus without leaks, and one that nobody has scanned', async () => {
    await show({ lift: () => 0, incomplete: 0 });
    assert.match(await text('.verdict'), /./);
    assert.equal(await summary.page.locator('.histogram').count(), 0, 'there is nothing to draw');
    assert.equal(await summary.page.getByRole('heading', { name: 'Worst records' }).count(), 0);
    await summary.send({ type: 'message', text: 'Nothing was scanned.', action: 'Scan Corpus' });
    await summary.page.getByRole('button', { name: 'Scan Corpus' }).click();
    await summary.waitForPost('scan');
  });

  it('says which models were compared over character spans', async () => {
    await show();
    assert.doesNotMatch(await text('.notes'), /character spans/);
    await summary.send({
      type: 'snapshot',
      snapshot: someSummary({ comparison: { student: 'spans', reference: 'tokens' } }),
    });
    await summary.page.getByText('The student is compared over character spans').waitFor();
  });

  it('keeps hostile text as text', async () => {
    await show({ text: '<img src=x onerror=alert(1)>\u202e Solwyn </table><script>alert(2)</script>' });
    const snippet = await summary.page.locator('.snippet').first().innerText();
    assert.match(snippet, /<img src=x onerror=alert\(1\)>‹RLO›/);
    assert.equal(await summary.page.locator('.snippet img, .snippet script').count(), 0);
  });

  it('stays within 300 pixels, and draws a large corpus at once', async () => {
    await show({ records: 2000 }, { width: 300 });
    const [wide, window] = await summary.page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, innerWidth]',
    );
    assert.ok(wide <= window, `${wide} pixels`);
  });
});
