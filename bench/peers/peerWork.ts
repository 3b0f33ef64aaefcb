/**
 * What a peer does in each round: both models read all batches, and of every position (padding left out) the log-probabilities of the
 * `top` likeliest tokens and of the tokens `ids` come to where the peer's own language can use them. Written as JSON.
 */
export interface PeerWork {
  /** Absolute paths of ONNX files. */
  readonly models: readonly string[];
  readonly batches: readonly (readonly (readonly number[])[])[];
  readonly ids: readonly number[];
  readonly top: number;
  readonly threads: number;
}
