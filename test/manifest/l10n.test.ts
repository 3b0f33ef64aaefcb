import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE, bundleText, messagesIn, sources } from '../../scripts/l10nMessages.mjs';
import { repoRoot } from '../repoRoot';

type Words = Readonly<Record<string, string>>;

function read(file: string): string {
  return readFileSync(join(repoRoot, file), 'utf8');
}

/** Both files of each language that Seep is translated into, with what they translate. */
const LANGUAGES = readdirSync(join(repoRoot, 'l10n'))
  .map((name) => /^bundle\.l10n\.(.+)\.json$/.exec(name)?.[1])
  .filter((tag) => tag !== undefined);

const TRANSLATIONS = LANGUAGES.flatMap((tag) => [
  { file: `l10n/bundle.l10n.${tag}.json`, original: BUNDLE },
  { file: `package.nls.${tag}.json`, original: 'package.nls.json' },
]);

/** What a translation must leave as it is: places for values, links, code, icons, line ends and emphasis. */
function fixedParts(words: string): string[] {
  return [...words.matchAll(/\{\d+\}|\]\([^)]*\)|`[^`]*`|\$\([^)]*\)|\n|\*\*/g)].map(([part]) => part).sort();
}

describe('the words of the extension', () => {
  it('are written out wherever they are said, so that they can be found', () => {
    const unreadable = sources(repoRoot).flatMap(({ path, source }) =>
      messagesIn(source).unreadable.map((call) => `${path}: ${call}`),
    );
    assert.deepEqual(unreadable, []);
  });

  it('are all in the bundle, which "npm run l10n" writes', () => {
    assert.equal(read(BUNDLE), bundleText(repoRoot), 'the bundle is stale: npm run l10n');
  });

  it('do not mean one thing here and several there: "1 leaks" and "2 leaks" would have the same translation', () => {
    const plurals = sources(repoRoot).flatMap(({ source }) => messagesIn(source).plurals);
    assert.ok(plurals.length > 100);
    const several = new Set(plurals.map(([, many]) => many));
    assert.deepEqual(
      plurals.filter(([one, many]) => several.has(one) && one !== many),
      [],
    );
  });

  it('are never put together from places alone', () => {
    const words = JSON.parse(read(BUNDLE)) as Words;
    assert.deepEqual(
      Object.keys(words).filter((message) => !/\p{L}/u.test(message.replace(/\{\d+\}/g, ''))),
      [],
    );
  });
});

describe('translations', () => {
  it('are there', () => {
    assert.deepEqual(LANGUAGES, ['de']);
  });

  for (const { file, original } of TRANSLATIONS) {
    it(`${file} translates every message, and keeps what is no word`, () => {
      const [translated, english] = [file, original].map((path) => JSON.parse(read(path)) as Words);
      assert.ok(translated && english);
      assert.deepEqual(Object.keys(translated), Object.keys(english), 'the same messages in the same order');
      for (const [key, words] of Object.entries(translated)) {
        assert.deepEqual(fixedParts(words), fixedParts(english[key] ?? ''), key);
        assert.ok(words.trim() !== '' && words === words.normalize('NFC'), key);
      }
    });
  }

  it('have every page of the walkthrough', () => {
    const pages = readdirSync(join(repoRoot, 'media/walkthrough')).filter((name) => /^\w+\.md$/.test(name));
    assert.ok(pages.length > 0);
    for (const tag of LANGUAGES) {
      const missing = pages.map((name) => name.replace('.md', `.nls.${tag}.md`));
      assert.deepEqual(
        missing.filter((name) => !existsSync(join(repoRoot, 'media/walkthrough', name))),
        [],
      );
    }
  });
});
