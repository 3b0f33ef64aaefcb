import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { DamagedContent, fileContent } from '../../../src/client/fileContent';
import { readCorpus } from '../../../src/client/readCorpus';
import { ZstdReader } from '../../../src/client/zstdReader';
import type { Problem } from '../../../src/core/errors';
import { type CorpusFormat, formatOf } from '../../../src/core/records/corpusFormat';
import { readRecords } from '../../../src/core/records/readRecords';
import { repoRoot } from '../../repoRoot';
import { temporaryFolder } from '../temporaryFolder';
import { repeatedZstd, storedZstd } from './storedZstd';

const fixtures = join(repoRoot, 'test/fixtures/corpora');
const texts = JSON.parse(readFileSync(join(fixtures, 'texts.json'), 'utf8')) as (string | null)[];

/** What both kinds of packing are tested with. */
const PACKINGS = [
  { ending: '.gz', pack: (content: Uint8Array) => gzipSync(content) },
  { ending: '.zst', pack: (content: Uint8Array) => storedZstd(content, 1000) },
];

describe('the content of packed files', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  function file(name: string, content: Uint8Array): string {
    const path = join(folder.path, name);
    writeFileSync(path, content);
    return path;
  }

  async function content(path: string, from = 0): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for await (const { bytes } of fileContent(path, { from })) {
      parts.push(bytes);
    }
    return Buffer.concat(parts);
  }

  async function read(path: string, format: CorpusFormat = formatOf(path) ?? 'text') {
    const found: string[] = [];
    const problems: Problem[] = [];
    let bytes = 0;
    for await (const chunk of readCorpus(path, format, 'text')) {
      found.push(...chunk.records.map(({ text }) => text));
      problems.push(...chunk.problems);
      bytes = chunk.bytes;
    }
    return { texts: found, problems, bytes };
  }

  for (const { ending, pack } of PACKINGS) {
    it(`is the same however ${ending} files are put together, and from any place on`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 4 }),
          fc.nat(4000),
          async (members, from) => {
            const whole = Buffer.concat(members);
            const path = file(`a${ending}`, Buffer.concat(members.map(pack)));
            assert.deepEqual(await content(path), whole);
            assert.deepEqual(await content(path, from), whole.subarray(from));
          },
        ),
        { numRuns: 100 },
      );
    });

    it(`gives the same records in ${ending} as unpacked, in every format`, async () => {
      const line = fc.constantFrom('{"text": "é😀"}\n', '\n', 'text,id\n', '"a\n""b""",1\r\n', 'plain', '\ufeff', '\t');
      await fc.assert(
        fc.asyncProperty(
          fc.array(line, { maxLength: 12 }),
          fc.constantFrom('jsonl', 'txt', 'csv', 'tsv'),
          async (lines, inner) => {
            const text = lines.join('');
            const { texts: found, problems } = await read(file(`a.${inner}${ending}`, pack(Buffer.from(text))));
            const expected = readRecords(text, inner === 'txt' ? 'text' : (inner as 'jsonl'), 'text');
            assert.deepEqual(
              found,
              expected.records.map((record) => record.text),
            );
            assert.deepEqual(problems, expected.problems);
          },
        ),
        { numRuns: 100 },
      );
    });

    it(`of a ${ending} file that is cut off is good up to there, and the message says what to do`, async () => {
      const lines = Array.from({ length: 5000 }, (_, i) => `{"text": "line ${i} ${(i * 7919) % 10_007}"}\n`);
      const packed = pack(Buffer.from(lines.join('')));
      const { texts: found, problems } = await read(file(`cut.jsonl${ending}`, packed.subarray(0, packed.length / 2)));
      assert.ok(found.length > 1000 && found.length < 4000, `${found.length} records`);
      assert.deepEqual(
        found.map((text) => `{"text": "${text}"}\n`),
        lines.slice(0, found.length),
      );
      assert.equal(problems.length, 1);
      assert.equal(problems[0]?.line, found.length + 1);
      assert.match(
        problems[0]?.message ?? '',
        /^the file ends in the middle of its (gzip|zstd) data; copy or compress it again; nothing from this line on/,
      );
    });

    it(`of a ${ending} file that is no such file is a problem, not a fault`, async () => {
      for (const bytes of [Buffer.from('plain text'), Buffer.from('x'), Buffer.alloc(100)]) {
        const { texts: found, problems } = await read(file(`none.jsonl${ending}`, bytes));
        assert.deepEqual(found, []);
        assert.equal(problems.length, 1, bytes.toString());
        assert.match(problems[0]?.message ?? '', /(copy or compress (it|the file) again)/);
      }
      assert.deepEqual(await read(file(`empty.jsonl${ending}`, Buffer.alloc(0))), {
        texts: [],
        problems: [],
        bytes: 0,
      });
    });

    it(`of a damaged ${ending} file never makes anything but a problem`, async () => {
      const name = ending === '.gz' ? null : join(fixtures, 'frames.jsonl.zst');
      const good = name === null ? gzipSync('{"text": "some text"}\n'.repeat(500)) : readFileSync(name);
      await fc.assert(
        fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
          const bad = Buffer.from(good);
          bad.writeUInt8((bad.readUInt8(at) ^ change) & 255, at);
          try {
            await content(file(`bad${ending}`, bad));
          } catch (error) {
            assert.ok(error instanceof DamagedContent, String(error));
          }
        }),
        { numRuns: 150 },
      );
    });
  }

  it('of gzip may be followed by zeros and by nothing else, wherever the pieces are cut', async () => {
    const lines = '{"text": "a"}\n';
    for (const length of [1, 100, (1 << 14) - gzipSync(lines).length, 1 << 14, 50_000]) {
      const zeros = Buffer.alloc(length);
      const padded = await read(file('padded.jsonl.gz', Buffer.concat([gzipSync(lines), zeros])));
      assert.deepEqual([padded.texts, padded.problems], [['a'], []]);
      const other = await read(file('other.jsonl.gz', Buffer.concat([gzipSync(lines), zeros, Buffer.from('more')])));
      assert.deepEqual(other.texts, ['a']);
      assert.match(other.problems[0]?.message ?? '', /something else follows\); copy or compress the file again/);
    }
  });

  it('is what other programs packed: several frames, with and without checksums and sizes, and far references', async () => {
    const known = texts.filter((text) => text !== null);
    const { texts: found, problems, bytes } = await read(join(fixtures, 'frames.jsonl.zst'));
    assert.deepEqual({ found, problems }, { found: known, problems: [] });
    assert.equal(bytes, readFileSync(join(fixtures, 'frames.jsonl.zst')).length);
    const blocks = await read(join(fixtures, 'blocks.jsonl.zst'));
    assert.deepEqual(blocks.texts, Array.from({ length: 40 }, () => known).flat());
  });

  it('of zstd does not depend on where the pieces are cut', () => {
    const packed = readFileSync(join(fixtures, 'frames.jsonl.zst'));
    const whole = Buffer.concat([...new ZstdReader().push(packed)]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (lengths) => {
        const reader = new ZstdReader();
        const parts: Uint8Array[] = [];
        for (let at = 0, i = 0; at < packed.length; i++) {
          const length = lengths[i % lengths.length] ?? 1;
          parts.push(...reader.push(packed.subarray(at, at + length)));
          at += length;
        }
        assert.ok(reader.isComplete);
        assert.ok(whole.equals(Buffer.concat(parts)));
      }),
      { numRuns: 100 },
    );
  });

  it('of zstd that claims a window of gigabytes is refused before it is made', async () => {
    for (const header of [
      [0, 0xff],
      [0xe0, 0, 0, 0, 0, 1, 0, 0, 0],
    ]) {
      const bytes = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...header, ...Buffer.alloc(20)]);
      await assert.rejects(content(file('wide.zst', bytes)), /needs a window of [\d,]{12,} bytes/);
    }
  });

  it('is never held as a whole: a small file that unpacks to an eighth of a gigabyte is read with little memory', async () => {
    const megabyte = Buffer.alloc(1 << 20, 'x');
    const members = Buffer.concat(Array.from({ length: 128 }, () => gzipSync(megabyte)));
    const blocks = 1 << 10;
    for (const [name, packed] of [
      ['bomb.txt.gz', members],
      ['bomb.txt.zst', repeatedZstd(0x78, 1 << 17, blocks)],
    ] as const) {
      const path = file(name, packed);
      let length = 0;
      let most = 0;
      for await (const { bytes } of fileContent(path)) {
        length += bytes.length;
        most = Math.max(most, process.memoryUsage().arrayBuffers);
      }
      assert.equal(length, 1 << 27);
      assert.ok(most < 100 << 20, `${name}: ${most} bytes held`);
      const { texts: found, problems } = await read(path);
      assert.deepEqual(found, []);
      assert.match(problems[0]?.message ?? '', /the line is longer than [\d,]+ bytes/);
    }
  });

  it('rejects with the system’s error for a file that is not there', async () => {
    await assert.rejects(content(join(folder.path, 'missing.gz')), { code: 'ENOENT' });
    await assert.rejects(content(join(folder.path, 'missing.zst')), { code: 'ENOENT' });
  });

  it('ends when it is cancelled', async () => {
    const abort = new AbortController();
    const path = file(
      'long.txt.gz',
      gzipSync(Buffer.from(Array.from({ length: 200_000 }, (_, i) => `${i}`).join('\n'))),
    );
    const reading = (async () => {
      for await (const _ of fileContent(path, { signal: abort.signal })) {
        abort.abort();
      }
    })();
    await assert.rejects(reading, { name: 'AbortError' });
  });
});
