import type { CacheSpace } from './cacheSpace';
import type { Key } from './segment';

/** Values of a space, as JSON. Looks at what other processes have written meanwhile only where something is missing. */
export async function readAll(space: CacheSpace, keys: readonly Key[]): Promise<Map<Key, Buffer>> {
  const known = await space.read(keys);
  if (known.size < keys.length) {
    await space.refresh();
    for (const [key, value] of await space.read(keys.filter((each) => !known.has(each)))) {
      known.set(key, value);
    }
  }
  return known;
}

/** Behind a matching checksum and under a hash of all that it depends on stands what `keep` wrote there, of the same type. */
export function parse<T>(value: Buffer | undefined): T | null {
  if (value === undefined) {
    return null;
  }
  try {
    return JSON.parse(value.toString('utf8')) as T;
  } catch {
    return null;
  }
}

/** JSON gives back every finite number as it was (but for the sign of a zero). What holds another one is not kept. */
export function keep(space: CacheSpace | null, key: Key, value: object): void {
  if (space !== null && holdsFinite(value)) {
    space.put(key, Buffer.from(JSON.stringify(value)));
  }
}

/** Asked apart from the writing: a function that JSON calls for every value takes several times as long as both. */
function holdsFinite(value: unknown): boolean {
  return typeof value === 'number'
    ? Number.isFinite(value)
    : typeof value !== 'object' || value === null || Object.values(value).every(holdsFinite);
}
