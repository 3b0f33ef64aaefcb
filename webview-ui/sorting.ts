/** One way to sort rows. */
export interface SortKey<Row> {
  readonly key: string;
  /** What is compared: numbers, which people want from the largest down, or texts, from A to Z. */
  readonly value: (row: Row) => number | string;
}

export interface Sorting {
  readonly key: string;
  readonly descending: boolean;
}

/** Rows that are equal keep their order. */
export function sorted<Row>(rows: readonly Row[], keys: readonly SortKey<Row>[], { key, descending }: Sorting): Row[] {
  const by = keys.find((each) => each.key === key);
  if (by === undefined) {
    return [...rows];
  }
  const direction = descending ? -1 : 1;
  return [...rows].sort((a, b) => direction * compare(by.value(a), by.value(b)));
}

function compare(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en');
}
