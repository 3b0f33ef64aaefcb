import assert from 'node:assert/strict';
import { join } from 'node:path';
import { cacheFolder } from '../../../../src/client/cache/cacheFolder';
import { factKey, modelsKey, outcomeKey, recordKeys, scoresSpace, wordsKey } from '../../../../src/client/cache/keys';
import { ENGLISH } from '../../../../src/core/l10n';
import { type ModelInfo, type OpenResult, PLAIN_SCAN, type ScanParams } from '../../../../src/protocol/engine';

type Settings = Omit<ScanParams, 'records'>;

const info = (hash: string) => ({ hash, folder: '/m' }) as ModelInfo;
const opened = (hash: string, student: string | null = null, provider: OpenResult['provider'] = 'cpu'): OpenResult => ({
  models: { teacher: info(hash), student: student === null ? null : info(student), reference: null },
  comparison: { student: null, reference: null },
  provider,
  fallback: null,
  notices: [],
});

describe('keys of the cache', () => {
  it('change with everything that a score depends on', () => {
    const settings: Settings[] = [
      PLAIN_SCAN,
      { ...PLAIN_SCAN, temperature: 2 },
      { ...PLAIN_SCAN, swap: { subjects: [], count: 4 } },
      { ...PLAIN_SCAN, swap: { subjects: ['Ada'], count: 4 } },
      { ...PLAIN_SCAN, swap: { subjects: [], count: 5 } },
      { ...PLAIN_SCAN, onPolicy: true },
      { ...PLAIN_SCAN, unattributed: true },
      { ...PLAIN_SCAN, branches: true },
    ];
    const texts = ['', 'a', 'a\n', '\ud800', '\ud801', '\ufffd', 'é', 'e\u0301'];
    const keys = settings.flatMap((each) => {
      const { scores, latest } = recordKeys(each);
      return [outcomeKey(each), ...texts.flatMap((text) => [scores(text, 'a'), scores(text, 'b'), latest(text)])];
    });
    assert.equal(new Set(keys).size, settings.length * (3 * texts.length + 1));
    assert.ok(keys.every((key) => Buffer.from(key, 'latin1').length === 32 && !/[^\0-\xff]/.test(key)));
  });

  it('know every setting of a scan', () => {
    const known = ['temperature', 'swap', 'onPolicy', 'unattributed', 'branches'];
    assert.deepEqual(Object.keys(PLAIN_SCAN).sort(), known.sort(), 'a new one belongs into the keys');
  });

  it('put into one space what is scored by the same models', () => {
    const space = scoresSpace('engine', opened('t'));
    assert.match(space, /^[0-9a-f]{32}$/);
    const others = [
      scoresSpace('another engine', opened('t')),
      scoresSpace('engine', opened('u')),
      scoresSpace('engine', opened('t', 't')),
      scoresSpace('engine', opened('t', null, 'cuda')),
    ];
    assert.equal(new Set([space, ...others]).size, others.length + 1);
  });

  it('tell models in different roles apart', () => {
    const english = wordsKey(ENGLISH);
    const params = { teacher: '/a', student: '/b', reference: null, provider: 'auto' } as const;
    const keys = [
      modelsKey(params, 'state', english),
      modelsKey(params, 'other state', english),
      modelsKey({ ...params, student: null, reference: '/b' }, 'state', english),
      modelsKey({ ...params, provider: 'cpu' }, 'state', english),
    ];
    assert.equal(new Set(keys).size, keys.length);
  });

  it('tell apart what is said in one language and in another, or in better words', () => {
    const params = { teacher: '/a', student: null, reference: null, provider: 'auto' } as const;
    const languages = [
      ENGLISH,
      { tag: 'de', messages: { Cancel: 'Abbruch' } },
      { tag: 'de', messages: { Cancel: 'Abbrechen' } },
    ];
    const keys = languages
      .map(wordsKey)
      .flatMap((words) => [modelsKey(params, 'state', words), factKey('content', words)]);
    assert.equal(new Set(keys).size, 2 * languages.length);
  });
});

describe('the cache folder', () => {
  it('is the platform’s, unless one is named', () => {
    assert.equal(cacheFolder({}, 'linux', '/home/ada'), join('/home/ada', '.cache', 'seep'));
    assert.equal(cacheFolder({ XDG_CACHE_HOME: '/big' }, 'linux', '/home/ada'), join('/big', 'seep'));
    assert.equal(cacheFolder({}, 'darwin', '/Users/ada'), join('/Users/ada', 'Library', 'Caches', 'seep'));
    assert.equal(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32', '/Users/ada'), join('/local', 'seep'));
    assert.equal(cacheFolder({ SEEP_CACHE_DIR: '/here', XDG_CACHE_HOME: '/big' }, 'linux', '/home/ada'), '/here');
  });
});
