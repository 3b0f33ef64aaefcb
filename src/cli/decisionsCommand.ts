import { sha256 } from '../client/calibration';
import { readSoundDecisions } from '../client/decisionsFile';
import { loadSettings } from '../client/project';
import { readCorpus } from '../client/readCorpus';
import { DECISIONS_FILE, type Decision } from '../core/decisions/decision';
import { decisionsText } from '../core/decisions/writeDecisions';
import { grouped } from '../core/l10n';
import { visibleText } from '../core/report/visibleText';
import { count } from './count';
import type { Environment } from './environment';
import { EXIT, type ExitCode } from './exitCodes';
import { findInputs } from './findInputs';
import { StreamOutput } from './output';
import { shownPath } from './paths';
import { configPathOf, overridesOf, type ProjectFlags } from './projectFlags';
import { headThatFits, styleFor } from './terminal';
import { textTable } from './textTable';

export interface DecisionsFlags extends Pick<ProjectFlags, 'config' | 'textField'> {
  readonly stale?: boolean;
}

/** `seep decisions`: what has been decided, and which of it is about texts that are still in the corpus. Loads no model. */
export async function decisionsCommand(
  args: readonly string[],
  flags: DecisionsFlags,
  { stdout, signal, messages }: Environment,
): Promise<ExitCode> {
  const settings = await loadSettings(configPathOf(flags), overridesOf(flags), shownPath);
  const decisions = [...(await readSoundDecisions(settings.decisionsPath, shownPath)).values()];
  if (decisions.length === 0) {
    messages.say(`Nothing is decided: there are no decisions in ${DECISIONS_FILE}.`);
    return EXIT.clean;
  }
  const decided = new Set(decisions.map(({ record }) => record));
  const places = new Map<string, string>();
  for (const { path, file, format } of await findInputs(args, settings)) {
    for await (const { records } of readCorpus(path, format, settings.corpus.textField, { signal })) {
      for (const { text, line } of records) {
        const hash = sha256(text);
        if (decided.has(hash) && !places.has(hash)) {
          places.set(hash, `${file}:${line}`);
        }
      }
    }
  }
  const stale = decisions.filter(({ record }) => !places.has(record));
  const listed = flags.stale === true ? stale : decisions;
  const output = new StreamOutput(stdout);
  if (flags.stale === true) {
    for (const piece of decisionsText(listed)) {
      await output.write(piece);
    }
  } else {
    await output.write(`${table(listed, places, styleFor(stdout).bold).join('\n')}\n`);
  }
  messages.say(
    `${count(decisions.length, 'decision')}: ${grouped(decisions.length - stale.length)} on records of these files, ${grouped(stale.length)} on texts that are not in them.`,
  );
  return EXIT.clean;
}

const WIDEST = 40;

function table(
  decisions: readonly Decision[],
  places: ReadonlyMap<string, string>,
  bold: (text: string) => string,
): string[] {
  const cell = (text: string) => ({ text: headThatFits(visibleText(text), WIDEST) });
  return textTable(
    [
      { title: 'decision', align: 'left' },
      { title: 'fact', align: 'left' },
      { title: 'place', align: 'left' },
      { title: 'reason', align: 'left' },
    ],
    decisions.map(({ action, fact, record, file, line, reason }) => [
      cell(action),
      cell(fact ?? ''),
      cell(places.get(record) ?? `not found (was ${file ?? '?'}:${line ?? '?'})`),
      cell(reason ?? ''),
    ]),
    bold,
  );
}
