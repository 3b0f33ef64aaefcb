import { writeFileSync } from 'node:fs';
import { factMeasures } from './facts';
import { rescanMeasures } from './rescan';

/** Runs every benchmark and writes one flat object of ratios. */
async function main(): Promise<void> {
  const flag = process.argv.indexOf('--json');
  const path = flag === -1 ? null : process.argv[flag + 1];
  if (path === undefined) {
    throw new Error('--json FILE: name the file');
  }
  const results = { ...(await factMeasures()), ...(await rescanMeasures()) };
  const shown = Object.fromEntries(
    Object.entries(results).map(([name, value]) => [name, Number(value.toPrecision(3))]),
  );
  console.table(shown);
  if (path !== null) {
    writeFileSync(path, `${JSON.stringify(shown, null, 2)}\n`);
  }
}

void main();
