import { type Language, speak } from '../src/core/l10n';

// The page comes with the editor's language in a block of data: see src/host/pageHtml.ts.
const block = document.getElementById('language')?.textContent;
if (block) {
  speak(JSON.parse(block) as Language);
}
