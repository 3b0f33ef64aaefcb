import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { parquetWriteFile } from 'hyparquet-writer';
import { jsonl } from './window';

/** A line as long as this is a record's other field: quickly read, and never scored. */
export const PADDING = 'x'.repeat(4 << 20);

/** The same corpus in every kind of file that VS Code hands to no extension. */
export const RECORD_FILES: Readonly<Record<string, (path: string, texts: readonly string[]) => void>> = {
  'packed.jsonl.gz': (path, texts) => writeFileSync(path, gzipSync(jsonl(...texts))),
  'table.parquet': (path, texts) => {
    parquetWriteFile({ filename: path, columnData: [{ name: 'text', data: [...texts], type: 'STRING' }] });
  },
  'large.jsonl': (path, texts) => {
    const padded = (text: string, i: number) => `${JSON.stringify({ id: `t-${i}`, pad: PADDING.repeat(3), text })}\n`;
    writeFileSync(path, texts.map(padded).join(''));
  },
};
