import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AUDIT_KEYS,
  CONFIG_KEYS,
  CORPUS_KEYS,
  DEFAULT_CONFIG,
  PROVIDERS,
  parseConfig,
  SWAP_KEYS,
  SWAP_RANGE,
  TEMPERATURE_RANGE,
  THRESHOLD_RANGE,
} from '../../../src/core/config/parseConfig';
import { repoRoot } from '../../repoRoot';

const PARTS = { swap: SWAP_KEYS, corpus: CORPUS_KEYS, audit: AUDIT_KEYS };

describe('docs/config.md', () => {
  const text = readFileSync(join(repoRoot, 'docs/config.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (`.*?`) \| (.*?) \| (.*) \|$/gm)];
  const documented = rows.flatMap(([, keys = '']) => [...keys.matchAll(/`([^`]+)`/g)].map(([, key]) => key));
  const rowOf = (key: string) => rows.find(([, keys]) => keys?.includes(`\`${key}\``)) ?? assert.fail(key);

  it('has every key, and no other', () => {
    const keys = CONFIG_KEYS.flatMap((key) =>
      Object.hasOwn(PARTS, key) ? PARTS[key as keyof typeof PARTS].map((part) => `${key}.${part}`) : [key],
    );
    assert.deepEqual([...documented].sort(), [...keys].sort());
  });

  it('says what is taken where a key is not set', () => {
    const { swap, corpus, ...others } = DEFAULT_CONFIG;
    const defaults: Readonly<Record<string, unknown>> = {
      ...others,
      'swap.subjects': swap.subjects,
      'swap.count': swap.count,
      'corpus.exclude': corpus.exclude,
      'corpus.textField': corpus.textField,
    };
    const plain = (key: string) => rowOf(key)[2]?.replaceAll('`', '').replaceAll(', "', ',"');
    for (const [key, value] of Object.entries(defaults)) {
      if (value !== null && key !== 'audit') {
        assert.equal(plain(key), JSON.stringify(value), key);
      }
    }
  });

  it('says the bounds, and the words that may stand', () => {
    for (const [key, { minimum, maximum }] of [
      ['swap.count', SWAP_RANGE],
      ['temperature', TEMPERATURE_RANGE],
      ['threshold', THRESHOLD_RANGE],
    ] as const) {
      assert.ok(rowOf(key)[3]?.includes(`${minimum} to ${maximum}`), key);
    }
    for (const provider of PROVIDERS) {
      assert.ok(rowOf('provider')[3]?.includes(`\`${provider}\``), provider);
    }
  });

  it('shows a file that is read', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(text) ?? [];
    assert.deepEqual(parseConfig(example).problems, []);
  });
});
