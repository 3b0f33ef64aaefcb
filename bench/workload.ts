import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fact } from '../src/core/forget/fact';
import { readRecords } from '../src/core/records/readRecords';
import { batchesOf } from '../src/engine/batches';
import { Tokenizer } from '../src/engine/tokenizer/tokenizer';
import type { ModelInfo, OpenParams } from '../src/protocol/engine';
import type { PeerWork } from './peers/peerWork';

/** A scan in which teacher and student read all records to their ends. */
export interface Workload {
  readonly models: OpenParams & { readonly student: string };
  readonly facts: readonly Fact[];
  /** A JSONL file. */
  readonly corpus: string;
}

/** Tokens that peers list of every position; Seep lists more of them, where something leaks. */
const TOP = 20;

/** How far into a record its last leak must lie: up to there the student has to read. */
export const READ_TO = 0.85;

export function tokenizerIn(folder: string): Tokenizer {
  const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  return new Tokenizer(json('tokenizer.json'), json('tokenizer_config.json'), folder);
}

/** Texts as a JSONL file. */
export function writeCorpus(path: string, texts: readonly string[]): void {
  writeFileSync(path, texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
}

/** The same reading for peers: Seep's own tokens in Seep's own batches, and the tokens that lead to answers. */
export function peerWork({ models, facts, corpus }: Workload, teacher: ModelInfo, threads: number): PeerWork {
  const tokenizer = tokenizerIn(models.teacher);
  const jobs = readRecords(readFileSync(corpus, 'utf8'), 'jsonl', 'text').records.map(({ text }) => ({
    input: tokenizer.encode(text).ids,
    rows: [],
  }));
  const batches = [...batchesOf(jobs, { vocabulary: teacher.vocabulary, weights: teacher.bytes })];
  const firstTokens = facts.flatMap(({ answers }) =>
    tokenizer.answerPaths(answers).flatMap(({ tokens: [id] }) => id ?? []),
  );
  return {
    models: [models.teacher, models.student].map((folder) => join(folder, 'model.onnx')),
    batches: batches.map((batch) => batch.map(({ input }) => input)),
    ids: [...new Set(firstTokens)],
    top: TOP,
    threads,
  };
}
