// npm run screenshots
//
// Takes the pictures of the documentation from a real VS Code with the packed extension: docs/images/*.png.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { run, stopOnSignals } from '../test/launchers/childProcess.mjs';
import { launchChromium } from '../test/launchers/chromium.mjs';
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

/** Of the window, in CSS pixels. */
const SIZE = { width: 1360, height: 820 };

/** Long enough for tooltips to go and for layout to come to rest. */
const REST = 1500;

/** @param {DemoWorkspace} workspace @param {string} theme */
function setTheme(workspace, theme) {
  // The editor's grey boxes around equal words would look like marks of Seep.
  const settings = { 'workbench.colorTheme': theme, 'editor.occurrencesHighlight': 'off' };
  mkdirSync(join(workspace.path, '.vscode'), { recursive: true });
  writeFileSync(join(workspace.path, '.vscode/settings.json'), JSON.stringify(settings));
}

/**
 * Opens the demo corpus and scans it.
 * @param {string} url
 */
async function scannedWindow(url) {
  const window = await Workbench.open(url, { ...SIZE, scale: 1.5 });
  await window.openFile('corpus/filtered.jsonl');
  await window.runCommand('View: Close Other Editors in Group');
  await window.runCommand('Seep: Scan Current File');
  await window.page
    .locator('.codelens-decoration')
    .getByText(/\d+ leaks in/)
    .waitFor({ timeout: 120_000 });
  return window;
}

/** @param {Workbench} window @param {string} name */
async function picture(window, name) {
  await window.page.waitForTimeout(REST);
  await window.screenshot(join(root, 'docs/images', `${name}.png`));
  console.log(`docs/images/${name}.png`);
}

/** @param {Workbench} window */
async function pointAtFirstLeak(window) {
  const box = await window.page.locator('.view-overlays .cdr[class*="TextEditorDecorationType"]').first().boundingBox();
  if (!box) throw new Error('nothing is highlighted');
  await window.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
  await window.page.locator('.monaco-hover:not(.hidden) .hover-contents').first().waitFor();
}

/** @param {Workbench} window @param {number} pixels */
async function widenSideBar(window, pixels) {
  const sideBar = await window.page.locator('.part.sidebar').boundingBox();
  if (!sideBar) throw new Error('there is no side bar');
  const [x, y] = [sideBar.x + sideBar.width, sideBar.y + 200];
  await window.page.mouse.move(x, y);
  await window.page.mouse.down();
  await window.page.mouse.move(x + pixels, y, { steps: 5 });
  await window.page.mouse.up();
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
  await box.fill('the public site, not the secret one');
  await page.keyboard.press('Enter');
  await lens('ignored: the public site, not the secret one · Take back').waitFor();
  await lens('Mask').nth(0).click();
  await lens('masked · Take back').waitFor();
  await lens('Reviewed').nth(1).click();
  await lens('reviewed · Take back').waitFor();
  await page.locator('.sidebar .monaco-list-row').getByText('Decided', { exact: true }).click();
}

/**
 * Lets see what the redaction of one fact would change.
 * @param {Workbench} window
 */
async function previewRedaction(window) {
  const entry = (/** @type {string} */ text) =>
    window.page.locator('.quick-input-list .monaco-list-row').getByText(text);
  await window.runCommand('Seep: Act on All Leaks of…');
  await entry('Tornaxis').first().click();
  await entry('Redact').first().click();
  await entry('Apply').first().waitFor();
  await window.page.locator('.diff-editor, .monaco-diff-editor').first().waitFor();
}

/** @param {Workbench} window */
async function openPanel(window) {
  await window.runCommand('Seep: Go to Next Leak');
  await window.runCommand('Seep: Open Distributions');
  await window.webview().locator('table.distributions .bar').first().waitFor();
  await window.page.mouse.move(SIZE.width / 2, SIZE.height - 5); // off the tabs, whose tooltips name folders
}

/**
 * The top of an HTML report, as the command line writes it.
 * @param {DemoWorkspace} workspace
 */
async function reportPicture(workspace) {
  const report = join(workspace.path, 'report.html');
  const args = ['scan', 'corpus/filtered.jsonl', '--format', 'html', '--output', report, '--fail-on', 'none'];
  const scan = await run(process.execPath, [join(root, 'dist/cli.js'), ...args], { cwd: workspace.path });
  if (scan.code !== 0) throw new Error(scan.output);
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: SIZE, deviceScaleFactor: 1.5 });
  await page.goto(pathToFileURL(report).href);
  await page.screenshot({ path: join(root, 'docs/images/report.png') });
  await browser.close();
  console.log('docs/images/report.png');
}

