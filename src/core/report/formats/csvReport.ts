import { csvText } from '../csvText';
import { type LeakLine, leakLine } from '../leakLine';
import type { ReportContext, TextReport } from './textReport';

type Cell = string | number | null | undefined;

/** Columns in their order; the names are the paths of the fields of a JSON Lines report. */
const COLUMNS: readonly (readonly [name: string, cell: (line: LeakLine) => Cell])[] = [
  ['file', (line) => line.file],
  ['record.index', (line) => line.record.index],
  ['record.id', (line) => line.record.id],
  ['record.line', (line) => line.record.line],
  ['start', (line) => line.start],
  ['end', (line) => line.end],
  ['text', (line) => line.text],
  ['position', (line) => line.position],
  ['kind', (line) => line.kind],
  ['fact', (line) => line.fact],
  ['depth', (line) => line.depth],
  ['tokenMass', (line) => line.tokenMass],
  ['mass', (line) => line.mass],
  ['rank', (line) => line.rank],
  ['lift', (line) => line.lift],
  ['exposure', (line) => line.exposure],
  ['referenceMass', (line) => line.referenceMass],
  ['studentMass', (line) => line.studentMass],
  ['comparison.student', (line) => line.comparison.student],
  ['comparison.reference', (line) => line.comparison.reference],
  ['pull', (line) => line.pull],
  ['status', (line) => line.status],
  ['similarity', (line) => line.similarity],
  ['forgetBits', (line) => line.forgetBits],
  ['reference', (line) => line.reference],
  ['temperature', (line) => line.temperature],
];
const ANSWER = ['answer', (line: LeakLine) => line.answer] as const;

/** One row a leak, as RFC 4180 has it. Holds no summary and no places that could not be scored. */
export function csvReport({ shown, temperature }: ReportContext): TextReport {
  const columns = shown === null ? COLUMNS : [...COLUMNS, ANSWER];
  return {
    start: csvRow(columns.map(([name]) => name)),
    add: ({ file, record, scores: { similarities } }, leaks) =>
      leaks
        .map((leak) => {
          const fact = shown?.get(leak.fact) ?? null;
          const line = leakLine(leak, { file, record, similarities, temperature, shown: fact });
          return csvRow(columns.map(([, cell]) => cell(line)));
        })
        .join(''),
    finish: () => [],
  };
}

function csvRow(cells: readonly Cell[]): string {
  return `${cells.map((cell) => (typeof cell === 'string' ? csvText(cell) : String(cell ?? ''))).join(',')}\r\n`;
}
