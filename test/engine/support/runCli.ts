import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repoRoot } from '../../repoRoot';

export const cliPath = join(repoRoot, 'dist/cli.js');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly ended: Promise<CliResult>;
}

/**
 * Starts the built command line the way a user does, with pipes for stdout and stderr. Scores of earlier runs are known to none, unless
 * `env` names a cache in SEEP_CACHE_DIR.
 */
export function startCli(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
  program = cliPath,
): RunningCli {
  const cache = mkdtempSync(join(tmpdir(), 'seep-cache-'));
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...process.env, SEEP_DEBUG: '', SEEP_CACHE_DIR: cache, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as a shell gives it, so that a signal can reach it and its engine together.
    detached: true,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      rmSync(cache, { recursive: true, force: true });
      resolve({ code, stdout, stderr });
    });
  });
  return { child, ended };
}

export function runCli(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<CliResult> {
  return startCli(args, cwd, env).ended;
}

/** What no message to people may hold. */
export function assertForPeople({ stderr }: CliResult): void {
  assert.doesNotMatch(stderr, /^\s+at |Error:|\bundefined\b|\[object|node:internal|fault in Seep/m);
}

/** Ids of the processes that a process has started. */
export function childrenOf(pid: number): number[] {
  try {
    const output = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(pid)], { encoding: 'utf8' });
    return output
      .split('\n')
      .filter((line) => line.includes('engine.js'))
      .map((line) => Number.parseInt(line, 10));
  } catch {
    return []; // ps ends with 1 where it finds none
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until `condition` gives something; rejects after the given time. */
export async function until<T>(
  condition: () => T | undefined | null | false,
  what: string,
  milliseconds = 30_000,
): Promise<T> {
  for (const end = Date.now() + milliseconds; ; ) {
    const result = condition();
    if (result !== undefined && result !== null && result !== false) {
      return result;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${milliseconds} ms in vain for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Exit code 2, nothing on stdout, and this on stderr, in words for people. */
export function assertRefused(result: CliResult, message: RegExp | string): void {
  assert.deepEqual([result.code, result.stdout], [2, ''], result.stderr);
  assertForPeople(result);
  if (typeof message === 'string') {
    assert.equal(result.stderr, `${message}\n`);
  } else {
    assert.match(result.stderr, message);
  }
}
