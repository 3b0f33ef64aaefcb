import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineClient } from '../../src/client/engineClient';
import { FACT_DEFAULTS, type Fact } from '../../src/core/forget/fact';
import { LIFT_FLOOR } from '../../src/core/score/leak';
import { repoRoot } from '../../test/repoRoot';
import { enginePath } from '../engines';
import type { Workload } from '../workload';
import { writeGpt2, xorshift } from './gpt2Folder';
import { words } from './syllables';

/** Tokens of all records, roughly. */
const CORPUS_TOKENS = 1600;
const SHORTEST = 60;
const LONGEST = 250;
const SENTENCE = 12;
const ANSWERS = 3;

/** Two models of GPT-2's size and a corpus, made once and kept in .cache/bench/gpt2. */
export async function gpt2Workload(): Promise<Workload> {
  const folder = join(repoRoot, '.cache/bench/gpt2');
  const models = { teacher: join(folder, 'teacher'), student: join(folder, 'student') };
  const corpus = join(folder, 'corpus.jsonl');
  const forgetSet = join(folder, 'facts.json');
  if (!existsSync(forgetSet)) {
    console.error(`making two models of GPT-2's size in ${folder} (1 GB, once) ...`);
    mkdirSync(folder, { recursive: true });
    writeGpt2(models.teacher, 1);
    writeGpt2(models.student, 2);
    const texts = makeTexts();
    writeFileSync(corpus, texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
    writeFileSync(forgetSet, JSON.stringify(await makeFacts(texts, models.teacher)));
  }
  return {
    models: { ...models, reference: null, provider: 'cpu' },
    facts: JSON.parse(readFileSync(forgetSet, 'utf8')),
    corpus,
  };
}

function subjectOf(record: number): string {
  return `Company ${record}`;
}

/** Records that name a subject of their own first and end with a word of one token. */
function makeTexts(): string[] {
  const random = xorshift(3);
  const { short, long } = words();
  const oneOf = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
  const texts: string[] = [];
  for (let tokens = 0; tokens < CORPUS_TOKENS; ) {
    const length = Math.round(SHORTEST + random() * (LONGEST - SHORTEST));
    const body = Array.from({ length }, (_, i) => (i % SENTENCE === SENTENCE - 1 ? `${oneOf(long)}.` : oneOf(long)));
    texts.push([subjectOf(texts.length), ...body, oneOf(short)].join(' '));
    tokens += length;
  }
  return texts;
}

/**
 * A fact for each record, whose answers are what the teacher itself finds likely at the record's end, so that both models have to
 * read it all. They are single tokens: completing longer ones is work that no peer does.
 */
async function makeFacts(texts: readonly string[], teacher: string): Promise<Fact[]> {
  const short = new Set(words().short);
  const client = new EngineClient({ enginePath, log: () => {} });
  const facts: Fact[] = [];
  try {
    await client.open({ teacher, student: null, reference: null, provider: 'cpu' });
    for (const [i, text] of texts.entries()) {
      const { rows } = await client.inspect({ text, at: { offset: text.length }, temperature: 1, topK: 200 });
      const likely = rows.filter((row) => row.text.startsWith(' ') && short.has(row.text.trim())).slice(0, ANSWERS);
      if (likely.reduce((sum, row) => sum + row.teacher.p, 0) < 2 * LIFT_FLOOR) {
        throw new Error(`the teacher finds no short word likely behind record ${i}`);
      }
      facts.push({
        ...FACT_DEFAULTS,
        id: `fact-${i}`,
        subjects: [subjectOf(i)],
        answers: likely.map((row) => row.text.trim()),
        line: i + 1,
      });
    }
  } finally {
    await client.dispose();
  }
  return facts;
}
