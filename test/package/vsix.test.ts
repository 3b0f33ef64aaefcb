import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../launchers/childProcess.mjs';
import { DemoWorkspace } from '../launchers/demoWorkspace.mjs';
import { type RunningServer, ServerHome, startVscodeServer, type VscodeServer } from '../launchers/vscodeServer.mjs';
import { Workbench } from '../launchers/workbench.mjs';
import { PSEUDO_TAG, pseudo, pseudoMessages, untranslated } from '../pseudoLanguage';
import { repoRoot } from '../repoRoot';
import { installPacked, VSIX } from './packedExtension';

const CORPUS = 'corpus/filtered.jsonl';
const PLATFORM = `${process.platform}/${process.arch}`;

/** Everything that may be in the package, as paths below the extension's folder. */
const WANTED = [
  /^package\.nls(\.\w+)?\.json$/,
  /^l10n\/bundle\.l10n(\.\w+)?\.json$/,
  /^(package\.json|readme\.md|changelog\.md|LICENSE\.txt|\.vsixmanifest)$/,
  /^dist\/(extension|engine|cli)\.js$/,
  /^dist\/pages\/\w+\.(js|css)$/,
  /^dist\/ThirdPartyNotices\.txt$/,
  /^media\/[\w./-]+\.(png|svg|md|json|jsonl|onnx)$/,
  /^docs\/[\w./-]+\.(md|png)$/,
  /^schemas\/\w+\.schema\.json$/,
  /^node_modules\/onnxruntime-(node|common)\/package\.json$/,
  /^node_modules\/onnxruntime-(node|common)\/dist\/[\w./-]+\.js$/,
  new RegExp(
    `^node_modules/onnxruntime-node/bin/napi-v\\d+/${PLATFORM}/(onnxruntime_binding\\.node|libonnxruntime\\.[\\w.]+)$`,
  ),
];

/** The counts that one scan of the corpus comes to. */
interface Counts {
  /** Positions and facts. */
  readonly pairs: number;
  readonly leaks: number;
  readonly records: number;
  readonly facts: number;
}

