import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { repoRoot } from '../repoRoot';

type Layer = 'core' | 'protocol' | 'engine' | 'client' | 'host' | 'features' | 'cli' | 'webview-ui' | 'extension';

/** Who may import whom, beside itself. "node" stands for Node's own modules. */
const ALLOWED: Record<Layer, readonly string[]> = {
  core: ['@eslint-community/regexpp', 'csv-parse'],
  protocol: ['core', 'valibot'],
  engine: ['core', 'protocol', 'node', 'onnxruntime-node', '@huggingface/tokenizers'],
  client: ['core', 'protocol', 'node', 'tinyglobby', 'fzstd', 'hyparquet', 'hyparquet-compressors'],
  host: ['core', 'protocol', 'client', 'node', 'vscode', 'valibot', 'package.json'],
  features: ['core', 'protocol', 'host', 'node', 'vscode'],
  cli: ['core', 'protocol', 'client', 'node', 'commander', 'tinyglobby', 'picocolors', 'string-width', 'package.json'],
  'webview-ui': ['core', 'protocol', 'preact', '@preact/signals', 'd3-scale'],
  extension: ['host', 'features', 'vscode'],
};

/** What may be named but not called: a project is data that the host hands to the features. */
const TYPES_ALLOWED: Partial<Record<Layer, readonly string[]>> = { features: ['client'] };

