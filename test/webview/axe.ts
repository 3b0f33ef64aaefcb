import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { repoRoot } from '../repoRoot';

const axeSource = readFileSync(createRequire(join(repoRoot, 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');

/** Rules of accessibility that a page breaks, with the elements at fault. */
export async function violations(page: Page): Promise<string[]> {
  // Comes in through the debugger, which the page's content security policy does not bind.
  await page.evaluate(`window.axe || (() => { ${axeSource} })()`);
  const { violations: found } = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
  );
}
