import { member } from '../../json/jsonTree';
import { t } from '../../l10n';
import type { ImportFormat } from './importFormat';
import { FieldReader, readJsonRecords } from './jsonRecords';
import { questionPrompt } from './questionEntry';

const FIELDS = ['query', 'answer', 'level', 'type', 'subject'] as const;
const BLANK = /_{2,}/;

/**
 * RWKU (jinzhuoran/RWKU on Hugging Face): forget_level1.json (a query with a blank), forget_level2.json (a question) and
 * forget_level3.json (an attack). The list of targets names people, but nothing that could be looked for.
 */
export const RWKU: ImportFormat = {
  id: 'rwku',
  title: 'RWKU: forget_level1, forget_level2, forget_level3',
  read: (text) =>
    readJsonRecords(text, (record) => {
      if (member(record.node, 'target') !== undefined && member(record.node, 'query') === undefined) {
        const message = t(
          "this is RWKU's list of targets, which holds no answers; import forget_level1.json, forget_level2.json and forget_level3.json",
        );
        record.report(record.node.start, message);
        return null;
      }
      const fields = new FieldReader(record, FIELDS, 'RWKU');
      const query = fields.text('query');
      const answer = fields.text('answer');
      const level = fields.choice('level', ['1', '2', '3']);
      const type = fields.text('type');
      const subject = fields.text('subject');
      const prompt = promptOf(query);
      return fields.complete
        ? {
            entry: {
              id: `rwku-${level}-${record.number}`,
              subjects: [subject],
              answers: [answer],
              ...(prompt === '' ? {} : { prompts: [prompt] }),
              tags: [`level ${level}`, type],
            },
            subjects: 'given',
          }
        : null;
    }),
};

/** A query with a blank up to it; any other as a question. */
function promptOf(query: string): string {
  const blank = BLANK.exec(query);
  return blank === null ? questionPrompt(query) : query.slice(0, blank.index).trimEnd();
}
