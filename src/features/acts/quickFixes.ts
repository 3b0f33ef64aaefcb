import * as vscode from 'vscode';
import { t } from '../../core/l10n';
import { leaksAt } from '../../host/actPlaces';
import type { AnalysisStore } from '../../host/analysisStore';
import { type CommandId, Commands } from '../../host/ids';
import { placeIn } from './actScope';

const ON_LEAKS: readonly (readonly [CommandId, string])[] = [
  [Commands.maskLeak, t('Mask this place')],
  [Commands.ignoreLeak, t('Ignore this leak…')],
  [Commands.redactLeak, t('Redact this span')],
];

const ON_RECORDS: readonly (readonly [CommandId, string])[] = [
  [Commands.markReviewed, t('Mark this record as reviewed')],
  [Commands.leaveOutRecord, t('Leave this record out of exports')],
  [Commands.dropRecord, t('Drop this record')],
];

/** The acts behind the light bulb and Ctrl+. wherever something leaks, and the way back where something is decided. */
export class QuickFixes implements vscode.CodeActionProvider {
  constructor(private readonly store: AnalysisStore) {}

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const offset = document.offsetAt(range.start);
    const entry = this.store.get(document.uri)?.recordAt(offset);
    if (entry === undefined || entry.edited) {
      return [];
    }
    const uri = document.uri.toString();
    const mended = diagnostics.filter(({ source }) => source === 'Seep');
    const actions = (commands: typeof ON_LEAKS, place: ReturnType<typeof placeIn>) =>
      commands.map(([command, title]) => {
        const action = new vscode.CodeAction(t('Seep: {0}', title), vscode.CodeActionKind.QuickFix);
        action.command = { command, title, arguments: [place] };
        action.diagnostics = mended;
        return action;
      });
    const onRecord = placeIn(uri, entry, 'record');
    return [
      ...(leaksAt(entry, offset).length > 0 ? actions(ON_LEAKS, placeIn(uri, entry, 'place', offset)) : []),
      ...(entry.leaks.length > 0 ? actions(ON_RECORDS, onRecord) : []),
      ...(entry.decisions.length > 0
        ? actions([[Commands.takeBack, t('Take back what is decided here')]], onRecord)
        : []),
    ];
  }
}
