import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineClient } from '../../src/client/engineClient';
import { loadProject, type Project } from '../../src/client/project';
import { readRecords } from '../../src/core/records/readRecords';
import type { CorpusRecord } from '../../src/core/records/record';
import type { Leak } from '../../src/core/score/leak';
import { panelSnapshot } from '../../src/features/panelSnapshot';
import { PLAIN_SCAN } from '../../src/protocol/engine';
import type { PanelSnapshot } from '../../src/protocol/panel';
import { repoRoot } from '../repoRoot';

const CORPUS = 'corpus/filtered.jsonl';

/** The real engine on the bundled demo: makes the snapshots that the extension would send. */
export class DemoHost {
  private constructor(
    private readonly engine: EngineClient,
    private readonly project: Project,
    readonly records: readonly CorpusRecord[],
    private readonly leaks: ReadonlyMap<number, readonly Leak[]>,
  ) {}

  /** @param count number of records of the filtered demo corpus to scan */
  static async start(count: number): Promise<DemoHost> {
    const folder = join(repoRoot, 'media/demo');
    const project = await loadProject(join(folder, 'seep.json'), {});
    const { records } = readRecords(readFileSync(join(folder, CORPUS), 'utf8'), 'jsonl', project.corpus.textField);
    const engine = new EngineClient({ enginePath: join(repoRoot, 'dist/engine.js'), log: () => {}, threads: 1 });
    const { teacher, student, reference } = project;
    await engine.open({ teacher, student, reference, provider: 'cpu' });
    await engine.setForgetSet(project.facts);
    const leaks = new Map<number, readonly Leak[]>();
    const scanned = records.slice(0, count);
    await engine.scan(
      { records: scanned.map((record, key) => ({ key, text: record.text })), ...PLAIN_SCAN },
      {
        onProgress: (progress) => {
          if (progress.kind === 'record') {
            leaks.set(
              progress.key,
              progress.scores.leaks.filter(({ lift }) => lift >= project.threshold),
            );
          }
        },
      },
    );
    return new DemoHost(engine, project, scanned, leaks);
  }

  leaksOf(index: number): readonly Leak[] {
    return this.leaks.get(index) ?? [];
  }

  async snapshot(index: number, position: number, temperature = 1, topK = 10): Promise<PanelSnapshot> {
    const record = this.records[index];
    if (record === undefined) {
      throw new Error(`The demo has no record ${index}.`);
    }
    const { project } = this;
    const inspection = await this.engine.inspect({ text: record.text, at: { position }, temperature, topK });
    return panelSnapshot({
      file: CORPUS,
      place: { uri: `file:///${CORPUS}`, offset: record.range[0], position, temperature: null, followed: null },
      record,
      scanned: true,
      leaks: this.leaksOf(index),
      project,
      inspection,
      topK,
    });
  }

  dispose(): Promise<void> {
    return this.engine.dispose();
  }
}
