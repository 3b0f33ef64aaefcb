/** Work that yields every few milliseconds, so that whoever shares the thread (the editor) can go on. */
export type Slices<T> = Generator<void, T>;

/** Whether work that goes through very many things is to yield behind this one. */
export function isPause(index: number): boolean {
  return index % 2048 === 2047;
}
