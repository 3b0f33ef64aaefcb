import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import type { Browser } from 'playwright-core';
import { violations } from './axe';
import { launchBrowser, type PageOptions } from './browserPage';
import { openPanel, type PanelPage } from './panelPage';
import { leak, OWN_STUDENT, panelFact, SHADOW_ROWS, type SnapshotSketch, snapshotOf, TOKENS } from './panelSnapshot';

describe('the distributions panel', function () {
  this.timeout(30_000);
  let browser: Browser;
  let panel: PanelPage;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  afterEach(() => panel.close());

  /** A panel that shows a snapshot. */
  async function show(sketch: SnapshotSketch = {}, options: PageOptions = {}): Promise<PanelPage> {
    panel = await openPanel(browser, options);
    await panel.send({ type: 'snapshot', seq: 0, snapshot: snapshotOf(sketch) });
    await panel.page.getByRole('table').first().waitFor();
    return panel;
  }

  const option = (name: string | RegExp) => panel.page.getByRole('option', { name });
  const selectedToken = () => panel.page.locator('[role=option][aria-selected=true]');
  const cells = (token: string) => panel.page.getByRole('row').filter({ hasText: token }).first().getByRole('img');
  const text = async (selector: string) => panel.page.locator(selector).innerText();
  const until = async (what: string, holds: () => Promise<boolean>) => {
    for (const deadline = Date.now() + 5000; !(await holds()); ) {
      assert.ok(Date.now() < deadline, `never: ${what}`);
      await panel.page.waitForTimeout(10);
    }
  };

  describe('rendering', () => {
    it('says that it is ready once and shows nothing of its own accord', async () => {
      panel = await openPanel(browser);
      assert.deepEqual(panel.posted, [{ type: 'ready' }]);
    });

    it('says where it is', async () => {
      await show();
      assert.equal(await text('.place'), 'filtered.jsonl\nline 12\nrecord r-0012\ntoken 8 of 19');
      assert.equal(await text('.context mark'), '␣Sol');
      assert.equal(await text('.context .before'), 'Kamitel runs a data center in');
    });

    it('puts the models side by side, one row a token', async () => {
      await show();
      const headers = await panel.page.getByRole('columnheader').allInnerTexts();
      assert.deepEqual(
        headers.map((header) => header.split('\n').slice(0, 2)),
        [['Token'], ['Teacher', 'teacher-7b'], ['Student', 'student-1b'], ['Reference', 'retain-7b']],
      );
      const labels = await cells('␣Van').evaluateAll((elements) =>
        elements.map((element) => element.getAttribute('aria-label')),
      );
      assert.deepEqual(labels, [
        'Teacher gives Van 0.473, rank 1.',
        'Student gives Van 0.242, rank 2.',
        'Reference gives Van 0.001, rank 5.',
      ]);
    });

    it('shows a model with tokens of its own below, with whole answers side by side', async () => {
      const whole = [{ fact: 'dc-001', teacher: 0.46, student: 0.3, reference: null }];
      await show({ student: false, own: { student: OWN_STUDENT }, whole });
      assert.equal(await panel.page.locator('td.absent').innerText(), 'has tokens of its own, see below');
      const own = panel.page.getByRole('region', { name: 'Student, in its own tokens' });
      const labels = await own
        .getByRole('img')
        .evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));
      assert.deepEqual(labels, [
        'Student gives in Sol 0.500, rank 1.',
        'Student gives in Vandor 0.300, rank 2.',
        'Student gives all other tokens together 0.200.',
      ]);
      assert.match(
        await text('.own-tokens'),
        /over character spans.*KL and JS are not comparable.*further left, with “\W?in”/s,
      );
      assert.match(await text('.own-tokens li'), /^whole answer of dc-001: teacher 0\.460, student 0\.300$/);
    });

    it('draws bars to one scale, linear or logarithmic', async () => {
      await show();
      const widths = async (token: string) =>
        cells(token).evaluateAll((elements) =>
          elements.map((element) => {
            const bar = element.querySelector('.bar');
            const fill = bar?.firstElementChild;
            return bar && fill ? fill.getBoundingClientRect().width / bar.getBoundingClientRect().width : null;
          }),
        );
      const near = (actual: readonly (number | null)[], expected: readonly number[]) =>
        assert.ok(
          expected.every((value, i) => Math.abs((actual[i] ?? -1) - value) < 0.02),
          `${actual} for ${expected}`,
        );
      near(await widths('␣Sol'), [0.4312, 0.702, 0.931]);
      await panel.page.getByRole('radio', { name: 'Log' }).check();
      // Four decades, from 10⁻⁴ to 1.
      near(await widths('␣Van'), [1 + Math.log10(0.4731) / 4, 1 + Math.log10(0.242) / 4, 1 + Math.log10(0.0011) / 4]);
    });

    it('marks the actual token and the one that leads to a forgotten answer', async () => {
      await show();
      const header = async (token: string) =>
        (await panel.page.getByRole('rowheader').filter({ hasText: token }).first().innerText()).replaceAll('\n', ' ');
      assert.match(await header('␣Sol'), /in the text/);
      assert.match(await header('␣Van'), /leads to a forgotten answer: dc-001 → Vandor/);
      assert.doesNotMatch(await header('␣Kest'), /text|leads/);
    });

    it('puts forget answers far down below a break, with their ranks', async () => {
      await show({
        topK: 5,
        leaks: [],
        rows: [
          ...SHADOW_ROWS.map((row) => ({ ...row, facts: [] })),
          { text: ' Vand', p: [2e-8, 1e-9, 3e-9], ranks: [31_007, 40_111, 12_345], facts: ['dc-001'] },
        ],
      });
      const rows = await panel.page.locator('tbody tr').allInnerTexts();
      assert.deepEqual(
        rows.slice(-3).map((row) => row.trim().split('\n')[0]?.slice(0, 5)),
        ['⋯', '␣Vand', 'rest '],
      );
      assert.match(rows.at(-2) ?? '', /2×10⁻⁸\s+#31,007\s+1×10⁻⁹\s+#40,111\s+3×10⁻⁹\s+#12,345/);
    });

    it('gives the rest of the vocabulary, entropies and divergences in bits and nats', async () => {
      await show();
      assert.deepEqual(
        await cells('rest of the vocabulary').evaluateAll((elements) =>
          elements.map((element) => element.getAttribute('aria-label')),
        ),
        [
          'Teacher gives all other tokens together 0.050.',
          'Student gives all other tokens together 0.031.',
          'Reference gives all other tokens together 0.029.',
        ],
      );
      const footer = (await panel.page.locator('tfoot tr').allInnerTexts()).map((row) =>
        row.replaceAll(/\s+/g, ' ').trim(),
      );
      assert.match(
        footer[0] ?? '',
        /^Entropy .* 1\.517 bits 1\.051 nats 1\.199 bits 0\.831 nats 0\.563 bits 0\.390 nats$/,
      );
      assert.match(footer[1] ?? '', /^KL teacher ‖ model .* 0\.234 bits 0\.162 nats 3\.523 bits 2\.442 nats$/);
      assert.match(footer[2] ?? '', /^KL model ‖ teacher .* 0\.217 bits 0\.150 nats 1\.098 bits 0\.761 nats$/);
      assert.match(footer[3] ?? '', /^JS .* 0\.054 bits 0\.037 nats 0\.320 bits 0\.222 nats$/);
    });

    it('says in words what leaks', async () => {
      await show();
      assert.match(await text('.badge'), /^high shadow leak$/i);
      assert.equal(
        await text('.sentence'),
        'Teacher gives 0.473 to “␣Van”, which leads to the forgotten answer “Vandor” (dc-001, Kamitel). ' +
          'The text does not say it. The reference gives it 0.001. The student already has 0.242: absorbed.',
      );
    });

    for (const missing of ['student', 'reference'] as const) {
      it(`says that there is no ${missing}`, async () => {
        await show({ [missing]: false });
        assert.equal(await panel.page.locator('td.absent').innerText(), `no ${missing}`);
        assert.equal(await panel.page.getByRole('columnheader').count(), 4);
        assert.equal(await cells('␣Van').count(), 2);
      });
    }

    it('says what stands in for a reference model', async () => {
      await show({ reference: 'swap', leaks: [leak({ reference: 'swap' })] });
      assert.match(await panel.page.locator('td.absent').innerText(), /^no reference model: .* other subjects/);
    });

    it('shows a teacher alone', async () => {
      await show({
        student: false,
        reference: false,
        leaks: [leak({ studentMass: null, reference: 'none', referenceMass: null, status: null })],
      });
      assert.deepEqual(await panel.page.locator('td.absent').allInnerTexts(), ['no student', 'no reference']);
      assert.equal(await panel.page.locator('tfoot tr').count(), 1, 'nothing to compare with');
    });

    it('tells a record that was not scanned from a clean one', async () => {
      await show({ leaks: [], scanned: false });
      assert.match(await text('.legend'), /Not scanned yet/);
      await panel.send({ type: 'snapshot', seq: 0, snapshot: snapshotOf({ leaks: [] }) });
      await panel.page.getByText('No leaks in this record.').waitFor();
      assert.equal(await text('.badge'), 'No leak');
    });

    it('offers what was there before a reload, and shows it when told to', async () => {
      const { place } = snapshotOf();
      await show({}, { state: { version: 6, scale: 'log', topK: null, pins: [], place } });
      await panel.send({ type: 'message', text: 'A token of a.jsonl was shown here.', action: 'Show Again' });
      assert.deepEqual(
        ((await panel.savedState()) as { place: unknown }).place,
        place,
        'a page that waits forgets nothing',
      );
      await panel.page.getByRole('button', { name: 'Show Again' }).click();
      assert.deepEqual(await panel.waitForPost('show'), { type: 'show' });
    });

    it('counts the forgotten tokens that have no row', async () => {
      const snapshot = snapshotOf();
      await show();
      await panel.send({
        type: 'snapshot',
        seq: 0,
        snapshot: { ...snapshot, inspection: { ...snapshot.inspection, unlisted: 1234 } },
      });
      await panel.page.getByText('1,234 more forgotten tokens, less likely than these').waitFor();
    });

    it('shows messages in place of the numbers', async () => {
      await show();
      await panel.send({
        type: 'message',
        text: 'models/teacher has no model.onnx.\nExport it with Optimum.',
        action: null,
      });
      await panel.page.getByText('models/teacher has no model.onnx.').waitFor();
      assert.equal(await panel.page.getByRole('table').count(), 0);
      await panel.send({ type: 'snapshot', seq: 0, snapshot: snapshotOf() });
      await panel.page.getByRole('table').waitFor();
    });

    it('explains its words without a mouse', async () => {
      await show();
      await panel.page.locator('summary').focus();
      await panel.page.keyboard.press('Enter');
      await panel.page.getByText('Jensen–Shannon divergence').waitFor();
    });

    it('stays within 300 pixels', async () => {
      await show({}, { width: 300 });
      assert.ok((await panel.page.evaluate<number>('document.documentElement.scrollWidth')) <= 300);
    });

    it('moves nothing when the selection moves', async () => {
      for (const width of [300, 620, 1000]) {
        await show({}, { width });
        const place = () => panel.page.locator('tbody').evaluate((body) => body.getBoundingClientRect().top);
        const rowHeights = () =>
          panel.page
            .locator('tbody tr')
            .evaluateAll((rows) => [...new Set(rows.map((row) => row.getBoundingClientRect().height))]);
        const before = await place();
        assert.equal((await rowHeights()).length, 1, `rows of one height at ${width}`);
        await panel.send({
          type: 'snapshot',
          seq: 0,
          snapshot: snapshotOf({
            position: 3,
            rows: SHADOW_ROWS.slice(1).map((row) => ({ ...row, facts: [] })),
            leaks: [leak()],
          }),
        });
        await panel.page.getByText('No forget answer is watched').first().waitFor();
        assert.equal(await place(), before, `at ${width}`);
        if (width !== 1000) {
          await panel.close();
        }
      }
    });
  });

  describe('the record strip', () => {
    it('shows the record and its leaks', async () => {
      await show({ leaks: [leak(), leak({ position: 16, kind: 'stated', lift: 0.12, fact: 'dc-002' })] });
      assert.equal(
        (await panel.page.getByRole('listbox').innerText()).replace(/\s/g, ''),
        `${TOKENS.join('')}∎`.replace(/\s/g, ''),
      );
      assert.equal(
        await selectedToken().getAttribute('aria-label'),
        'Sol, token 8 of 19, high shadow leak of dc-001, teacher 0.473, lift 0.472',
      );
      const look = (name: RegExp) =>
        option(name).evaluate((element) => {
          const { borderBottomStyle, borderTopWidth, borderBottomWidth } =
            element.ownerDocument.defaultView.getComputedStyle(element);
          return { borderBottomStyle, borderTopWidth, borderBottomWidth };
        });
      assert.deepEqual(await look(/^Sol,/), {
        borderBottomStyle: 'solid',
        borderTopWidth: '0px',
        borderBottomWidth: '2px',
      });
      assert.deepEqual(await look(/medium stated leak/), {
        borderBottomStyle: 'dashed',
        borderTopWidth: '1px',
        borderBottomWidth: '1px',
      });
    });

    it('draws how much the teacher gives the answer at each token, and says it on hovering', async () => {
      await show({ leaks: [leak(), leak({ position: 16, tokenMass: 0.05, fact: 'dc-002' })] });
      const gauge = (name: RegExp) =>
        option(name).evaluate((element) => {
          const { backgroundImage, backgroundSize } = element.ownerDocument.defaultView.getComputedStyle(element);
          return { height: /([\d.]+)%/.exec(backgroundImage)?.[1], backgroundSize };
        });
      assert.deepEqual(await gauge(/^Sol,/), { height: '47.3', backgroundSize: '3px 100%' });
      assert.deepEqual(await gauge(/token 16 of/), { height: '5', backgroundSize: '3px 100%' });
      assert.equal((await gauge(/^company,/)).height, undefined);
      assert.equal(
        await option(/^Sol,/).getAttribute('title'),
        'high shadow leak of dc-001, teacher 0.473, lift 0.472',
      );
    });

    it('marks the token that the pointer is over in the editor, until something else is looked at', async () => {
      await show();
      const outline = () =>
        option(/^company,/).evaluate(
          (element) => element.ownerDocument.defaultView.getComputedStyle(element).outlineStyle,
        );
      await panel.send({ type: 'pointed', position: 12 });
      await panel.page.locator('.token.pointed').waitFor();
      assert.equal(await outline(), 'dotted');
      await panel.send({ type: 'pointed', position: null });
      await panel.page.locator('.token.pointed').waitFor({ state: 'detached' });
      await panel.send({ type: 'pointed', position: 12 });
      await panel.page.locator('.token.pointed').waitFor();
      await panel.send({ type: 'snapshot', seq: 0, snapshot: snapshotOf({ position: 3 }) });
      await panel.page.locator('.token.pointed').waitFor({ state: 'detached' });
    });

    it('selects by click', async () => {
      await show();
      await option(/^company,/).click();
      assert.deepEqual(await panel.waitForPost('select'), { type: 'select', seq: 1, position: 12 });
      assert.equal(await selectedToken().getAttribute('data-position'), '12', 'at once, before the answer');
      assert.equal(await selectedToken().evaluate((element) => element === element.ownerDocument.activeElement), true);
    });

    it('goes from token to token and from leak to leak by keyboard', async () => {
      await show({ leaks: [leak(), leak({ position: 4 }), leak({ position: 16 })] });
      await selectedToken().focus();
      const keys: [string, number][] = [
        ['ArrowRight', 9],
        ['ArrowLeft', 8],
        ['ArrowLeft', 7],
        ['Home', 1],
        ['End', 19],
        ['n', 4],
        ['n', 8],
        ['p', 4],
        ['p', 16],
      ];
      for (const [i, [key, position]] of keys.entries()) {
        await panel.page.keyboard.press(key);
        assert.deepEqual(await panel.waitForPost('select', i + 1), { type: 'select', seq: i + 1, position }, key);
        assert.equal(
          await panel.page.locator(':focus').getAttribute('data-position'),
          `${position}`,
          'the focus goes along',
        );
      }
      assert.equal(await panel.page.locator('[role=option][tabindex="0"]').count(), 1, 'one stop for Tab');
    });

    it('asks for nothing at the ends', async () => {
      await show({ position: 1 });
      await selectedToken().focus();
      await panel.page.keyboard.press('ArrowLeft');
      await panel.page.keyboard.press('Home');
      await panel.page.keyboard.press('ArrowRight');
      assert.equal((await panel.waitForPost('select')).position, 2);
      assert.equal(panel.posts('select').length, 1);
    });

    it('goes to leaks from anywhere but where text is typed', async () => {
      await show({ leaks: [leak({ position: 4 })] });
      await panel.page.getByRole('spinbutton', { name: 'Temperature' }).focus();
      await panel.page.keyboard.press('n');
      await panel.page.getByRole('button', { name: 'Pin' }).focus();
      await panel.page.keyboard.press('n');
      assert.equal((await panel.waitForPost('select')).position, 4);
      assert.equal(panel.posts('select').length, 1);
    });

    it('spaces out the requests of a key held down', async () => {
      await show(
        { tokens: Array.from({ length: 100 }, (_, i) => ` t${i}`), position: 1, leaks: [] },
        { stillClock: true },
      );
      await selectedToken().focus();
      for (let i = 0; i < 60; i++) {
        await panel.page.keyboard.down('ArrowRight');
        await panel.page.clock.runFor(30);
      }
      await panel.page.keyboard.up('ArrowRight');
      assert.equal(await selectedToken().getAttribute('data-position'), '61', 'the selection keeps up');
      await panel.page.clock.runFor(90);
      await until('the last one arrives', async () => panel.posts('select').at(-1)?.position === 61);
      assert.ok(panel.posts('select').length <= 1 + (60 * 30) / 90 + 1, `${panel.posts('select').length} requests`);
    });

    it('reads from right to left where the record does', async () => {
      await show({ tokens: ['שלום', ' עולם', '!', ''], position: 2, leaks: [] });
      await selectedToken().focus();
      await panel.page.keyboard.press('ArrowLeft');
      assert.equal((await panel.waitForPost('select')).position, 3);
    });

    it('clips a long record around the selection and stays quick', async () => {
      await show({ tokens: Array.from({ length: 20_000 }, (_, i) => ` t${i}`), position: 10_000, leaks: [] });
      assert.equal(await panel.page.getByRole('option').count(), 400);
      const strip = await panel.page.getByRole('listbox').innerText();
      assert.match(strip, /^… 9,800 tokens before/);
      assert.match(strip, /9,800 tokens after …$/);
      const shown = await selectedToken().evaluate((element) => {
        const outer = element.closest('[role=listbox]')?.getBoundingClientRect();
        const inner = element.getBoundingClientRect();
        return outer !== undefined && inner.top >= outer.top && inner.bottom <= outer.bottom;
      });
      assert.ok(shown, 'scrolled to the selection');
      await selectedToken().focus();
      await panel.page.keyboard.press('End');
      assert.equal((await panel.waitForPost('select')).position, 20_000);
      assert.equal(await panel.page.locator(':focus').getAttribute('data-position'), '20000');
    });

    it('does not take the focus when the editor moves the selection', async () => {
      await show();
      await panel.page.getByRole('button', { name: 'Pin' }).focus();
      await panel.send({ type: 'snapshot', seq: 0, snapshot: snapshotOf({ position: 5 }) });
      await until('the selection arrives', async () => (await selectedToken().getAttribute('data-position')) === '5');
      assert.equal(await panel.page.locator(':focus').innerText(), 'Pin');
      assert.deepEqual(panel.posts('select'), [], 'and does not answer it with a request');
    });
  });

  describe('the controls', () => {
    it('asks for a temperature when the slider rests', async () => {
      await show({}, { stillClock: true });
      const slider = panel.page.getByRole('slider', { name: 'Temperature' });
      await slider.focus();
      for (let i = 0; i < 5; i++) {
        await panel.page.keyboard.press('ArrowRight');
        await panel.page.clock.runFor(100);
      }
      assert.deepEqual(panel.posts('temperature'), [], 'not while it moves');
      await panel.page.clock.runFor(20);
      assert.deepEqual(
        await panel.waitForPost('temperature'),
        { type: 'temperature', seq: 1, value: 1.12 },
        'log10 0.05',
      );
      assert.equal(await slider.getAttribute('aria-valuetext'), '1.12');
    });

    it('takes typed temperatures, within bounds', async () => {
      await show();
      const input = panel.page.getByRole('spinbutton', { name: 'Temperature, exactly' });
      for (const [typed, sent] of [
        ['2.5', 2.5],
        ['99', 10],
        ['0.001', 0.1],
      ] as const) {
        const before = panel.posts('temperature').length;
        await input.fill(typed);
        await input.press('Enter');
        assert.equal((await panel.waitForPost('temperature', before + 1)).value, sent);
        assert.equal(await input.inputValue(), `${sent}`);
      }
      await input.fill('');
      await input.press('Enter');
      assert.equal(await input.inputValue(), '0.1', 'nothing typed changes nothing');
      assert.equal(panel.posts('temperature').length, 3);
    });

    it('goes back to temperature 1', async () => {
      await show({ temperature: 4 });
      await panel.page.getByRole('button', { name: 'Reset' }).click();
      assert.deepEqual(await panel.waitForPost('temperature'), { type: 'temperature', seq: 1, value: 1 });
      assert.ok(await panel.page.getByRole('button', { name: 'Reset' }).isDisabled());
    });

    it('asks for a number of rows, within bounds, and remembers it', async () => {
      await show();
      const input = panel.page.getByRole('spinbutton', { name: 'Number of likeliest tokens' });
      await input.fill('400');
      await input.press('Enter');
      assert.deepEqual(await panel.waitForPost('topK'), { type: 'topK', seq: 1, value: 50 });
      assert.equal(await input.inputValue(), '50');
      assert.deepEqual(await panel.savedState(), {
        version: 6,
        scale: 'linear',
        topK: 50,
        pins: [],
        place: snapshotOf().place,
      });
    });

    it('has its scale and number of rows back after a reload', async () => {
      await show({}, { state: { version: 6, scale: 'log', topK: 20, pins: [], place: null } });
      assert.ok(await panel.page.getByRole('radio', { name: 'Log' }).isChecked());
      assert.deepEqual(await panel.waitForPost('topK'), { type: 'topK', seq: 1, value: 20 });
    });

    it('passes over a state that it does not know', async () => {
      await show({}, { state: { version: 99, scale: 7, pins: 'x' } });
      assert.ok(await panel.page.getByRole('radio', { name: 'Linear' }).isChecked());
    });

    it('is reached with Tab in the order of the page', async () => {
      await show({ temperature: 2 });
      await panel.page.locator('body').focus();
      const reached: string[] = [];
      for (let i = 0; i < 12; i++) {
        await panel.page.keyboard.press('Tab');
        reached.push(
          await panel.page.locator(':focus').evaluate((element) => {
            const outline = element.ownerDocument.defaultView.getComputedStyle(element);
            const name = element.getAttribute('role') ?? element.getAttribute('type') ?? element.tagName;
            return outline.outlineStyle === 'none' ? `${name} without visible focus` : name;
          }),
        );
      }
      assert.deepEqual(reached, [
        'option',
        'range',
        'number',
        'button',
        'number',
        'radio',
        ...['button', 'button', 'button', 'button', 'button'],
        'SUMMARY',
      ]);
    });

    it('keeps pinned numbers through moves and reloads until they are unpinned', async () => {
      await show();
      await panel.page.getByRole('button', { name: 'Pin', exact: true }).click();
      await panel.send({ type: 'snapshot', seq: 0, snapshot: snapshotOf({ position: 3, temperature: 2 }) });
      const card = panel.page.getByRole('article');
      await card.getByText('token 8 of 19', { exact: true }).waitFor();
      assert.equal(await panel.page.getByRole('table').count(), 2);
      const state = await panel.savedState();
      await panel.close();

      await show({}, { state });
      await panel.page.getByRole('article').getByText('temperature 1', { exact: true }).waitFor();
      await panel.page.getByRole('button', { name: 'Unpin token 8' }).click();
      assert.equal(await panel.page.getByRole('article').count(), 0);
      assert.deepEqual(((await panel.savedState()) as { pins: unknown }).pins, []);
    });
  });

  describe('copying', () => {
    const press = (name: string) =>
      panel.page
        .getByRole('button', { name: `Copy as ${name}` })
        .first()
        .click();

    it('gives CSV with the exact numbers of every row, the rest and the divergences', async () => {
      await show();
      await press('CSV');
      const records = parse((await panel.waitForPost('copy')).text, { columns: true }) as Record<string, string>[];
      assert.deepEqual(
        records.map(({ row }) => row),
        [
          ...SHADOW_ROWS.map(() => 'token'),
          ...['rest', 'entropy_nats', 'kl_from_teacher_nats', 'kl_to_teacher_nats'],
          'js_nats',
        ],
      );
      assert.deepEqual(records[0], {
        file: 'corpus/filtered.jsonl',
        record: 'r-0012',
        line: '12',
        token: '8',
        temperature: '1',
        row: 'token',
        text: ' Van',
        in_text: 'false',
        leads_to: 'dc-001 → Vandor',
        teacher: '0.4731',
        teacher_rank: '1',
        student: '0.242',
        student_rank: '2',
        reference: '0.0011',
        reference_rank: '5',
      });
      const kl = records.find(({ row }) => row === 'kl_from_teacher_nats');
      assert.deepEqual([kl?.teacher, kl?.student, kl?.reference], ['', '0.1623', '2.4419']);
      await panel.page.getByText('CSV copied').waitFor();
    });

    it('gives Markdown with the digits that the panel shows, of those models that there are', async () => {
      await show({ reference: false, leaks: [] });
      await press('Markdown');
      const markdown = (await panel.waitForPost('copy')).text;
      assert.match(
        markdown,
        /^corpus\\\/filtered\\\.jsonl\\, line 12\\, record r\\-0012\\, token 8 of 19\\, temperature 1\n/,
      );
      assert.match(markdown, /^\| Token \| Leads to \| Teacher \| Student \|$/m);
      assert.match(markdown, /^\| ␣Van \| dc\\-001 → Vandor \| 0\\\.473 \\#1 \| 0\\\.242 \\#2 \|$/m);
      assert.match(markdown, /^\| KL teacher ‖ model \| {2}\| {2}\| 0\\\.234 bits \|$/m);
    });

    it('draws a picture, which the host saves where the clipboard takes none', async () => {
      await show();
      await press('PNG');
      const bytes = Buffer.from((await panel.waitForPost('savePicture')).png, 'base64');
      assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
      assert.deepEqual(
        [bytes.readUInt32BE(16), bytes.readUInt32BE(20)],
        [1800, 2 * (40 + 22 * (2 + SHADOW_ROWS.length + 5))],
      );
      await panel.page.getByText('choose where to save it').waitFor();
    });

    it('copies the numbers of a card, not those that are shown now', async () => {
      await show();
      await panel.page.getByRole('button', { name: 'Pin', exact: true }).click();
      await panel.send({
        type: 'snapshot',
        seq: 0,
        snapshot: snapshotOf({ position: 3, temperature: 2, recordId: 'other' }),
      });
      await panel.page.getByRole('article').getByRole('button', { name: 'Copy as CSV' }).click();
      const [first] = parse((await panel.waitForPost('copy')).text, { columns: true }) as Record<string, string>[];
      assert.deepEqual([first?.record, first?.token, first?.temperature], ['r-0012', '8', '1']);
    });
  });

  it('tells the editor which token of the strip the pointer is over', async () => {
    await show();
    await option(/^data, token 5/).hover();
    assert.equal((await panel.waitForPost('point')).position, 5);
    await panel.page.mouse.move(5, 900);
    assert.equal((await panel.waitForPost('point', 2)).position, null);
  });

  describe('answers token by token', () => {
    const FOLLOWED = {
      fact: 'dc-001',
      ways: [
        [
          { text: ' Van', teacher: 0.5, student: 0.25, reference: null },
          { text: 'dor', teacher: 0.8, student: 0.5, reference: null },
        ],
      ],
    };
    const button = () => panel.page.getByRole('button', { name: 'dc-001, Vandor, token by token' });

    it('are asked for by keyboard, and put away again', async () => {
      await show();
      assert.equal(await button().getAttribute('aria-expanded'), 'false');
      await button().focus();
      await panel.page.keyboard.press('Enter');
      assert.deepEqual(await panel.waitForPost('follow'), { type: 'follow', seq: 1, fact: 'dc-001' });
      await panel.send({ type: 'snapshot', seq: 1, snapshot: snapshotOf({ followed: FOLLOWED }) });
      await panel.page.locator('[aria-expanded=true]').waitFor();
      assert.ok(await button().evaluate((element) => element === element.ownerDocument.activeElement));
      await panel.page.keyboard.press('Enter');
      assert.deepEqual(await panel.waitForPost('follow', 2), { type: 'follow', seq: 2, fact: null });
    });

    it('have the probability of every step and of all steps so far, in a card too, without overflow', async () => {
      await show({ followed: FOLLOWED, reference: false }, { width: 300 });
      await panel.page.getByRole('button', { name: 'Pin', exact: true }).click();
      assert.equal(await panel.page.locator('.answer-steps').count(), 2);
      const rows = await panel.page.locator('.answer-steps').last().locator('tr').allInnerTexts();
      assert.deepEqual(
        rows.map((row) => row.replaceAll(/\s*\t\s*/g, ' | ')),
        [
          'Token | Teacher (so far) | Student (so far)',
          '␣Van | 0.500 (0.500) | 0.250 (0.250)',
          'dor | 0.800 (0.400) | 0.500 (0.125)',
        ],
      );
      assert.equal(await panel.page.evaluate('document.documentElement.scrollWidth'), 300);
      assert.deepEqual(await violations(panel.page), []);
    });
  });

  describe('waiting', () => {
    const waitsVisibly = () => panel.page.locator('.progress.on').isVisible();

    it('shows that it waits after 150 ms, not earlier, until the answer', async () => {
      await show({}, { stillClock: true });
      await selectedToken().focus();
      await panel.page.keyboard.press('ArrowRight');
      await panel.waitForPost('select');
      await panel.page.clock.runFor(149);
      assert.equal(await waitsVisibly(), false);
      assert.equal(await panel.page.locator('.numbers').getAttribute('aria-busy'), 'false');
      await panel.page.clock.runFor(1);
      await until('waiting shows', waitsVisibly);
      assert.equal(await panel.page.locator('.numbers').getAttribute('aria-busy'), 'true');
      await panel.send({ type: 'snapshot', seq: 1, snapshot: snapshotOf({ position: 9 }) });
      await until('waiting ends', async () => !(await waitsVisibly()));
    });

    it('never shows it when answers are quick', async () => {
      await show({}, { stillClock: true });
      await selectedToken().focus();
      for (let i = 1; i <= 3; i++) {
        await panel.page.keyboard.press('ArrowRight');
        const { seq, position } = await panel.waitForPost('select', i);
        await panel.page.clock.runFor(100);
        await panel.send({ type: 'snapshot', seq, snapshot: snapshotOf({ position }) });
        await until('the answer arrives', async () => (await text('.place')).includes(`token ${position} of`));
        await panel.page.clock.runFor(100);
        assert.equal(await waitsVisibly(), false, 'the time of two quick answers does not add up');
      }
    });

    it('shows it when the host says that it is busy', async () => {
      await show();
      await panel.send({ type: 'busy' });
      await until('waiting shows', waitsVisibly);
      await panel.send({ type: 'snapshot', seq: 0, snapshot: snapshotOf() });
      await until('waiting ends', async () => !(await waitsVisibly()));
    });

    it('drops answers to older requests', async () => {
      await show();
      await selectedToken().focus();
      await panel.page.keyboard.press('ArrowRight');
      await panel.page.keyboard.press('ArrowRight');
      await panel.waitForPost('select', 2);
      await panel.send({ type: 'snapshot', seq: 1, snapshot: snapshotOf({ position: 9, recordId: 'stale' }) });
      await panel.send({ type: 'snapshot', seq: 2, snapshot: snapshotOf({ position: 10, recordId: 'fresh' }) });
      await panel.page.getByText('record fresh').waitFor();
      await panel.send({ type: 'snapshot', seq: 1, snapshot: snapshotOf({ position: 9, recordId: 'stale' }) });
      await panel.send({ type: 'busy' });
      await until('the messages are through', waitsVisibly);
      assert.match(await text('.place'), /record fresh/);
      assert.equal(await selectedToken().getAttribute('data-position'), '10');
    });

    it('leaves a slider alone that is being moved when numbers arrive', async () => {
      await show({}, { stillClock: true });
      const slider = panel.page.getByRole('slider', { name: 'Temperature' });
      await slider.focus();
      await panel.page.keyboard.press('End');
      await panel.page.clock.runFor(100);
      await panel.send({ type: 'snapshot', seq: 0, snapshot: snapshotOf({ recordId: 'next' }) });
      await panel.page.getByText('record next').waitFor();
      assert.equal(await slider.getAttribute('aria-valuetext'), '10');
      assert.deepEqual(panel.posts('temperature'), []);
      await panel.page.clock.runFor(20);
      assert.equal((await panel.waitForPost('temperature')).value, 10);
    });

    it('stands still for those who want less motion', async () => {
      await show({}, { reducedMotion: true });
      await panel.send({ type: 'busy' });
      await until('waiting shows', waitsVisibly);
      const animation = await panel.page
        .locator('.progress')
        .evaluate((element) => element.ownerDocument.defaultView.getComputedStyle(element, '::after').animationName);
      assert.equal(animation, 'none');
    });
  });

  describe('hostile text', () => {
    const IMAGE = '<img src=x onerror="window.pwned=1">';

    it('stays text everywhere', async () => {
      const rows: SnapshotSketch['rows'] = [
        { text: IMAGE, p: [0.5, 0.5, 0.001], facts: ['</script><script>pwned=1</script>'] },
        { text: `\u202e${IMAGE}\u0000`, p: [0.4, 0.4, 0.9], actual: true },
      ];
      await show({
        tokens: [IMAGE, '\u202egnp.exe', '\u0000\u0007\u001b[31m', '<b>bold</b>', ''],
        position: 2,
        rows,
        leaks: [leak({ position: 2, fact: '</script><script>pwned=1</script>' })],
        facts: [panelFact({ id: '</script><script>pwned=1</script>', subjects: [IMAGE], answers: [IMAGE] })],
        file: `corpus/${IMAGE}.jsonl`,
        recordId: IMAGE,
        models: { teacher: IMAGE, student: IMAGE, reference: IMAGE },
      });
      await panel.page.getByRole('button', { name: 'Pin', exact: true }).click();
      await panel.send({ type: 'message', text: IMAGE, action: null });
      await panel.page.getByText(IMAGE).first().waitFor();
      await panel.send({
        type: 'snapshot',
        seq: 0,
        snapshot: snapshotOf({ rows, tokens: [IMAGE, IMAGE, ''], position: 2 }),
      });
      await panel.page.getByRole('article').waitFor();
      assert.equal(await panel.page.evaluate('window.pwned'), undefined);
      assert.equal(await panel.page.locator('img, b, #root script').count(), 0);
      assert.ok((await panel.page.locator('tbody').first().innerText()).includes('‹RLO›<img'));
    });

    it('is shown with its control characters visible', async () => {
      await show({ tokens: ['a', '\u202egnp', '\u0000\u0007', '\r\n', ''], position: 2, leaks: [] });
      const strip = (await panel.page.getByRole('listbox').innerText()).replaceAll('\n', '');
      assert.equal(strip, 'a‹RLO›gnp␀␇␍⏎∎');
      const whole: string = await panel.page.evaluate('document.body.textContent');
      assert.doesNotMatch(whole, /\p{Bidi_Control}/u);
    });

    it('may be 10 kB long', async () => {
      const giant = 'x'.repeat(10_240);
      await show(
        {
          tokens: ['a', giant, ' b', ''],
          position: 2,
          rows: [{ text: giant, p: [0.9, 0.9, 0.9], actual: true }],
          leaks: [],
        },
        { width: 300 },
      );
      const { height, scrollWidth } = await panel.page
        .locator('tbody tr')
        .first()
        .evaluate((row) => ({
          height: row.getBoundingClientRect().height,
          scrollWidth: row.ownerDocument.documentElement.scrollWidth,
        }));
      assert.ok(height < 60, `the row is ${height} high`);
      assert.ok(scrollWidth <= 300);
      assert.match(await panel.page.getByRole('listbox').innerText(), /… 10,040 more/);
    });

    it('may hold parts of characters', async () => {
      const snapshot = snapshotOf({
        tokens: ['a😀', ''],
        position: 2,
        leaks: [],
        rows: [{ text: '\ufffd', p: [0.9, 0.9, 0.9], actual: true }],
      });
      panel = await openPanel(browser);
      const spans = [
        [0, 1],
        [1, 3],
        [1, 3],
        [3, 3],
      ] as const;
      await panel.send({
        type: 'snapshot',
        seq: 0,
        snapshot: { ...snapshot, inspection: { ...snapshot.inspection, spans } },
      });
      await option(/^part of a character, token 3 of 4$/).waitFor();
      assert.equal(await panel.page.getByRole('listbox').innerText(), 'a😀·∎');
    });
  });

  it('announces the selected token politely, once', async () => {
    await show();
    const status = panel.page.locator('[aria-live=polite]');
    assert.match(await status.innerText(), /^Token 8 of 19: Sol\. Teacher gives 0\.473 to “␣Van”/);
    await panel.send({ type: 'snapshot', seq: 0, snapshot: snapshotOf({ position: 19, leaks: [] }) });
    await until('the announcement changes', async () =>
      /^Token 19 of 19: end of the record\./.test(await status.innerText()),
    );
    assert.equal(await panel.page.locator('[aria-live]').count(), 1);
  });
});
