import assert from 'node:assert/strict';
import { readRecords } from '../../../src/core/records/readRecords';
import {
  largestUnattributed,
  UNATTRIBUTED_FLOOR,
  unattributedLine,
  unattributedPositions,
} from '../../../src/core/report/unattributed';
import type { PositionBits } from '../../../src/core/score/leak';

const at = (position: number, kl: number | null, forgetBits = 0): PositionBits => ({
  position,
  start: 4 * position,
  end: 4 * position + 4,
  kl,
  forgetBits,
});

describe('divergence that no fact explains', () => {
  it('is what is left of the divergence, from the floor on', () => {
    const bits = [
      at(1, UNATTRIBUTED_FLOOR - 0.01),
      at(2, UNATTRIBUTED_FLOOR),
      at(3, 6, 5.5),
      at(4, 6, 2),
      at(5, null, 9),
    ];
    assert.deepEqual(
      unattributedPositions(bits).map(({ position, unattributed }) => [position, unattributed]),
      [
        [2, 1],
        [4, 4],
      ],
    );
  });

  it('is told of a record at its three largest positions, the earlier first among equals', () => {
    const bits = [at(1, 1.5), at(2, 3), at(3, 2), at(4, 3), at(5, 1.1)];
    assert.deepEqual(
      largestUnattributed(bits).map(({ position }) => position),
      [2, 4, 3],
    );
    assert.deepEqual(largestUnattributed([at(1, 0.2)]), []);
  });

  it('is a line with exactly the documented fields, in their order', () => {
    const [record] = readRecords('\n{"id": "r-7", "text": "The Kam\\u00eftel site"}', 'jsonl', 'text').records;
    const [place] = largestUnattributed([at(1, 2.123456789, 0.5)]);
    assert.ok(record && place);
    assert.equal(
      JSON.stringify(unattributedLine(place, 'a/b.jsonl', record)),
      '{"schema":"seep.unattributed/1","file":"a/b.jsonl","record":{"index":0,"id":"r-7","line":2},"position":1,"start":4,"end":8,' +
        '"text":"Kamï","kl":2.12346,"forgetBits":0.5,"unattributed":1.62346}',
    );
  });
});
