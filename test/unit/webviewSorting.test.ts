import assert from 'node:assert/strict';
import { type SortKey, sorted } from '../../webview-ui/sorting';

interface Row {
  readonly name: string;
  readonly size: number;
}

const KEYS: readonly SortKey<Row>[] = [
  { key: 'name', value: ({ name }) => name },
  { key: 'size', value: ({ size }) => size },
];

describe('sorting a table', () => {
  const rows = [
    { name: 'b', size: 10 },
    { name: 'é', size: 9 },
    { name: 'a', size: 10 },
  ];
  const order = (key: string, descending: boolean) =>
    sorted(rows, KEYS, { key, descending })
      .map(({ name }) => name)
      .join('');

  it('compares numbers as numbers and texts as people do, and keeps the order of equals', () => {
    assert.equal(order('size', true), 'baé');
    assert.equal(order('size', false), 'éba');
    assert.equal(order('name', false), 'abé');
    assert.equal(order('name', true), 'éba');
  });

  it('leaves the rows as they are for a column that is not there', () => {
    assert.equal(order('gone', true), 'béa');
    assert.deepEqual(rows.map(({ name }) => name).join(''), 'béa', 'and never changes what it was given');
  });
});
