import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { LAST_ENDINGS } from '../core/records/corpusFormat';
import { calibrateProject } from '../host/calibration';
import { chooseProject } from '../host/chooseProject';
import type { Engines } from '../host/engines';
import type { ErrorReporter } from '../host/errors';
import { Commands } from '../host/ids';
import { withProgress } from '../host/progress';
import type { Projects } from '../host/projects';

/** Fits the threshold of a project to its corpus; marks follow at once. */
export function registerCalibrate(
  context: vscode.ExtensionContext,
  projects: Projects,
  engines: Engines,
  errors: ErrorReporter,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const calibrate = async (control: readonly vscode.Uri[]) => {
    const configPath = await chooseProject(projects, t('Calibrate the threshold of which project?'));
    const { words, path } = await withProgress(t('Seep: calibrating'), (signal, onProgress) =>
      calibrateProject(configPath, projects, engines, { seep: versionOf(context), control, signal, onProgress, log }),
    );
    const open = t('Open Calibration');
    void vscode.window.showInformationMessage(t('Seep: {0}', words.join(' ')), open).then((picked) => {
      if (picked === open) {
        void vscode.window.showTextDocument(vscode.Uri.file(path));
      }
    });
  };
  return vscode.Disposable.from(
    errors.command(Commands.calibrate, () => calibrate([])),
    errors.command(Commands.calibrateWithControl, async (control?: readonly vscode.Uri[]) => {
      const files =
        control ??
        (await vscode.window.showOpenDialog({
          title: t('Text in Which None of the Facts Is to Be Known'),
          openLabel: t('Calibrate'),
          canSelectMany: true,
          filters: { [t('Corpus Files')]: LAST_ENDINGS.map((ending) => ending.slice(1)) },
        }));
      if (files === undefined) {
        throw new SeepError('cancelled', 'Cancelled.');
      }
      await calibrate(files);
    }),
  );
}

function versionOf({ extension }: vscode.ExtensionContext): string {
  return String((extension.packageJSON as { version?: unknown }).version);
}
