import { existsSync, readFileSync } from 'node:fs';

/** @typedef {import('../test/launchers/resultsReporter.mjs').ResultLine} ResultLine */
/** @typedef {{title: string, detail: string}} Failure */
/** @typedef {{passed: number, pending: number, failures: Failure[]}} SuiteResult */

/**
 * Reads what the reporter of test/launchers wrote.
 * @param {string} path
 * @returns {SuiteResult & {ended: boolean}} `ended` is false when the suite died on the way
 */
export function readResults(path) {
  const result = { passed: 0, pending: 0, failures: /** @type {Failure[]} */ ([]), ended: false };
  if (!existsSync(path)) return result;
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    if (text === '') continue;
    const line = parse(text);
    if (line === null) continue;
    if (line.event === 'pass') result.passed += 1;
    else if (line.event === 'pending') result.pending += 1;
    else if (line.event === 'fail') result.failures.push({ title: line.title, detail: line.stack || line.message });
    else result.ended = true;
  }
  return result;
}

/**
 * @param {string} text
 * @returns {ResultLine | null} null for a line that a killed suite left half-written
 */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {string} detail
 * @returns {SuiteResult} of a suite that counts as one failed test
 */
export function crash(detail) {
  return { passed: 0, pending: 0, failures: [{ title: 'the suite could not run', detail }] };
}

/**
 * @param {string} name
 * @param {SuiteResult} result
 * @param {number} seconds
 */
export function printResult(name, result, seconds) {
  const pending = result.pending > 0 ? `, ${result.pending} skipped` : '';
  const counts = `${result.passed} passed, ${result.failures.length} failed${pending}`;
  console.log(
    `${result.failures.length === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(13)}${counts} (${seconds.toFixed(1)} s)`,
  );
  result.failures.forEach(({ title, detail }, index) => {
    console.log(`\n  ${index + 1}) ${title}\n${detail.trimEnd().replace(/^/gm, '     ')}\n`);
  });
}
