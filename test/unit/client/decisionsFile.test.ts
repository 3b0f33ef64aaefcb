import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import {
  changeDecisionsFile,
  decisionsOn,
  MAX_DECISIONS_BYTES,
  readDecisionsText,
  readSoundDecisions,
} from '../../../src/client/decisionsFile';
import { DecisionIndex } from '../../../src/core/decisions/decisionIndex';
import { decisionsText, making, takingBack } from '../../../src/core/decisions/writeDecisions';
import { repoRoot } from '../../repoRoot';
import { someDecision } from '../decisions/someDecision';
import { temporaryFolder } from '../temporaryFolder';
import type { DeciderOptions } from './decider';

describe('the file of decisions on disk', () => {
  const temporary = temporaryFolder();
  let folder = '';
  let path = '';
  let folders = 0;
  beforeEach(() => {
    folder = join(temporary.path, `project-${++folders}`);
    mkdirSync(folder);
    path = join(folder, 'seep.decisions.jsonl');
  });
  const show = () => 'seep.decisions.jsonl';
  const decide = (...some: Parameters<typeof making>) => changeDecisionsFile(path, () => making(...some), show);

  it('need not be there', async () => {
    assert.deepEqual(await readSoundDecisions(path, show), []);
  });

  it('takes in decisions one after the other and leaves nothing else behind', async () => {
    const ignored = someDecision();
    const masked = someDecision({ action: 'mask', span: { start: 1, end: 4 }, reason: null });
    await decide([ignored]);
    const { before, after } = await decide([masked]);
    assert.deepEqual([before.length, after.length], [1, 2]);
    assert.equal(readFileSync(path, 'utf8'), decisionsText([masked, ignored]));
    await changeDecisionsFile(path, () => takingBack([ignored, masked]), show);
    assert.equal(readFileSync(path, 'utf8'), '');
    assert.deepEqual(readdirSync(folder), ['seep.decisions.jsonl']);
  });

  it('is left alone where a line has a fault, and the fault is named', async () => {
    const text = `${decisionsText([someDecision()])}{"action":"dorp"}\n`;
    writeFileSync(path, text);
    await assert.rejects(decide([someDecision({ fact: 'f' })]), {
      name: 'SeepError',
      message: /^seep\.decisions\.jsonl:2:1: "schema" is missing/,
    });
    assert.equal(readFileSync(path, 'utf8'), text);
    await assert.rejects(readSoundDecisions(path, show), /seep\.decisions\.jsonl:2/);
    assert.deepEqual(readdirSync(folder), ['seep.decisions.jsonl']);
  });

  it('is refused where it is no text, no file or far too large', async () => {
    writeFileSync(path, Buffer.from([0xff, 0xfe, 0x41, 0x00]));
    await assert.rejects(readDecisionsText(path, show), /not valid UTF-8 .*; save the file as UTF-8/);
    const large = join(folder, 'large.jsonl');
    writeFileSync(large, '');
    truncateSync(large, MAX_DECISIONS_BYTES + 1);
    await assert.rejects(readDecisionsText(large, show), /larger than 64 MB/);
    mkdirSync(join(folder, 'folder.jsonl'));
    await assert.rejects(readDecisionsText(join(folder, 'folder.jsonl'), show), /this is no file/);
  });

  it('does not become larger than what is read', async () => {
    await decide([someDecision()]);
    const text = readFileSync(path, 'utf8');
    await assert.rejects(
      decide([someDecision({ fact: 'f', reason: 'x'.repeat(MAX_DECISIONS_BYTES) })]),
      /^SeepError: seep\.decisions\.jsonl: would become larger than 64 MB; nothing was decided\. Decide about one file/,
    );
    assert.equal(readFileSync(path, 'utf8'), text);
    assert.deepEqual(readdirSync(folder), ['seep.decisions.jsonl']);
  });

  it('says what keeps it from being written', async () => {
    path = join(folder, 'gone', 'seep.decisions.jsonl');
    await assert.rejects(decide([someDecision()]), /^SeepError: seep\.decisions\.jsonl: there is no such file/);
  });

  it('stays a link where it is one', async () => {
    const real = join(folder, 'elsewhere.jsonl');
    writeFileSync(real, '');
    symlinkSync(real, path);
    await decide([someDecision()]);
    assert.equal(readFileSync(real, 'utf8'), decisionsText([someDecision()]));
  });

  it('takes over what an editor saved while a decision was being made', async () => {
    await decide([someDecision()]);
    const theirs = someDecision({ fact: 'saved by hand' });
    let saved = false;
    await changeDecisionsFile(
      path,
      () => {
        if (!saved) {
          saved = true;
          writeFileSync(path, decisionsText([someDecision(), theirs]));
        }
        return making([someDecision({ fact: 'mine' })]);
      },
      show,
    );
    const facts = (await readSoundDecisions(path, show)).map(({ fact }) => fact);
    assert.deepEqual(facts.sort(), ['mine', 'saved by hand', null].sort());
  });

  it('is not locked for ever by a process that died', async () => {
    const lock = join(folder, '.seep.decisions.jsonl.lock');
    writeFileSync(lock, '');
    const then = new Date(Date.now() - 60_000);
    utimesSync(lock, then, then);
    await decide([someDecision()]);
    assert.equal((await readSoundDecisions(path, show)).length, 1);
    assert.equal(existsSync(lock), false);
  });

  it('loses nothing that several windows decide at once', async function () {
    this.timeout(60_000);
    const program = join(temporary.path, 'decider.cjs');
    const entry = join(repoRoot, 'test/unit/client/decider.ts');
    await build({ entryPoints: [entry], outfile: program, bundle: true, platform: 'node', format: 'cjs' });
    const names = ['p', 'q', 'r'];
    const count = 25;
    await Promise.all(
      names.map((name) => {
        const options: DeciderOptions = { path, name, count };
        return promisify(execFile)(process.execPath, [program, JSON.stringify(options)]);
      }),
    );
    const facts = (await readSoundDecisions(path, show)).map(({ fact }) => fact);
    const made = names.flatMap((name) => Array.from({ length: count }, (_, i) => `${name}${i}`));
    assert.deepEqual(facts.sort(), made.sort());
    assert.deepEqual(readdirSync(folder), ['seep.decisions.jsonl']);
  });

  it('knows a record by the hash of its text', () => {
    const record = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';
    const decision = someDecision({ record });
    assert.deepEqual(decisionsOn('hello world', new DecisionIndex([decision])), [decision]);
    assert.deepEqual(decisionsOn('hello world!', new DecisionIndex([decision])), []);
  });
});
