import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { corpusSide, refuseSharedFiles } from '../../../../src/client/audit/corpusSide';
import { pairCorpora } from '../../../../src/client/audit/pairCorpora';
import { SeepError } from '../../../../src/core/errors';
import { someProject } from '../../host/someProject';
import { temporaryFolder } from '../../temporaryFolder';

describe('the two sides of an audit', () => {
  const folder = temporaryFolder();
  const show = (path: string) => relative(folder.path, path);
  const write = (name: string, content: string) => {
    const path = join(folder.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  const jsonl = (texts: readonly string[]) => texts.map((text) => `${JSON.stringify({ text })}\n`).join('');
  const side = (name: string, root = folder.path) =>
    corpusSide(
      join(root, name),
      someProject({ forgetSetPath: join(folder.path, 'raw/forget.jsonl'), teacher: join(folder.path, 'raw/model') }),
      show,
    );
  const pair = async (raw: string, filtered: string) =>
    pairCorpora(await side(raw), await side(filtered), {
      textField: 'text',
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
  const refusal = (message: RegExp) => (error: unknown) => {
    assert.ok(error instanceof SeepError && error.code === 'usage');
    assert.match(error.message, message);
    return true;
  };

  before(() => {
    write('raw/a.jsonl', jsonl(['one', 'two', 'three']));
    write('raw/deep/b.txt', 'four\n\nfive\n');
    write('raw/forget.jsonl', '{"answers": "x"}\n');
    write('raw/model/notes.txt', 'no corpus');
    write('raw/.hidden/c.jsonl', jsonl(['six']));
    write('raw/table.bin', 'x');
    write('filtered/a.jsonl', jsonl(['one', 'three']));
    write('filtered/deep/b.txt', 'five\n');
    write('other.jsonl', jsonl(['seven', 'eight', 'nine']));
    write('empty.jsonl', '\n');
    write('nothing/readme.bin', 'x');
  });

  it('takes all files of a folder that Seep reads, without the project’s own', async () => {
    const { files, shown } = await side('raw');
    assert.deepEqual(
      files.map(({ name, file }) => [name, file]),
      [
        ['a.jsonl', 'raw/a.jsonl'],
        ['deep/b.txt', 'raw/deep/b.txt'],
      ],
    );
    assert.equal(shown, 'raw');
    assert.deepEqual(
      (await side('raw/a.jsonl')).files.map(({ name }) => name),
      [''],
    );
  });

  it('pairs the records of folders file by file', async () => {
    const { pairing, raw, filtered } = await pair('raw', 'filtered');
    assert.deepEqual(pairing.counts, { raw: 5, filtered: 3, kept: 3, changed: 0, removed: 2, added: 0 });
    assert.deepEqual([pairing.rawOf(2), raw.signatures.lineOf(4)], [4, 3]);
    assert.equal(filtered.signatures.fileOf(2), 1);
  });

  it('refuses files that are not there, not read, or on both sides', async () => {
    await assert.rejects(side('none'), refusal(/^none: there is no such file/));
    await assert.rejects(side('raw/table.bin'), refusal(/^raw\/table\.bin: not a kind of file that Seep reads/));
    await assert.rejects(
      side('nothing'),
      refusal(/^nothing: there is no file in this folder that Seep reads; it reads \.jsonl/),
    );
    const [raw, filtered] = [await side('raw'), await side('raw/deep')];
    await assert.rejects(
      refuseSharedFiles(raw, filtered),
      refusal(/^raw\/deep\/b\.txt belongs to both raw and raw\/deep/),
    );
  });

  it('knows a file on both sides by whatever name', async () => {
    symlinkSync(join(folder.path, 'raw/a.jsonl'), join(folder.path, 'linked.jsonl'));
    const [raw, filtered] = [await side('raw'), await side('linked.jsonl')];
    await assert.rejects(
      refuseSharedFiles(raw, filtered),
      refusal(/^linked\.jsonl belongs to both raw and linked\.jsonl/),
    );
  });

  it('refuses sides that do not correspond, with numbers and the mend', async () => {
    await assert.rejects(
      pair('raw', 'other.jsonl'),
      refusal(
        /^raw and other\.jsonl do not correspond: of 3 records in other\.jsonl only 0 have a text of the 5 records in raw\. Name the corpus/,
      ),
    );
    await assert.rejects(pair('raw/a.jsonl', 'empty.jsonl'), refusal(/^empty\.jsonl holds no records .* "text"/));
    await assert.rejects(pair('empty.jsonl', 'raw'), refusal(/^empty\.jsonl holds no records/));
    // The same ids and no text in common: rewritten as a whole.
    await assert.rejects(
      pair('raw/a.jsonl', 'other.jsonl'),
      refusal(/\. 3 more have the same id and another text\. Name/),
    );
  });
});
