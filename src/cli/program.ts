import { Argument, Command, CommanderError, Option } from 'commander';
import { version } from '../../package.json';
import { DEFAULT_TARGET } from '../client/calibrate';
import { CONTINUATION_RANGE, CONTINUATION_TOKENS } from '../client/probe/runProbe';
import { IMPORT_FORMATS } from '../core/forget/import/importForgetSet';
import { KNOWN_FROM, KNOWN_RANGE } from '../core/probe/knows';
import { READABLE_FILES } from '../core/records/corpusFormat';
import { type AuditFlags, auditCommand } from './auditCommand';
import { cacheCommand, clearCacheCommand } from './cacheCommand';
import { type CalibrateFlags, calibrateCommand } from './calibrateCommand';
import { type DecisionsFlags, decisionsCommand } from './decisionsCommand';
import { DOCTOR_FORMATS, type DoctorFlags, doctorCommand } from './doctorCommand';
import type { Environment } from './environment';
import { EXIT, type ExitCode } from './exitCodes';
import { checkExportCommand, type ExportFlags, exportCleanCommand, exportLeaksCommand } from './exportCommand';
import { collectField, type ImportFlags, importCommand } from './importCommand';
import { addProbeReportFlags, type ProbeFlags, probeCommand } from './probeCommand';
import {
  addCacheFlag,
  addDecisionFlag,
  addProjectFlags,
  addScoreFlags,
  addTextFlag,
  addUnattributedFlag,
  numberIn,
  type ProjectFlags,
  wholeIn,
} from './projectFlags';
import { addReportFlags } from './reportFlags';
import { type ScanFlags, scanCommand } from './scanCommand';
import { SCAN_FORMATS } from './scanReport';

const SCAN_NOTES = `
Without FILE the corpus named in seep.json is scanned. Seep reads ${READABLE_FILES}.
Results go to standard output or to --output, everything else to standard error. docs/reports.md describes the formats.

Exit codes
  0    nothing at or above --fail-on
  1    leaks found
  2    wrong usage, configuration or model
  3    incomplete: some records could not be scored; they are listed
  130  interrupted`;

const AUDIT_NOTES = `
Without RAW and FILTERED what "audit" in seep.json names is compared. Records are paired by their texts and ids, files of two folders by
their paths. The report is described in docs/audit.md.

Exit codes
  0    nothing left at or above --fail-on
  1    leaks left in FILTERED
  2    wrong usage, configuration or model; files that do not correspond
  3    incomplete: some records could not be scored; they are listed
  130  interrupted`;

const PROBE_NOTES = `
Without --model the models that seep.json names are asked, "checkpoints" among them. Each is read by its own tokenizer. Facts without prompts are
not asked about, but listed. The report is described in docs/probe.md.

Exit codes
  0    no student and no checkpoint knows a fact (a teacher or a reference may)
  1    one of them still knows a fact
  2    wrong usage, configuration or model
  3    incomplete: some model could not be asked about some fact; they are listed
  130  interrupted`;

const EXPORT_NOTES = `
Without FILE the corpus named in seep.json is read. The format is described in docs/exports.md.

Exit codes
  0    written
  2    wrong usage, configuration or model; an export that was made for something else
  3    written, but some records could not be scored; they are listed (and not part of a clean corpus)
  130  interrupted`;

const CALIBRATE_NOTES = `
Without FILE the corpus named in seep.json is read. The calibration is written to seep.calibration.json beside seep.json; scans and
the editor take their threshold from it, unless seep.json or --threshold gives one, as long as it fits the models and the forget set.

Exit codes
  0    calibrated
  2    wrong usage, configuration or model; too few decoys; a control file that states facts
  3    calibrated, but some records could not be scored; they are listed
  130  interrupted`;
const CACHE_NOTES = `
A record that was scored before with the same models, forget set and settings is not scored again, whichever file it is in. What is kept
names what was to be forgotten: scores, the likeliest tokens where something leaks, and what probed models
said; of the corpus only hashes. SEEP_CACHE_DIR names
another folder.`;

const DECISION_NOTES = `
Decisions are made in the editor and kept in seep.decisions.jsonl beside seep.json; docs/decisions.md describes the file. They are about
a record's text, wherever it stands. One whose text is not found is kept: the text may come back.`;

const IMPORT_NOTES = `
Formats
${IMPORT_FORMATS.map(({ id, title }) => `  ${id.padEnd(6)} ${title}`).join('\n')}

JSON files hold a list of records or a record a line. See docs/forget-set.md.`;

