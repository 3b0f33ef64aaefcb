import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The licences of every package that is part of the bundles, or beside them in the VSIX.
 * @param {string} root of the repository
 * @param {string} metafiles folder of esbuild's metafiles, which say what was bundled
 * @param {readonly string[]} beside packages that are not bundled, as paths from the root
 */
export function thirdPartyNotices(root, metafiles, beside) {
  const folders = new Set(beside);
  for (const file of readdirSync(metafiles)) {
    /** @type {import('esbuild').Metafile} */
    const { inputs } = JSON.parse(readFileSync(join(metafiles, file), 'utf8'));
    for (const path of Object.keys(inputs)) {
      const match = path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/);
      if (match) folders.add(match[0]);
    }
  }
  const notices = [...folders].sort().map((folder) => notice(join(root, folder)));
  return `Seep contains the following software, under the terms given for each.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** @param {string} folder of one package */
function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice)/i.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}
