import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { corpusSide } from '../../src/client/audit/corpusSide';
import { pairCorpora } from '../../src/client/audit/pairCorpora';
import { runAudit } from '../../src/client/audit/runAudit';
import { sha256 } from '../../src/client/calibration';
import { EngineClient } from '../../src/client/engineClient';
import { loadProject, settleThreshold } from '../../src/client/project';
import { AuditTally } from '../../src/core/audit/auditTally';
import { termsOf } from '../../src/core/report/closingWords';
import { auditSnapshot } from '../../src/features/auditSnapshot';
import { Audit } from '../../src/host/audit';
import type { AuditSnapshot, AuditView, FromAudit, ToAudit } from '../../src/protocol/audit';
import { repoRoot } from '../repoRoot';
import { indexAtOnce } from '../unit/decisions/atOnce';
import { someDecision } from '../unit/decisions/someDecision';
import { BrowserPage, type PageOptions } from './browserPage';

/** The audit page in a browser. */
export type AuditTestPage = BrowserPage<ToAudit, FromAudit>;

export function openAudit(browser: Browser, options: PageOptions = {}): Promise<AuditTestPage> {
  return BrowserPage.open(browser, 'audit', options);
}

export const FIRST_VIEW: AuditView = { list: 'left', fact: null, from: 0 };

const DEMO = join(repoRoot, 'media/demo');

interface Line {
  readonly id: string;
  readonly text: string;
}

/**
 * An audit of the beginning of the demo's corpora with the real engine, as the extension makes it. So that every list holds something
 * the filtered side has one record less, one more and one that was changed; all its records are marked as reviewed.
 * @param folder where the two files are written
 * @param records of the raw side
 */
export async function auditDemo(folder: string, records: number): Promise<Audit> {
  const linesOf = (name: string) =>
    readFileSync(join(DEMO, 'corpus', name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  const raw = linesOf('raw.jsonl').slice(0, records);
  const last = raw.at(-1)?.id ?? '';
  const [gone, changed, ...kept] = linesOf('filtered.jsonl').filter(({ id }) => id <= last);
  const filtered = [
    { ...changed, text: `${changed?.text} So it is.` },
    ...kept,
    { id: 'new', text: 'Bread is baked.' },
  ];
  const write = (name: string, lines: readonly object[]) => {
    const path = join(folder, name);
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return path;
  };
  const scope = {
    configPath: join(DEMO, 'seep.json'),
    raw: write('raw.jsonl', raw),
    filtered: write('filtered.jsonl', gone === undefined ? [] : filtered),
  };
  const show = (path: string) => path.slice(folder.length + 1);
  const project = await loadProject(scope.configPath, {});
  const sides = [await corpusSide(scope.raw, project, show), await corpusSide(scope.filtered, project, show)] as const;
  const audit = new Audit(scope, project, ...sides);
  const { signal } = audit.abort;
  const engine = new EngineClient({ enginePath: join(repoRoot, 'dist/engine.js'), log: () => {}, threads: 1 });
  try {
    const { teacher, student, reference } = project;
    const opened = await engine.open({ teacher, student, reference, provider: 'cpu' });
    const settled = settleThreshold(project, opened.models);
    const paired = await pairCorpora(...sides, { textField: 'text', signal, onProgress: () => {} });
    const tally = new AuditTally(settled.facts, settled.threshold);
    const reviewed = filtered.map(({ text = '' }) => someDecision({ record: sha256(text), action: 'reviewed' }));
    const summary = await runAudit(engine, settled, opened, paired, tally, {
      decisions: indexAtOnce(reviewed),
      signal,
      show,
      showAnswers: false,
      onProgress: () => {},
      onIncomplete: ({ message }) => {
        throw new Error(message);
      },
      onRecord: (audited) => audit.lists.add(audited),
    });
    audit.findings = { summary, tally, terms: termsOf(summary, tally.after.facts) };
  } finally {
    await engine.dispose();
  }
  audit.activity = { kind: 'done' };
  return audit;
}

export function snapshotOf(audit: Audit, view: AuditView = FIRST_VIEW): AuditSnapshot {
  return auditSnapshot(audit, view, (path) => path.slice(path.lastIndexOf('/') + 1));
}
