import { t } from '../../l10n';
import type { ImportFormat } from './importFormat';
import { FieldReader, readJsonRecords } from './jsonRecords';

/** WMDP (cais/wmdp on Hugging Face, its JSON files): multiple-choice questions, `answer` the index of the right choice from 0. */
export const WMDP: ImportFormat = {
  id: 'wmdp',
  title: t('WMDP: bio, chem and cyber questions'),
  read: (text) =>
    readJsonRecords(text, (record) => {
      const fields = new FieldReader(record, ['question', 'choices', 'answer'], 'WMDP');
      const question = fields.text('question');
      const choices = fields.texts('choices');
      const answer = fields.index('answer', choices.length);
      return fields.complete
        ? {
            entry: { id: `wmdp-${record.number}`, kind: 'choice', question, choices, answer },
            subjects: 'question',
          }
        : null;
    }),
};
