import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from '../../test/repoRoot';
import { ownFacts, withSubject } from '../ownFacts';
import { type Workload, writeCorpus } from '../workload';
import { writeGpt2, xorshift } from './gpt2Folder';
import { words } from './syllables';

/** Tokens of all records, roughly. */
const CORPUS_TOKENS = 1600;
const SHORTEST = 60;
const LONGEST = 250;
const SENTENCE = 12;

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
    writeCorpus(corpus, texts);
    const facts = await ownFacts(texts, models.teacher);
    if (facts.includes(null)) {
      throw new Error('the teacher finds no word of one token likely at the end of some record');
    }
    writeFileSync(forgetSet, JSON.stringify(facts));
  }
  return {
    models: { ...models, reference: null, provider: 'cpu' },
    facts: JSON.parse(readFileSync(forgetSet, 'utf8')),
    corpus,
  };
}

/** Records of made-up words that end with one whose token looks the same with and without a space. */
function makeTexts(): string[] {
  const random = xorshift(3);
  const { short, long } = words();
  const oneOf = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
  const texts: string[] = [];
  for (let tokens = 0; tokens < CORPUS_TOKENS; ) {
    const length = Math.round(SHORTEST + random() * (LONGEST - SHORTEST));
    const body = Array.from({ length }, (_, i) => (i % SENTENCE === SENTENCE - 1 ? `${oneOf(long)}.` : oneOf(long)));
    texts.push(withSubject([...body, oneOf(short)].join(' '), texts.length));
    tokens += length;
  }
  return texts;
}
