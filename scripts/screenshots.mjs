// npm run screenshots [-- SCENE...]
//
// Takes the pictures of the documentation from a real VS Code with the packed extension: docs/images/*.png. A scene is a window or two.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { run, stopOnSignals } from '../test/launchers/childProcess.mjs';
import { DemoWorkspace } from '../test/launchers/demoWorkspace.mjs';
import {
  ensureVscodeServer,
  installExtension,
  ServerHome,
  startVscodeServer,
} from '../test/launchers/vscodeServer.mjs';
import { Workbench } from '../test/launchers/workbench.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const VSIX = join(root, '.cache/screenshots.vsix');

/** Of the window, in CSS pixels: small enough for its text to be read in a README. */
const SIZE = { width: 1200, height: 760 };
const TALL = { ...SIZE, height: 1040 };
const WIDE = { ...SIZE, width: 1400 };

/** Long enough for tooltips to go and for layout to come to rest. */
const REST = 1500;

const [DARK, LIGHT] = ['Default Dark Modern', 'Default Light Modern'];

/** @param {DemoWorkspace} workspace @param {string} theme */
function setTheme(workspace, theme) {
  const settings = {
    'workbench.colorTheme': theme,
    // The editor's grey boxes around equal words and brackets would look like marks of Seep.
    'editor.occurrencesHighlight': 'off',
    'editor.matchBrackets': 'never',
  };
  mkdirSync(join(workspace.path, '.vscode'), { recursive: true });
  writeFileSync(join(workspace.path, '.vscode/settings.json'), JSON.stringify(settings));
}

/**
 * Opens the demo corpus.
 * @param {string} url
 */
async function corpusWindow(url, size = SIZE) {
  const window = await Workbench.open(url, { ...size, scale: 1.5 });
  await window.openFile('corpus/filtered.jsonl');
  await window.runCommand('View: Close Other Editors in Group');
  return window;
}

/**
 * Opens the demo corpus, alone, and scans it.
 * @param {string} url
 */
async function scannedWindow(url, size = SIZE) {
  const window = await corpusWindow(url, size);
  await toggleSideBar(window);
  await window.runCommand('Seep: Scan Current File');
  await window.page
    .locator('.codelens-decoration')
    .getByText(/\d+ leaks in/)
    .waitFor({ timeout: 120_000 });
  return window;
}

/** @param {Workbench} window */
function toggleSideBar(window) {
  return window.runCommand('View: Toggle Primary Side Bar Visibility');
}

/**
 * @param {Workbench} window
 * @param {string} name
 * @param {{parts?: readonly string[], height?: number, rest?: number}} [options] the picture shows some parts of the window as VS Code calls
 *   them, and of these no more than `height`
 */
async function picture(window, name, { parts = ['editor'], height = Number.POSITIVE_INFINITY, rest = REST } = {}) {
  const { page } = window;
  await page.waitForTimeout(rest);
  const boxes = await Promise.all(
    parts.map(async (part) => {
      const box = await page.locator(`.part.${part}`).boundingBox();
      if (!box) throw new Error(`there is no ${part}`);
      return box;
    }),
  );
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const [right, bottom] = [
    Math.max(...boxes.map((box) => box.x + box.width)),
    Math.max(...boxes.map((box) => box.y + box.height)),
  ];
  await window.screenshot(join(root, 'docs/images', `${name}.png`), {
    x,
    y,
    width: right - x,
    height: Math.min(height, bottom - y),
  });
  console.log(`docs/images/${name}.png`);
}

/** @param {Workbench} window @param {readonly [x: number, y: number]} from @param {readonly [x: number, y: number]} by */
async function drag({ page }, [x, y], [right, down]) {
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + right, y + down, { steps: 5 });
  await page.mouse.up();
}

/**
 * Points at the first leak and makes its hover high enough for all that it says.
 * @param {Workbench} window
 */
async function hoverFirstLeak(window) {
  const { page } = window;
  const box = await page.locator('.view-overlays .cdr[class*="TextEditorDecorationType"]').first().boundingBox();
  if (!box) throw new Error('nothing is highlighted');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
  const hover = page.locator('.monaco-hover:not(.hidden)', { has: page.locator('.hover-contents') }).first();
  await hover.waitFor();
  await page.waitForTimeout(REST);
  const shown = await hover.boundingBox();
  if (!shown) throw new Error('the hover has gone');
  await drag(window, [shown.x + shown.width / 2, shown.y + shown.height], [0, 180]);
}

