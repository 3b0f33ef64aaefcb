import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileState } from '../../../src/client/fileState';
import { LeakingRecords, type ListedRecord } from '../../../src/client/leakingRecords';
import { DecisionIndex } from '../../../src/core/decisions/decisionIndex';
import { ActTally } from '../../../src/host/actTally';
import { CorpusScan } from '../../../src/host/corpusScan';
import { type ScannedPart, scannedRecords } from '../../../src/host/scannedRecords';
import { collected } from '../collected';
import { indexAtOnce } from '../decisions/atOnce';
import { someDecision } from '../decisions/someDecision';
import { listedRecord } from '../report/listedRecord';
import { temporaryFolder } from '../temporaryFolder';
import { usedMemory } from '../usedMemory';
import { someProject } from './someProject';

describe('records that only a scan has read', () => {
  const folder = temporaryFolder();
  let a = '';
  let b = '';
  let scan: CorpusScan;
  beforeEach(async () => {
    [a, b] = [join(folder.path, 'a.jsonl.gz'), join(folder.path, 'b.parquet')];
    scan = new CorpusScan({ configPath: '/corpus/seep.json', folder: null }, 'corpus', someProject());
    scan.begin(someProject(), { student: null, reference: null }, await LeakingRecords.create(6));
    for (const path of [a, b]) {
      writeFileSync(path, 'packed');
      scan.states.set(path, await fileState(path));
    }
    for (const each of [spotted(a, 0, 'f1', 'f2'), spotted(a, 3, 'f2'), spotted(b, 1, 'f1'), spotted(a, 5, 'f1')]) {
      scan.records?.add(each);
    }
    scan.activity = { kind: 'done' };
  });
  afterEach(() => scan.dispose());

  function spotted(file: string, index: number, ...facts: readonly string[]): ListedRecord {
    const listed = listedRecord(file, index, 0.5);
    const spots = facts.flatMap((fact, i) =>
      listed.spots.map((spot) => ({ ...spot, fact, start: 4 + 10 * i, end: 9 + 10 * i })),
    );
    return { ...listed, spots };
  }

  async function found(part: Partial<ScannedPart>, decided = DecisionIndex.EMPTY, isElsewhere = () => false) {
    const whole = { scan, records: new Map(), facts: new Map(), ...part };
    const records = await collected(scannedRecords(whole, decided, isElsewhere, (path) => path));
    return records.flatMap(({ file, targets }) =>
      targets.map(({ record, reach, fact, leaks }) => [file, record.index, reach, fact, leaks.length]),
    );
  }

  it('are those of files, of facts, or some of them', async () => {
    assert.deepEqual(await found({ records: new Map([[a, 'all']]) }), [
      [a, 0, 'record', null, 2],
      [a, 3, 'record', null, 1],
      [a, 5, 'record', null, 1],
    ]);
    assert.deepEqual(await found({ facts: new Map([['f1', 'all']]) }), [
      [a, 0, 'fact', 'f1', 1],
      [b, 1, 'fact', 'f1', 1],
      [a, 5, 'fact', 'f1', 1],
    ]);
    assert.deepEqual(
      await found({ records: new Map([[a, new Set([3])]]), facts: new Map([['f1', new Map([[b, new Set([1, 2])]])]]) }),
      [
        [a, 3, 'record', null, 1],
        [b, 1, 'fact', 'f1', 1],
      ],
    );
    assert.deepEqual(await found({}), []);
  });

  it('go by what has been decided since, and leave out what a document holds', async () => {
    const hashOf = (index: number) => listedRecord(a, index, 0.5).record.hash ?? '';
    const decided = indexAtOnce([
      someDecision({ record: hashOf(0), fact: 'f1' }),
      someDecision({ record: hashOf(3), action: 'reviewed' }),
    ]);
    assert.deepEqual(await found({ records: new Map([[a, 'all']]) }, decided), [
      [a, 0, 'record', null, 1],
      [a, 5, 'record', null, 1],
    ]);
    assert.deepEqual(await found({ records: new Map([[a, 'all']]) }, decided, () => true), []);
  });

  it('are refused where the file is another by now, and tell when it becomes one', async () => {
    const part = { scan, records: new Map([[a, 'all' as const]]), facts: new Map() };
    const [first] = await collected(scannedRecords(part, DecisionIndex.EMPTY, () => false, String));
    assert.equal(await first?.isUnchanged(), true);
    writeFileSync(a, 'packed anew');
    assert.equal(await first?.isUnchanged(), false);
    await assert.rejects(found(part), /^SeepError: .*a\.jsonl\.gz has changed since it was scanned: nothing was done/);
    assert.equal((await found({ records: new Map([[b, 'all']]) })).length, 1, 'the other file may be acted on');
  });

  it('are refused as long as the list is not all there is', async () => {
    const part = { records: new Map([[a, 'all' as const]]) };
    scan.activity = { kind: 'scanning', fraction: 0.5, pace: null };
    await assert.rejects(found(part), /corpus is being scanned\. Wait for the end or cancel/);
    scan.activity = { kind: 'stopped', fraction: 0.5 };
    assert.equal((await found(part)).length, 3, 'what a cancelled scan has found may be acted on');
    scan.decidedSince = true;
    assert.equal((await found(part)).length, 3);
    for (let i = 10; i < 13; i++) {
      scan.records?.add(listedRecord(b, i, 0.5));
    }
    await assert.rejects(found(part), /Only 6 of 7 leaking records of corpus are listed/);
    scan.superseded = true;
    await assert.rejects(found(part), /corpus has to be scanned again before you act/);
    scan.superseded = false;
    await scan.dispose();
    await assert.rejects(found(part), /corpus has to be scanned again before you act/);
  });

  it('take no memory, however many they are', async () => {
    const many = await LeakingRecords.create();
    const records = 100_000;
    for (let i = 0; i < records; i++) {
      many.add(listedRecord(a, i, (i % 100) / 100));
    }
    await scan.dispose();
    scan.records = many;
    const part = { scan, records: new Map([[a, 'all' as const]]), facts: new Map() };
    const tally = new ActTally();
    const held = () => usedMemory().heapUsed + usedMemory().arrayBuffers;
    const before = held();
    let most = 0;
    for await (const { file, targets } of scannedRecords(part, DecisionIndex.EMPTY, () => false, String)) {
      tally.add(file, 'mask', targets);
      if (tally.records % 20_000 === 0) {
        most = Math.max(most, held() - before);
      }
    }
    assert.deepEqual([tally.records, tally.files.length, tally.examples.length], [records, 1, 10]);
    assert.ok(most < 16 << 20, `${most >> 20} MB`);
  });
});
