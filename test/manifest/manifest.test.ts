import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { PROVIDERS } from '../../src/core/config/parseConfig';
import {
  CONFIG_FILE,
  Colors,
  Commands,
  ContextKeys,
  PageTypes,
  RECORD_SCHEME,
  REPORT_EDITOR,
  Settings,
  Views,
} from '../../src/host/ids';
import { DEFAULTS } from '../../src/host/settingDefaults';
import { repoRoot } from '../repoRoot';

const strings = v.record(v.string(), v.string());
const Item = v.object({ command: v.string(), when: v.optional(v.string()), group: v.optional(v.string()) });
const Manifest = v.object({
  icon: v.string(),
  engines: v.object({ vscode: v.string() }),
  activationEvents: v.array(v.string()),
  extensionKind: v.array(v.string()),
  capabilities: v.object({
    untrustedWorkspaces: v.object({ supported: v.string(), description: v.string() }),
    virtualWorkspaces: v.object({ supported: v.boolean(), description: v.string() }),
  }),
  contributes: v.object({
    commands: v.array(
      v.object({
        command: v.string(),
        title: v.string(),
        category: v.string(),
        enablement: v.optional(v.string()),
        icon: v.optional(v.string()),
      }),
    ),
    menus: v.record(v.string(), v.array(Item)),
    keybindings: v.array(v.object({ command: v.string(), key: v.string(), when: v.string() })),
    viewsContainers: v.object({ activitybar: v.array(v.object({ id: v.string(), icon: v.string() })) }),
    views: v.record(v.string(), v.array(v.object({ id: v.string(), icon: v.string() }))),
    viewsWelcome: v.array(v.object({ view: v.string(), when: v.string(), contents: v.string() })),
    customEditors: v.array(
      v.object({
        viewType: v.string(),
        selector: v.array(v.object({ filenamePattern: v.string() })),
        priority: v.string(),
      }),
    ),
    colors: v.array(v.object({ id: v.string(), description: v.string(), defaults: strings })),
    configuration: v.object({
      properties: v.record(
        v.string(),
        v.object({
          default: v.unknown(),
          markdownDescription: v.string(),
          scope: v.string(),
          enum: v.optional(v.array(v.string())),
          markdownEnumDescriptions: v.optional(v.array(v.string())),
        }),
      ),
    }),
    jsonValidation: v.array(v.object({ fileMatch: v.string(), url: v.string() })),
    walkthroughs: v.array(
      v.object({
        id: v.string(),
        steps: v.array(
          v.object({
            id: v.string(),
            title: v.string(),
            description: v.string(),
            media: v.object({ markdown: v.string() }),
            completionEvents: v.array(v.string()),
          }),
        ),
      }),
    ),
  }),
});

const written = readFileSync(join(repoRoot, 'package.json'), 'utf8');
const english = wordsOf('package.nls.json');
/** As VS Code reads it where it speaks English. */
const manifest = v.parse(
  Manifest,
  JSON.parse(written, (_, value: unknown) =>
    typeof value === 'string' ? value.replace(/^%(.+)%$/, (_whole, key: string) => english[key] ?? '') : value,
  ),
);
const { contributes } = manifest;
const { commands, menus, keybindings, viewsWelcome, walkthroughs } = contributes;
const items = Object.values(menus).flat();

/** Commands and context keys of VS Code itself that package.json may name. */
const OWN_OF_VSCODE = {
  commands: ['vscode.openFolder', 'workbench.trust.manage'],
  keys: [
    'explorerResourceIsFolder',
    'resourceExtname',
    'resourceFilename',
    'resourceScheme',
    'view',
    'viewItem',
    'editorTextFocus',
    'isWorkspaceTrusted',
    'workspaceFolderCount',
    'listDoubleSelection',
  ],
  viewItems: ['leak', 'place', 'record', 'fact', 'file', 'decided', 'decidedLeak'],
};

function wordsOf(file: string): Readonly<Record<string, string>> {
  return v.parse(strings, JSON.parse(readFileSync(join(repoRoot, file), 'utf8')));
}

const sorted = (values: Iterable<string>) => [...values].sort();

function sources(folder: string): { path: string; text: string }[] {
  return readdirSync(join(repoRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path, text: readFileSync(join(repoRoot, folder, path), 'utf8') }));
}

