import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { marksOf } from '../../src/features/marks';
import { Commands } from '../../src/host/ids';
import { jsonl, leakyGolden, makeProject, scanned, seep, show, until } from './window';

const RECORDS = 600;

describe('a file that is open on both sides of a split', () => {
  const [record] = leakyGolden('shadow');
  assert.ok(record);

  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  /** Lines of the document in which an editor has marks. */
  async function markedLines(editor: vscode.TextEditor): Promise<readonly number[]> {
    const { decorations } = await seep();
    return decorations.drawnIn(editor).marks.map(({ start }) => editor.document.positionAt(start).line);
  }

  const sees = async (editor: vscode.TextEditor, line: number) => (await markedLines(editor)).includes(line);

  it('is marked on both, each where it has been scrolled to, and cleared on both', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const folder = makeProject('split', { files: { 'a.jsonl': jsonl(...Array(RECORDS).fill(record.text)) } });
    const { document } = await show(folder, 'a.jsonl');
    const analysis = await scanned(document);
    assert.ok(marksOf(analysis).length >= RECORDS);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.Two);
    const both = () => vscode.window.visibleTextEditors.filter((editor) => editor.document === document);
    const [left, right] = await until('two editors', () => (both().length === 2 ? both() : null));
    assert.ok(left && right);
    await until('marks on both sides', async () => (await sees(left, 0)) && (await sees(right, 0)));

    const last = RECORDS - 1;
    const end = new vscode.Range(last, 0, last, 0);
    right.revealRange(end);
    await until('marks where the right side has been scrolled to', () => sees(right, last));
    assert.deepEqual([await sees(left, 0), await sees(left, last)], [true, false], 'the left side stays');
    left.revealRange(end);
    await until('marks where the left side has been scrolled to', () => sees(left, last));

    await right.edit((edit) =>
      edit.insert(new vscode.Position(last, document.lineAt(last).text.indexOf(record.text)), 'x'),
    );
    await until(
      'no marks in the edited record on either side',
      async () => !(await sees(left, last)) && !(await sees(right, last)),
    );
    await until('its new marks on both', async () => (await sees(left, last)) && (await sees(right, last)));

    await vscode.commands.executeCommand(Commands.clearMarks, document.uri);
    await until('no marks', async () => [...(await markedLines(left)), ...(await markedLines(right))].length === 0);
  });
});
