import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import { DemoWorkspace } from '../launchers/demoWorkspace.mjs';
import { type RunningServer, ServerHome, startVscodeServer } from '../launchers/vscodeServer.mjs';
import { Workbench } from '../launchers/workbench.mjs';
import { repoRoot } from '../repoRoot';
import { installPacked } from './packedExtension';

/** The demo's corpus so many times over, no two records alike: long at work. */
const COPIES = 12;
const PATIENCE_MS = 60_000;
/** What a process may take to notice that its parent has ended. */
const FAREWELL_MS = 10_000;

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): ProcessRow[] {
  const output = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: 1 << 24 });
  return [...output.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map(([, pid, parent, command = '']) => {
    return { pid: Number(pid), parent: Number(parent), command };
  });
}

describe('a window that ends in the middle of a scan', function () {
  this.timeout(240_000);
  const home = new ServerHome();
  const workspace = new DemoWorkspace(repoRoot);
  let server: RunningServer;
  let workbench: Workbench | undefined;

  before(async () => {
    const lines = readFileSync(join(workspace.path, 'corpus/filtered.jsonl'), 'utf8').trimEnd().split('\n');
    const texts = lines.map((line) => (JSON.parse(line) as { text: string }).text);
    const many = Array.from({ length: COPIES }, (_, i) =>
      texts.map((text) => `${JSON.stringify({ text: `${i}. ${text}` })}\n`),
    );
    writeFileSync(join(workspace.path, 'corpus/many.jsonl'), many.flat().join(''));
    const config = join(workspace.path, 'seep.json');
    writeFileSync(config, readFileSync(config, 'utf8').replace('corpus/filtered.jsonl', 'corpus/many.jsonl'));
    server = await startVscodeServer(await installPacked(home), home, {
      env: { SEEP_CACHE_DIR: join(home.data, 'cache') },
    });
  });
  afterEach(() => workbench?.close());
  after(async () => {
    await server?.stop();
    home.remove();
    workspace.remove();
  });

  /** The engine processes below the server. */
  function engines(): ProcessRow[] {
    const all = processes();
    const isBelow = (row: ProcessRow | undefined): boolean =>
      row !== undefined && (row.parent === server.process.pid || isBelow(all.find(({ pid }) => pid === row.parent)));
    return all.filter((row) => row.command.includes('dist/engine.js') && isBelow(row));
  }

  async function until(condition: () => boolean | Promise<boolean>, what: string, milliseconds: number): Promise<void> {
    for (const end = Date.now() + milliseconds; !(await condition()); await sleep(100)) {
      assert.ok(Date.now() < end, `waited in vain for ${what}`);
    }
  }

  /** The per cent that the status bar shows. */
  async function progress({ page }: Workbench): Promise<number> {
    const item = page
      .locator('.statusbar')
      .getByText(/Seep.*%/)
      .first();
    return Number(/\d+/.exec((await item.textContent({ timeout: PATIENCE_MS })) ?? '')?.[0]);
  }

  /** A window with a scan under way, and its engine. */
  async function scanning(): Promise<{ workbench: Workbench; engine: ProcessRow }> {
    workbench = await Workbench.open(server.url(workspace.path));
    await workbench.openFile('corpus/many.jsonl');
    await workbench.runCommand('Seep: Scan Current File');
    await progress(workbench);
    // What the first window scored is known to the second, whose scan is under way before it starts an engine for the rest.
    await until(() => engines().length === 1, 'one engine at work', PATIENCE_MS);
    const [engine] = engines();
    assert.ok(engine);
    return { workbench, engine };
  }

  const isGone = (engine: ProcessRow) => !processes().some(({ pid }) => pid === engine.pid);

  it('leaves no engine when it is closed', async () => {
    const { workbench: open, engine } = await scanning();
    await open.page.close({ runBeforeUnload: true });
    await until(() => isGone(engine), 'the end of the engine', FAREWELL_MS);
    assert.deepEqual(engines(), []);
  });

  it('leaves no engine when its extension host is killed', async () => {
    const { engine } = await scanning();
    process.kill(engine.parent, 'SIGKILL');
    await until(() => isGone(engine), 'the end of the engine', FAREWELL_MS);
  });

  it('has its pages back after a reload, and goes on with the scan', async () => {
    const open = await Workbench.open(server.url(workspace.path));
    workbench = open;
    const { page } = open;
    const tab = (title: string) => page.locator('.tabs-container').getByRole('tab', { name: title });
    /** The page that shows some words. */
    const shown = async (words: RegExp): Promise<Frame> => {
      let found: Frame | undefined;
      const look = async () => {
        for (const frame of page.frames()) {
          // A page that is being hidden goes away meanwhile.
          const count = await frame
            .getByText(words)
            .count()
            .catch(() => 0);
          if (frame !== page.mainFrame() && count > 0) found = frame;
        }
        return found !== undefined;
      };
      await until(look, `a page with ${words}`, PATIENCE_MS);
      assert.ok(found);
      return found;
    };
    await open.openFile('corpus/notes.md');
    await open.runCommand('Seep: Open Distributions');
    await shown(/Teacher/);
    await open.runCommand('Seep: Probe the Models');
    await shown(/^Model probe$/);
    await open.runCommand('Seep: Audit a Filter…', 'raw.jsonl → filtered.jsonl');
    await shown(/^Filter audit$/);
    await open.runCommand('Seep: Scan Corpus');
    await until(async () => (await progress(open)) > 0, 'some progress', PATIENCE_MS);
    await shown(/^Corpus summary$/);
    const reached = await progress(open);

    const reloaded = page.waitForEvent('load', { timeout: PATIENCE_MS });
    await open.runCommand('Developer: Reload Window');
    await reloaded;
    const offer = page.locator('.notifications-toasts').getByText(/The scan of demo was cut off/);
    await offer.waitFor();
    for (const [title, words] of [
      ['Distributions', /A token of corpus\/notes\.md was shown here before the window was reloaded/],
      ['Model Probe', /were not probed since the window was opened/],
      ['Filter Audit', /The audit of .* was not run since the window was opened/],
    ] as const) {
      await tab(title).click();
      await shown(words);
    }
    await tab('Corpus Summary').click();
    const summary = await shown(/The scan of demo was cut off when the window closed/);
    await summary.getByRole('button', { name: 'Continue Scan' }).click();
    await until(async () => (await progress(open)) >= reached, `${reached} per cent again`, PATIENCE_MS);
  });
});
