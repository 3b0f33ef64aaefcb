/** Classes of tokens as the scoring head adds them up. */
export interface TokenClasses {
  /** Number of classes. */
  readonly count: number;
  /** Every token that is in some class. */
  readonly ids: Int32Array;
  /** [ids, classes], row by row: 1 where the token is in the class, else 0. */
  readonly matrix: Float32Array;
}

/** Multiplied like any other, with nothing asked of it: a matrix without columns is not for every runtime. */
export const NO_CLASSES: TokenClasses = { count: 1, ids: Int32Array.of(0), matrix: Float32Array.of(0) };

/** @param members token ids of each class, each id once */
export function tokenClasses(members: readonly (readonly number[])[]): TokenClasses {
  const ids = Int32Array.from(new Set(members.flat()));
  if (ids.length === 0) {
    return NO_CLASSES;
  }
  const rowOf = new Map(Array.from(ids, (id, row) => [id, row]));
  const matrix = new Float32Array(ids.length * members.length);
  members.forEach((list, column) => {
    for (const id of list) {
      matrix[(rowOf.get(id) ?? 0) * members.length + column] = 1;
    }
  });
  return { count: members.length, ids, matrix };
}

/**
 * The token id that stands for a class as a whole, below all real ones: with it a class is asked for, summed and compared like a
 * single token.
 */
export function classToken(index: number): number {
  return -1 - index;
}

/** Index of the class that a token id stands for; negative for a real token. */
export function classIndex(token: number): number {
  return -1 - token;
}
