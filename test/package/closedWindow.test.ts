import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

  async function until(condition: () => boolean, what: string, milliseconds: number): Promise<void> {
    for (const end = Date.now() + milliseconds; !condition(); await sleep(100)) {
      assert.ok(Date.now() < end, `waited in vain for ${what}`);
    }
  }

  /** A window with a scan under way, and its engine. */
  async function scanning(): Promise<{ workbench: Workbench; engine: ProcessRow }> {
    workbench = await Workbench.open(server.url(workspace.path));
    await workbench.openFile('corpus/many.jsonl');
    await workbench.runCommand('Seep: Scan Current File');
    await workbench.page
      .locator('.statusbar')
      .getByText(/Seep.*%/)
      .first()
      .waitFor({ timeout: PATIENCE_MS });
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
});
