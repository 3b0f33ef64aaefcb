import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetWriteFile } from 'hyparquet-writer';
import { copyClean } from '../../../src/client/cleanCorpus';
import { DecisionIndex } from '../../../src/core/decisions/decisionIndex';
import { formatOf } from '../../../src/core/records/corpusFormat';
import type { Incomplete } from '../../../src/core/report/summary';
import { NO_SCORES } from '../../../src/core/score/leak';
import type { ScanParams, ScanProgress, ScanResult } from '../../../src/protocol/engine';
import { indexAtOnce } from '../decisions/atOnce';
import { someDecision } from '../decisions/someDecision';
import { someProject } from '../host/someProject';
import { someLeak } from '../report/someLeak';
import { temporaryFolder } from '../temporaryFolder';
import { storedZstd } from './storedZstd';

/** Stands for an engine: what says "leak" leaks, "faint" leaks under the threshold, "fail" cannot be scored, "skip" only in part. */
const engine = {
  async scan(
    { records }: ScanParams,
    { onProgress }: { onProgress?: ((value: ScanProgress) => void) | undefined } = {},
  ): Promise<ScanResult> {
    for (const { key, text } of records) {
      const lift = text.includes('leak') ? 0.5 : text.includes('faint') ? 0.01 : 0;
      const scores = {
        ...NO_SCORES,
        leaks: lift > 0 ? [someLeak({ lift })] : [],
        skipped: text.includes('skip') ? ['a rule took too long'] : [],
      };
      onProgress?.(text.includes('fail') ? { kind: 'failed', key, message: 'no' } : { kind: 'record', key, scores });
    }
    return { records: records.length, tokens: 0, reference: 'model', completedBy: 'reference' };
  },
};

