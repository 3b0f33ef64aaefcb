import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import * as vscode from 'vscode';
import { Settings } from '../../src/host/ids';
import ResultsReporter, { writeCrash } from '../launchers/resultsReporter.mjs';

/**
 * What VS Code calls in its extension host: runs every test file beside this one. The results go to the file named by
 * SEEP_TEST_RESULTS; a suite without files is an error.
 */
export async function run(): Promise<void> {
  let failures: number;
  try {
    failures = await runTests();
  } catch (error) {
    writeCrash(error);
    throw error;
  }
  if (failures > 0) throw new Error(`${failures} tests failed`);
}

async function runTests(): Promise<number> {
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.test.js'),
  );
  if (files.length === 0) throw new Error(`No test files in ${__dirname}`);
  // Tests that want scores to be kept say so; the others must not find those of another test.
  await vscode.workspace.getConfiguration('seep').update(Settings.cache, false, vscode.ConfigurationTarget.Global);
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, forbidOnly: true, reporter: ResultsReporter });
  for (const file of files.sort()) mocha.addFile(join(__dirname, file));
  return new Promise((resolve) => mocha.run(resolve));
}
