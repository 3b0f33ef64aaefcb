import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { demoFacts, demoTexts } from './engines';

export interface CorpusShape {
  /** Sentences of the demo corpus in a record. */
  readonly sentences: number;
  /** One record in so many speaks of a fact's subject, in its last sentence. */
  readonly oneIn: number;
}

const spoken = (text: string) => demoFacts.some(({ subjects }) => subjects.some((each) => text.includes(each)));
const SPEAKING = demoTexts.filter(spoken);
const OTHER = demoTexts.filter((text) => !spoken(text));

/** Records that are all different, always the same ones. */
export function* longCorpus({ sentences, oneIn }: CorpusShape): Generator<string, never> {
  let state = 1;
  // A linear congruential generator; the upper bits are good enough to pick sentences by.
  const pick = (from: readonly string[]) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return from[Math.floor((state / 2 ** 32) * from.length)] ?? '';
  };
  for (let i = 0; ; i++) {
    const parts = Array.from({ length: sentences }, (_, k) =>
      pick(i % oneIn === 0 && k === sentences - 1 ? SPEAKING : OTHER),
    );
    yield `${i}. ${parts.join(' ')}`;
  }
}

/** Writes records as JSONL until there are so many of them, or so many bytes. */
export async function writeCorpus(
  path: string,
  shape: CorpusShape,
  { records = Number.POSITIVE_INFINITY, bytes = Number.POSITIVE_INFINITY },
): Promise<void> {
  function* lines(): Generator<string> {
    let written = 0;
    let count = 0;
    for (const text of longCorpus(shape)) {
      if (written >= bytes || count >= records) {
        return;
      }
      const line = `${JSON.stringify({ text })}\n`;
      written += line.length;
      count++;
      yield line;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
}
