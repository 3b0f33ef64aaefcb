import { createHash } from 'node:crypto';
import { DiskCache } from '../../../../src/client/cache/diskCache';

/** What the test of several writers tells each of them, as JSON in its only argument. */
export interface WriterOptions {
  readonly folder: string;
  readonly space: string;
  readonly name: string;
  /** How many entries. */
  readonly count: number;
  /** Whether it kills itself instead of closing the cache. */
  readonly dies: boolean;
}

/** A process that fills a cache in many small writes. */
async function main({ folder, space, name, count, dies }: WriterOptions): Promise<void> {
  const opened = await new DiskCache(folder, (notice) => {
    throw new Error(notice);
  }).open(space);
  for (let i = 0; i < count; i++) {
    opened.put(createHash('sha256').update(`${name}${i}`).digest('binary'), Buffer.from(`value of ${name}${i}`));
    if (i % 3 === 0 || i === count - 1) {
      await opened.flush();
    }
  }
  if (dies) {
    process.kill(process.pid, 'SIGKILL');
  }
  await opened.close();
}

void main(JSON.parse(process.argv[2] ?? '') as WriterOptions);
