import * as vscode from 'vscode';
import { t } from '../core/l10n';
import { saveFile } from '../host/saveFile';

/** Takes numbers of the panel out of it. The page itself can neither write files nor, everywhere, reach the clipboard. */

export async function copyText(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
}

/** Asks where to save a picture. @param png in base64 */
export async function savePicture(png: string): Promise<void> {
  const target = await vscode.window.showSaveDialog({
    title: t('Save the distributions as a picture'),
    filters: { [t('PNG picture')]: ['png'] },
  });
  if (target) {
    await saveFile(target, Buffer.from(png, 'base64'));
  }
}
