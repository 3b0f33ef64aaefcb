import { appendFileSync, writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/**
 * One line of the results file. A run that ends well ends with `end`; a file without it tells of a crash, and what
 * passed before still counts.
 * @typedef {{event: 'pass' | 'pending', title: string, ms: number}
 *   | {event: 'fail', title: string, message: string, stack: string}
 *   | {event: 'end'}} ResultLine
 */

/** Read once, because a test may put another environment in place. */
const resultsFile = process.env.SEEP_TEST_RESULTS;

/** @param {ResultLine} line */
function write(line) {
  if (!resultsFile) throw new Error('SEEP_TEST_RESULTS must name the file for the results');
  appendFileSync(resultsFile, `${JSON.stringify(line)}\n`);
}

/**
 * Reports a suite that could not even be loaded.
 * @param {unknown} error
 */
export function writeCrash(error) {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  write({ event: 'fail', title: 'the suite could not be loaded', message, stack });
  write({ event: 'end' });
}

/**
 * Mocha reporter that writes each result, when it is known, as a JSON line to the file named by SEEP_TEST_RESULTS.
 * It works the same in a terminal and in VS Code's extension host, whose output nobody sees.
 */
export default class ResultsReporter extends Mocha.reporters.Base {
  /** @param {import('mocha').Runner} runner */
  constructor(runner) {
    super(runner);
    if (resultsFile) writeFileSync(resultsFile, '');
    runner.on('pass', (test) => write({ event: 'pass', title: test.fullTitle(), ms: test.duration ?? 0 }));
    runner.on('pending', (test) => write({ event: 'pending', title: test.fullTitle(), ms: 0 }));
    // Hooks that fail arrive here too and count as failed tests.
    runner.on('fail', (test, error) =>
      write({
        event: 'fail',
        title: test.fullTitle(),
        message: String(error?.message ?? error),
        stack: String(error?.stack ?? ''),
      }),
    );
    runner.on('end', () => write({ event: 'end' }));
  }
}
