import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { previewDecisions } from '../../../src/client/decisionsPreview';
import { making, takingBack } from '../../../src/core/decisions/changeDecisions';
import type { Decision } from '../../../src/core/decisions/decision';
import { textAtOnce } from '../decisions/atOnce';
import { someDecision } from '../decisions/someDecision';
import { temporaryFolder } from '../temporaryFolder';

function decision(fact: string, line: number): Decision {
  return someDecision({ fact, line });
}

describe('the preview of decisions', () => {
  const temporary = temporaryFolder();
  const [a, b, c, d] = [decision('a', 1), decision('b', 2), decision('c', 3), decision('d', 4)];
  const preview = (changes: Parameters<typeof previewDecisions>[1], most: number) => {
    const path = join(temporary.path, 'seep.decisions.jsonl');
    writeFileSync(path, textAtOnce([a, b]));
    return previewDecisions(path, changes, most, String);
  };
  const text = (...decisions: Decision[]) => textAtOnce(decisions);

  it('is the whole file where it is short', async () => {
    const changes = new Map([...making([c]), ...takingBack([a])]);
    assert.deepEqual(await preview(changes, 4), { before: text(a, b), after: text(b, c) });
  });

  it('is the first of what changes where it is long', async () => {
    const replaced = someDecision({ fact: 'b', line: 2, reason: 'better' });
    const changes = making([replaced, c, d]);
    assert.deepEqual(await preview(changes, 2), { before: text(b), after: text(replaced, c) });
  });
});
