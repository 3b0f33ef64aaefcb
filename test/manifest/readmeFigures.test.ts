import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from '../repoRoot';

const read = (path: string) => readFileSync(join(repoRoot, path), 'utf8');

interface Mean {
  readonly mean: number;
}

interface Evidence {
  readonly facts: Readonly<Record<string, Readonly<Record<'branchAuc' | 'wholeAuc', Mean>>>>;
  readonly interventions: Readonly<
    Record<string, Readonly<Record<'forgetBranch' | 'retainedSameSubjects' | 'retainedOthers', Mean>>>
  >;
}

describe('the README', () => {
  const readme = read('README.md');

  it('states the figures that the lab measured on the demo', () => {
    const measured = JSON.parse(read('lab/results/demo.json')) as Record<string, { forget: number; retain: number }>;
    for (const [model, { forget, retain }] of Object.entries(measured)) {
      const row = `| ${model} | ${forget.toFixed(2)} | ${retain.toFixed(2)} |`;
      assert.ok(readme.includes(row), `README.md lacks "${row}"`);
    }
  });

  it('states the figures of the evidence', () => {
    const { facts, interventions } = JSON.parse(read('lab/results/evidence.json')) as Evidence;
    const names: Readonly<Record<string, string>> = {
      'lift, subject swap': 'Seep lift, subject swap',
      'lift, reference model': 'Seep lift',
      'exposure, reference model': 'Seep exposure',
      'exposure, subject swap': 'Seep exposure, subject swap',
      'top-1 match': 'top-1 match',
      'KL to reference': 'KL to reference',
      perplexity: 'perplexity',
      'string filter': 'string filter',
    };
    for (const [shown, name] of Object.entries(names)) {
      const score = facts[name];
      assert.ok(score, name);
      const row = `| ${shown} | ${score.branchAuc.mean.toFixed(2)} | ${score.wholeAuc.mean.toFixed(2)} |`;
      assert.ok(readme.includes(row), `README.md lacks "${row}"`);
    }
    for (const name of ['untouched', 'redactions', 'masks', 'clean', 'random masks', 'top-1 masks']) {
      const student = interventions[name];
      assert.ok(student, name);
      const figures = [student.forgetBranch, student.retainedSameSubjects, student.retainedOthers];
      const row = `| ${name} | ${figures.map(({ mean }) => mean.toFixed(2)).join(' | ')} |`;
      assert.ok(readme.includes(row), `README.md lacks "${row}"`);
    }
  });
});
