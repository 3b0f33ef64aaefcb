import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from '../repoRoot';

describe('the README', () => {
  it('states the figures that the lab measured', () => {
    const readme = readFileSync(join(repoRoot, 'README.md'), 'utf8');
    const measured = JSON.parse(readFileSync(join(repoRoot, 'lab/results/demo.json'), 'utf8')) as Record<
      string,
      { forget: number; retain: number }
    >;
    for (const [model, { forget, retain }] of Object.entries(measured)) {
      const row = `| ${model} | ${forget.toFixed(2)} | ${retain.toFixed(2)} |`;
      assert.ok(readme.includes(row), `README.md lacks "${row}"`);
    }
  });
});
