import * as vscode from 'vscode';
import { grouped, plural, t } from '../../core/l10n';
import { share } from '../../core/report/share';
import { type ActPlan, actWords } from '../../host/actPlan';
import type { ActExample } from '../../host/actTally';
import { documentName } from '../../host/corpusDocuments';
import { Commands } from '../../host/ids';
import { entryTitle, leaksInWords, secretName } from '../leakText';
import type { LeakPlace } from '../navigation';

/** Files, and facts, that are listed; the rest is counted. */
const MOST_ROWS = 50;

/** The entry that has the act done. */
export const APPLY = t('Apply');

interface Row extends vscode.QuickPickItem {
  /** What is opened if it is picked. */
  readonly example?: ActExample;
}

/**
 * Asks whether to do what a plan says. Lists how much that is in each file and of each fact, and some records; whichever of them is picked
 * opens, and the question is asked again.
 * @param mostShown decisions that the editor shows
 */
export async function askToApply(plan: ActPlan, title: string, mostShown: number): Promise<boolean> {
  const decisions = [...plan.decisions.values()].reduce((sum, { size }) => sum + size, 0);
  const placeHolder =
    decisions > mostShown
      ? t('The editor shows the first {0} of {1} decisions', grouped(mostShown), grouped(decisions))
      : t('The editor shows what would change');
  const apply: Row = { label: APPLY, description: plan.words };
  const rows = [apply, { label: t('Cancel'), description: t('change nothing') }, ...rowsOf(plan)];
  for (;;) {
    const picked = await vscode.window.showQuickPick<Row>(rows, { title, placeHolder, ignoreFocusOut: true });
    if (picked?.example === undefined) {
      return picked === apply;
    }
    await vscode.commands.executeCommand(Commands.revealLeak, placeOf(picked.example));
  }
}

function rowsOf({ files, facts, examples }: ActPlan): Row[] {
  return [
    ...section(t('files'), files, (file) => ({
      label: documentName(vscode.Uri.parse(file.uri)),
      description: `${actWords(file)} · ${plural(file.records, '{0} record', '{0} records')}`,
      example: file.example,
    })),
    ...section(t('facts'), facts, ({ fact: id, project, leaks, example }) => {
      const fact = project.facts.find((each) => each.id === id);
      return {
        label: secretName(id, fact),
        description: `${entryTitle(id, fact)} · ${leaksInWords(leaks)}`,
        example,
      };
    }),
    ...section(t('examples'), examples, (example) => ({
      label: `${documentName(vscode.Uri.parse(example.uri))}:${example.line}`,
      description:
        example.fact === null ? '' : `${entryTitle(example.fact, undefined)} · ${t('{0} lift', share(example.lift))}`,
      example,
    })),
  ];
}

function section<T>(label: string, items: readonly T[], row: (item: T) => Row): Row[] {
  const heading = (words: string) => ({ label: words, kind: vscode.QuickPickItemKind.Separator });
  const left = items.length - MOST_ROWS;
  return items.length === 0
    ? []
    : [
        heading(label),
        ...items.slice(0, MOST_ROWS).map(row),
        ...(left > 0 ? [heading(t('and {0} more', grouped(left)))] : []),
      ];
}

function placeOf({ uri, record, start, end, line }: ActExample): LeakPlace {
  return { uri, record, start, end, line };
}
