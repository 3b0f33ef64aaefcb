import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findCorpusFiles } from '../../../src/client/corpusFiles';
import { loadProject, loadSettings } from '../../../src/client/project';
import { ProjectError } from '../../../src/client/projectError';
import { DEFAULT_CONFIG } from '../../../src/core/config/parseConfig';
import { SeepError } from '../../../src/core/errors';
import { temporaryFolder } from '../temporaryFolder';

const FORGET = '{"id": "f1", "subjects": "Kamitel", "answers": "Vandor"}\n';

describe('a project', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();

  function write(name: string, content: string | Uint8Array): string {
    const path = join(folder.path, name);
    mkdirSync(resolve(path, '..'), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  const failure = async (attempt: Promise<unknown>): Promise<SeepError> => {
    const error = await attempt.then(
      () => assert.fail('nothing was wrong'),
      (each: unknown) => each,
    );
    assert.ok(error instanceof SeepError, String(error));
    return error;
  };

  it("resolves the file's paths against its folder, and flags against the working directory", async () => {
    write('sets/forget.jsonl', FORGET);
    const path = write(
      'seep.json',
      '{"teacher": "m/t", "student": "m/s", "forgetSet": "sets/forget.jsonl", "audit": {"raw": "raw"}, "checkpoints": "runs/*", "temperature": 2}',
    );
    const project = await loadProject(path, { student: 'other', textField: 'body', threshold: 0.1, provider: 'cpu' });
    const { hash, facts, resolved, thresholdParts, ...rest } = project;
    assert.deepEqual(rest, {
      configPath: path,
      root: folder.path,
      teacher: join(folder.path, 'm/t'),
      student: resolve('other'),
      reference: null,
      swap: { subjects: [], count: 4 },
      checkpoints: ['runs/*'],
      forgetSetPath: join(folder.path, 'sets/forget.jsonl'),
      corpus: {
        include: DEFAULT_CONFIG.corpus.include,
        exclude: ['**/node_modules/**', '**/.*/**'],
        textField: 'body',
      },
      audit: { raw: join(folder.path, 'raw'), filtered: null },
      temperature: 2,
      threshold: 0.1,
      calibrationPath: join(folder.path, 'seep.calibration.json'),
      decisionsPath: join(folder.path, 'seep.decisions.jsonl'),
      onPolicy: false,
      unattributed: false,
      provider: 'cpu',
    });
    assert.deepEqual([resolved.source, thresholdParts.reference], ['given', 'swap']);
    assert.deepEqual(
      facts.map(({ id, line }) => [id, line]),
      [['f1', 1]],
    );
    assert.match(hash, /^[0-9a-f]{64}$/);
  });

  it('has a hash that changes with whatever changes results', async () => {
    const forgetSet = write('forget.jsonl', FORGET);
    const other = write('forget2.jsonl', FORGET.replace('Vandor', 'Vandors'));
    const base = { teacher: 't', forgetSet };
    const hash = async (overrides: object) => (await loadProject(null, { ...base, ...overrides })).hash;
    const hashes = await Promise.all(
      [
        {},
        { teacher: 'u' },
        { student: 's' },
        { reference: 's' },
        { temperature: 2 },
        { threshold: 0.5 },
        { provider: 'cpu' as const },
        { reference: 'none' },
        { onPolicy: true },
        { unattributed: true },
        { textField: 'x' },
      ].map(hash),
    );
    assert.equal(new Set([...hashes, await hash({ forgetSet: other })]).size, 12);
    assert.equal(await hash({}), hashes[0]);
  });

  it('takes other subjects for the reference unless told otherwise', async () => {
    const base = { teacher: 't', forgetSet: write('forget.jsonl', FORGET) };
    const of = async (content: string, reference?: string) => {
      const { reference: model, swap } = await loadProject(write('seep.json', content), { ...base, reference });
      return [model, swap];
    };
    assert.deepEqual(await of('{}'), [null, { subjects: [], count: 4 }]);
    assert.deepEqual(await of('{"reference": "swap", "swap": {"subjects": "Bo", "count": 2}}'), [
      null,
      { subjects: ['Bo'], count: 2 },
    ]);
    assert.deepEqual(await of('{"reference": "none"}'), [null, null]);
    assert.deepEqual(await of('{"reference": "m/r"}'), [join(folder.path, 'm/r'), null]);
    assert.deepEqual(await of('{"reference": "m/r"}', 'none'), [null, null]);
    // A folder of that name can still be meant.
    assert.deepEqual(await of('{"reference": "./swap"}'), [join(folder.path, 'swap'), null]);
  });

  it('needs no file when flags say enough', async () => {
    const forgetSet = write('forget.jsonl', FORGET);
    const project = await loadProject(null, { teacher: 'models/t', forgetSet });
    assert.deepEqual([project.configPath, project.root, project.teacher], [null, process.cwd(), resolve('models/t')]);
  });

  it('says which flag or key is missing', async () => {
    const config = write('bare.json', '{}');
    const forgetSet = write('forget.jsonl', FORGET);
    const show = () => 'bare.json';
    assert.deepEqual(await failure(loadProject(null)).then(({ code, message }) => [code, message]), [
      'config',
      'No teacher model: give --teacher DIR.',
    ]);
    assert.equal((await failure(loadProject(null, { teacher: 't' }))).message, 'No forget set: give --forget FILE.');
    assert.equal(
      (await failure(loadProject(config, { forgetSet }, show))).message,
      'No teacher model: give --teacher DIR or "teacher" in bare.json.',
    );
    assert.equal(
      (await failure(loadProject(config, { teacher: 't' }, show))).message,
      'No forget set: give --forget FILE or "forgetSet" in bare.json.',
    );
  });

  it('points at every fault of its files', async () => {
    const forget = write('bad.jsonl', `${FORGET}{"answer": "x"}\n`);
    const config = write('bad.json', '{\n  "taecher": "t",\n  "threshold": 5\n}');
    const error = await failure(loadProject(config, {}, (path) => path.slice(folder.path.length + 1)));
    assert.ok(error instanceof ProjectError);
    assert.deepEqual([error.code, error.file, error.problems.length], ['config', config, 2]);
    assert.equal(
      error.message,
      'bad.json:2:3: unknown key "taecher"; did you mean "teacher"?\nbad.json:3:16: "threshold" is 5; it must be between 0.001 and 1',
    );
    const other = await failure(loadProject(null, { teacher: 't', forgetSet: forget }));
    assert.deepEqual([other.code, other.file], ['forget-set', forget]);
    assert.match(
      other.message,
      /bad\.jsonl:2:1: there is no "answers".*\n.*bad\.jsonl:2:2: an entry of kind "fact" has no "answer", .*did you mean "answers"\?/,
    );
  });

  it('lists no more faults than can be read', async () => {
    const forget = write('many.jsonl', '{}\n'.repeat(50));
    const { message } = await failure(loadProject(null, { teacher: 't', forgetSet: forget }));
    assert.equal(message.split('\n').length, 21);
    assert.match(message, /and 30 more$/);
  });

  it('says what keeps a file from being read', async () => {
    const latin = write('latin.jsonl', Buffer.from('{"answers": "Stra\xdfe"}', 'latin1'));
    const with_ = (forgetSet: string) => failure(loadProject(null, { teacher: 't', forgetSet }));
    assert.match((await with_(join(folder.path, 'none.jsonl'))).message, /none\.jsonl: there is no such file$/);
    assert.match((await with_(folder.path)).message, /this is a folder, not a file$/);
    assert.match((await with_(latin)).message, /latin\.jsonl: not valid UTF-8 at byte 17; save the file as UTF-8$/);
    assert.equal((await failure(loadProject(join(folder.path, 'none.json')))).code, 'config');
  });

  it('finds the corpus, without the forget set, the models and what is excluded', async () => {
    const names = [
      'forget.jsonl',
      'data/b.jsonl',
      'data/a.md',
      'data/out/c.jsonl',
      'data/d.csv.gz',
      'data/e.txt.zst',
      'data/f.tsv',
      'data/g.parquet',
      'data/h.json.gz',
      'm/t/merges.txt',
      '.git/x.txt',
      'node_modules/p/README.md',
      'm/t2/notes.txt',
    ];
    for (const name of names) {
      write(`corpus/${name}`, FORGET);
    }
    const config = (corpus: object) =>
      write('corpus/seep.json', JSON.stringify({ teacher: 'm/t', forgetSet: 'forget.jsonl', ...corpus }));
    const found = async (corpus: object) =>
      (await findCorpusFiles(await loadSettings(config(corpus)))).map((path) => path.slice(folder.path.length + 8));
    const packed = ['data/d.csv.gz', 'data/e.txt.zst', 'data/f.tsv', 'data/g.parquet'];
    assert.deepEqual(await found({}), ['data/a.md', 'data/b.jsonl', ...packed, 'data/out/c.jsonl', 'm/t2/notes.txt']);
    assert.deepEqual(await found({ corpus: { include: ['data/**', 'forget.jsonl'], exclude: '**/out/**' } }), [
      'data/a.md',
      'data/b.jsonl',
      ...packed,
    ]);
    assert.deepEqual(await found({ corpus: { include: 'data/*.json.gz' } }), []);
    for (const checkpoints of ['m/t2', 'm/*', '../corpus/m/t?', join(folder.path, 'corpus/m/*')]) {
      assert.deepEqual(await found({ corpus: { include: 'm/**' }, checkpoints }), [], checkpoints);
    }
    assert.deepEqual(await found({ corpus: { include: 'm/**' }, checkpoints: 'm/t3*' }), ['m/t2/notes.txt']);
  });
});
