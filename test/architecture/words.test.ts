import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { messagesIn, sources } from '../../scripts/l10nMessages.mjs';
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

/** A string, with the call in front that makes an error of it: one that is not meant for people. */
const STRING = /(?:\b\w*Error\(|\blog\()?\s*(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)/g;

/** Two English words, one behind the other. */
const PHRASE = /[A-Za-z]{2,}[,;:]? [a-z]{2,}/;

/** What looks like a phrase and is none that the editor says. */
const NO_PHRASES = [
  /<\w+[ >]|=>|require\(|\bprogram\b|:root/, // markup and code
  /^(?:seep|npm|version) \S/, // commands and marks of files
  /^(?:decoys and control|MUSE \w+|RWKU: .*)$/, // names of methods and data sets
  /^(?:a an and|into is|under was|the answer is|Seep {2}reads) ?/, // what is looked for in texts, or tried on them
  /^Cancelled/, // never shown
];

/** Every phrase in the code beneath the editor's that was never given to be translated. */
function phrases(): string[] {
  return sources(repoRoot)
    .filter(({ path }) => /^src\/(?:core|client|engine)\//.test(path) && !SAID_BY_COMMANDS.includes(path))
    .flatMap(({ path, source }) =>
      [...messagesIn(source).rest.matchAll(STRING)]
        .map(([string]) => string.trim())
        .filter((string) => /^['"`]/.test(string))
        .map((string) => string.slice(1, -1))
        .filter((string) => PHRASE.test(string.replace(/\$\{[^}]*\}/g, '{}')))
        .filter((string) => !NO_PHRASES.some((pattern) => pattern.test(string)))
        .map((string) => `${path}: ${string.slice(0, 90)}`),
    );
}

/** What only the command line says is English, because scripts read it. */
const SAID_BY_COMMANDS = ['src/core/export/exportChecker.ts'];

/** Constants that hold words as soon as their file is loaded, in that file's text. */
function constantWords(text: string): string[] {
  return text
    .split(/^(?=[^\s})\]])/m)
    .filter((statement) => /^(?:export )?const /.test(statement))
    .filter((statement) => {
      const call = /(?<![\w.$'"`/])(?:t|plural|parts)\(/.exec(statement);
      return call !== null && !/=>|function/.test(statement.slice(0, call.index));
    });
}

describe('words that people read', () => {
  it('go through the translation in the editor', () => {
    assert.deepEqual(
      found(SURFACES, (path) => /^src\/(?:host|features)\//.test(path)),
      [],
    );
  });

  it('go through the translation wherever the editor has them from', () => {
    assert.deepEqual(phrases(), []);
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

  it('are said by functions in the engine, which learns its language when all of it is loaded', () => {
    const { inputs } = JSON.parse(readFileSync(join(repoRoot, 'out/meta/engine.json'), 'utf8')) as Metafile;
    const own = Object.keys(inputs).filter((path) => path.startsWith('src/'));
    assert.ok(own.includes('src/core/l10n.ts'));
    assert.deepEqual(
      own.filter((path) => constantWords(readFileSync(join(repoRoot, path), 'utf8')).length > 0),
      [],
    );
    assert.equal(constantWords("export const A = {\n  a: t('a'),\n};\nconst b = () => t('b');\n").length, 1);
  });
});
