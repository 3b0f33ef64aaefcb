import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { DoctorReport } from '../../src/client/doctorReport';
import type { LeakLine } from '../../src/core/report/leakLine';
import type { Summary } from '../../src/core/report/summary';
import type { UnattributedLine } from '../../src/core/report/unattributed';
import {
  cliWorkspace,
  demoConfig,
  demoFacts,
  demoFolder,
  demoForget,
  jsonl,
  leakingTexts,
  statingText,
} from './support/cliWorkspace';
import { failingGraph, modelFolder, removeModelFolders } from './support/handMadeModels';
import { assertForPeople, type CliResult, runCli } from './support/runCli';

const LEAK_KEYS =
  'schema file record start end text position kind fact depth tokenMass mass rank lift exposure referenceMass studentMass comparison pull status similarity forgetBits reference temperature';
const SUMMARY_KEYS =
  'schema files records tokens leaks stated shadow facts reference completedBy comparison onPolicy threshold calibrated expectedFalseFlagsPer1000 temperature forgetBits unattributed verdict models decided incomplete';

describe('seep scan', function () {
  this.timeout(120_000);
  const workspace = cliWorkspace();
  const seep = (...args: string[]) => runCli(args, workspace.path);
  after(removeModelFolders);

  interface Report extends CliResult {
    readonly leaks: LeakLine[];
    readonly summary: Summary;
  }

  /** Scans with `--format jsonl`; every line of stdout must be a leak, the last one the summary. */
  async function scan(...args: string[]): Promise<Report> {
    const result = await seep('scan', '--format', 'jsonl', ...args);
    assertForPeople(result);
    assert.ok(result.stdout.endsWith('\n'), result.stderr);
    const parsed = result.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LeakLine | Summary);
    const summary = parsed.pop();
    assert.ok(summary?.schema === 'seep.summary/1');
    const leaks = parsed.filter((line) => line.schema === 'seep.leak/1');
    assert.equal(leaks.length, parsed.length);
    return { ...result, leaks, summary };
  }

  it('reports leaks line by line with the documented fields, and ends with 1', async () => {
    const { code, leaks, summary, stderr } = await scan('corpus/leaks.jsonl', 'corpus/calm.jsonl');
    assert.equal(code, 1);
    assert.ok(leaks.length >= 3, `${leaks.length} leaks`);
    for (const leak of leaks) {
      assert.equal(Object.keys(leak).join(' '), LEAK_KEYS);
      assert.deepEqual(Object.keys(leak.record), ['index', 'id', 'line']);
      assert.equal(leak.file, 'corpus/leaks.jsonl');
      const text = leakingTexts[leak.record.index] ?? '';
      assert.deepEqual([leak.record.line, leak.record.id], [leak.record.index + 1, String(leak.record.index)]);
      assert.equal(leak.text, text.slice(leak.start, leak.end));
      assert.ok(leak.lift >= 0.02 && leak.lift <= leak.tokenMass && leak.exposure <= leak.lift && leak.rank >= 1);
      assert.ok(leak.status === 'open' || leak.status === 'absorbed');
    }
    const order = leaks.map(({ record, position }) => record.index * 1000 + position);
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    );

    assert.equal(Object.keys(summary).join(' '), SUMMARY_KEYS);
    assert.deepEqual([summary.files, summary.records, summary.leaks], [2, leakingTexts.length + 2, leaks.length]);
    assert.deepEqual(
      [summary.reference, summary.completedBy, summary.threshold, summary.calibrated],
      ['model', 'reference', 0.02, false],
    );
    assert.deepEqual(summary.facts.map(({ fact }) => fact).sort(), demoFacts.map(({ id }) => id).sort());
    const exposures = summary.facts.map(({ exposure }) => exposure);
    assert.deepEqual(
      exposures,
      [...exposures].sort((a, b) => b - a),
    );
    for (const { fact, maxLift, positions, records } of summary.facts) {
      const own = leaks.filter((leak) => leak.fact === fact);
      assert.deepEqual([positions, records], [own.length, new Set(own.map(({ record }) => record.index)).size]);
      assert.ok(own.length === 0 || maxLift === Math.max(...own.map(({ lift }) => lift)));
    }
    for (const model of ['teacher', 'student', 'reference'] as const) {
      assert.equal(summary.models[model]?.folder, model);
      assert.match(summary.models[model]?.hash ?? '', /^[0-9a-f]{64}$/);
    }
    assert.deepEqual(summary.incomplete, []);
    assert.match(stderr, /Scanned 14 records \([\d,]+ tokens\) of 2 files in [\d.]+ s\.\n$/);
    assert.doesNotMatch(stderr, /[^\P{Cc}\n]/u, 'no progress bar in a pipe');
  });

  it('gives the same report every time, in every format, and with the corpus of seep.json', async () => {
    const files = ['corpus/calm.jsonl', 'corpus/leaks.jsonl'];
    const [lines, again, configured] = await Promise.all([scan(...files), scan('corpus/*.jsonl'), scan()]);
    assert.equal(again.stdout, lines.stdout);
    assert.equal(configured.stdout, lines.stdout);
    const json = await seep('scan', ...files, '--format', 'json', '--output', 'report.json');
    assert.deepEqual([json.code, json.stdout], [1, '']);
    const report = JSON.parse(readFileSync(join(workspace.path, 'report.json'), 'utf8')) as Record<string, unknown>;
    assert.deepEqual(report, { schema: 'seep.report/1', summary: lines.summary, leaks: lines.leaks });
    assert.deepEqual(
      workspace.names().filter((name) => name.includes('report')),
      ['report.json'],
    );
  });

  it('ends as --fail-on and --threshold say', async () => {
    workspace.write('stated.jsonl', jsonl(statingText));
    const code = async (...args: string[]) => (await scan(...args)).code;
    assert.equal(await code('corpus/leaks.jsonl', '--fail-on', 'none'), 0);
    assert.equal(await code('corpus/leaks.jsonl', '--fail-on', 'stated'), 0);
    assert.equal(await code('corpus/leaks.jsonl', '--threshold', '1'), 0);
    assert.equal(await code('corpus/calm.jsonl'), 0);
    const stated = await scan('stated.jsonl', '--fail-on', 'stated');
    assert.deepEqual([stated.code, stated.summary.stated > 0], [1, true]);
    assert.ok(stated.leaks.some(({ kind }) => kind === 'stated'));
  });

  it('says nothing of the answers unless asked to', async () => {
    const words = demoFacts.flatMap(({ answers }) => answers);
    // Texts that name no answer at all, so that an answer in the output can only come from the forget set.
    const quiet = leakingTexts.map((text) => words.reduce((rest, word) => rest.replaceAll(word, 'Elsewhere'), text));
    workspace.write('quiet.jsonl', jsonl(...quiet));
    for (const format of ['table', 'json']) {
      const silent = await seep('scan', 'quiet.jsonl', '--format', format);
      assert.equal(silent.code, 1, silent.stderr);
      const named = words.filter((word) => `${silent.stdout}${silent.stderr}`.includes(word));
      assert.deepEqual(named, [], format);
      const told = await seep('scan', 'quiet.jsonl', '--format', format, '--show-answers');
      assert.ok(
        words.some((word) => told.stdout.includes(word)),
        format,
      );
    }
  });

  it('says how alike contexts and prompts are, and whether filtering works', async () => {
    const [leaky, calm] = await Promise.all([scan('corpus/leaks.jsonl'), scan('corpus/calm.jsonl')]);
    assert.ok(leaky.leaks.every(({ similarity }) => similarity !== null && similarity >= 0 && similarity <= 1));
    assert.ok(leaky.leaks.every(({ forgetBits }) => forgetBits !== null && forgetBits > 0));
    assert.ok(leaky.summary.forgetBits > 0);
    assert.equal(leaky.summary.verdict.kind, 'filtering-fails');
    const leaking = leaky.summary.facts.filter(({ positions }) => positions > 0);
    assert.ok(leaking.some(({ verdict }) => verdict === 'filtering-fails'));
    for (const { fact, similarity, maxMass } of leaking) {
      const own = leaky.leaks.filter((leak) => leak.fact === fact);
      assert.ok((similarity ?? 0) >= Math.max(...own.map((leak) => leak.similarity ?? 0)));
      assert.ok(maxMass >= Math.max(...own.map(({ mass }) => mass)));
    }
    assert.deepEqual([calm.code, calm.summary.verdict.kind, calm.summary.forgetBits], [0, 'not-mentioned', 0]);
    assert.ok(
      calm.summary.facts.every(({ similarity, verdict }) => similarity === null && verdict === 'not-mentioned'),
    );
    const hot = await scan('corpus/calm.jsonl', '--temperature', '2');
    assert.equal(hot.summary.verdict.kind, 'temperature');
  });

  it('compares with other subjects where there is no reference model, unless told not to', async () => {
    workspace.write('swap.json', JSON.stringify(demoConfig({ reference: undefined })));
    const { leaks, summary } = await scan('corpus/leaks.jsonl', '--config', 'swap.json');
    assert.deepEqual([summary.reference, summary.completedBy, summary.models.reference], ['swap', 'swap', null]);
    assert.ok(leaks.length > 0);
    assert.ok(leaks.every(({ reference, referenceMass }) => reference === 'swap' && referenceMass !== null));
    const onPolicy = await scan('corpus/leaks.jsonl', '--reference', 'none', '--on-policy');
    assert.deepEqual(
      [onPolicy.summary.reference, onPolicy.summary.completedBy, onPolicy.summary.onPolicy],
      ['none', 'teacher', true],
    );
    assert.ok(onPolicy.leaks.every(({ reference, forgetBits }) => reference === 'none' && forgetBits === null));
  });

  it('lists what no fact names when asked to, and says that this needs a reference model', async () => {
    const [first = ''] = leakingTexts;
    const others = demoForget.split('\n').filter((line) => {
      const subjects = line === '' ? [] : (JSON.parse(line) as { subjects: string[] }).subjects;
      return subjects.some((subject) => !first.includes(subject));
    });
    workspace.write('others.jsonl', others.join('\n'));
    workspace.write('one.jsonl', jsonl(first));
    const args = ['scan', 'one.jsonl', '--forget', 'others.jsonl', '--unattributed'];
    const { code, stdout } = await seep(...args, '--format', 'jsonl');
    const lines = stdout.trimEnd().split('\n');
    const found = lines.slice(0, -1).map((line) => JSON.parse(line) as UnattributedLine);
    const summary = JSON.parse(lines.at(-1) ?? '') as Summary;
    assert.equal(code, 0, 'the fact that leaks is not in this forget set');
    assert.ok(found.length >= 1 && found.length <= 3);
    for (const line of found) {
      assert.equal(
        Object.keys(line).join(' '),
        'schema file record position start end text kl forgetBits unattributed',
      );
      assert.equal(line.text, first.slice(line.start, line.end));
      assert.ok(line.unattributed >= 1 && Math.abs(line.kl - line.forgetBits - line.unattributed) < 1e-4);
    }
    assert.ok(summary.unattributed !== null && summary.unattributed.positions >= found.length);
    const report = JSON.parse((await seep(...args, '--format', 'json')).stdout) as Record<string, unknown>;
    assert.deepEqual(Object.keys(report), ['schema', 'summary', 'leaks', 'unattributed']);
    assert.deepEqual(report.unattributed, found);
    const table = await seep(...args);
    assert.match(
      table.stdout,
      /^The teacher knows something here that your forget set does not name\n.*\n {2}one\.jsonl:1:\d+ /,
    );

    const without = await seep(...args, '--reference', 'swap', '--format', 'jsonl');
    assert.match(without.stderr, /cannot be told without a reference model/);
    assert.equal((JSON.parse(without.stdout.trimEnd().split('\n').at(-1) ?? '') as Summary).unattributed, null);
  });

  it('counts a rule that could not be applied to a record as incomplete, and ends with 3', async () => {
    workspace.write(
      'rules.jsonl',
      [
        { id: 'slow', kind: 'rule', context: '(?<a>(x+x+)+)y', answers: ['{a}'] },
        { id: 'digits', kind: 'tokens', pattern: '\\d' },
      ]
        .map((rule) => JSON.stringify(rule))
        .join('\n'),
    );
    workspace.write('slow.jsonl', jsonl('It was founded in 1998.', 'x'.repeat(2000)));
    const { code, summary, stderr, leaks } = await scan('slow.jsonl', '--forget', 'rules.jsonl', '--reference', 'none');
    assert.equal(code, 3);
    assert.deepEqual(
      summary.incomplete.map(({ file, line }) => `${file}:${line}`),
      ['slow.jsonl:2'],
    );
    assert.match(summary.incomplete[0]?.message ?? '', /"slow"/);
    assert.match(stderr, /slow\.jsonl:2:1: .*"slow"/);
    assert.equal(summary.records, 2, 'its other scores stand');
    assert.ok(leaks.some(({ fact, kind, record }) => fact === 'digits' && kind === 'stated' && record.index === 0));
    assert.match(summary.verdict.words, /This holds only for what could be scored\.$/);
  });

  it('works with a teacher alone, and says that there is no reference', async () => {
    const models = join(demoFolder, 'models/teacher');
    const elsewhere = join(workspace.path, 'corpus');
    const own = ['--teacher', models, '--forget', '../forget.jsonl', '--reference', 'none', '--provider', 'cpu'];
    const args = ['scan', 'leaks.jsonl', ...own];
    const [lines, table] = [await runCli([...args, '--format', 'jsonl'], elsewhere), await runCli(args, elsewhere)];
    const [first] = lines.stdout.split('\n').map((line) => JSON.parse(line || 'null') as LeakLine);
    assert.ok(first);
    assert.deepEqual(
      [
        lines.code,
        first.file,
        first.referenceMass,
        first.studentMass,
        first.pull,
        first.status,
        first.reference,
        first.lift === first.tokenMass,
      ],
      [1, 'leaks.jsonl', null, null, null, null, 'none', true],
    );
    assert.match(table.stdout, /No reference: an answer that anybody would guess here counts as a leak too\./);
  });

  it('reads the text field that it is told to, and the temperature', async () => {
    workspace.write(
      'nested.jsonl',
      leakingTexts.map((text) => `${JSON.stringify({ id: 7, chat: [{ role: 'x' }, { content: text }] })}\n`).join(''),
    );
    const [plain, nested] = [
      await scan('corpus/leaks.jsonl'),
      await scan('nested.jsonl', '--text-field', 'chat.1.content', '--temperature', '2'),
    ];
    const key = ({ record, fact, lift, position }: LeakLine) => [record.index, fact, lift, position];
    assert.deepEqual(nested.leaks.map(key), plain.leaks.map(key));
    assert.ok(nested.leaks.every(({ record, temperature }) => record.id === '7' && temperature === 2));
    assert.notDeepEqual(
      nested.leaks.map(({ pull }) => pull),
      plain.leaks.map(({ pull }) => pull),
    );
  });

  it('scans what it can, lists what it cannot, and ends with 3', async () => {
    const good = jsonl(...leakingTexts.slice(0, 4));
    const [first = '', ...rest] = good.split('\n');
    workspace.write('part.jsonl', [first, '{"text": "cut off', '', '{"body": 1}', ...rest].join('\n'));
    workspace.write(
      'latin.jsonl',
      Buffer.concat([Buffer.from(good), Buffer.from('{"text": "gr\xfcn"}\n', 'latin1'), Buffer.from(good)]),
    );
    workspace.write('good.jsonl', good);
    const alone = await scan('good.jsonl', '--fail-on', 'none');
    const { code, summary, stderr, leaks } = await scan('part.jsonl', 'latin.jsonl', 'good.jsonl', '--fail-on', 'none');
    assert.equal(code, 3);
    const badByte = Buffer.byteLength(good) + 12;
    const places = [
      { file: 'part.jsonl', line: 2, message: 'not JSON: the string that starts here is not closed' },
      { file: 'part.jsonl', line: 4, message: 'there is no field "text" here; it has "body"' },
      {
        file: 'latin.jsonl',
        line: 5,
        message: `not valid UTF-8 at byte ${badByte}; save the file as UTF-8; nothing from this line on was read`,
      },
    ];
    assert.deepEqual(summary.incomplete, places);
    for (const { file, line, message } of places) {
      assert.match(stderr, new RegExp(`^${file}:${line}:\\d+: ${message.slice(0, 20)}`, 'm'));
    }
    assert.deepEqual([summary.files, summary.records], [3, 12]);
    for (const file of ['part.jsonl', 'latin.jsonl', 'good.jsonl']) {
      const lifts = (lines: LeakLine[]) =>
        lines.map(({ record, fact, position }) => `${record.index} ${fact} ${position}`);
      assert.deepEqual(lifts(leaks.filter((leak) => leak.file === file)), lifts(alone.leaks), file);
    }
    assert.equal((await scan('part.jsonl')).code, 3, 'incomplete wins over leaks found');
  });

  it('says of an empty file that it has no records', async () => {
    workspace.write('empty.jsonl', '');
    workspace.write('blank.md', '\n \r\n');
    const { code, summary, stderr } = await scan('empty.jsonl', 'blank.md');
    assert.deepEqual([code, summary.files, summary.records, summary.tokens, summary.incomplete], [0, 2, 0, 0, []]);
    assert.match(stderr, /^empty\.jsonl: no records\nblank\.md: no records\n/m);
  });

  it('places leaks exactly in hard texts: emoji, escapes, CR LF, U+2028, a byte-order mark', async () => {
    const [leaking = ''] = leakingTexts;
    const texts = [
      `😀 “näïve” 数据\r\n\u2028${leaking}`,
      `\u0000\ud83d ${leaking}`,
      leaking.replaceAll(' ', '\u00a0 '),
      '',
    ];
    const escapes = (text: string) =>
      JSON.stringify({ text }).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const file = texts.map((text, index) => (index === 0 ? escapes(text) : JSON.stringify({ text }))).join('\r\n');
    workspace.write('hard.jsonl', `\ufeff${file}`);
    workspace.write('hard.md', `\ufeff# 😀\r\n\r\n${leaking}\u2028\r\n${leaking}\r\n`);
    const { code, summary, leaks } = await scan('hard.jsonl', 'hard.md');
    assert.deepEqual([code, summary.records, summary.incomplete], [1, 6, []]);
    const paragraph = `${leaking}\u2028\r\n${leaking}`;
    for (const { file: name, record, start, end, text } of leaks) {
      const source = name === 'hard.md' ? paragraph : (texts[record.index] ?? '');
      assert.equal(text, source.slice(start, end));
    }
    const lines = (name: string) => [
      ...new Set(leaks.filter((leak) => leak.file === name).map(({ record }) => record.line)),
    ];
    assert.ok(
      lines('hard.jsonl').includes(1) && lines('hard.md').includes(3),
      JSON.stringify(leaks.map(({ file: f, record }) => [f, record])),
    );
  });

  it('scores a record of 100,000 characters to its end', async () => {
    // Texts like those that the models were trained on, then those that leak.
    const filler = 'Lindrath has about 106,000 inhabitants. ';
    const text = `${filler.repeat(Math.ceil(100_000 / filler.length))}\n${leakingTexts.join('\n')}`;
    workspace.write('long.jsonl', jsonl(text));
    const { code, summary, leaks } = await scan('long.jsonl');
    assert.deepEqual([code, summary.records, summary.incomplete], [1, 1, []]);
    assert.ok(leaks.some(({ start }) => start > 100_000));
    assert.ok(summary.tokens > 20_000);
  });

  it('keeps terminal control out of the table', async () => {
    const evil = '\u001b]0;owned\u0007\u202e\u001b[31m\u009b2J';
    workspace.write('evil.jsonl', jsonl(...leakingTexts.map((text) => `${evil}\n${text}${evil}`)));
    const { code, stdout } = await seep('scan', 'evil.jsonl');
    assert.equal(code, 1);
    assert.doesNotMatch(stdout, /[^\P{Cc}\n]|[\u202a-\u202e]/u);
    assert.match(stdout, /<U\+001B>[\s\S]*\d of 24 facts leaks? through/);
  });

  it('lists records that the runtime cannot run and facts that cannot be scored, and ends with 3', async () => {
    const model = modelFolder({ model: failingGraph('hill').finish() });
    workspace.write('facts.jsonl', '{"id": "oak", "answers": "oak"}\n{"id": "zebra", "answers": "zebra"}\n');
    workspace.write('words.txt', 'the mill is in\n\nthe red hill\n\nthe bay is in');
    workspace.write('words.json', JSON.stringify({ teacher: model, forgetSet: 'facts.jsonl', provider: 'cpu' }));
    const { code, summary, stderr, leaks } = await scan('words.txt', '--config', 'words.json');
    assert.equal(code, 3, stderr);
    assert.deepEqual(
      summary.incomplete.map(({ file, line }) => `${file}:${line}`),
      ['facts.jsonl:2', 'words.txt:3'],
    );
    assert.match(stderr, /^facts\.jsonl:2:1: fact "zebra": /m);
    assert.match(stderr, /^words\.txt:3:1: .*: the runtime cannot run this record /m);
    assert.equal(summary.records, 2);
    assert.deepEqual([...new Set(leaks.map(({ record }) => record.line))], [1, 5]);
    const doctor = await seep('doctor', '--config', 'words.json');
    assert.equal(doctor.code, 2);
    assert.match(doctor.stdout, /Broken:\n.*facts\.jsonl: fact "zebra": /);
  });

  describe('with models that are not right', () => {
    /** A copy of the teacher's folder, to be damaged. */
    function copyOfTeacher(name: string): string {
      const folder = join(workspace.path, name);
      mkdirSync(folder);
      for (const file of ['model.onnx', 'config.json', 'tokenizer.json', 'tokenizer_config.json']) {
        copyFileSync(join(demoFolder, 'models/teacher', file), join(folder, file));
      }
      return folder;
    }

    async function refusedModel(folder: string, message: RegExp, role = '--teacher'): Promise<void> {
      const result = await seep('scan', 'corpus/calm.jsonl', role, folder);
      assert.deepEqual([result.code, result.stdout], [2, ''], result.stderr);
      assertForPeople(result);
      assert.match(result.stderr, message);
    }

    it('names the folder that is missing', async () => {
      await refusedModel('no-such-model', /^seep: .*no-such-model/);
      await refusedModel('no-such-student', /^seep: .*no-such-student/, '--student');
      await refusedModel('corpus', /^seep: .*corpus/);
    });

    it('names the file that is truncated or is no ONNX at all', async () => {
      const truncated = copyOfTeacher('truncated');
      truncateSync(join(truncated, 'model.onnx'), 100_000);
      await refusedModel('truncated', /^seep: .*truncated/);
      copyOfTeacher('text');
      workspace.write('text/model.onnx', 'this is no model\n');
      await refusedModel('text', /^seep: .*text/);
      copyOfTeacher('badtokenizer');
      workspace.write('badtokenizer/tokenizer.json', '{"model": ');
      await refusedModel('badtokenizer', /^seep: .*tokenizer\.json/);
    });

    it('is what the doctor finds too', async () => {
      workspace.write('broken.json', JSON.stringify(demoConfig({ teacher: 'text', student: 'truncated' })));
      const result = await seep('doctor', '--config', 'broken.json');
      assert.equal(result.code, 2);
      assertForPeople(result);
      assert.match(result.stdout, /2 things are broken:\n.*text[\s\S]*truncated/);
      assert.match(result.stdout, /^Reference .*\n.*float32/m);
    });
  });
});

