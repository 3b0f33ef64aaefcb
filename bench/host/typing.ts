import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { TestAccess } from '../../src/extension';
import { marksOf } from '../../src/features/marks';
import { Commands, Views } from '../../src/host/ids';
import { HIGHLIGHTS, type Turn, turns } from '../typing/turns';

/** Milliseconds between two looks at the clock; part of every delay that is reported. */
const RESOLUTION = 1;
/** Time for the window to draw what is new. */
const SETTLE_MS = 4000;

/**
 * What VS Code calls in its extension host: opens the corpus in the folder that SEEP_BENCH_FOLDER names with the cursor in its middle, and in
 * each turn, with scores, with the Leaks view or without scores, waits while somebody types and writes what that has cost this process.
 */
export async function run(): Promise<void> {
  const folder = process.env.SEEP_BENCH_FOLDER;
  if (folder === undefined) {
    throw new Error('started by bench/typing.ts only');
  }
  try {
    await measure(folder);
  } catch (error) {
    writeFileSync(join(folder, 'failed'), error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

async function measure(folder: string): Promise<void> {
  const seep = await vscode.extensions.getExtension<TestAccess>('seep.seep')?.activate();
  if (seep === undefined) {
    throw new Error('the extension gives no access to its parts');
  }
  const corpus = vscode.Uri.joinPath(
    vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/'),
    'demo/corpus/typing.jsonl',
  );
  const editor = await vscode.window.showTextDocument(corpus);
  const { document } = editor;
  await vscode.commands.executeCommand(Commands.groupByRecord);
  for (const turn of turns()) {
    const isScored = turn.way !== 'bare';
    const view = turn.way === '100k_leaks_view' ? `${Views.leaks}.focus` : 'workbench.view.explorer';
    await vscode.commands.executeCommand(view);
    await (isScored
      ? seep.controller.scan(document, { again: false })
      : vscode.commands.executeCommand(Commands.clearMarks, corpus));
    const analysis = seep.store.get(corpus);
    const marks = analysis ? marksOf(analysis).length : 0;
    if (isScored ? marks < HIGHLIGHTS : marks > 0) {
      throw new Error(`${marks} highlights`);
    }
    await vscode.window.showTextDocument(document);
    const line = Math.floor(document.lineCount / 2);
    const at = new vscode.Position(line, document.lineAt(line).text.indexOf('"text"') + 20 + turn.round);
    editor.selection = new vscode.Selection(at, at);
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenter);
    await sleep(SETTLE_MS);
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
    const before = process.cpuUsage();
    delay.enable();
    await signalled(folder, turn);
    delay.disable();
    const { user, system } = process.cpuUsage(before);
    const milliseconds = { p99: delay.percentile(99) / 1e6, cpu: (user + system) / 1e3 };
    writeFileSync(join(folder, `${turn.name}.host`), JSON.stringify(milliseconds));
  }
}

/** Says that typing can begin and waits for its end. */
async function signalled(folder: string, { name }: Turn): Promise<void> {
  writeFileSync(join(folder, `${name}.ready`), '');
  while (!existsSync(join(folder, `${name}.typed`))) {
    await sleep(50);
  }
}
