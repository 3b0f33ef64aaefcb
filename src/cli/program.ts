import { Argument, Command, CommanderError, Option } from 'commander';
import { version } from '../../package.json';
import { IMPORT_FORMATS } from '../core/forget/import/importForgetSet';
import { DOCTOR_FORMATS, type DoctorFlags, doctorCommand } from './doctorCommand';
import type { Environment } from './environment';
import { EXIT, type ExitCode } from './exitCodes';
import { collectField, type ImportFlags, importCommand } from './importCommand';
import { addProjectFlags, addScoreFlags } from './projectFlags';
import { FAIL_ON, type ScanFlags, scanCommand } from './scanCommand';
import { FORMATS } from './scanReport';

const SCAN_NOTES = `
Without FILE the corpus named in seep.json is scanned. Files end in .jsonl, .txt or .md.
Results go to standard output or to --output, everything else to standard error.

Exit codes
  0    nothing at or above --fail-on
  1    leaks found
  2    wrong usage, configuration or model
  3    incomplete: some records could not be scored; they are listed
  130  interrupted`;

const IMPORT_NOTES = `
Formats
${IMPORT_FORMATS.map(({ id, title }) => `  ${id.padEnd(6)} ${title}`).join('\n')}

JSON files hold a list of records or a record a line. See docs/forget-set.md.`;

/** Runs one command line (without the interpreter and the script). Rejects with SeepError for errors meant for people. */
export async function runProgram(args: readonly string[], environment: Environment): Promise<ExitCode> {
  const { stdout, messages } = environment;
  let code: ExitCode = EXIT.clean;
  const program = new Command('seep')
    .description(
      "Find the tokens where a teacher model's predictions give away facts that you filtered out of the text.",
    )
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => messages.say(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, 'seep: ')),
    });

  const scan = program
    .command('scan')
    .summary('score files for leaks')
    .description('Score files for leaks of the forget set.')
    .argument('[FILE...]', 'files or patterns');
  addScoreFlags(addProjectFlags(scan))
    .addOption(new Option('--format <format>', 'how to report').choices(FORMATS).default('table'))
    .option('--output <file>', 'write the report here instead of to standard output')
    .addOption(new Option('--fail-on <what>', 'leaks that count for the exit code').choices(FAIL_ON).default('any'))
    .option('--show-answers', 'name subjects and answers in the report (it then tells what was to be forgotten)')
    .addHelpText('after', SCAN_NOTES)
    .action(async (files: string[], flags: ScanFlags) => {
      code = await scanCommand(files, flags, environment);
    });

  const doctor = program
    .command('doctor')
    .summary('check the runtime, the models and the forget set')
    .description('Say what is found of runtime, models, forget set and corpus, and what is broken (exit code 2).');
  addProjectFlags(doctor)
    .addOption(new Option('--format <format>', 'how to report').choices(DOCTOR_FORMATS).default('table'))
    .action(async (flags: DoctorFlags) => {
      code = await doctorCommand(flags, environment);
    });

  program
    .command('import')
    .summary('make a forget set of a benchmark, a list or a CSV file')
    .description('Make a forget set of a file: of a benchmark for unlearning, of a plain list or of CSV.')
    .addArgument(new Argument('<format>', 'what the file is').choices(IMPORT_FORMATS.map(({ id }) => id)))
    .argument('<file>', 'the file')
    .option('--output <file>', 'write the forget set here instead of to standard output')
    .option('--force', 'write over a file that is there already')
    .option(
      '--field <key=column>',
      'read a column of a CSV file as this key of a fact; may be given several times',
      collectField,
    )
    .addHelpText('after', IMPORT_NOTES)
    .action(async (format: string, file: string, flags: ImportFlags) => {
      code = await importCommand(format, file, flags, environment);
    });

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said what is wrong, or has shown the help that was asked for.
      return error.exitCode === 0 ? EXIT.clean : EXIT.error;
    }
    throw error;
  }
  return code;
}