/** @param {Workbench} window @param {string} part @param {number} pixels */
async function widen(window, part, pixels) {
  const box = await window.page.locator(`.part.${part}`).boundingBox();
  if (!box) throw new Error(`there is no ${part}`);
  await drag(window, [box.x + box.width, box.y + 200], [pixels, 0]);
}

/** Puts the mouse where it shows nothing. @param {Workbench} window */
function putMouseAway({ page }) {
  const size = page.viewportSize() ?? SIZE;
  return page.mouse.move(size.width / 2, size.height - 5);
}

/** @param {Workbench} window @param {string} text of a row in the list that is shown */
function pickRow({ page }, text) {
  return page.locator('.quick-input-list .monaco-list-row').getByText(text).first().click();
}

/**
 * Decides about some of the demo's leaks, as people do, and unfolds what is decided.
 * @param {Workbench} window
 */
async function decide(window) {
  const { page } = window;
  const lens = (/** @type {string} */ title) => page.locator('.codelens-decoration').getByText(title, { exact: true });
  const box = page.locator('.quick-input-widget input[type="text"]');
  await lens('Ignore…').nth(0).click();
  await box.waitFor();
  await box.fill('public site');
  await page.keyboard.press('Enter');
  await lens('ignored: public site · Take back').waitFor();
  await lens('Mask').nth(0).click();
  await lens('masked · Take back').waitFor();
  await lens('Reviewed').nth(1).click();
  await lens('reviewed · Take back').waitFor();
  const rows = page.locator('.sidebar .monaco-list-row');
  await rows.getByText('Decided', { exact: true }).click();
  await rows.getByText('reviewed').waitFor();
  await putMouseAway(window);
}

/**
 * Lets see what the redaction of one fact would change.
 * @param {Workbench} window
 */
async function previewRedaction(window) {
  await window.runCommand('Seep: Act on All Leaks of…');
  await pickRow(window, 'Tornaxis');
  await pickRow(window, 'Redact');
  await window.page.locator('.quick-input-list .monaco-list-row').getByText('Apply').first().waitFor();
  await window.page.locator('.monaco-diff-editor .char-delete').first().waitFor();
}

/** @param {Workbench} window */
async function openPanel(window) {
  await window.runCommand('Seep: Go to Next Leak');
  await window.runCommand('Seep: Open Distributions');
  await window.webview().locator('table.distributions .bar').first().waitFor();
  await putMouseAway(window);
}

/**
 * The panel alone: one place pinned, an answer followed at the next.
 * @param {Workbench} window
 */
async function compareLeaks(window) {
  const page = window.webview();
  await page.getByRole('radio', { name: 'Log' }).check();
  const rows = page.getByRole('spinbutton', { name: 'Number of likeliest tokens' });
  await rows.fill('5');
  await rows.press('Enter');
  await page.locator('table.distributions tbody tr').nth(20).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Pin', exact: true }).click();
  await window.runCommand('View: Focus First Editor Group'); // where the leaks are
  await window.runCommand('Seep: Go to Next Leak');
  await page.locator('.place').getByText('line 4').first().waitFor();
  await page
    .getByRole('button', { name: /token by token/ })
    .first()
    .click();
  await page.locator('table.answer-steps').first().waitFor();
  await window.runCommand('View: Focus Right Editor Group');
  await window.runCommand('View: Toggle Maximize Editor Group');
  await page.locator('.pinned tbody tr').nth(3).scrollIntoViewIfNeeded();
  await putMouseAway(window);
}

/**
 * Adds files to the corpus, of texts that differ, so that a scan takes the time to be seen.
 * @param {DemoWorkspace} workspace
 */
function enlargeCorpus(workspace) {
  const corpus = join(workspace.path, 'corpus');
  const records = readFileSync(join(corpus, 'filtered.jsonl'), 'utf8').trimEnd().split('\n');
  for (const year of [2021, 2022, 2023, 2024, 2025]) {
    const dated = records.map((line) => line.replace('"text": "', `$&${year}. `));
    writeFileSync(join(corpus, `filtered-${year}.jsonl`), `${dated.join('\n')}\n`);
  }
  setCorpus(workspace, 'corpus/filtered*.jsonl');
}

/** @param {DemoWorkspace} workspace @param {string} include */
function setCorpus(workspace, include) {
  const settings = join(workspace.path, 'seep.json');
  const { corpus, ...rest } = JSON.parse(readFileSync(settings, 'utf8'));
  writeFileSync(settings, JSON.stringify({ ...rest, corpus: { ...corpus, include: [include] } }));
}

