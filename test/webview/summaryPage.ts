import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { corpusFile } from '../../src/client/corpusFiles';
import { scanCorpus } from '../../src/client/corpusScan';
import { EngineClient } from '../../src/client/engineClient';
import { loadProject, scanSettings } from '../../src/client/project';
import { summarySnapshot } from '../../src/features/summarySnapshot';
import { CorpusScan } from '../../src/host/corpusScan';
import type { FromSummary, SummarySnapshot, ToSummary } from '../../src/protocol/summary';
import { repoRoot } from '../repoRoot';
import { BrowserPage, type PageOptions } from './browserPage';

/** The summary page in a browser. */
export type SummaryPage = BrowserPage<ToSummary, FromSummary>;

export function openSummary(browser: Browser, options: PageOptions = {}): Promise<SummaryPage> {
  return BrowserPage.open(browser, 'summary', options);
}

const DEMO = join(repoRoot, 'media/demo');

/** A scan of a file of the bundled demo with the real engine, as the extension makes it. */
export async function scanDemo(file: string): Promise<CorpusScan> {
  const project = await loadProject(join(DEMO, 'seep.json'), {});
  const scan = new CorpusScan({ configPath: join(DEMO, 'seep.json'), folder: null }, project);
  const engine = new EngineClient({ enginePath: join(repoRoot, 'dist/engine.js'), log: () => {}, threads: 1 });
  try {
    const { teacher, student, reference } = project;
    await engine.open({ teacher, student, reference, provider: 'cpu' });
    await engine.setForgetSet(project.facts);
    const input = await corpusFile(join(DEMO, file), join(DEMO, file));
    const scanned = scanCorpus(engine, input ? [input] : [], {
      textField: project.corpus.textField,
      settings: scanSettings(project),
      signal: new AbortController().signal,
      onProgress: () => {},
      onIncomplete: (place) => scan.findings.addIncomplete(place),
      onFileRead: () => {},
    });
    for await (const each of scanned) {
      scan.findings.add(each.file, each.record, each.scores);
    }
  } finally {
    await engine.dispose();
  }
  scan.files = 1;
  scan.activity = { kind: 'done' };
  return scan;
}

export function snapshotOf(scan: CorpusScan): SummarySnapshot {
  return summarySnapshot(scan, (path) => path.slice(DEMO.length + 1));
}
