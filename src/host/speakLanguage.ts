import * as vscode from 'vscode';
import { speak } from '../core/l10n';

// VS Code has a bundle where it is set to a language that Seep is translated into. Figures go with the words.
const { bundle } = vscode.l10n;
if (bundle !== undefined) {
  speak({ tag: vscode.env.language, messages: bundle });
}
