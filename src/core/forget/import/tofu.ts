import { t } from '../../l10n';
import type { ImportFormat } from './importFormat';
import { FieldReader, readJsonRecords } from './jsonRecords';
import { questionEntry } from './questionEntry';

const FIELDS = ['question', 'answer', 'paraphrased_answer', 'perturbed_answer', 'paraphrased_question'] as const;

/**
 * TOFU (locuslab/TOFU on Hugging Face): forget01.json, forget05.json, forget10.json and their _perturbed twins. The plain files have
 * `question` and `answer`; the perturbed ones also other wordings of both, and wrong answers.
 */
export const TOFU: ImportFormat = {
  id: 'tofu',
  title: t('TOFU: forget01, forget05, forget10, also _perturbed'),
  read: (text) =>
    readJsonRecords(text, (record) => {
      const fields = new FieldReader(record, FIELDS, 'TOFU');
      const question = fields.text('question');
      const answers = [fields.text('answer'), fields.optionalText('paraphrased_answer')];
      const wordings = [question, fields.optionalText('paraphrased_question')];
      const distractors = fields.optionalTexts('perturbed_answer');
      return fields.complete
        ? questionEntry({
            id: `tofu-${record.number}`,
            questions: wordings.filter((each) => each !== null),
            answers: answers.filter((each) => each !== null).map(withoutFullStop),
            distractors: distractors.map(withoutFullStop),
          })
        : null;
    }),
};

/** The answers are whole sentences. Without its full stop one is also found where the text goes on differently. */
function withoutFullStop(sentence: string): string {
  return sentence.replace(/(?<=[^.\s])\.$/, '');
}
