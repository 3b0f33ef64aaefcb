import type { RecordScores } from '../core/score/leak';

/** Scores by record text, so that undo, reopened files and repeated records cost no inference. Oldest go first. */
export class ScoreCache {
  readonly #scores = new Map<string, RecordScores>();
  #units = 0;

  /** @param capacity total length of the texts kept, in UTF-16 units */
  constructor(private readonly capacity: number) {}

  get(text: string): RecordScores | undefined {
    const scores = this.#scores.get(text);
    if (scores !== undefined) {
      this.#scores.delete(text);
      this.#scores.set(text, scores);
    }
    return scores;
  }

  set(text: string, scores: RecordScores): void {
    if (!this.#scores.delete(text)) {
      this.#units += text.length;
    }
    this.#scores.set(text, scores);
    for (const oldest of this.#scores.keys()) {
      if (this.#units <= this.capacity) {
        break;
      }
      this.delete(oldest);
    }
  }

  delete(text: string): void {
    if (this.#scores.delete(text)) {
      this.#units -= text.length;
    }
  }
}
