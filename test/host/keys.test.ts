import assert from 'node:assert/strict';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { extension } from './window';

const Keybinding = v.object({ key: v.string(), command: v.string() });

describe('our keys', () => {
  const own = v.parse(
    v.object({ contributes: v.object({ keybindings: v.array(Keybinding) }) }),
    extension().packageJSON,
  ).contributes.keybindings;

  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('are none that VS Code or what comes with it has already', async () => {
    await vscode.commands.executeCommand('workbench.action.openDefaultKeybindingsFile');
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    // JSON with comments, a line each; the commands that have no key stand behind it as comments.
    const json = text.replaceAll(/^\s*\/\/.*$/gm, '');
    const all = v.parse(v.array(Keybinding), JSON.parse(json));
    assert.ok(all.length > 500, `${all.length} keys`);
    for (const { key, command } of own) {
      assert.ok(
        all.some((each) => each.key === key && each.command === command),
        `${command} has no key`,
      );
      const others = all.filter((each) => each.key === key || each.key.startsWith(`${key} `));
      assert.deepEqual(
        others.filter((each) => each.command !== command),
        [],
      );
    }
  });
});
