import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
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
  NO_DECISIONS,
  readDecisionIndex,
  readDecisions,
  readSoundDecisions,
} from '../../../src/client/decisionsFile';
import { making, takingBack } from '../../../src/core/decisions/changeDecisions';
import { repoRoot } from '../../repoRoot';
import { indexAtOnce, textAtOnce } from '../decisions/atOnce';
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
  const decide = (...some: Parameters<typeof making>) => changeDecisionsFile(path, making(...some), show);
  const factsIn = async () => [...(await readSoundDecisions(path, show)).values()].map(({ fact }) => fact);

  it('need not be there', async () => {
    assert.equal((await readSoundDecisions(path, show)).size, 0);
    assert.equal(await readDecisions(path, show, NO_DECISIONS.hash), null);
  });

  it('takes in decisions one after the other and leaves nothing else behind', async () => {
    const ignored = someDecision();
    const masked = someDecision({ action: 'mask', span: { start: 1, end: 4 }, reason: null });
    await decide([ignored]);
    const { before, kept } = await decide([masked]);
    assert.deepEqual([...before.values()], [null]);
    assert.deepEqual(kept.index.of(masked.record), [ignored, masked]);
    assert.equal(readFileSync(path, 'utf8'), textAtOnce([masked, ignored]));
    await changeDecisionsFile(path, takingBack([ignored, masked]), show);
    assert.equal(readFileSync(path, 'utf8'), '');
    assert.deepEqual(readdirSync(folder), ['seep.decisions.jsonl']);
  });

  it('is read again only where it says something else', async () => {
    const { kept } = await decide([someDecision()]);
    assert.equal(await readDecisions(path, show, kept.hash), null);
    writeFileSync(path, `${textAtOnce([someDecision({ fact: 'f' })])}{"action":"dorp"}\n`);
    const found = await readDecisions(path, show, kept.hash);
    assert.deepEqual(found?.index.of(someDecision().record), [someDecision({ fact: 'f' })]);
    assert.deepEqual(new Set(found?.problems.map(({ line }) => line)), new Set([2]));
  });

  it('is read piece by piece as it would be at once', async () => {
    const decisions = Array.from({ length: 2000 }, (_, i) =>
      someDecision({ line: i + 1, fact: `事実${i}`, reason: 'é' }),
    );
    const text = textAtOnce(decisions);
    for (const whole of [`\ufeff${text}`, text.replaceAll('\n', '\r\n'), text.trimEnd()]) {
      writeFileSync(path, whole);
      assert.deepEqual([...(await readSoundDecisions(path, show)).values()], decisions);
      assert.equal((await readDecisionIndex(path, show)).size, 2000);
    }
    writeFileSync(path, `${text}x\n${text}y`);
    const { problems } = (await readDecisions(path, show, '')) ?? NO_DECISIONS;
    assert.deepEqual(
      problems.map(({ line }) => line),
      [2001, 4002],
    );
    // That it is no text is all that is said of it, however many faults stand in front.
    const broken = Buffer.concat([Buffer.from('x\n'.repeat(100_000)), Buffer.from([0x41, 0xc3, 0x0a, 0x41])]);
    writeFileSync(path, broken);
    await assert.rejects(readDecisions(path, show, ''), /not valid UTF-8 at byte 200001;/);
  });

  it('leaves turns to others, however much is in it', async () => {
    const decisions = Array.from({ length: 100_000 }, (_, i) => someDecision({ line: i + 1, fact: `f${i}` }));
    const half = making(decisions.filter((_, i) => i % 2 === 0));
    writeFileSync(path, textAtOnce(decisions.filter((_, i) => i % 2 === 1)));
    // Time of the processor: whatever else the machine does is no work of ours.
    const used = () => process.cpuUsage().user;
    const start = used();
    let [last, longest, isOver] = [start, 0, false];
    const turn = () => {
      longest = Math.max(longest, used() - last);
      last = used();
      if (!isOver) {
        setImmediate(turn);
      }
    };
    setImmediate(turn);
    try {
      await changeDecisionsFile(path, half, show);
      assert.equal((await readDecisions(path, show, ''))?.index.size, 100_000);
    } finally {
      isOver = true;
    }
    assert.ok(longest < (used() - start) / 5, `${longest} of ${used() - start} µs`);
  });

  it('is left alone where a line has a fault, and the fault is named', async () => {
    const text = `${textAtOnce([someDecision()])}{"action":"dorp"}\n`;
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
    await assert.rejects(readDecisions(path, show, ''), /not valid UTF-8 .*; save the file as UTF-8/);
    const large = join(folder, 'large.jsonl');
    writeFileSync(large, '');
    truncateSync(large, MAX_DECISIONS_BYTES + 1);
    await assert.rejects(readDecisions(large, show, ''), /larger than 64 MB/);
    mkdirSync(join(folder, 'folder.jsonl'));
    await assert.rejects(readDecisions(join(folder, 'folder.jsonl'), show, ''), /this is no file/);
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
    assert.equal(readFileSync(real, 'utf8'), textAtOnce([someDecision()]));
  });

  it('takes over what an editor saved while a decision was being made', async () => {
    await decide([someDecision()]);
    const theirs = someDecision({ fact: 'saved by hand' });
    let saved = false;
    const changes = {
      *[Symbol.iterator]() {
        if (!saved) {
          saved = true;
          writeFileSync(path, textAtOnce([someDecision(), theirs]));
        }
        yield* making([someDecision({ fact: 'mine' })]);
      },
    };
    await changeDecisionsFile(path, changes, show);
    assert.deepEqual((await factsIn()).sort(), ['mine', 'saved by hand', null].sort());
  });

  it('is not locked for ever by a process that died', async () => {
    const lock = join(folder, '.seep.decisions.jsonl.lock');
    writeFileSync(lock, '');
    const then = new Date(Date.now() - 60_000);
    utimesSync(lock, then, then);
    await decide([someDecision()]);
    assert.equal((await readSoundDecisions(path, show)).size, 1);
    assert.equal(existsSync(lock), false);
  });

  it('leaves the lock of whoever took it over', async () => {
    const lock = join(folder, '.seep.decisions.jsonl.lock');
    const changes = {
      *[Symbol.iterator]() {
        writeFileSync(lock, 'taken over by another process');
        yield* making([someDecision()]);
      },
    };
    await changeDecisionsFile(path, changes, show);
    assert.equal(readFileSync(lock, 'utf8'), 'taken over by another process');
    rmSync(lock);
  });

  it('says that it is still locked while much is being written', async () => {
    const lock = join(folder, '.seep.decisions.jsonl.lock');
    const old = new Date(Date.now() - 60_000);
    const deadline = Date.now() + 20_000;
    let isRenewed = false;
    // Takes until the lock looks young again, as very many decisions would take.
    const changes = {
      *[Symbol.iterator]() {
        utimesSync(lock, old, old);
        while (!isRenewed && Date.now() < deadline) {
          yield* many;
          isRenewed = statSync(lock).mtimeMs > old.getTime() + 30_000;
        }
      },
    };
    const many = [...making(Array.from({ length: 5000 }, (_, i) => someDecision({ fact: `f${i}` })))];
    await changeDecisionsFile(path, changes, show);
    assert.ok(isRenewed);
    assert.deepEqual(readdirSync(folder), ['seep.decisions.jsonl']);
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
    const made = names.flatMap((name) => Array.from({ length: count }, (_, i) => `${name}${i}`));
    assert.deepEqual((await factsIn()).sort(), made.sort());
    assert.deepEqual(readdirSync(folder), ['seep.decisions.jsonl']);
  });

  it('knows a record by the hash of its text', () => {
    const record = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';
    const decision = someDecision({ record });
    assert.deepEqual(decisionsOn('hello world', indexAtOnce([decision])), [decision]);
    assert.deepEqual(decisionsOn('hello world!', indexAtOnce([decision])), []);
  });
});
