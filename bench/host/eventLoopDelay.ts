import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { TestAccess } from '../../src/extension';
import { Settings } from '../../src/host/ids';

/** Milliseconds between two looks at the clock; part of every delay that is reported. */
const RESOLUTION = 1;

/**
 * What VS Code calls in its extension host: scans the demo's corpus in an editor, with nothing in the cache, and writes the 99th
 * percentile of the event loop's delay meanwhile, in milliseconds, to the file that SEEP_BENCH_RESULT names.
 */
export async function run(): Promise<void> {
  const [results, result] = [process.env.SEEP_TEST_RESULTS, process.env.SEEP_BENCH_RESULT];
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (results === undefined || result === undefined || folder === undefined) {
    throw new Error('started by bench/eventLoop.ts only');
  }
  try {
    await vscode.workspace.getConfiguration('seep').update(Settings.cache, false, vscode.ConfigurationTarget.Global);
    const extension = vscode.extensions.getExtension<TestAccess>('seep.seep');
    const seep = await extension?.activate();
    const corpus = vscode.Uri.file(join(folder, 'demo/corpus/filtered.jsonl'));
    const { document } = await vscode.window.showTextDocument(corpus);
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
    delay.enable();
    await seep?.controller.scan(document);
    delay.disable();
    writeFileSync(result, String(delay.percentile(99) / 1e6));
  } finally {
    appendFileSync(results, '{"event":"end"}\n');
  }
}