/** Scans a large corpus and looks at the page in the middle of it. @param {Workbench} window */
async function scanHalf(window) {
  await window.runCommand('Seep: Scan Corpus');
  await window
    .webview()
    .getByText(/[2-8]\d.% scanned · .* left/)
    .waitFor();
  await window.page.locator('.notification-list-item').getByText('left').first().waitFor();
}

/** @param {Workbench} window */
async function openSummary(window) {
  await window.runCommand('View: Close All Editors');
  await window.runCommand('Seep: Scan Corpus');
  await window.webview().getByText('Scanned completely.').waitFor();
  await window.runCommand('Notifications: Clear All Notifications');
  await putMouseAway(window);
}

/**
 * Audits the demo's filter.
 * @param {Workbench} window
 */
async function openAudit(window) {
  await window.runCommand('View: Close All Editors');
  await window.runCommand('Seep: Audit a Filter…', 'raw.jsonl → filtered.jsonl');
  await window.webview().getByText('Audited completely.').waitFor();
  await window.runCommand('Notifications: Clear All Notifications');
  await putMouseAway(window);
}

/**
 * Opens the first removed record of the audit.
 * @param {Workbench} window
 */
async function openAuditDiff(window) {
  const page = window.webview();
  await page.getByRole('button', { name: /^Removed/ }).click();
  await page.locator('table.records tbody button').first().click();
  for (const side of ['original', 'modified']) {
    await window.page
      .locator(`.monaco-diff-editor .editor.${side} .cdr[class*="TextEditorDecorationType"]`)
      .first()
      .waitFor();
  }
}

/**
 * Probes the demo's models and shows what the student says about one fact.
 * @param {Workbench} window
 */
async function openProbe(window) {
  await window.runCommand('View: Close All Editors');
  await window.runCommand('Seep: Probe the Models');
  await window.webview().getByText('Every model was asked.').waitFor();
  const page = window.webview();
  const student = page.getByRole('button', { name: 'student', exact: true });
  await student.click();
  await student.click(); // what it knows least comes first
  await page.locator('tbody tr', { hasText: 'dc-008' }).locator('button.heat').nth(1).click();
  await page.locator('.name').scrollIntoViewIfNeeded();
  await window.runCommand('Notifications: Clear All Notifications');
  await putMouseAway(window);
}

/**
 * Exports from the open corpus file and opens what was written.
 * @param {Workbench} window
 * @param {string} command
 * @param {readonly string[]} answers to pick from its lists
 * @param {string} button
 */
async function exportAndOpen(window, command, answers, button) {
  const { page } = window;
  await window.runCommand(command);
  for (const answer of answers) await pickRow(window, answer);
  await page.getByRole('button', { name: 'OK' }).click(); // the file that Seep suggests
  await page.getByRole('button', { name: button }).click();
  await putMouseAway(window);
}

/**
 * Packs the demo's corpus and has this scanned instead.
 * @param {DemoWorkspace} workspace
 */
function packCorpus(workspace) {
  setCorpus(workspace, 'corpus/*.jsonl.gz');
  const raw = readFileSync(join(workspace.path, 'corpus/raw.jsonl'));
  writeFileSync(join(workspace.path, 'corpus/raw.jsonl.gz'), gzipSync(raw));
}

/**
 * Opens a record of a packed file from the list of all that leak.
 * @param {string} url
 */
async function recordWindow(url) {
  const window = await Workbench.open(url, { ...WIDE, scale: 1.5 });
  await window.openFile('seep.json'); // Seep is there as soon as it has seen a project
  await toggleSideBar(window);
  await openSummary(window);
  const list = window.webview().getByRole('region', { name: 'All records that leak' });
  await list.getByRole('button', { name: 'As in the file' }).click();
  await list.getByRole('button', { name: 'As in the file', pressed: true }).waitFor();
  await list.scrollIntoViewIfNeeded();
  await list.locator('tbody button').first().click();
  await window.page.locator('.codelens-decoration').getByText('Next', { exact: true }).waitFor();
  await window.page.locator('.view-overlays .cdr[class*="TextEditorDecorationType"]').first().waitFor();
  const summary = await window.page.locator('.editor-group-container').first().boundingBox();
  if (!summary) throw new Error('the summary has gone');
  await drag(window, [summary.x + summary.width, summary.y + 300], [-230, 0]);
  await putMouseAway(window);
  return window;
}

/** What the pictures are taken of. @typedef {{server: import('../test/launchers/vscodeServer.mjs').RunningServer, workspace: DemoWorkspace}} Stage */