describe('the packed extension', function () {
  this.timeout(180_000);
  const home = new ServerHome();
  const workspace = new DemoWorkspace(repoRoot);
  let server: VscodeServer;
  let extension: string;
  let fromCli: Counts;

  before(async () => {
    server = await installPacked(home);
    const [folder, ...others] = readdirSync(home.extensions).filter((name) => name.startsWith('seep.'));
    assert.ok(folder !== undefined && others.length === 0, 'one extension is installed');
    extension = join(home.extensions, folder);
  });

  after(() => {
    home.remove();
    workspace.remove();
  });

  it('holds what runs and nothing else, for one platform', () => {
    const files = readdirSync(extension, { recursive: true, encoding: 'utf8' }).filter((path) =>
      statSync(join(extension, path)).isFile(),
    );
    assert.deepEqual(
      files.filter((path) => !WANTED.some((pattern) => pattern.test(path))),
      [],
    );
    for (const pattern of WANTED) {
      assert.ok(
        files.some((path) => pattern.test(path)),
        `nothing matches ${pattern}`,
      );
    }
    const { main, bin } = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8')) as {
      main: string;
      bin: { seep: string };
    };
    for (const entry of [main, bin.seep]) assert.ok(existsSync(join(extension, entry)), entry);
    const bytes = statSync(VSIX).size;
    assert.ok(bytes < 40e6, `${bytes} bytes`);
  });

  it('names the licences of what it contains', () => {
    const notices = readFileSync(join(extension, 'dist/ThirdPartyNotices.txt'), 'utf8');
    for (const name of [
      '@huggingface/tokenizers',
      'commander',
      'preact',
      'd3-scale',
      'onnxruntime-node',
      'onnxruntime-common',
    ]) {
      assert.match(notices, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\([\\w.-]+\\)$`, 'm'));
    }
  });

  it('scans from the command line', async () => {
    const args = [join(extension, 'dist/cli.js'), 'scan', CORPUS, '--format', 'jsonl', '--no-cache'];
    const output = join(workspace.path, 'report.jsonl');
    const { code, output: said } = await run(process.execPath, [...args, '--output', output], { cwd: workspace.path });
    assert.equal(code, 1, said);
    const lines = readFileSync(output, 'utf8').trimEnd().split('\n');
    const leaks = lines.map((line) => JSON.parse(line) as Line).filter(({ schema }) => schema === 'seep.leak/1');
    fromCli = {
      pairs: leaks.length,
      leaks: new Set(leaks.map(({ record, position }) => `${record.index}:${position}`)).size,
      records: new Set(leaks.map(({ record }) => record.index)).size,
      facts: new Set(leaks.map(({ fact }) => fact)).size,
    };
    assert.ok(fromCli.leaks > 100 && fromCli.facts > 10, JSON.stringify(fromCli));
  });

  describe('in a window', () => {
    let running: RunningServer;
    let window: Workbench;

    before(async () => {
      running = await startVscodeServer(server, home);
      window = await Workbench.open(running.url(workspace.path));
    });

    afterEach(async function () {
      if (this.currentTest?.state === 'failed') await window.screenshot(join(repoRoot, '.cache/package-failure.png'));
    });

    after(async () => {
      await window.close();
      await running.stop();
    });

    const highlights = () => window.page.locator('.view-overlays .cdr[class*="TextEditorDecorationType"]');

    it('marks nothing before it is asked', async () => {
      await window.openFile(CORPUS);
      await window.page.locator('.codelens-decoration').getByText('Seep: Scan this file').waitFor();
      assert.equal(await highlights().count(), 0);
    });

    it('scans the file in front and highlights the leaks', async () => {
      await window.runCommand('Seep: Scan Current File');
      const lens = window.page.locator('.codelens-decoration').getByText(/\d+ leaks in/);
      await lens.waitFor({ timeout: 120_000 });
      const { leaks, records, facts } = fromCli;
      const text = ((await lens.textContent()) ?? '').replaceAll('\u00a0', ' ').replaceAll(',', '');
      assert.ok(
        text.includes(`${leaks} leaks in ${records} records`),
        `${text}; the command line: ${JSON.stringify(fromCli)}`,
      );
      assert.ok(text.includes(`${facts} facts`), text);
      await highlights().first().waitFor();
      assert.ok((await highlights().count()) >= 5);
    });

    it('lists the facts in the Leaks view', async () => {
      await window.openSideBar('Seep');
      const rows = window.page.locator('.sidebar .monaco-list-row[aria-level="1"]');
      await rows.first().waitFor();
      assert.equal(await rows.count(), fromCli.facts);
    });

    it('shows the distributions at a leak', async () => {
      await window.runCommand('Seep: Go to Next Leak');
      await window.runCommand('Seep: Open Distributions');
      const panel = window.webview();
      await panel.locator('table.distributions .bar').first().waitFor();
      await panel.locator('.tag.forget').first().waitFor();
      assert.ok((await panel.locator('table.distributions tbody tr').count()) >= 10);
      const filled = panel.locator('table.distributions td.teacher .bar > span');
      const widths = await filled.evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
      assert.ok(Math.max(...widths) > 10, `the teacher's longest bar is ${Math.max(...widths)} pixels long`);
    });

    it('audits the filter and opens a removed record as a diff with marks on both sides', async () => {
      await window.runCommand('View: Close All Editors');
      await window.runCommand('Seep: Audit a Filter…', 'raw.jsonl → filtered.jsonl');
      const page = window.webview();
      await page.getByText('Audited completely.').waitFor({ timeout: 120_000 });
      assert.equal(await page.locator('.totals dd').nth(3).locator('strong').innerText(), String(fromCli.pairs));
      await page.getByRole('button', { name: /^Removed/ }).click();
      await page.locator('table.records tbody button').first().click();
      for (const side of ['original', 'modified']) {
        const marks = `.monaco-diff-editor .editor.${side} .cdr[class*="TextEditorDecorationType"]`;
        await window.page.locator(marks).first().waitFor();
      }
    });
  });

  describe('in a window that speaks another language', () => {
    let running: RunningServer;
    let window: Workbench;

    before(async () => {
      const translate = (file: string, into: string) =>
        writeFileSync(join(extension, into), JSON.stringify(pseudoMessages(file)));
      translate('l10n/bundle.l10n.json', `l10n/bundle.l10n.${PSEUDO_TAG}.json`);
      translate('package.nls.json', `package.nls.${PSEUDO_TAG}.json`);
      running = await startVscodeServer(server, home);
      window = await Workbench.open(running.url(workspace.path), { language: PSEUDO_TAG });
    });

    afterEach(async function () {
      if (this.currentTest?.state === 'failed') await window.screenshot(join(repoRoot, '.cache/language-failure.png'));
    });

    after(async () => {
      await window.close();
      await running.stop();
    });

    /** Words that neither are translated nor come from the workspace or from the models' vocabulary. */
    const strange = (texts: readonly (string | null)[]) => {
      const known = ['Seep', '<|eos|>', wordsOfWorkspace(workspace.path)].join('\n');
      const words = texts.flatMap((text) => untranslated(text ?? ''));
      return [...new Set(words)].filter((word) => !known.includes(word));
    };
    const textsOf = (selector: string) => window.page.locator(selector).allTextContents();
    const labelsOf = (selector: string) =>
      window.page.locator(selector).evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));

    it('has no word left in commands, lenses, the status bar and the Leaks view', async () => {
      await window.openFile(CORPUS);
      const lenses = window.page.locator('.codelens-decoration');
      await lenses.getByText(pseudo('Seep: Scan this file')).waitFor();
      await window.runCommand(`Seep: ${pseudo('Scan Current File')}`);
      await lenses.getByText(pseudo(' leaks in ').trim()).first().waitFor({ timeout: 120_000 });
      await lenses.getByText(pseudo('Drop')).first().waitFor();
      assert.deepEqual(strange(await textsOf('.codelens-decoration > *')), []);
      const status = await labelsOf('.statusbar-item[id*="seep"]');
      assert.ok(status.length > 0 && strange(status).length === 0, status.join('\n'));
      await window.openSideBar('Seep');
      const row = '.sidebar .monaco-list-row';
      await window.page.locator(row).first().waitFor();
      const rows = await labelsOf(row);
      assert.ok(rows.length > 5, 'facts are listed');
      assert.deepEqual(strange(rows), []);
      assert.deepEqual(strange(await textsOf('.sidebar .pane-header .title')), []);
    });

    it('has no word left in the hover and in the distributions', async () => {
      const box = await window.page
        .locator('.view-overlays .cdr[class*="TextEditorDecorationType"]')
        .first()
        .boundingBox();
      assert.ok(box, 'something is highlighted');
      await window.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
      const hover = window.page.locator('.monaco-hover:not(.hidden) .hover-contents').getByText(pseudo('lift')).first();
      await hover.waitFor();
      assert.deepEqual(strange(await textsOf('.monaco-hover:not(.hidden) .hover-contents')), []);
      await window.runCommand(`Seep: ${pseudo('Go to Next Leak')}`);
      await window.runCommand(`Seep: ${pseudo('Open Distributions')}`);
      const panel = window.webview();
      await panel.locator('table.distributions .bar').first().waitFor();
      const models = ['models', 'student', 'teacher', 'reference', 'CSV', 'PNG', 'Markdown'];
      const words = strange([await panel.locator('#root').innerText()]).filter((word) => !models.includes(word));
      assert.deepEqual(words, []);
    });

    it('has no word left in what the doctor says, and the engine to it', async () => {
      await window.runCommand(`Seep: ${pseudo('Doctor: Examine Models and Settings')}`);
      const lines = window.page.locator('.view-line');
      await lines.getByText(pseudo('Tokenizer')).first().waitFor({ timeout: 60_000 });
      const names = [
        'onnxruntime',
        'cpu',
        'webgpu',
        'cuda',
        'tensorrt',
        'linux',
        'model.onnx',
        'float',
        'opset',
        'sha',
        'BOS',
      ];
      const known = [...names, '<|bos|>', workspace.path, 'LlamaForCausalLM'].join('\n');
      const words = strange(await lines.allTextContents()).filter((word) => !known.includes(word));
      // What is left of the models' hashes.
      assert.deepEqual(
        words.filter((word) => !/^[a-f]+$/.test(word)),
        [],
      );
    });
  });
});

/** Where words may come from that were not given to be translated: the files of the workspace. */
function wordsOfWorkspace(folder: string): string {
  const files = ['seep.json', 'forget.jsonl', CORPUS, 'corpus/raw.jsonl'];
  return [...files, ...files.map((file) => readFileSync(join(folder, file), 'utf8'))].join('\n');
}

interface Line {
  readonly schema: string;
  readonly record: { readonly index: number };
  readonly position: number;
  readonly fact: string;
}
