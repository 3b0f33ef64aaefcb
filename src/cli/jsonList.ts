import type { Output } from '../client/fileOutput';
import { visibleJson } from '../core/report/visibleText';

/** Writes a further key of a JSON object, a list. Line by line, because one string of all of them could be longer than strings can be. */
export async function writeJsonList(output: Output, name: string, lines: readonly object[]): Promise<void> {
  await output.write(`,"${name}":[`);
  for (const [index, line] of lines.entries()) {
    await output.write(`${index > 0 ? ',' : ''}\n${visibleJson(line)}`);
  }
  await output.write(lines.length > 0 ? '\n]' : ']');
}
