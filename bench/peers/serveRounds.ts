import { createInterface } from 'node:readline';

/** A peer's side of {@link Peer}: says that it is ready, then does a round for each line that comes in. */
export async function serveRounds(round: () => Promise<number>): Promise<void> {
  console.log(JSON.stringify({ ready: true }));
  for await (const _ of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify({ total: await round() }));
  }
}