const DOCTOR_NOTES = `
With --provider cuda, dml, coreml or webgpu it also tries that provider and says what it needs, what of that is found on this machine
and what is missing, and what to do about it. It reads files and asks nvidia-smi and ldconfig; it changes nothing.`;

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
  addReportFlags(addDecisionFlag(addCacheFlag(addUnattributedFlag(addScoreFlags(addProjectFlags(scan))))), SCAN_FORMATS)
    .addHelpText('after', SCAN_NOTES)
    .action(async (files: string[], flags: ScanFlags) => {
      code = await scanCommand(files, flags, environment, ['seep', ...args]);
    });

  const auditing = program
    .command('audit')
    .summary('say what a filter removed and what it left')
    .description('Compare a corpus before and after filtering: what was removed, what stays and still leaks.')
    .argument('[RAW]', 'file or folder before filtering')
    .argument('[FILTERED]', 'file or folder after filtering');
  addReportFlags(addDecisionFlag(addCacheFlag(addScoreFlags(addProjectFlags(auditing)))))
    .addHelpText('after', AUDIT_NOTES)
    .action(async (raw: string | undefined, filtered: string | undefined, flags: AuditFlags) => {
      code = await auditCommand(raw, filtered, flags, environment);
    });

  const probing = program
    .command('probe')
    .summary('ask each model what it still knows')
    .description("Ask each model the forget set's prompts: which one still knows what.");
  addCacheFlag(addProjectFlags(probing))
    .option('--model <dir...>', 'further models to ask: folders or patterns, such as "runs/step-*"')
    .option('--known-from <p>', 'P(answer) from which on a model counts as knowing', numberIn(KNOWN_RANGE), KNOWN_FROM)
    .option('--tokens <n>', 'longest continuation', wholeIn(CONTINUATION_RANGE), CONTINUATION_TOKENS);
  addProbeReportFlags(probing)
    .addHelpText('after', PROBE_NOTES)
    .action(async (flags: ProbeFlags) => {
      code = await probeCommand(flags, environment);
    });

  const calibrating = program
    .command('calibrate')
    .summary('fit the threshold to the corpus')
    .description(
      'Fit the threshold to the corpus: to what decoys (wrong answers of the same kind) reach there, and to a control file that you trust.',
    )
    .argument('[FILE...]', 'files or patterns');
  addCacheFlag(addTextFlag(addProjectFlags(calibrating)))
    .option('--on-policy', "the corpus is the student's own text (noted in the calibration)")
    .option('--control <file...>', 'text in which no fact is to be known: every flag there is false')
    .option(
      '--target <n>',
      'false flags per 1,000 tokens that the control files may have',
      numberIn({ minimum: 0, maximum: 1000 }),
      DEFAULT_TARGET,
    )
    .option('--output <file>', 'write the calibration here instead of where scans look for it')
    .addHelpText('after', CALIBRATE_NOTES)
    .action(async (files: string[], flags: CalibrateFlags) => {
      code = await calibrateCommand(files, flags, environment);
    });

  const exporting = program
    .command('export')
    .summary('write what training needs to keep the facts out')
    .description(
      'Write what training needs to keep the facts out: changed targets, loss masks, or a corpus without leaks.',
    )
    .addHelpText('after', EXPORT_NOTES);
  for (const [kind, what] of [
    ['redactions', 'Write the target distributions that give nothing away, for every position that leaks.'],
    ['masks', 'Write the positions to leave out of the loss.'],
  ] as const) {
    const command = exporting.command(kind).summary(what).description(what).argument('[FILE...]', 'files or patterns');
    addDecisionFlag(addCacheFlag(addUnattributedFlag(addScoreFlags(addProjectFlags(command)))))
      .option('--output <file>', 'write here instead of to standard output')
      .action(async (files: string[], flags: ExportFlags) => {
        code = await exportLeaksCommand(kind, files, flags, environment);
      });
  }
  const clean = exporting
    .command('clean')
    .summary('Copy files without their leaking records.')
    .description('Copy files without their leaking records, everything else byte for byte.')
    .argument('[FILE...]', 'files or patterns');
  addDecisionFlag(addCacheFlag(addUnattributedFlag(addScoreFlags(addProjectFlags(clean)))))
    .option('--output <file or folder>', 'write here instead of to standard output; several files need a folder')
    .action(async (files: string[], flags: ExportFlags) => {
      code = await exportCleanCommand(files, flags, environment);
    });

  const check = exporting
    .command('check')
    .summary('Check that an export fits the models and is whole.')
    .description('Check that an export was made for these models, tokenizer and forget set, and is whole.')
    .argument('<FILE>', 'an export of redactions or masks');
  addProjectFlags(check).action(async (file: string, flags: ProjectFlags) => {
    code = await checkExportCommand(file, flags, environment);
  });

  const decisions = program
    .command('decisions')
    .summary('list what was decided about leaks')
    .description('List what was decided about leaks, and which of it is about texts that are in the corpus.')
    .argument('[FILE...]', 'files or patterns')
    .addHelpText('after', DECISION_NOTES);
  addTextFlag(decisions.option('--config <file>', 'project file'))
    .option('--stale', 'print the lines of those that are about no text of the corpus')
    .action(async (files: string[], flags: DecisionsFlags) => {
      code = await decisionsCommand(files, flags, environment);
    });

  const doctor = program
    .command('doctor')
    .summary('check the runtime, the models and the forget set')
    .description('Say what is found of runtime, models, forget set and corpus, and what is broken (exit code 2).')
    .addHelpText('after', DOCTOR_NOTES);
  addProjectFlags(doctor)
    .addOption(new Option('--format <format>', 'how to report').choices(DOCTOR_FORMATS).default('table'))
    .action(async (flags: DoctorFlags) => {
      code = await doctorCommand(flags, environment);
    });

  const cache = program
    .command('cache')
    .summary('say where scores are kept, or delete them')
    .description('Say where the scores of earlier scans are kept and how much room they take.')
    .addHelpText('after', CACHE_NOTES)
    .action(async () => {
      await cacheCommand(environment);
    });
  cache
    .command('clear')
    .description('Delete all scores that are kept.')
    .action(async () => {
      await clearCacheCommand(environment);
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
