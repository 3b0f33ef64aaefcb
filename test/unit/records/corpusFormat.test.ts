import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compressionOf, DOCUMENT_ENDINGS, documentFormatOf, formatOf } from '../../../src/core/records/corpusFormat';
import { repoRoot } from '../../repoRoot';

describe('corpus formats', () => {
  it('go by the ending of the name', () => {
    assert.deepEqual(
      ['a.jsonl', 'A.JSONL', 'x/y.txt', 'README.md', 'a.csv', 'a.TSV', 'a.parquet', '.md'].map(formatOf),
      ['jsonl', 'jsonl', 'text', 'text', 'csv', 'tsv', 'parquet', 'text'],
    );
    assert.deepEqual(['a.json', 'jsonl', 'a.b/c', 'c:\\a.jsonl\\b', 'a.gz', 'a.csv.zip', ''].map(formatOf), [
      null,
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it('go by the ending before that of the compression, which Parquet has inside', () => {
    assert.deepEqual(
      ['a.jsonl.gz', 'a.TXT.GZ', 'a.b.csv.zst', 'a.parquet.gz', 'a.gz.gz', 'x.jsonl/a.gz'].map(formatOf),
      ['jsonl', 'text', 'csv', null, null, null],
    );
    assert.deepEqual(['a.jsonl.gz', 'a.csv.ZST', 'a.jsonl', 'gz'].map(compressionOf), ['gzip', 'zstd', null, null]);
  });

  it('of documents leave out what no editor shows as text', () => {
    assert.deepEqual(['a.csv', 'a.md', 'a.csv.gz', 'a.jsonl.zst', 'a.parquet'].map(documentFormatOf), [
      'csv',
      'text',
      null,
      null,
      null,
    ]);
  });

  it('have their commands in the menus of the manifest', () => {
    const manifest = readFileSync(join(repoRoot, 'package.json'), 'utf8');
    const endings = DOCUMENT_ENDINGS.map((ending) => ending.slice(1)).join('|');
    const conditions = manifest.match(/resourceExtname =~ [^&"]*/g) ?? [];
    assert.ok(conditions.length > 0);
    for (const condition of conditions) {
      assert.equal(condition.trim(), `resourceExtname =~ /^\\\\.(${endings})$/`);
    }
  });
});
