import assert from 'node:assert/strict';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import * as vscode from 'vscode';
import { reportText } from '../../src/features/reportEditor';
import { Commands, REPORT_EDITOR } from '../../src/host/ids';
import {
  answering,
  cleanGolden,
  jsonl,
  leakyGolden,
  makeProject,
  messagesDuring,
  scanned,
  seep,
  show,
  until,
  windowFolder,
} from './window';

/** What people pick where the report shall name no answers. */
const WITHOUT = 'Leave answers out';

describe('reports from the editor', function () {
  this.timeout(60_000);
  const picking = (...labels: string[]) => ({
    pick: (offered: readonly string[]) => offered.find((each) => labels.includes(each)),
  });

  it('are about the file or the whole corpus, in the form that people pick', async () => {
    const leaky = leakyGolden('shadow', 3).map(({ text }) => text);
    const folder = makeProject('reports', {
      config: { corpus: { include: '*.jsonl', exclude: 'forget.jsonl' } },
      files: { 'one.jsonl': jsonl(cleanGolden().text, ...leaky), 'two.jsonl': jsonl(...leaky) },
    });
    const { document } = await show(folder, 'one.jsonl');
    const leaks = (await scanned(document)).records.flatMap((each) => each.leaks).length;
    const [csv, html] = ['r.csv', 'r.html'].map((name) => join(folder, name));
    assert.ok(csv && html);
    const messages = await messagesDuring(async () => {
      await answering(picking('This file', 'CSV', WITHOUT), async () =>
        vscode.commands.executeCommand(Commands.exportReport, undefined, vscode.Uri.file(csv)),
      );
      await answering({ ...picking('The whole corpus', 'HTML', WITHOUT), save: vscode.Uri.file(html) }, async () =>
        vscode.commands.executeCommand(Commands.exportReport),
      );
      // Nobody picks anything.
      await answering({}, async () => vscode.commands.executeCommand(Commands.exportReport));
    });
    assert.deepEqual(
      messages.map(({ text, buttons }) => [text, buttons]),
      [
        [`Seep: Reported ${leaks} leaks in 4 records.`, ['Open Report']],
        [`Seep: Reported ${2 * leaks} leaks in 7 records.`, ['Open Report']],
      ],
    );
    assert.equal(parse(readFileSync(csv, 'utf8'), { columns: true }).length, leaks);
    const page = readFileSync(html, 'utf8');
    assert.doesNotMatch(page, /<th scope="col">Answers|--show-answers/);
    assert.match(page, /<dt>records<\/dt><dd>7<\/dd>/);
    assert.match(page, /seep scan --config \S*reports\/seep\.json --format html/);
  });

  it('name the answers where people say so, of a file or folder in the explorer, and open with a click', async () => {
    const leaky = leakyGolden('shadow', 2).map(({ text }) => text);
    const folder = makeProject('reports-explorer', {
      config: { corpus: { include: '**/*.jsonl' } },
      files: { 'a/one.jsonl': jsonl(...leaky), 'b/two.jsonl': jsonl(...leaky, ...leaky) },
    });
    const uri = (...path: string[]) => vscode.Uri.file(join(folder, ...path));
    const target = uri('answers.csv');
    const file = uri('a', 'one.jsonl');
    const openTab = () => vscode.window.tabGroups.activeTabGroup.activeTab;
    const messages = await messagesDuring(async () => {
      // The explorer hands over what was clicked, and all that is selected.
      await answering({ ...picking('CSV', 'Name the answers'), save: target }, async () =>
        vscode.commands.executeCommand(Commands.exportReport, file, [file]),
      );
      await until('the report', () => openTab()?.label === 'answers.csv');
      await answering({ ...picking('Markdown', WITHOUT), save: uri('part.md') }, async () =>
        vscode.commands.executeCommand(Commands.exportReport, uri('b'), [uri('b')]),
      );
      await until('the preview', () => openTab()?.label.includes('part.md'));
      await answering({ ...picking('HTML', WITHOUT), save: uri('page.html') }, async () =>
        vscode.commands.executeCommand(Commands.exportReport, file, [file]),
      );
      await until('the page', () => openTab()?.label === 'page.html');
    }, 'Open Report');
    assert.deepEqual(
      messages.map(({ text }) => text.replace(/\d+ leaks/, 'n leaks')),
      [2, 4, 2].map((records) => `Seep: Reported n leaks in ${records} records.`),
    );
    const page = openTab()?.input;
    assert.ok(page instanceof vscode.TabInputCustom);
    assert.deepEqual([page.viewType, page.uri.fsPath], [REPORT_EDITOR, uri('page.html').fsPath]);
    const rows = parse(readFileSync(target.fsPath, 'utf8'), { columns: true }) as { answer: string }[];
    assert.ok(rows.length > 0 && rows.every(({ answer }) => answer !== ''));
    const part = readFileSync(uri('part.md').fsPath, 'utf8').replaceAll('\\', '');
    assert.match(part, /seep scan \S*b\/two\.jsonl --config \S*seep\.json --format markdown --output/);
    assert.ok(!part.includes('one.jsonl'));

    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const elsewhere = await messagesDuring(async () =>
      vscode.commands.executeCommand(Commands.exportReport, vscode.Uri.file(windowFolder())),
    );
    assert.match(elsewhere[0]?.text ?? '', /No seep\.json found/);
  });

  it('are about what the summary page shows', async () => {
    const { scans, pages } = await seep();
    const folder = makeProject('reports-summary', {
      files: { 'one.jsonl': jsonl(...leakyGolden('shadow', 2).map(({ text }) => text)) },
    });
    const target = vscode.Uri.file(join(folder, 'report.sarif'));
    const scope = { configPath: join(folder, 'seep.json'), folder: null };
    await scans.start(scope);
    await vscode.commands.executeCommand(Commands.openSummary, scope);
    await messagesDuring(() =>
      answering({ ...picking('SARIF', WITHOUT), save: target }, async () =>
        pages.summary.page.receive({ type: 'report' }),
      ),
    );
    assert.equal(JSON.parse(readFileSync(target.fsPath, 'utf8')).version, '2.1.0');
    scans.clear();
  });

  it('are not written over what is read', async () => {
    const folder = makeProject('reports-refused', { files: { 'corpus.jsonl': jsonl(cleanGolden().text) } });
    const { document } = await show(folder, 'corpus.jsonl');
    const messages = await messagesDuring(() =>
      answering(picking('SARIF', WITHOUT), async () =>
        vscode.commands.executeCommand(Commands.exportReport, document.uri, document.uri),
      ),
    );
    assert.match(messages[0]?.text ?? '', /corpus\.jsonl: it is read itself; choose another file/);
    assert.ok(existsSync(join(folder, 'corpus.jsonl')));
  });

  describe('that somebody has tampered with', () => {
    const asked: string[] = [];
    const server = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.end();
    });
    let origin: string;

    before(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
    after(() => server.close());

    it('run nothing and ask nobody for anything, in whatever way they try', async () => {
      const fetches = [
        `<script>fetch('${origin}/script')</script>`,
        `<img src="${origin}/image" onerror="fetch('${origin}/error')"><svg onload="fetch('${origin}/load')"></svg>`,
        `<link rel="stylesheet" href="${origin}/sheet"><LINK rel="icon" href="${origin}/icon"><link rel="prefetch" href="${origin}/prefetch">`,
        `<style>@import url(${origin}/import); body { background: url(${origin}/background) }</style>`,
        `<style>@font-face { font-family: f; src: url(${origin}/font) } body { font-family: f }</style>`,
        `<iframe src="${origin}/frame"></iframe><object data="${origin}/object"></object><embed src="${origin}/embed">`,
        `<video src="${origin}/video" poster="${origin}/poster" autoplay></video>`,
        `<MeTa http-equiv="refresh" content="0; url=${origin}/refresh">`,
        `<me<meta>ta http-equiv="refresh" content="0; url=${origin}/nested">`,
        `<meta http-equiv="Content-Security-Policy" content="default-src *; script-src * 'unsafe-inline'">`,
      ];
      const folder = makeProject('reports-tampered', {
        files: {
          'seep-report.html': `<!doctype html><html><head>${fetches.join('\n')}</head><body>${fetches.join('\n')}</body></html>`,
        },
      });
      await vscode.commands.executeCommand(
        'vscode.openWith',
        vscode.Uri.file(join(folder, 'seep-report.html')),
        REPORT_EDITOR,
      );
      await sleep(3000);
      // The same page where nothing forbids it shows that it would have been heard.
      const control = vscode.window.createWebviewPanel('control', 'Control', vscode.ViewColumn.Beside, {
        enableScripts: true,
      });
      control.webview.html = fetches.slice(0, 3).join('').replaceAll(origin, `${origin}/control`);
      await until('the control', () =>
        ['script', 'image', 'sheet'].every((name) => asked.includes(`/control/${name}`)),
      );
      control.dispose();
      assert.deepEqual(
        asked.filter((url) => !url.startsWith('/control/')),
        [],
      );
    });

    it('are refused where they are larger than any report', async () => {
      const folder = makeProject('reports-large', { files: {} });
      const path = join(folder, 'seep-report.html');
      writeFileSync(path, '<!doctype html>');
      truncateSync(path, (1 << 24) + 1);
      await assert.rejects(reportText(vscode.Uri.file(path)), /seep-report\.html is too large for a report of Seep/);
    });
  });
});
