import assert from 'node:assert/strict';
import { DiskCache } from '../../../../src/client/cache/diskCache';
import { KnownScan } from '../../../../src/client/cache/knownScores';
import { NO_SCORES } from '../../../../src/core/score/leak';
import { PLAIN_SCAN } from '../../../../src/protocol/engine';
import { temporaryFolder } from '../../temporaryFolder';

describe('scores that are known', () => {
  const folder = temporaryFolder();

  it('are remembered on disk; memory does not grow with the sets of facts that count somewhere', async () => {
    const space = await new DiskCache(folder.path, () => {}).open('a'.repeat(32));
    const written = new Set<string>();
    const scope = (text: string) => ({ name: `scope of ${text}`, facts: { [text]: text } });
    const scan = new KnownScan(space, PLAIN_SCAN, scope, written);
    const wanted = Array.from({ length: 6000 }, (_, i) => scan.wanted(`text ${i}`));
    for (const each of wanted) {
      scan.keep(each, NO_SCORES);
    }
    await space.flush();
    assert.ok(written.size <= 4096, String(written.size));
    let known = 0;
    for await (const [, scores] of scan.known(wanted)) {
      assert.deepEqual(scores, NO_SCORES);
      known++;
    }
    assert.equal(known, wanted.length);
    await space.close();
  });
});