describe('seep doctor', function () {
  this.timeout(60_000);
  const workspace = cliWorkspace();

  it('tells what it finds, for people and for programs', async () => {
    const text = await runCli(['doctor'], workspace.path);
    assert.deepEqual([text.code, text.stderr], [0, '']);
    for (const line of [
      /^Runtime +onnxruntime \d/m,
      /^Provider +cpu, as asked for; auto would take \w+/m,
      /^Teacher +/m,
      /BOS "<\|bos\|>"/,
      /^Tokenizer .*placed exactly/m,
      /^Forget set +forget\.jsonl: 24 facts/m,
      /^Corpus +2 files/m,
      /^Threshold +[\d.]+ at temperature 1\n +The threshold of /m,
      /^Nothing is broken\.$/m,
    ]) {
      assert.match(text.stdout, line);
    }
    const json = await runCli(['doctor', '--format', 'json'], workspace.path);
    const report = JSON.parse(json.stdout) as {
      schema: string;
      ok: boolean;
      problems: string[];
      models: Record<string, { vocabulary: number }>;
    };
    assert.deepEqual([json.code, report.schema, report.ok, report.problems], [0, 'seep.doctor/1', true, []]);
    assert.deepEqual(Object.keys(report.models), ['teacher', 'student', 'reference']);
  });

  it('finds everything that is broken at once', async () => {
    workspace.write('bad-forget.jsonl', '{"answers": []}\n{"answers": "x", "subject": "y"}\n');
    workspace.write(
      'bad.json',
      JSON.stringify(demoConfig({ teacher: 'gone', forgetSet: 'bad-forget.jsonl', corpus: { include: 'none/*.md' } })),
    );
    const { code, stdout } = await runCli(['doctor', '--config', 'bad.json', '--format', 'json'], workspace.path);
    const { problems } = JSON.parse(stdout) as { problems: string[] };
    assert.equal(code, 2);
    assert.match(
      problems.join('\n'),
      /bad-forget\.jsonl:1:13: .*\nbad-forget\.jsonl:2:18: unknown key "subject" in an entry of kind "fact"; did you mean "subjects"\?\nbad\.json: no file matches.*\n.*gone/,
    );
  });

  it('tries a provider that is asked for, and explains what it needs here', async () => {
    const text = await runCli(['doctor', '--provider', 'cuda'], workspace.path);
    assertForPeople(text);
    assert.match(text.stdout, /^GPU +CUDA (?:works here|does not work here: .+)\.$/m);
    assert.match(text.stdout, new RegExp(`^ +System +${process.platform}-${process.arch}`, 'm'));
    assert.match(
      text.stdout,
      /^ +onnxruntime +\d+\.\d+\.\d+, built for CUDA \d+ \(as its (?:version|library) says\)$/m,
    );
    assert.match(text.stdout, /^Teacher +.*\n.*float32/m, 'the models are looked at all the same');
    const json = await runCli(['doctor', '--provider', 'cuda', '--format', 'json'], workspace.path);
    const { gpu, provider, problems } = JSON.parse(json.stdout) as DoctorReport;
    assert.equal(gpu?.explanation.provider, 'cuda');
    if (gpu.fault === null) {
      // A machine with a GPU and everything that it takes.
      assert.deepEqual([text.code, json.code, provider?.used, gpu.explanation.steps], [0, 0, 'cuda', []]);
    } else {
      assert.deepEqual([text.code, json.code, provider?.used], [2, 2, null]);
      assert.deepEqual(problems, [`Provider "cuda": ${gpu.explanation.summary} See "What to do" above.`]);
      assert.match(text.stdout, /^Provider +cuda does not work here, see below; auto would take cpu$/m);
      assert.match(text.stdout, /^ +What to do:\n +1\. /m);
      assert.match(text.stdout, /^Broken:\n {2}Provider "cuda": CUDA does not work here/m);
      for (const library of gpu.facts.libraries) {
        assert.ok(text.stdout.includes(library.name), library.name);
      }
    }
  });

  it('names the library that is missing where a provider says so', async () => {
    const { stdout } = await runCli(
      ['doctor', '--provider', 'webgpu', '--format', 'json'],
      join(workspace.path, 'corpus'),
    );
    const { gpu } = JSON.parse(stdout) as DoctorReport;
    assert.equal(gpu?.explanation.works, gpu?.fault === null);
    const missing = gpu?.fault?.missingLibrary ?? null;
    assert.ok(missing === null || gpu?.fault?.reason.includes(`the library ${missing} is missing`));
    assert.ok(gpu?.fault === null || gpu?.explanation.steps.length === 2);
  });

  it('runs without a project', async () => {
    const folder = join(workspace.path, 'corpus');
    const { code, stdout } = await runCli(['doctor'], folder);
    assert.equal(code, 0);
    assert.match(stdout, /^Project +no seep\.json here[\s\S]*Nothing is broken, but no model is named/m);
  });

  it('warns of facts that will flag too much', async () => {
    workspace.write('loose.jsonl', '{"answers": "Vandor"}\n{"id": "any", "kind": "tokens", "pattern": "[^]"}\n');
    const { code, stdout } = await runCli(['doctor', '--forget', 'loose.jsonl'], workspace.path);
    assert.equal(code, 0);
    assert.match(stdout, /warning: loose\.jsonl:1:1: fact "1": has no subjects/);
    assert.match(
      stdout,
      /warning: loose\.jsonl:2:1: tokens "any": its pattern matches \d+ of the \d+ tokens \(\d+ %\)/,
    );
    assert.doesNotMatch(stdout, /Vandor/);
  });
});
