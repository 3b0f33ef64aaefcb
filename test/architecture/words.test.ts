import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sources } from '../../scripts/l10nMessages.mjs';
import { repoRoot } from '../repoRoot';

/** A string or template that begins here and holds a word. Names of the extension and of formats are none. */
const WORDS =
  /(?:'(?!Seep')[^'\n]*[A-Za-z]{3}[^'\n]*'|"[^"\n]*[A-Za-z]{3}[^"\n]*"|`(?:[^`$]|\$(?!\{)|\$\([\w~-]+\))*[a-z]{3}[^`]*`)/
    .source;

/** What people read in the editor: where such a string would have to go through `t` first. */
const SURFACES = [
  `(?:show(?:Information|Warning|Error)Message|setStatusBarMessage|withProgress|chooseProject|new vscode\\.TreeItem)\\(\\s*${WORDS}`,
  `chooseProject\\(\\w+(?:\\.\\w+)?,\\s*${WORDS}`,
  `\\b(?:title|placeHolder|prompt|detail|openLabel|saveLabel|tooltip|words)(?:\\s*=|:)\\s*${WORDS}`,
  `new SeepError\\(\\s*'(?!cancelled')[\\w-]+',\\s*${WORDS}`,
];

/** The same for a page: texts between tags, and attributes that are drawn or read out. */
const ON_PAGES = [
  /\b(?:title|aria-label|placeholder|words|action|caption|opens|label)=(?:"[^"\n]*[A-Za-z]{3}|\{['"][^'"\n]*[A-Za-z]{3})/
    .source,
  /<\w[^<>]*>(?!\s*(?:CSV|PNG|Markdown)\s*<)[^<>{}=;]*[A-Za-z]{3}[^<>{}=;]*<\//.source,
  `\\b(?:title|hint|caption|text|term|detail|meaning)\\??:\\s*${WORDS}`,
];

function found(patterns: readonly string[], in_: (path: string) => boolean): string[] {
  const pattern = new RegExp(patterns.join('|'), 'g');
  return sources(repoRoot)
    .filter(({ path }) => in_(path))
    .flatMap(({ path, source }) => [...source.matchAll(pattern)].map(([text]) => `${path}: ${text.slice(0, 90)}`));
}

describe('words that people read', () => {
  it('go through the translation in the editor', () => {
    assert.deepEqual(
      found(SURFACES, (path) => /^src\/(?:host|features)\//.test(path)),
      [],
    );
  });

  it('go through the translation on the pages', () => {
    assert.deepEqual(
      found(ON_PAGES, (path) => path.startsWith('webview-ui/') && path.endsWith('.tsx')),
      [],
    );
  });

  it('are spoken in a language that is chosen before any other module is loaded', () => {
    const pages = readdirSync(join(repoRoot, 'webview-ui/pages')).map((page) => `webview-ui/pages/${page}/main.tsx`);
    for (const path of ['src/extension.ts', ...pages]) {
      const [first] = readFileSync(join(repoRoot, path), 'utf8').match(/^import .*$/m) ?? [];
      assert.match(first ?? '', /speakLanguage';$/, path);
    }
  });
});
