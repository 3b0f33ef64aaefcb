import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoFolder } from './cliWorkspace';

interface TokenizerParts {
  readonly model: { readonly vocab: Record<string, number>; readonly merges: readonly unknown[] };
}

/** A model of the demo with a tokenizer of its own: two tokens have each other's ids, and words fall into smaller tokens. */
export function cutTokenizer(
  role: 'teacher' | 'student' | 'reference',
  folder: string,
  { exchanged: [a, b], merges }: { readonly exchanged: readonly [string, string]; readonly merges: number },
): string {
  cpSync(join(demoFolder, 'models', role), folder, { recursive: true });
  const path = join(folder, 'tokenizer.json');
  const tokenizer = JSON.parse(readFileSync(path, 'utf8')) as TokenizerParts;
  const { vocab } = tokenizer.model;
  const model = {
    ...tokenizer.model,
    vocab: { ...vocab, [a]: vocab[b], [b]: vocab[a] },
    merges: tokenizer.model.merges.slice(0, merges),
  };
  writeFileSync(path, JSON.stringify({ ...tokenizer, model }));
  return folder;
}