function documents(folder: string): string[] {
  return readdirSync(join(repoRoot, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => readFileSync(join(repoRoot, folder, name), 'utf8'));
}

describe('package.json', () => {
  it('contributes exactly the commands that the code knows', () => {
    assert.deepEqual(sorted(commands.map(({ command }) => command)), sorted(Object.values(Commands)));
  });

  it('says nothing in words of its own: they are in package.nls.json, each of them used', () => {
    const used = [...written.matchAll(/"%([\w.]+)%"/g)].map(([, key = '']) => key);
    assert.deepEqual(sorted(new Set(used)), sorted(Object.keys(english)));
    const visible = /"(?:title|shortTitle|contextualTitle|label|contents|(?:markdownD|d)escription)": "(?!%)([^"]*)"/g;
    const plain = [...written.matchAll(visible)].map(([, words = '']) => words);
    assert.deepEqual([...new Set(plain)], ['Seep'], 'a name is no word');
  });

  it('has a handler for every command', () => {
    const code = sources('src')
      .map(({ text }) => text)
      .join('\n');
    for (const name of Object.keys(Commands)) {
      assert.match(code, new RegExp(`errors\\.command\\(Commands\\.${name}\\b`), `nobody registers Commands.${name}`);
    }
  });

  it('names every command in words of its own, under one category', () => {
    for (const { command, title, category } of commands) {
      assert.ok(/^[A-Z]/.test(title), `${command} needs a title`);
      assert.equal(category, 'Seep');
      assert.ok(!title.startsWith('Seep'), `${command}: VS Code puts the category in front`);
    }
    assert.equal(new Set(commands.map(({ title }) => title)).size, commands.length);
  });

  it('has every command in the palette but those that need what is clicked or selected, which keys reach elsewhere', () => {
    const hidden = menus.commandPalette?.filter(({ when }) => when === 'false').map(({ command }) => command);
    // Enter in the Leaks view, the status bar, the explorer's context menu.
    assert.deepEqual(sorted(hidden ?? []), sorted([Commands.revealLeak, Commands.showMenu, Commands.auditSelected]));
  });

  it('lists its keys in the README, and names commands there as the palette does', () => {
    const readme = readFileSync(join(repoRoot, 'README.md'), 'utf8');
    const keys = readme.slice(readme.indexOf('## Keys')).split('\n## ')[0] ?? '';
    for (const { key } of keybindings) {
      assert.ok(keys.toLowerCase().includes(`\`${key}\``), key);
    }
    const titles = new Map(commands.map(({ title, command }) => [title, command]));
    for (const text of [readme, ...documents('docs')]) {
      for (const [, name = ''] of text.matchAll(/\*\*Seep: ([^*]+)\*\*/g)) {
        assert.ok(titles.has(name), `**Seep: ${name}**`);
      }
    }
  });

  it('runs where the files are, on a remote machine too', () => {
    assert.deepEqual(manifest.extensionKind, ['workspace']);
  });

  it('refers only to commands that exist', () => {
    const known: readonly string[] = [...Object.values(Commands), ...OWN_OF_VSCODE.commands];
    for (const { command } of [...items, ...keybindings]) {
      assert.ok(known.includes(command), command);
    }
    const texts = [
      ...viewsWelcome.map(({ contents }) => contents),
      ...walkthroughs.flatMap(({ steps }) => steps.map(({ description }) => description)),
    ];
    for (const [, command = ''] of texts.join('\n').matchAll(/\(command:([\w.]+)/g)) {
      assert.ok(known.includes(command), command);
    }
    for (const event of walkthroughs.flatMap(({ steps }) => steps.flatMap((step) => step.completionEvents))) {
      assert.ok(known.includes(event.replace(/^onCommand:/, '')), event);
    }
  });

  it('uses only context keys that exist', () => {
    const known: readonly string[] = [...Object.values(ContextKeys), ...OWN_OF_VSCODE.keys];
    const clauses = [
      ...items.map(({ when }) => when ?? ''),
      ...keybindings.map(({ when }) => when),
      ...viewsWelcome.map(({ when }) => when),
      ...commands.map(({ enablement }) => enablement ?? ''),
    ];
    for (const clause of clauses.filter((each) => each !== '' && each !== 'false')) {
      for (const term of clause.split(/&&|\|\|/).map((each) => each.trim())) {
        const [, key = term, , value] = /^!?([\w.]+)(?: (==|=~|>) (.+))?$/.exec(term) ?? [];
        assert.ok(known.includes(key), `"${key}" in "${clause}"`);
        if (key === 'view') {
          assert.ok(sorted(Object.values(Views)).includes(value ?? ''), clause);
        }
        if (key === 'viewItem') {
          for (const item of (value ?? '').replace(/^\/\^\(?|\)?\$\/$/g, '').split('|')) {
            assert.ok(OWN_OF_VSCODE.viewItems.includes(item), clause);
          }
        }
      }
    }
    const used = clauses.join(' ');
    for (const key of Object.values(ContextKeys)) {
      assert.ok(used.includes(key), `nothing asks for ${key}`);
    }
  });

  it('has no id written out in the code besides ids.ts', () => {
    for (const { path, text } of [...sources('src/host'), ...sources('src/features')]) {
      const literal = path === 'ids.ts' ? null : /['`]seep\.(?!json)[a-z][\w.]*['`]/.exec(text);
      assert.equal(literal, null, `${path}: ${literal?.[0]}`);
    }
  });

  it('contributes the settings that the code reads, with the same defaults', () => {
    const { properties } = contributes.configuration;
    assert.deepEqual(sorted(Object.keys(properties)), sorted(Object.values(Settings).map((name) => `seep.${name}`)));
    for (const [name, value] of Object.entries(DEFAULTS)) {
      assert.deepEqual(properties[`seep.${name}`]?.default, value, name);
    }
    const provider = properties[`seep.${Settings.provider}`];
    assert.deepEqual(provider?.enum, ['project', ...PROVIDERS]);
    assert.equal(provider?.markdownEnumDescriptions?.length, provider?.enum?.length);
    for (const name of [Settings.provider, Settings.threads]) {
      assert.equal(properties[`seep.${name}`]?.scope, 'machine', 'what a machine has is not for a workspace to say');
    }
  });

  it('gives every colour a default in all four kinds of theme', () => {
    assert.deepEqual(sorted(contributes.colors.map(({ id }) => id)), sorted(Object.values(Colors)));
    for (const { id, defaults, description } of contributes.colors) {
      assert.deepEqual(sorted(Object.keys(defaults)), ['dark', 'highContrast', 'highContrastLight', 'light'], id);
      for (const color of Object.values(defaults)) {
        assert.match(color, /^#[0-9A-F]{6}(?:[0-9A-F]{2})?$/i, id);
      }
      assert.match(description, /\.$/, id);
    }
  });

  it('has keys only where they mean something', () => {
    for (const { command, when } of keybindings) {
      assert.ok(when.includes(ContextKeys.fileHasLeaks) || when === `resourceScheme == ${RECORD_SCHEME}`, command);
    }
  });

  it('contributes the view, and activates for the pages of an earlier session, each of which has its bundle', () => {
    const views = Object.values(contributes.views).flat();
    assert.deepEqual(
      views.map(({ id }) => id),
      Object.values(Views),
    );
    assert.deepEqual(manifest.activationEvents, [
      `workspaceContains:${CONFIG_FILE}`,
      ...Object.values(PageTypes).map((type) => `onWebviewPanel:${type}`),
    ]);
    assert.deepEqual(readdirSync(join(repoRoot, 'webview-ui/pages')).sort(), Object.keys(PageTypes).sort());
  });

  it('offers to show reports, by the names that it gives them, and takes no file that people open', () => {
    const shown = contributes.customEditors.map(({ viewType, selector, priority }) => {
      return [viewType, priority, ...selector.map(({ filenamePattern }) => filenamePattern)];
    });
    assert.deepEqual(shown, [[REPORT_EDITOR, 'option', 'seep-report*.html', '*.report.html']]);
  });

  it('welcomes people in every state of the view, and once', () => {
    // One clause or none holds for each combination of what the clauses ask for.
    const names = ['isWorkspaceTrusted', ContextKeys.hasResults, ContextKeys.hasProject, ContextKeys.filtered];
    for (let bits = 0; bits < 2 ** names.length; bits++) {
      for (const folders of [0, 1]) {
        const state = new Map(names.map((name, i) => [name, (bits & (1 << i)) !== 0]));
        const holds = (term: string) => {
          if (term.startsWith('workspaceFolderCount')) {
            return term.endsWith('== 0') ? folders === 0 : folders > 0;
          }
          return term.startsWith('!') ? !state.get(term.slice(1)) : (state.get(term) ?? false);
        };
        const shown = viewsWelcome.filter(({ when }) => when.split(' && ').every(holds));
        assert.equal(shown.length, 1, `${JSON.stringify([...state])}, ${folders} folders`);
      }
    }
  });

  it('does little in an untrusted workspace, and says so', () => {
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
    assert.equal(manifest.capabilities.virtualWorkspaces.supported, false);
  });

  it('names files that exist', () => {
    const files = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...Object.values(contributes.views).flatMap((views) => views.map(({ icon }) => icon)),
      ...contributes.jsonValidation.map(({ url }) => url),
      ...walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.markdown)),
    ];
    for (const file of files) {
      assert.ok(existsSync(join(repoRoot, file)), file);
    }
    assert.equal(contributes.jsonValidation[0]?.fileMatch, CONFIG_FILE);
  });

  it('has an icon that the marketplace accepts', () => {
    const png = readFileSync(join(repoRoot, manifest.icon));
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    assert.ok(width >= 128 && width === height, `${width} x ${height}`);
  });
});