/**
 * Each takes its pictures from windows of its own, on a demo workspace of its own.
 * @type {Record<string, (stage: Stage) => Promise<void>>}
 */
const scenes = {
  async scan({ server, workspace }) {
    enlargeCorpus(workspace);
    const window = await corpusWindow(server.url(workspace.path));
    await toggleSideBar(window);
    await scanHalf(window);
    await picture(window, 'scan', { parts: ['editor', 'statusbar'], rest: 0 });
    await window.close();
  },

  async leaks({ server, workspace }) {
    const window = await scannedWindow(server.url(workspace.path));
    await hoverFirstLeak(window);
    await picture(window, 'highlights', { height: 500 });
    await window.page.setViewportSize(WIDE);
    await window.openSideBar('Seep');
    await widen(window, 'sidebar', 60);
    await window.page.locator('.sidebar .monaco-list-row[aria-level="1"]').first().click();
    await window.runCommand('Problems: Focus on Problems View');
    await putMouseAway(window);
    await picture(window, 'leaks-view', { parts: ['sidebar', 'editor', 'panel'] });
    await window.close();
  },

  async pages({ server, workspace }) {
    const window = await corpusWindow(server.url(workspace.path));
    await toggleSideBar(window);
    await openSummary(window);
    await picture(window, 'summary', { height: 678 });
    await openAudit(window);
    await picture(window, 'audit');
    await openAuditDiff(window);
    await picture(window, 'audit-diff', { height: 492 });
    await openProbe(window);
    await picture(window, 'probe', { height: 688 });
    await window.close();
  },

  async panel({ server, workspace }) {
    const window = await scannedWindow(server.url(workspace.path), TALL);
    await openPanel(window);
    await picture(window, 'panel');
    await window.close();
  },

  async compare({ server, workspace }) {
    setTheme(workspace, LIGHT);
    const window = await scannedWindow(server.url(workspace.path), TALL);
    await openPanel(window);
    await compareLeaks(window);
    await picture(window, 'compare');
    await window.close();
  },

  async exports({ server, workspace }) {
    setTheme(workspace, LIGHT);
    const window = await scannedWindow(server.url(workspace.path), TALL);
    await exportAndOpen(window, 'Seep: Export Redactions…', [], 'Open File');
    await window.page.locator('.tab.active[data-resource-name$=".redactions.jsonl"]').waitFor();
    await picture(window, 'redactions', { height: 266 });
    await window.openFile('corpus/filtered.jsonl');
    await exportAndOpen(window, 'Seep: Export Report…', ['This file', 'HTML', 'Leave answers out'], 'Open Report');
    await window.webview().getByRole('heading', { level: 1 }).waitFor();
    await picture(window, 'report', { height: 790 });
    await window.close();
  },

  async acts({ server, workspace }) {
    const window = await scannedWindow(server.url(workspace.path), TALL);
    await window.openSideBar('Seep');
    await widen(window, 'sidebar', 60);
    await decide(window);
    await picture(window, 'acts', { parts: ['sidebar', 'editor'], height: 770 });
    await window.page.setViewportSize(SIZE);
    await toggleSideBar(window);
    await previewRedaction(window);
    await picture(window, 'acts-preview', { parts: ['titlebar', 'editor'], height: 600 });
    await window.close();
  },

  async record({ server, workspace }) {
    packCorpus(workspace);
    const window = await recordWindow(server.url(workspace.path));
    await picture(window, 'record', { height: 366 });
    await window.close();
  },
};

async function main() {
  stopOnSignals();
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(scenes);
  await ensureDependencies(root);
  const packaging = await run(process.execPath, [join(root, 'scripts/package.mjs'), '--out', VSIX]);
  if (packaging.code !== 0) throw new Error(packaging.output);
  const install = await ensureVscodeServer(root);
  const home = new ServerHome();
  try {
    await installExtension(install, home, VSIX);
    // Scores of its own: the first scan must take the time to be seen.
    const server = await startVscodeServer(install, home, { env: { SEEP_CACHE_DIR: join(home.data, 'cache') } });
    for (const name of wanted) {
      const scene = scenes[name];
      if (!scene) throw new Error(`There is no scene ${name}. There are: ${Object.keys(scenes).join(', ')}.`);
      const workspace = new DemoWorkspace(root);
      setTheme(workspace, DARK);
      await scene({ server, workspace });
      workspace.remove();
    }
    await server.stop();
  } finally {
    home.remove();
  }
}

await main();
