import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from '../test/repoRoot';
import { demoModels, demoTexts } from './engines';
import { ownFacts, withSubject } from './ownFacts';
import { type Workload, writeCorpus } from './workload';

const RECORDS = 600;

/** The demo's teacher and student, and records of its corpus with facts of their own. */
export async function demoWorkload(): Promise<Workload> {
  const models = { ...demoModels, student: join(repoRoot, 'media/demo/models/student'), reference: null };
  const texts = demoTexts.slice(0, RECORDS).map(withSubject);
  const facts = await ownFacts(texts, models.teacher);
  const folder = join(repoRoot, '.cache/bench/demo');
  mkdirSync(folder, { recursive: true });
  const corpus = join(folder, 'corpus.jsonl');
  writeCorpus(
    corpus,
    texts.filter((_, i) => facts[i] !== null),
  );
  return { models, facts: facts.filter((fact) => fact !== null), corpus };
}