/** @param {Workbench} window */
async function openSummary(window) {
  await window.runCommand('View: Close All Editors');
  await window.runCommand('Seep: Scan Corpus');
  await window.webview().getByText('Scanned completely.').waitFor();
  await window.runCommand('Notifications: Clear All Notifications');
  await window.page.mouse.move(SIZE.width / 2, SIZE.height - 5);
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
  await window.page.mouse.move(SIZE.width / 2, SIZE.height - 5);
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
  await window.page.mouse.move(SIZE.width / 2, SIZE.height - 5);
}

/**
 * Packs the demo's corpus and has this scanned instead.
 * @param {DemoWorkspace} workspace
 */
function packCorpus(workspace) {
  const settings = join(workspace.path, 'seep.json');
  const { corpus, ...rest } = JSON.parse(readFileSync(settings, 'utf8'));
  const packed = { ...corpus, include: ['corpus/*.jsonl.gz'] };
  writeFileSync(settings, JSON.stringify({ ...rest, corpus: packed }));
  const raw = readFileSync(join(workspace.path, 'corpus/raw.jsonl'));
  writeFileSync(join(workspace.path, 'corpus/raw.jsonl.gz'), gzipSync(raw));
}

/**
 * Opens a record of a packed file from the list of all that leak.
 * @param {string} url
 */
async function recordWindow(url) {
  const window = await Workbench.open(url, { ...SIZE, scale: 1.5 });
  await window.openFile('seep.json'); // Seep is there as soon as it has seen a project
  await window.runCommand('View: Toggle Primary Side Bar Visibility');
  await openSummary(window);
  const list = window.webview().getByRole('region', { name: 'All records that leak' });
  await list.getByRole('button', { name: 'As in the file' }).click();
  await list.getByRole('button', { name: 'As in the file', pressed: true }).waitFor();
  await list.scrollIntoViewIfNeeded();
  await list.locator('tbody button').first().click();
  await window.page.locator('.codelens-decoration').getByText('Next', { exact: true }).waitFor();
  await window.page.locator('.view-overlays .cdr[class*="TextEditorDecorationType"]').first().waitFor();
  return window;
}

async function main() {
  stopOnSignals();
  await ensureDependencies(root);
  const packaging = await run(process.execPath, [join(root, 'scripts/package.mjs'), '--out', VSIX]);
  if (packaging.code !== 0) throw new Error(packaging.output);
  const install = await ensureVscodeServer(root);
  const home = new ServerHome();
  const workspace = new DemoWorkspace(root);
  try {
    await installExtension(install, home, VSIX);
    const server = await startVscodeServer(install, home);

    setTheme(workspace, 'Default Dark Modern');
    const dark = await scannedWindow(server.url(workspace.path));
    await pointAtFirstLeak(dark);
    await picture(dark, 'highlights');
    await dark.openSideBar('Seep');
    await widenSideBar(dark, 120);
    await dark.page.locator('.sidebar .monaco-list-row[aria-level="1"]').first().click();
    await picture(dark, 'leaks-view');
    await dark.runCommand('View: Toggle Primary Side Bar Visibility');
    await openPanel(dark);
    await picture(dark, 'panel');
    await dark.openSideBar('Seep');
    await openSummary(dark);
    await picture(dark, 'summary');
    await openAudit(dark);
    await picture(dark, 'audit');
    await openAuditDiff(dark);
    await picture(dark, 'audit-diff');
    await openProbe(dark);
    await picture(dark, 'probe');
    await dark.close();

    setTheme(workspace, 'Default Light Modern');
    const light = await scannedWindow(server.url(workspace.path));
    await light.openSideBar('Seep');
    await openPanel(light);
    await picture(light, 'light');
    await light.close();
    await reportPicture(workspace);

    // Last, because what is decided stays.
    setTheme(workspace, 'Default Dark Modern');
    const acts = await scannedWindow(server.url(workspace.path));
    await acts.openSideBar('Seep');
    await widenSideBar(acts, 120);
    await decide(acts);
    await picture(acts, 'acts');
    await acts.runCommand('View: Toggle Primary Side Bar Visibility');
    await previewRedaction(acts);
    await picture(acts, 'acts-preview');
    await acts.close();

    packCorpus(workspace);
    const record = await recordWindow(server.url(workspace.path));
    await picture(record, 'record');
    await record.close();
    await server.stop();
  } finally {
    workspace.remove();
    home.remove();
  }
}

await main();