describe('a clean copy', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();

  async function copy(name: string, content: string | Uint8Array, decisions = DecisionIndex.EMPTY) {
    const path = join(folder.path, name);
    writeFileSync(path, content);
    const places: Incomplete[] = [];
    let text = '';
    const totals = await copyClean(
      engine,
      someProject(),
      { path, file: name, format: formatOf(name) ?? 'text', bytes: statSync(path).size },
      {
        signal: new AbortController().signal,
        show: (each) => each,
        decisions,
        onProgress: () => {},
        onIncomplete: (place) => places.push(place),
      },
      async (piece) => {
        text += piece;
      },
    );
    return { text, totals, lines: places.map(({ line }) => line) };
  }

  const json = (text: string) => JSON.stringify({ text });

  it('keeps every other line of JSONL byte for byte', async () => {
    const kept = [
      `\ufeff{ "text" : "one \\u00e9" , "x": 1.0 }\r\n`,
      '\n',
      `${json('faint')} \n`,
      '  \t\n',
      json('zwei 🙂'),
    ];
    const lines = [kept[0], `${json('a leak')}\n`, kept[1], kept[2], `${json('LEAK leak')}\r\n`, kept[3], kept[4]];
    const { text, totals, lines: incomplete } = await copy('a.jsonl', lines.join(''));
    assert.equal(text, kept.join(''));
    assert.deepEqual([totals, incomplete], [{ kept: 3, leaking: 2, dropped: 0, incomplete: 0 }, []]);
  });

  it('leaves out what could not be scored, wholly or in part, and what is no record', async () => {
    const lines = [json('good'), json('fail'), '{"txt": 1}', 'not JSON', json('skip'), json('also good'), ''];
    const { text, totals, lines: incomplete } = await copy('b.jsonl', lines.join('\n'));
    assert.equal(text, `${json('good')}\n${json('also good')}\n`);
    assert.deepEqual([totals.kept, totals.leaking, totals.incomplete], [2, 0, 4]);
    assert.deepEqual(incomplete.sort(), [2, 3, 4, 5]);
  });

  it('keeps what is ignored, and leaves out what is to be dropped', async () => {
    const decide = (action: 'ignore' | 'drop', text: string) =>
      someDecision({ action, record: createHash('sha256').update(text).digest('hex') });
    const decisions = indexAtOnce([
      decide('ignore', 'no leak'),
      decide('drop', 'good'),
      decide('drop', 'leak'),
      decide('ignore', 'fail'),
    ]);
    const lines = ['no leak', 'good', 'leak', 'fail', 'better'].map((text) => `${json(text)}\n`);
    const { text, totals } = await copy('decided.jsonl', lines.join(''), decisions);
    assert.equal(text, `${json('no leak')}\n${json('better')}\n`);
    assert.deepEqual(totals, { kept: 2, leaking: 1, dropped: 1, incomplete: 1 });
  });

  it('keeps nothing from where a file stops being UTF-8', async () => {
    const { text, totals } = await copy(
      'c.jsonl',
      Buffer.concat([Buffer.from(`${json('good')}\n`), Buffer.from([0xff, 0x0a]), Buffer.from(`${json('later')}\n`)]),
    );
    assert.equal(text, `${json('good')}\n`);
    assert.equal(totals.incomplete, 1);
  });

  it('takes a paragraph out with the blank lines behind it', async () => {
    const { text, totals } = await copy(
      'd.md',
      '\n\n# Title\r\n\r\nA first\nparagraph.\n\nA leak in\r\ntwo lines.\n\n \nA last one.\n\n\nfail\n',
    );
    assert.equal(text, '\n\n# Title\r\n\r\nA first\nparagraph.\n\nA last one.\n\n\n');
    assert.deepEqual(totals, { kept: 3, leaking: 1, dropped: 0, incomplete: 1 });
  });

  it('keeps the first row of a table, and every other row byte for byte', async () => {
    const head = '\ufeff\n"id";"te\nxt";text\r\n';
    const [calm, leak, lines] = ['1;;"calm ""a"""\n', '2;;"a\n\nleak"\n', '\n3;"x\n\ny";"two\nlines"\n'];
    const bad = '4;bad\n5;;fail\n6;"un"read;x\n';
    const { text, totals, lines: incomplete } = await copy('t.csv', `${head}${calm}${leak}${lines}${bad}7;;`);
    assert.equal(text, `${head}${calm}${lines}7;;`);
    assert.deepEqual(totals, { kept: 3, leaking: 1, dropped: 0, incomplete: 3 });
    assert.deepEqual(incomplete.sort(), [13, 14, 15]);
  });

  it('has nothing of a table whose first row cannot be used', async () => {
    const { text, totals } = await copy('u.csv', 'id,body\n1,calm\n');
    assert.deepEqual([text, totals], ['', { kept: 0, leaking: 0, dropped: 0, incomplete: 1 }]);
    assert.equal((await copy('v.tsv', 'id\ttext\n')).text, 'id\ttext\n');
    assert.equal((await copy('w.tsv', '')).text, '');
  });

  it('of a packed file is that of its content, and of a damaged one only what is good', async () => {
    const content = `${json('good')}\n${json('leak')}\n\n${json('also')}\n`;
    const clean = `${json('good')}\n\n${json('also')}\n`;
    assert.equal((await copy('p.jsonl.gz', gzipSync(content))).text, clean);
    assert.equal((await copy('p.jsonl.zst', storedZstd(Buffer.from(content)))).text, clean);
    const packed = gzipSync(`${json('good')}\n${json('half')}`);
    const { text, totals } = await copy('q.jsonl.gz', packed.subarray(0, -1));
    assert.equal(text, `${json('good')}\n`);
    assert.deepEqual(totals, { kept: 1, leaking: 0, dropped: 0, incomplete: 1 });
  });

  it('of Parquet is JSONL with the numbers of the rows', async () => {
    const path = join(folder.path, 'source.parquet');
    const data = ['calm', 'a leak', null, 'two\nlines\u2028', 'fail'];
    parquetWriteFile({
      filename: path,
      columnData: [
        { name: 'text', data, type: 'STRING' },
        { name: 'id', data: data.map((_, row) => BigInt(row + 10)), type: 'INT64' },
      ],
    });
    const { text, totals } = await copy('r.parquet', readFileSync(path));
    assert.deepEqual(totals, { kept: 2, leaking: 1, dropped: 0, incomplete: 2 });
    assert.equal(text, '{"row":1,"id":"10","text":"calm"}\n{"row":4,"id":"13","text":"two\\nlines\\u2028"}\n');
  });

  it('is the file itself where nothing leaks, and has only its lines anyhow', async () => {
    const line = fc.constantFrom(
      '',
      ' ',
      'calm',
      'faint',
      'leak',
      'fail',
      'é\r',
      'not "JSON',
      json('calm'),
      json('leak'),
      json('é'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        fc.constantFrom('e.jsonl', 'e.txt', 'e.csv'),
        fc.boolean(),
        async (lines, name, ends) => {
          const head = name === 'e.csv' ? 'text\n' : '';
          const content = head + lines.join('\n') + (ends ? '\n' : '');
          const { text, totals } = await copy(name, content);
          assert.ok(!text.includes('leak') && !text.includes('fail'));
          if (totals.leaking + totals.incomplete === 0) {
            assert.equal(text, content);
          }
          const left = content.split('\n');
          let from = 0;
          for (const each of text.split('\n').filter((other) => other !== '')) {
            const at = left.indexOf(each, from);
            assert.ok(at >= 0, 'lines in their order');
            from = at + 1;
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is refused when the file changes meanwhile', async () => {
    const path = join(folder.path, 'f.jsonl');
    writeFileSync(path, `${json('good')}\n`);
    const meddling = {
      scan: async (...args: Parameters<typeof engine.scan>) => {
        writeFileSync(path, `${json('good')}\n${json('leak')}\n`);
        return engine.scan(...args);
      },
    };
    const options = {
      signal: new AbortController().signal,
      show: String,
      decisions: DecisionIndex.EMPTY,
      onProgress: () => {},
      onIncomplete: () => {},
    };
    const source = { path, file: 'f.jsonl', format: 'jsonl', bytes: readFileSync(path).length } as const;
    await assert.rejects(
      copyClean(meddling, someProject(), source, options, async () => {}),
      /f\.jsonl: changed while it was being read; export it again/,
    );
  });
});
