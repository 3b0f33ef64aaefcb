import type { Problem } from '../../errors';
import { plural, t } from '../../l10n';
import { visibleJson } from '../../report/visibleText';
import { parseForgetSet } from '../parseForgetSet';
import { forgetSetWarnings } from '../warnings';
import { CSV } from './csv';
import type { ImportedEntry, ImportFormat, ImportOptions, SubjectSource } from './importFormat';
import { LIST } from './list';
import { MUSE } from './muse';
import { RWKU } from './rwku';
import { TOFU } from './tofu';
import { WMDP } from './wmdp';

export const IMPORT_FORMATS: readonly ImportFormat[] = [TOFU, WMDP, MUSE, RWKU, LIST, CSV];

/** Larger files are refused: they are read as a whole. */
export const MAX_IMPORT_BYTES = 64 * 1024 * 1024;

/** Answers with more words than this are likely whole sentences. */
const LONG_ANSWER = 8;

/** A forget set made of another file, or everything that is wrong with that file. */
export type ImportResult =
  | { readonly forgetSet: string; readonly words: readonly string[] }
  | { readonly problems: readonly Problem[] };

/** Makes a forget set of a file's text; `words` say for people what came of it, without the text of any fact. */
export function importForgetSet(format: ImportFormat, text: string, options: ImportOptions = {}): ImportResult {
  const { entries, problems } = format.read(text, options);
  if (problems.length > 0) {
    return { problems };
  }
  const forgetSet = entries.map(({ entry }) => `${visibleJson(entry)}\n`).join('');
  const parsed = parseForgetSet(forgetSet);
  if (parsed.problems.length > 0) {
    // What only the forget set forbids, such as an id that comes twice, is pointed at where it comes from.
    return {
      problems: parsed.problems.map(({ line, message }) => ({
        line: entries[line - 1]?.line ?? 1,
        column: 1,
        message,
      })),
    };
  }
  const long = parsed.facts.filter(({ answers }) => answers.some((each) => each.split(/\s+/u).length > LONG_ANSWER));
  const warnings = forgetSetWarnings(parsed.facts);
  const words = [plural(entries.length, '{0} fact imported: {1}.', '{0} facts imported: {1}.', subjectWords(entries))];
  if (long.length > 0) {
    words.push(
      plural(
        long.length,
        '{0} answer of more than {1} words: Seep looks for answers word for word, so cut it down to the words that tell the fact.',
        '{0} answers of more than {1} words: Seep looks for answers word for word, so cut them down to the words that tell the fact.',
        LONG_ANSWER,
      ),
    );
  }
  if (warnings.length > 0) {
    words.push(
      plural(
        warnings.length,
        '{0} warning about them; "seep doctor" lists it.',
        '{0} warnings about them; "seep doctor" lists them.',
      ),
    );
  }
  return { forgetSet, words };
}

const SUBJECT_WORDS: Readonly<Record<SubjectSource, (facts: number) => string>> = {
  given: (facts) => t('{0} with the subject that the file gives', facts),
  names: (facts) => t('{0} with the names in the question as subjects', facts),
  question: (facts) => t('{0} with the question itself as subject', facts),
  prompt: (facts) => t('{0} with the last words before the answer as subject', facts),
  none: (facts) => t('{0} without a subject, which count everywhere', facts),
};

function subjectWords(entries: readonly ImportedEntry[]): string {
  return Object.entries(SUBJECT_WORDS)
    .map(([source, words]) => [entries.filter(({ subjects }) => subjects === source).length, words] as const)
    .filter(([number]) => number > 0)
    .map(([number, words]) => words(number))
    .join(', ');
}
