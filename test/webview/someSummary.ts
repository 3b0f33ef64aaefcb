import { identityMap } from '../../src/core/records/sourceMap';
import { type ComparisonByRole, NO_SCORES } from '../../src/core/score/leak';
import { summarySnapshot } from '../../src/features/summarySnapshot';
import { type CorpusActivity, CorpusScan } from '../../src/host/corpusScan';
import {
  PAGE_RECORDS,
  type RecordsPart,
  type RecordsView,
  type SummaryActivity,
  type SummarySnapshot,
} from '../../src/protocol/summary';
import { someProject } from '../unit/host/someProject';
import { someFact } from '../unit/report/someFact';
import { someLeak } from '../unit/report/someLeak';

const FACTS = ['Kamitel', 'Merkolis', 'Aldomar'].map((subject, i) =>
  someFact({ id: `dc-00${i + 1}`, subjects: [subject] }),
);

const TEXT = 'The data center of Kamitel is in Solwyn, close to the river and to the railway that leads to the sea.';

export const SCANNING: SummaryActivity = {
  kind: 'scanning',
  fraction: 0.432,
  words: '3,400 tokens/s, about 2 minutes left',
};

/** A page of the list of all records that leak: those of a summary that are kept, as if there were more. */
export function someRecords(view: RecordsView, listed = 900): RecordsPart {
  return { view, rows: someSummary({ records: 250, lift: () => 0.5 }).records.rows.slice(0, PAGE_RECORDS), listed };
}

export interface SummarySketch {
  readonly records?: number;
  readonly text?: string;
  readonly activity?: CorpusActivity;
  readonly outdated?: boolean;
  readonly incomplete?: number;
  /** Of every record; 0: none leaks. */
  readonly lift?: (record: number) => number;
  /** Of every record, in bits; 0: the facts explain what the teacher knows. */
  readonly unattributed?: number;
  readonly comparison?: ComparisonByRole;
}

/** The summary of a made-up corpus, counted and written out by what the extension uses itself. */
export function someSummary({
  records = 60,
  text = TEXT,
  activity = { kind: 'done' },
  outdated = false,
  incomplete = 2,
  lift = (record) => 0.9 / (1 + record),
  unattributed = 0,
  comparison = { student: 'tokens', reference: 'tokens' },
}: SummarySketch = {}): SummarySnapshot {
  const scan = new CorpusScan(
    { configPath: '/corpus/seep.json', folder: null },
    'corpus',
    someProject({ facts: FACTS }),
  );
  const start = Math.max(0, text.indexOf('Solwyn'));
  for (let i = 0; i < records; i++) {
    const record = {
      index: i,
      id: `r-${i}`,
      hasOwnId: true,
      line: i + 1,
      lines: 1,
      text,
      textStart: { line: i + 1, column: 1 },
      hasFileLines: false,
      source: identityMap(0, text.length),
      range: [0, text.length] as const,
    };
    const leak = someLeak({
      fact: FACTS[i % 2]?.id ?? '',
      kind: i % 3 === 0 ? 'stated' : 'shadow',
      lift: lift(i),
      exposure: lift(i) / 2,
      start,
      end: start + 6,
      similarity: 0.8,
    });
    const file = `/corpus/${i % 5 === 0 ? 'b' : 'a'}.jsonl`;
    const bits = [{ position: 8, start, end: start + 6, forgetBits: 0.5, kl: 0.5 + unattributed / (1 + i) }];
    scan.findings.add(file, record, { ...NO_SCORES, tokens: 20, leaks: lift(i) > 0 ? [leak] : [], bits });
  }
  for (let line = 1; line <= incomplete; line++) {
    scan.findings.addIncomplete({ file: '/corpus/c.jsonl', line, message: 'this is not JSON' });
  }
  scan.files = 3;
  scan.activity = activity;
  scan.superseded = outdated;
  scan.comparison = comparison;
  return summarySnapshot(scan, (path) => path.replace('/corpus/', ''));
}
