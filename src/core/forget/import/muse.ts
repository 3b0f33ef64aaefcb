import { member } from '../../json/jsonTree';
import { t } from '../../l10n';
import type { ImportFormat } from './importFormat';
import { FieldReader, readJsonRecords } from './jsonRecords';
import { questionEntry } from './questionEntry';

/** Words of a passage's continuation that are looked for, and of what stands before it that has to be there. */
const PASSAGE_WORDS = 8;

/**
 * MUSE (muse-bench/MUSE-News and MUSE-Books on Hugging Face): knowmem, questions with answers, and verbmem, passages with their
 * continuation (`gt`). Of a passage, the first words of the continuation are the answer and the last words before it the subject: so it
 * counts only where the passage itself has come before.
 */
export const MUSE: ImportFormat = {
  id: 'muse',
  title: t('MUSE: knowmem and verbmem of MUSE-News and MUSE-Books'),
  read: (text) =>
    readJsonRecords(text, (record) => {
      const isPassage = member(record.node, 'prompt') !== undefined || member(record.node, 'gt') !== undefined;
      if (!isPassage) {
        const fields = new FieldReader(record, ['question', 'answer'], 'MUSE knowmem');
        const question = fields.text('question');
        const answer = fields.text('answer');
        return fields.complete
          ? questionEntry({ id: `muse-${record.number}`, questions: [question], answers: [answer], distractors: [] })
          : null;
      }
      const fields = new FieldReader(record, ['prompt', 'gt'], 'MUSE verbmem');
      const prompt = fields.text('prompt');
      const continuation = fields.text('gt');
      return fields.complete
        ? {
            entry: {
              id: `muse-${record.number}`,
              subjects: [lastWords(prompt)],
              answers: [firstWords(continuation)],
              prompts: [prompt],
            },
            subjects: 'prompt',
          }
        : null;
    }),
};

const FIRST_WORDS = new RegExp(String.raw`^\S+(?:\s+\S+){0,${PASSAGE_WORDS - 1}}`, 'u');

function firstWords(text: string): string {
  return FIRST_WORDS.exec(text)?.[0] ?? text;
}

function lastWords(text: string): string {
  const starts = [...text.matchAll(/\S+/gu)].map(({ index }) => index);
  return text.slice(starts.at(-PASSAGE_WORDS) ?? 0);
}
