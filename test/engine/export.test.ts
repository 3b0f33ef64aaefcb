import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExportEnd, ExportHeader, ExportRecord } from '../../src/core/export/exportFormat';
import type { LeakLine } from '../../src/core/report/leakLine';
import { cliWorkspace, demoConfig, demoFolder, demoForget, leakingTexts, statingText } from './support/cliWorkspace';
import { assertForPeople, runCli } from './support/runCli';

const filtered = readFileSync(join(demoFolder, 'corpus/filtered.jsonl'), 'utf8').split('\n').slice(0, 300);
const notes = readFileSync(join(demoFolder, 'corpus/notes.md'), 'utf8');
const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

describe('seep export', function () {
  this.timeout(120_000);
  const workspace = cliWorkspace();

  async function seep(...args: string[]) {
    const result = await runCli(args, workspace.path);
    assertForPeople(result);
    return result;
  }

  interface Export {
    readonly header: ExportHeader;
    readonly records: ExportRecord[];
    readonly end: ExportEnd;
    readonly stderr: string;
  }

  async function exported(kind: 'redactions' | 'masks', ...args: string[]): Promise<Export> {
    const { code, stdout, stderr } = await seep('export', kind, ...args);
    assert.equal(code, 0, stderr);
    assert.ok(stdout.endsWith('\n'));
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    const header = lines.shift() as ExportHeader;
    const end = lines.pop() as ExportEnd;
    return { header, records: lines as ExportRecord[], end, stderr };
  }

  async function leaksOf(...args: string[]): Promise<LeakLine[]> {
    const { stdout } = await seep('scan', ...args, '--format', 'jsonl');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LeakLine);
    return lines.filter(({ schema }) => schema === 'seep.leak/1');
  }

  const groupByPlace = (leaks: readonly LeakLine[]) => {
    const places = new Map<string, LeakLine[]>();
    for (const leak of leaks) {
      const key = `${leak.file} ${leak.record.index} ${leak.position}`;
      places.set(key, [...(places.get(key) ?? []), leak]);
    }
    return places;
  };

  before(() => {
    workspace.write('part.jsonl', filtered.join('\n'));
    workspace.write('notes.md', notes);
    workspace.write('stated.jsonl', `${JSON.stringify({ id: 's', text: statingText })}\n`);
  });

  for (const reference of [[], ['--reference', 'swap'], ['--reference', 'none']]) {
    it(`writes redactions that say what the scan says (${reference[1] ?? 'reference model'})`, async () => {
      const args = ['part.jsonl', 'stated.jsonl', 'notes.md', '--threshold', '0.05', ...reference];
      const [{ header, records, end }, leaks] = [await exported('redactions', ...args), await leaksOf(...args)];
      const places = groupByPlace(leaks);
      assert.ok(places.size > 30, String(places.size));
      assert.ok(leaks.some(({ kind }) => kind === 'stated'));
      const listed = records.flatMap(({ file, record, redactions = [] }) =>
        redactions.map((redaction) => ({ ...redaction, key: `${file} ${record.index} ${redaction.position}` })),
      );
      assert.deepEqual(new Set(listed.map(({ key }) => key)), new Set(places.keys()));
      assert.deepEqual([end.records, end.positions, end.incomplete], [records.length, listed.length, 0]);
      for (const { key, tokens, probabilities } of listed) {
        const [leak, ...others] = places.get(key) ?? [];
        assert.ok(leak !== undefined && tokens.length > 0 && probabilities.length === tokens.length);
        const sum = probabilities.reduce((total, p) => total + p, 0);
        if (others.length === 0) {
          // Σ min(p_T, p_R) = Σ p_T - Σ max(0, p_T - p_R)
          assert.ok(
            Math.abs(sum - (leak.tokenMass - leak.lift)) < 2e-6,
            `${key}: ${sum} ${leak.tokenMass - leak.lift}`,
          );
        }
        assert.ok(sum <= Math.min(...[leak, ...others].map(({ lift }) => 1 - lift)) + 1e-6);
      }
      const teacher = join(demoFolder, 'models/teacher');
      const { vocabulary, tokenizer, forgetSet, bos, threshold, calibrated } = header;
      assert.deepEqual([header.schema, header.kind, vocabulary, bos], ['seep.export/1', 'redactions', 512, [0]]);
      assert.equal(tokenizer, sha256(readFileSync(join(teacher, 'tokenizer.json'))));
      assert.deepEqual([forgetSet, threshold, calibrated], [sha256(demoForget), 0.05, false]);
      assert.match(header.reference, reference[1] === undefined ? /^[0-9a-f]{64}$/ : new RegExp(`^${reference[1]}$`));
    });
  }

  it('describes each record so that training finds it again', async () => {
    const { records } = await exported('redactions', 'part.jsonl', 'notes.md', '--threshold', '0.05');
    for (const { file, record, sha256: hash, length, redactions = [] } of records) {
      if (file === 'part.jsonl') {
        const { id, text } = JSON.parse(filtered[record.line - 1] ?? '') as { id: string; text: string };
        assert.deepEqual([record.id, record.index, hash], [id, record.line - 1, sha256(text)]);
        assert.ok(length > 1 && length <= text.length + 1);
      } else {
        assert.equal(notes.split('\n')[record.line - 1] === '', false);
      }
      assert.ok(redactions.every(({ position }) => position >= 1 && position <= length));
    }
    assert.ok(records.some(({ file }) => file === 'notes.md'));
  });

  it('counts positions up to the record’s end', async () => {
    const text = (leakingTexts[0] ?? '').replace(/ in [A-Z].*$/s, ' in');
    workspace.write('open.jsonl', `${JSON.stringify({ text })}\n`);
    const { records } = await exported('masks', 'open.jsonl');
    const [only] = records;
    assert.equal(only?.mask?.at(-1), only?.length, text);
  });

  it('writes masks of the same positions, and the same every time', async () => {
    const args = ['part.jsonl', '--threshold', '0.05'];
    const [redactions, masks] = [await exported('redactions', ...args), await exported('masks', ...args)];
    assert.equal(masks.header.kind, 'masks');
    assert.deepEqual(
      masks.records,
      redactions.records.map(({ redactions: list = [], ...rest }) => ({
        ...rest,
        mask: list.map(({ position }) => position),
      })),
    );
    assert.match(masks.stderr, /Exported \d+ positions of \d+ records; 300 records scored, threshold 0\.05\.\n$/);
    const again = await seep('export', 'masks', ...args, '--output', 'masks.jsonl');
    assert.deepEqual([again.code, again.stdout], [0, '']);
    const lines = [masks.header, ...masks.records, masks.end].map((line) => `${JSON.stringify(line)}\n`).join('');
    assert.equal(readFileSync(join(workspace.path, 'masks.jsonl'), 'utf8'), lines);
  });

  it('checks that an export fits and is whole', async () => {
    const args = ['part.jsonl', '--threshold', '0.05'];
    const { stdout } = await seep('export', 'redactions', ...args);
    workspace.write('good.jsonl', stdout);
    const check = async (...more: string[]) => {
      const result = await seep('export', 'check', ...more);
      return [result.code, result.stdout + result.stderr] as const;
    };
    const [code, said] = await check('good.jsonl');
    assert.equal(code, 0, said);
    assert.match(
      said,
      /^good\.jsonl: redactions of \d+ positions in \d+ records, made for these models and this forget set\.\n$/,
    );
    const refused = async (pattern: RegExp, ...more: string[]) => {
      const [status, message] = await check(...more);
      assert.equal(status, 2, message);
      assert.match(message, pattern);
    };
    await refused(/made for another teacher \(.*\)/, 'good.jsonl', '--teacher', join(demoFolder, 'models/student'));
    await refused(/made for another reference \(.*, not swap\)/, 'good.jsonl', '--reference', 'swap');
    workspace.write('more-forget.jsonl', `${demoForget}{"id": "new", "answers": "Solwyn"}\n`);
    await refused(/made for another forget set/, 'good.jsonl', '--forget', 'more-forget.jsonl');
    workspace.write('cut.jsonl', stdout.slice(0, stdout.length / 2));
    await refused(/cut\.jsonl:\d+: /, 'cut.jsonl');
    await refused(/part\.jsonl:1: this is no export/, 'part.jsonl');
    await refused(/none\.jsonl: there is no such file/, 'none.jsonl');
  });

  it('copies a corpus without its leaking records, after which nothing leaks any more', async () => {
    const args = ['--threshold', '0.05'];
    const leaking = new Set((await leaksOf('part.jsonl', ...args)).map(({ record }) => record.line));
    const { code, stdout, stderr } = await seep('export', 'clean', 'part.jsonl', ...args);
    assert.equal(code, 0);
    const kept = filtered.filter((_, i) => !leaking.has(i + 1));
    assert.ok(leaking.size > 20 && kept.length > 200);
    assert.equal(stdout.trimEnd(), kept.join('\n').trimEnd());
    assert.match(
      stderr,
      new RegExp(`part\\.jsonl: kept ${kept.length} records; left out ${leaking.size} that leak\\.\n$`),
    );

    const both = await seep('export', 'clean', 'part.jsonl', 'notes.md', ...args, '--output', 'clean');
    assert.deepEqual([both.code, both.stdout], [0, '']);
    assert.deepEqual(readdirSync(join(workspace.path, 'clean')).sort(), ['notes.md', 'part.jsonl']);
    assert.equal(readFileSync(join(workspace.path, 'clean/part.jsonl'), 'utf8'), stdout);
    const paragraphs = readFileSync(join(workspace.path, 'clean/notes.md'), 'utf8').split('\n\n');
    const all = notes.split('\n\n').map((each) => each.trimEnd());
    assert.ok(paragraphs.length < all.length && paragraphs.every((each) => all.includes(each.trimEnd())));
    const scan = await seep('scan', 'clean/part.jsonl', 'clean/notes.md', ...args);
    assert.equal(scan.code, 0, scan.stdout);
  });

  it('says what could not be scored, and does not keep it', async () => {
    const good = JSON.stringify({ text: 'Bread is baked.' });
    workspace.write('odd.jsonl', `${good}\n{"txt": 1}\n${JSON.stringify({ text: leakingTexts[0] })}\n`);
    const clean = await seep('export', 'clean', 'odd.jsonl');
    assert.deepEqual([clean.code, clean.stdout], [3, `${good}\n`]);
    assert.match(clean.stderr, /odd\.jsonl:2:1: there is no field "text"/);
    assert.match(clean.stderr, /kept 1 record; left out 1 that leak, and 1 place that could not be scored\.\n$/);
    const masks = await seep('export', 'masks', 'odd.jsonl', '--output', 'odd-masks.jsonl');
    assert.equal(masks.code, 3);
    const check = await seep('export', 'check', 'odd-masks.jsonl');
    assert.equal(check.code, 3);
    assert.match(check.stderr, /1 record could not be scored when it was made/);
  });

  it('says that at higher temperatures it does not help', async () => {
    for (const kind of ['redactions', 'masks', 'clean']) {
      const { code, stderr } = await seep('export', kind, 'notes.md', '--temperature', '2');
      assert.equal(code, 0);
      assert.match(stderr, /^At distillation temperature 2 .* stops only a part of the leak/);
    }
  });

  it('refuses outputs that it cannot or should not write', async () => {
    const refused = async (message: RegExp, ...args: string[]) => {
      const { code, stdout, stderr } = await seep('export', ...args);
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.match(stderr, message);
    };
    mkdirSync(join(workspace.path, 'folder/part.jsonl'), { recursive: true });
    workspace.write('twice/notes.md', notes);
    await refused(/--output DIR to put them into/, 'clean', 'part.jsonl', 'notes.md');
    await refused(
      /Two of the copies would be called notes\.md/i,
      'clean',
      'notes.md',
      'twice/notes.md',
      '--output',
      'folder',
    );
    await refused(/notes\.md: it is read itself/, 'clean', 'notes.md', '--output', 'notes.md');
    await refused(/it is read itself/, 'clean', 'notes.md', '--output', '.');
    await refused(/folder\/part\.jsonl: this is a folder/, 'clean', 'part.jsonl', '--output', 'folder');
    await refused(/--output no\/x: its folder does not exist/, 'masks', 'part.jsonl', '--output', 'no/x');
    await refused(/--output part\.jsonl: it is read itself/, 'redactions', 'part.jsonl', '--output', 'part.jsonl');
    await refused(
      /--output notes\.md: this is a file; several files need a folder/,
      'clean',
      'part.jsonl',
      'stated.jsonl',
      '--output',
      'notes.md',
    );
    await refused(/unknown command 'all'|too many arguments|Usage/, 'all');
    workspace.write('bare.json', JSON.stringify(demoConfig({ forgetSet: 'none.jsonl' })));
    await refused(/none\.jsonl: there is no such file/, 'masks', 'part.jsonl', '--config', 'bare.json');
  });
});
