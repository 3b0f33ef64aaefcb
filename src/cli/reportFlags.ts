import { type Command, Option } from 'commander';
import { FAIL_ON, type FailOn } from './exitCodes';

/** What every report can be written as. */
export const FORMATS = ['table', 'jsonl', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** How a command reports what it finds, and what it counts as failing. */
export interface ReportFlags<F extends string = Format> {
  readonly format: F;
  readonly output?: string;
  readonly failOn: FailOn;
  readonly showAnswers?: boolean;
}

export function addReportFlags(command: Command, formats: readonly string[] = FORMATS): Command {
  return command
    .addOption(new Option('--format <format>', 'how to report').choices(formats).default('table'))
    .option('--output <file>', 'write the report here instead of to standard output')
    .addOption(new Option('--fail-on <what>', 'leaks that count for the exit code').choices(FAIL_ON).default('any'))
    .option('--show-answers', 'name subjects and answers in the report (it then tells what was to be forgotten)');
}
