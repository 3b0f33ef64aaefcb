import { type JsonNode, JsonSyntaxError, parseJson } from '../../json/jsonTree';
import { CSV } from './csv';
import type { ImportFormat } from './importFormat';
import { LIST } from './list';
import { MUSE } from './muse';
import { RWKU } from './rwku';
import { TOFU } from './tofu';
import { WMDP } from './wmdp';

/** Fields that give a data set away, the surest first. */
const SIGNS: readonly (readonly [fields: readonly string[], format: ImportFormat])[] = [
  [['query', 'answer', 'subject'], RWKU],
  [['target', 'intro'], RWKU],
  [['question', 'choices', 'answer'], WMDP],
  [['prompt', 'gt'], MUSE],
  [['question', 'answer'], TOFU],
];

/** What a file most likely is, by its name and the fields of its first record; null where nothing speaks for any. */
export function guessFormat(name: string, text: string): ImportFormat | null {
  if (/\.[ct]sv$/i.test(name)) {
    return CSV;
  }
  if (!/^\ufeff?\s*[[{]/.test(text)) {
    return /\.(txt|lst|list)$/i.test(name) ? LIST : null;
  }
  const fields = fieldsOf(firstRecord(text.replace(/^\ufeff/, '')));
  return SIGNS.find(([signs]) => signs.every((sign) => fields.includes(sign)))?.[1] ?? null;
}

function firstRecord(text: string): JsonNode | null {
  try {
    if (/^\s*\[/.test(text)) {
      const list = parseJson(text);
      return (list.kind === 'array' && list.items[0]) || null;
    }
    return parseJson(text.trimStart().split('\n', 1)[0] ?? '');
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      return null;
    }
    throw error;
  }
}

function fieldsOf(record: JsonNode | null): string[] {
  return record?.kind === 'object' ? record.members.map(({ key }) => key) : [];
}
