import { stat } from 'node:fs/promises';

/** The first of some files that is one of the others as well, whatever paths lead to it: through links, or in other letters. */
export async function sharedFile<T extends { readonly path: string }>(
  files: readonly T[],
  others: readonly { readonly path: string }[],
): Promise<T | undefined> {
  const taken = new Set(await Promise.all(others.map(identityOf)));
  const own = await Promise.all(files.map(identityOf));
  return files.find((_, at) => taken.has(own[at] ?? ''));
}

/** Of what is not there, the path. */
async function identityOf({ path }: { readonly path: string }): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  // Some file systems number nothing.
  return found === null || found.ino === 0n ? path : `${found.dev} ${found.ino}`;
}
