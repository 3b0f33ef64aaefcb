import type { ListedRecord } from '../../../src/client/leakingRecords';
import type { Leak } from '../../../src/core/score/leak';
import { someLeak } from './someLeak';

/** A record of a scan's list; its text's hash differs with its index. */
export function listedRecord(file: string, index: number, lift: number, changes: Partial<Leak> = {}): ListedRecord {
  const hash = index.toString(16).padStart(64, '0');
  const record = { file, index, id: `r-${index}`, line: index + 1, hash };
  const leak = someLeak({ lift, ...changes });
  const { fact, position, start, end } = leak;
  const worst = { record, leak, start, end, similarity: 0.5, before: '„é', token: ' Vandor', after: '\n' };
  return { record, leaks: 1, worst, spots: [{ fact, position, start, end, lift }] };
}
