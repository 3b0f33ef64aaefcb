import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCalibration } from '../../../src/core/calibrate/calibration';
import { ExportChecker } from '../../../src/core/export/exportChecker';
import type { ExportHeader } from '../../../src/core/export/exportFormat';
import { repoRoot } from '../../repoRoot';

function block(file: string, language: string): string {
  const text = readFileSync(join(repoRoot, 'docs', file), 'utf8');
  const [, content] = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(text) ?? [];
  assert.ok(content !== undefined, `${file} has no ${language} example`);
  return content;
}

describe('the documentation', () => {
  it('shows an export that passes the check, and names all its keys', () => {
    const lines = block('exports.md', 'jsonl').trimEnd().split('\n');
    const header = JSON.parse(lines[0] ?? '') as ExportHeader;
    const checker = new ExportChecker(header);
    for (const line of lines) {
      checker.push(line);
    }
    checker.finish();
    assert.deepEqual([checker.faults, checker.records, checker.positions], [[], 1, 2]);
    const text = readFileSync(join(repoRoot, 'docs/exports.md'), 'utf8');
    for (const key of lines.flatMap((line) => Object.keys(JSON.parse(line) as object))) {
      assert.ok(key === 'schema' || text.includes(`\`${key}\``), key);
    }
  });

  it('shows a calibration that is read', () => {
    assert.deepEqual(parseCalibration(block('calibration.md', 'json')).problems, []);
  });
});
