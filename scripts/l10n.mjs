// Writes l10n/bundle.l10n.json anew: every message of the source, for translators.
//
//   node scripts/l10n.mjs
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLE, bundleText } from './l10nMessages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
writeFileSync(join(root, BUNDLE), bundleText(root));
