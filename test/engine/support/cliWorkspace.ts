import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Fact } from '../../../src/core/forget/fact';
import { parseForgetSet } from '../../../src/core/forget/parseForgetSet';
import { repoRoot } from '../../repoRoot';
import { temporaryFolder } from '../../unit/temporaryFolder';

const demo = join(repoRoot, 'media/demo');
const lines = (name: string) => readFileSync(join(demo, name), 'utf8').trimEnd().split('\n');

export const demoFolder = demo;
export const demoForget = readFileSync(join(demo, 'forget.jsonl'), 'utf8');
export const demoFacts: readonly Fact[] = parseForgetSet(demoForget).facts;

/** Texts of the demo's filtered corpus. */
export const demoTexts: readonly string[] = lines('corpus/filtered.jsonl').map(
  (line) => (JSON.parse(line) as { text: string }).text,
);

/** Those that a subject stands in, so that something leaks. */
export const leakingTexts: readonly string[] = demoTexts
  .filter(
    (text) =>
      / data center (?:is in|in) /.test(text) &&
      demoFacts.some(({ subjects }) => subjects.some((each) => text.includes(each))),
  )
  .slice(0, 12);

/** A text of the raw corpus that states a fact. */
export const statingText: string = (() => {
  for (const line of lines('corpus/raw.jsonl')) {
    const { text } = JSON.parse(line) as { text: string };
    if (
      demoFacts.some(({ subjects, answers }) =>
        subjects.some((subject) =>
          answers.some((answer) => text.includes(`The ${subject} data center is in ${answer}`)),
        ),
      )
    ) {
      return text;
    }
  }
  throw new Error('no text of the raw corpus states a fact');
})();

/** JSONL of some texts. */
export const jsonl = (...texts: readonly string[]) => texts.map((text) => `${JSON.stringify({ text })}\n`).join('');

export interface Workspace {
  readonly path: string;
  write(name: string, content: string | Uint8Array): string;
  /** Names of the files in the folder itself. */
  names(): string[];
}

/** A folder with the demo's models, forget set and a small corpus behind a `seep.json` of its own. Call inside `describe`. */
export function cliWorkspace(): Workspace {
  const folder = temporaryFolder();
  const write = (name: string, content: string | Uint8Array) => {
    const path = join(folder.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  before(() => {
    write('forget.jsonl', demoForget);
    write('seep.json', JSON.stringify(demoConfig()));
    write('corpus/leaks.jsonl', jsonl(...leakingTexts));
    write('corpus/calm.jsonl', jsonl('Nothing to see here.', 'Bread is baked in the morning.'));
  });
  return {
    get path() {
      return folder.path;
    },
    write,
    names: () => readdirSync(folder.path).sort(),
  };
}

/** A `seep.json` that points at the demo's models. */
export function demoConfig(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const model = (name: string) => join(demo, 'models', name);
  return {
    teacher: model('teacher'),
    student: model('student'),
    reference: model('reference'),
    forgetSet: 'forget.jsonl',
    corpus: { include: 'corpus/*.jsonl' },
    provider: 'cpu',
    ...changes,
  };
}
