/** Items in their order, put together by a key, each group where its first item was. */
export function groups<T, K>(items: readonly T[], key: (item: T) => K): [K, T[]][] {
  const found = new Map<K, T[]>();
  for (const item of items) {
    const group = found.get(key(item));
    if (group) {
      group.push(item);
    } else {
      found.set(key(item), [item]);
    }
  }
  return [...found];
}
