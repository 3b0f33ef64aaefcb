import * as vscode from 'vscode';
import type { FileAnalysis } from '../host/fileAnalysis';
import { setting } from '../host/settings';
import { marksOf } from './marks';

/** How many marks may be drawn in a file. */
export function markLimit(uri: vscode.Uri): number {
  return Math.max(1, setting('maxHighlights', uri));
}

/** How many marks of a file the cap leaves out. */
export function hiddenMarks(analysis: FileAnalysis): number {
  return Math.max(0, marksOf(analysis).length - markLimit(vscode.Uri.parse(analysis.uri)));
}