/** One import, `from` and local `to` as paths from the root; `to` of a package is its name. */
interface Edge {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function layerOf(path: string): Layer {
  if (path === 'src/extension.ts') return 'extension';
  const name = path.startsWith('webview-ui/') ? 'webview-ui' : path.split('/')[1];
  assert.ok(name !== undefined && name in ALLOWED, `${path} lies in none of the known folders`);
  return name as Layer;
}

function sources(): string[] {
  return ['src', 'webview-ui'].flatMap((folder) =>
    readdirSync(join(repoRoot, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
      .filter((path) => /\.tsx?$/.test(path)),
  );
}

/** Imports as the text says them: types too, which leave no trace in a bundle, and files that no bundle reaches. */
function importsOf(path: string): Edge[] {
  const text = readFileSync(join(repoRoot, path), 'utf8');
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const to = specifier.startsWith('.') ? resolveLocal(path, specifier) : packageName(specifier);
    return { from: path, to, typeOnly: /^\s*(?:import|export) type\b/.test(match[0]) };
  });
}

function resolveLocal(from: string, specifier: string): string {
  const base = join(dirname(from), specifier).replaceAll('\\', '/');
  const found = ['', '.ts', '.tsx', '.d.ts']
    .map((end) => base + end)
    .find((path) => /\.\w+$/.test(path) && existsSync(join(repoRoot, path)));
  assert.ok(found, `${from} imports ${specifier}, which is not there`);
  return found;
}

function packageName(specifier: string): string {
  if (isBuiltin(specifier)) return 'node';
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function isAllowed({ from, to, typeOnly }: Edge): boolean {
  const layer = layerOf(from);
  const target = /^(src|webview-ui)\//.test(to) ? layerOf(to) : to;
  const allowed = [layer, ...ALLOWED[layer], ...(typeOnly ? (TYPES_ALLOWED[layer] ?? []) : [])];
  return allowed.includes(target);
}

function metafile(bundle: string): Metafile {
  return JSON.parse(readFileSync(join(repoRoot, 'out/meta', `${bundle}.json`), 'utf8')) as Metafile;
}

/** The imports that esbuild followed, as the same kind of edge. */
function bundledEdges(bundle: string): Edge[] {
  return Object.entries(metafile(bundle).inputs)
    .filter(([from]) => /^(src|webview-ui)\//.test(from))
    .flatMap(([from, { imports }]) =>
      imports.map(({ path, external }) => {
        const inPackage = path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/)?.[1];
        return { from, to: external ? packageName(path) : (inPackage ?? path), typeOnly: false };
      }),
    );
}

const BUNDLES = ['extension', 'engine', 'cli', 'pages'];

describe('imports', () => {
  it('go only where the layers allow', () => {
    const wrong = sources()
      .flatMap(importsOf)
      .filter((edge) => !isAllowed(edge));
    assert.deepEqual(
      wrong.map(({ from, to }) => `${from} -> ${to}`),
      [],
    );
  });

  for (const bundle of BUNDLES) {
    it(`of the ${bundle} bundle go only where the layers allow, and the text shows them all`, () => {
      const edges = bundledEdges(bundle).filter(({ to }) => to !== 'preact' && !to.startsWith('<'));
      assert.ok(edges.length > 5, 'the metafile holds the imports');
      const wrong = edges.filter((edge) => !isAllowed(edge));
      assert.deepEqual(
        wrong.map(({ from, to }) => `${from} -> ${to}`),
        [],
      );
      // Guards the test above: an import it cannot read would pass unseen.
      const unseen = edges.filter(({ from, to }) => !importsOf(from).some((edge) => edge.to === to));
      assert.deepEqual(
        unseen.map(({ from, to }) => `${from} -> ${to}`),
        [],
      );
    });
  }

  it('leave the engine out of the editor and the command line', () => {
    for (const bundle of ['extension', 'cli', 'pages']) {
      const { inputs } = metafile(bundle);
      const inside = Object.keys(inputs).filter((path) => path.startsWith('src/engine/'));
      assert.deepEqual(inside, [], bundle);
      const native = Object.values(inputs).flatMap(({ imports }) =>
        imports.filter(({ path }) => path.includes('onnxruntime')),
      );
      assert.deepEqual(native, [], bundle);
    }
  });

  it('leave vscode to the extension', () => {
    for (const bundle of ['engine', 'cli', 'pages']) {
      const { inputs } = metafile(bundle);
      const found = Object.entries(inputs).filter(([, { imports }]) => imports.some(({ path }) => path === 'vscode'));
      assert.deepEqual(
        found.map(([path]) => path),
        [],
        bundle,
      );
    }
  });

  it('make no circles', () => {
    // At run time: types may refer to each other.
    const graph = new Map<string, string[]>();
    for (const { from, to } of BUNDLES.flatMap(bundledEdges)) graph.set(from, [...(graph.get(from) ?? []), to]);
    assert.deepEqual(findCycle(graph), null);
  });

  it('do not couple one feature to another', () => {
    // A feature reads the store; what two features share lies in a file that is no feature itself. Types may cross.
    const text = readFileSync(join(repoRoot, 'src/extension.ts'), 'utf8');
    const started = new Set([...text.matchAll(/from '\.\/(features\/[\w/]+)'/g)].map((match) => `src/${match[1]}.ts`));
    assert.ok(started.size > 3, 'extension.ts starts the features');
    const wrong = bundledEdges('extension').filter(({ from, to }) => started.has(from) && started.has(to));
    assert.deepEqual(
      wrong.map(({ from, to }) => `${from} -> ${to}`),
      [],
    );
  });
});

describe('source files', () => {
  it('keep extension.ts to wiring', () => {
    const lines = readFileSync(join(repoRoot, 'src/extension.ts'), 'utf8').trimEnd().split('\n');
    assert.ok(lines.length <= 80, `${lines.length} lines`);
  });

  it('are named for what they hold', () => {
    const vague = sources().filter((path) => /(?:^|\/)(?:index|utils?|helpers?|common|misc|shared)\.tsx?$/.test(path));
    assert.deepEqual(vague, []);
  });

  it('do not only pass on what other files export', () => {
    const barrels = sources().filter((path) => /^export \* from/m.test(readFileSync(join(repoRoot, path), 'utf8')));
    assert.deepEqual(barrels, []);
  });
});

function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] | null => {
    if (done.has(node)) return null;
    const start = path.indexOf(node);
    if (start !== -1) return [...path.slice(start), node];
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node);
    if (cycle) return cycle;
  }
  return null;
}
