import * as vscode from 'vscode';
import { SeepError } from '../../core/errors';
import { t } from '../../core/l10n';
import type { DecidedAct } from '../../host/actHistory';
import type { ActPlan } from '../../host/actPlan';
import { documentName } from '../../host/corpusDocuments';
import type { Decisions } from '../../host/decisions';
import type { ActPreview } from './actPreview';

/**
 * Does what a plan says, all of it or nothing: the text in one step that VS Code can undo, decisions in one that
 * {@link Decisions.undo} can. Files are edited in memory and left for people to save.
 */
export class Acts {
  constructor(
    private readonly decisions: Decisions,
    private readonly preview: ActPreview,
  ) {}

  /**
   * Acts at once on one record; on several only after a preview.
   * @returns what was decided; null: nothing, it was an act on the text alone
   * @throws SeepError `cancelled` where the preview is not applied, and why it cannot be done
   */
  async perform(plan: ActPlan): Promise<DecidedAct | null> {
    if (plan.records > 1 && !(await this.preview.confirm(plan))) {
      throw new SeepError('cancelled', 'Cancelled.');
    }
    await requireUnchanged(plan);
    const decided = plan.decisions.size > 0 ? await this.decisions.change(plan.decisions, plan.words) : null;
    try {
      await replaceTexts(plan);
    } catch (error) {
      if (decided !== null) {
        await this.decisions.undo(decided);
      }
      throw error;
    }
    return decided;
  }
}

/** Nothing that somebody else has written meanwhile is overwritten or decided upon unseen. */
async function requireUnchanged({ files }: ActPlan): Promise<void> {
  for (const file of files) {
    if (!(await file.isUnchanged())) {
      const uri = vscode.Uri.parse(file.uri);
      throw new SeepError(
        'file',
        t(
          '{0} has changed since this was previewed: nothing was done, in no file. Scan it and try again.',
          documentName(uri),
        ),
        uri.fsPath,
      );
    }
  }
}

async function replaceTexts({ files }: ActPlan): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const edited = files.flatMap(({ edits }) => edits ?? []);
  for (const { document, replacements } of edited) {
    for (const { start, end, text } of replacements) {
      edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
    }
  }
  if (edit.size > 0 && !(await vscode.workspace.applyEdit(edit))) {
    const names = edited.map(({ document }) => documentName(document.uri)).join(', ');
    throw new SeepError(
      'file',
      t('VS Code did not accept the change of {0}; is the file read-only? Nothing was changed.', names),
    );
  }
}
