import type { Job } from './jobs';

export interface BatchLimits {
  /** Size of the logits' last axis. */
  readonly vocabulary: number;
  /** Bytes of the model's weights: the work per token. */
  readonly weights: number;
}

/** Logits of one run, in bytes; the runtime holds about three tensors of this size at once. */
const LOGIT_BYTES = 256 << 20;
/**
 * Weights times tokens of one run: about a second on two cores, so that cancellations and looks at single positions get in.
 * A fixed number and not a measured time: the same input is always cut the same way and gives the same last digits.
 */
const RUN_WORK = 2 ** 38;
const FEWEST_TOKENS = 128;
/** Runs of more tokens are no faster, and each session keeps for good what its largest run took: four times as many, 40 MB for the demo's. */
const MOST_TOKENS = 1024;
/** Log-probabilities that one run reports. */
const MOST_PICKS = 1 << 21;
/** No sequence is padded to more than this many times its length. */
const PADDING = 1.5;

/** Largest number of tokens, padding included, that one run may read unless a single sequence is longer. */
export function tokensPerRun({ vocabulary, weights }: BatchLimits): number {
  const affordable = Math.min(MOST_TOKENS, Math.max(FEWEST_TOKENS, Math.floor(RUN_WORK / weights)));
  return Math.max(1, Math.min(affordable, Math.floor(LOGIT_BYTES / (4 * vocabulary))));
}

/**
 * Puts jobs of similar length together, the longest first, so that memory is at its highest at once. A batch holds as much as
 * fits {@link tokensPerRun}, at least one job.
 */
export function* batchesOf<J extends Job>(jobs: readonly J[], limits: BatchLimits): Generator<J[]> {
  const room = tokensPerRun(limits);
  let batch: J[] = [];
  let picks = 0;
  for (const job of [...jobs].sort((a, b) => b.input.length - a.input.length)) {
    const longest = batch[0]?.input.length ?? job.input.length;
    const more = (job.picks ?? []).reduce((count, ids) => count + ids.length, 0);
    const isFull =
      longest * (batch.length + 1) > room || picks + more > MOST_PICKS || longest > job.input.length * PADDING;
    if (batch.length > 0 && isFull) {
      yield batch;
      batch = [];
      picks = 0;
    }
    batch.push(job);
    picks += more;
  }
  if (batch.length > 0) {
    yield batch;
  }
}
