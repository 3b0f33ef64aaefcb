import assert from 'node:assert/strict';
import { messagesIn } from '../../scripts/l10nMessages.mjs';
import { decimal, ENGLISH, grouped, plural, speak, spokenLanguage, t } from '../../src/core/l10n';

const GERMAN = {
  tag: 'de',
  messages: {
    '{0} of {1}': 'von {1}: {0}',
    '{0} leak in {1}': '{0} Leck in {1}',
    '{0} leaks in {1}': '{0} Lecks in {1}',
  },
};

describe('words for people', () => {
  afterEach(() => speak(ENGLISH));

  it('are English as long as nobody says otherwise', () => {
    assert.equal(t('{0} of {1}', 1, 'two'), '1 of two');
    assert.equal(plural(1, '{0} leak in {1}', '{0} leaks in {1}', 'a.txt'), '1 leak in a.txt');
    assert.equal(plural(0, '{0} leak in {1}', '{0} leaks in {1}', 'a.txt'), '0 leaks in a.txt');
    assert.equal(plural(1432, '{0} leak in {1}', '{0} leaks in {1}', 'a.txt'), '1,432 leaks in a.txt');
    assert.equal(decimal('0.083'), '0.083');
  });

  it('are those of the language that is spoken, and English where it has none', () => {
    speak(GERMAN);
    assert.equal(spokenLanguage(), GERMAN);
    assert.equal(t('{0} of {1}', 1, 'zwei'), 'von zwei: 1');
    assert.equal(t('Cancel'), 'Cancel');
    assert.equal(plural(1432, '{0} leak in {1}', '{0} leaks in {1}', 'a.txt'), '1.432 Lecks in a.txt');
    assert.equal(grouped(12_345), '12.345');
    assert.equal(decimal('0.083'), '0,083');
  });

  it('take values as they are: what looks like a place in one is none', () => {
    assert.equal(t('{0}, {1}', '{1}', '$&'), '{1}, $&');
    assert.equal(t('{0} and {1}', 'one'), 'one and {1}');
  });

  it('choose the form of a count as the language does', () => {
    speak({ tag: 'fr', messages: {} });
    assert.equal(plural(0, '{0} leak', '{0} leaks'), '0 leak');
  });
});

describe('the messages of a source file', () => {
  it('are found however they are written', () => {
    const { messages, unreadable } = messagesIn(`
      t('one'); const x = [t("it's"), t(\`both ' and "\`)];
      plural(total(places.filter(({ all }) => all > 1)), '{0} leak', '{0} leaks', name);
      <p title={t('a title')}>{parts('{0} said', <b />)}</p>
      t(
        'on a line of its own',
        value,
      ) // t('in a comment')
    `);
    assert.deepEqual(unreadable, []);
    assert.deepEqual(messages, [
      'one',
      "it's",
      'both \' and "',
      '{0} leak',
      '{0} leaks',
      'a title',
      '{0} said',
      'on a line of its own',
    ]);
  });

  it('must be written out', () => {
    const { messages, unreadable } = messagesIn(
      ['t(words)', 't(`in $' + '{place}`)', "t('a' + b)", 'plural(n, one, other)'].join(';'),
    );
    assert.deepEqual(messages, []);
    assert.equal(unreadable.length, 4);
  });

  it('are not those of other functions', () => {
    const { messages, unreadable } = messagesIn(
      "format('a'); it.t('b'); const t = 1; export function t(message: string) {}",
    );
    assert.deepEqual([messages, unreadable], [[], []]);
  });

  it('leave the code without them', () => {
    const { rest } = messagesIn("say(t('one', 'a value')); plural(n, 'leak', 'leaks'); // a comment\nsay('two');");
    assert.equal(rest, "say( 'a value')); ); \nsay('two');");
  });
});
