import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { CachedEngine } from '../../src/client/cache/cachedEngine';
import { probedModels } from '../../src/client/probe/probedModels';
import { runProbe } from '../../src/client/probe/runProbe';
import { loadProject } from '../../src/client/project';
import { ProbeTable } from '../../src/core/probe/probeTable';
import { probeSnapshot } from '../../src/features/probeSnapshot';
import { Probe } from '../../src/host/probe';
import type { FromProbe, ProbeSnapshot, ToProbe } from '../../src/protocol/probe';
import { repoRoot } from '../repoRoot';
import { BrowserPage, type PageOptions } from './browserPage';

export function openProbe(browser: Browser, options: PageOptions = {}): Promise<BrowserPage<ToProbe, FromProbe>> {
  return BrowserPage.open(browser, 'probe', options);
}

const DEMO = join(repoRoot, 'media/demo');

/** A probe of the demo's models about some of its facts with the real engine, as the extension makes it. */
export async function probeDemo(facts: number): Promise<ProbeSnapshot> {
  const configPath = join(DEMO, 'seep.json');
  const project = await loadProject(configPath, {});
  const asked = project.facts.slice(0, facts);
  const [silent] = project.facts.slice(facts).map((fact) => ({ ...fact, prompts: [] }));
  const models = await probedModels(project, [], (path) => path);
  const table = new ProbeTable(silent === undefined ? asked : [...asked, silent], models, 0.1);
  const options = { enginePath: join(repoRoot, 'dist/engine.js'), log: () => {}, threads: 1 };
  await runProbe(table, () => new CachedEngine(options, null), { provider: 'cpu', tokens: 8 });
  const probe = new Probe({ configPath, further: [] }, project, table);
  probe.activity = { kind: 'done' };
  return probeSnapshot(probe, 'demo', (path) => path.slice(DEMO.length + 1));
}
