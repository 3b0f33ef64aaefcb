import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readRecords } from '../../../src/core/records/readRecords';
import { NO_SCORES, type RecordScores } from '../../../src/core/score/leak';
import { LeakIndex } from '../../../src/features/leakIndex';
import type { FoundPlace, LeakPlace, RecordPlaces } from '../../../src/features/leakPlaces';
import { FileAnalysis, type RecordAnalysis } from '../../../src/host/fileAnalysis';
import { indexAtOnce } from '../decisions/atOnce';
import { someDecision } from '../decisions/someDecision';
import { someProject } from '../host/someProject';
import { someFact } from '../report/someFact';
import { someLeak } from '../report/someLeak';

const facts = [someFact(), someFact({ id: 'f2' })];
const [first, second] = facts.map(({ id }) => id);

/** Texts of one letter have few scores, and often the same. */
function scoresOf(text: string): RecordScores {
  const leaks = [...text].map((letter, position) =>
    someLeak({ fact: (letter < 'd' ? first : second) ?? '', position, lift: (letter.charCodeAt(0) % 5) / 5 }),
  );
  const kl = text.length;
  return { ...NO_SCORES, leaks, bits: [{ position: 1, start: 0, end: 1, kl, forgetBits: 0 }] };
}

function analysed(uri: string, texts: readonly string[]): FileAnalysis {
  const analysis = new FileAnalysis(uri, 'text', someProject({ facts }));
  fill(analysis, texts);
  return analysis;
}

function fill(analysis: FileAnalysis, texts: readonly string[]): void {
  const { records } = readRecords(texts.join('\n\n'), 'text', 'text');
  analysis.setRecords(records, [], { version: 1, lineCount: 0 }, scoresOf);
}

/** As the view finds them, but for what only VS Code can tell. */
function placesIn(analysis: FileAnalysis, seen: RecordAnalysis[] = []): (entry: RecordAnalysis) => RecordPlaces {
  return (entry) => {
    seen.push(entry);
    const { uri, project } = analysis;
    const around = () => ({ before: '', token: '', after: '' });
    const place: FoundPlace & { entry: RecordAnalysis } = {
      project,
      uri,
      file: uri,
      record: entry.record,
      entry,
      around,
    };
    const leakPlace = (leak: LeakPlace['leak']) => ({ ...place, leak, fact: undefined, similarity: () => null });
    const [at] = entry.unattributed;
    return {
      file: uri,
      open: entry.leaks.map(leakPlace).sort((a, b) => b.leak.lift - a.leak.lift),
      decided: entry.decided.map(({ leak, decision }) => ({ ...leakPlace(leak), decision })),
      unnamed: at === undefined ? null : { ...place, at },
    };
  };
}

const named = ({ file, record: { index } }: FoundPlace) => `${file} ${index}`;
const leakNamed = (place: LeakPlace) => `${named(place)} ${place.leak.position} ${place.leak.lift}`;

const shown = (index: LeakIndex) => ({
  facts: index.facts.map(({ items, ...group }) => ({ ...counts(group), items: items.map(leakNamed) })),
  files: index.files.map(({ items, ...group }) => ({
    ...counts(group),
    items: items.map(({ open }) => open.map(leakNamed)),
  })),
  decided: index.decided.map(leakNamed),
  unnamed: index.unnamed.map(named),
});

function counts({
  key,
  leaks,
  stated,
  records,
}: Pick<LeakIndex['facts'][number], 'key' | 'leaks' | 'stated' | 'records'>) {
  return { key, leaks, stated, records };
}

type Step = { readonly file: number; readonly at: number } & (
  | { readonly kind: 'edit' | 'score' | 'fail' | 'decide' | 'close' }
  | { readonly kind: 'read'; readonly texts: readonly string[] }
);

describe('the index of leaks', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'e'), minLength: 1, maxLength: 3 });
  const texts = fc.array(text, { minLength: 1, maxLength: 5 });
  const place = { file: fc.nat(1), at: fc.nat() };
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ ...place, kind: fc.constantFrom('edit', 'score', 'fail', 'decide', 'close') }),
    fc.record({ ...place, kind: fc.constant('read' as const), texts }),
  );

  it('holds after any change what it would hold if it was made anew', () => {
    fc.assert(
      fc.property(texts, texts, fc.array(step, { maxLength: 6 }), (one, other, steps) => {
        let files = [analysed('file:///a.txt', one), analysed('file:///b.txt', other)];
        const index = new LeakIndex((analysis) => placesIn(analysis));
        index.update(files, []);
        for (const each of steps) {
          const analysis = files[each.file];
          const entry = analysis?.records[each.at % analysis.records.length];
          if (analysis !== undefined && entry !== undefined) {
            change(analysis, entry, each);
            files = each.kind === 'close' ? files.filter((file) => file !== analysis) : files;
          }
          index.update(files, []);
          const fresh = new LeakIndex((file) => placesIn(file));
          fresh.update(files, []);
          assert.deepEqual(shown(index), shown(fresh));
        }
      }),
      { numRuns: 200 },
    );
  });

  function change(analysis: FileAnalysis, entry: RecordAnalysis, step: Step): void {
    const { text: content } = entry.record;
    if (step.kind === 'edit') {
      analysis.applyEdits([{ offset: entry.start, removed: 0, inserted: 1 }]);
    } else if (step.kind === 'score') {
      analysis.put(content, { kind: 'scored', scores: scoresOf(`${content}${step.at % 7}`) });
    } else if (step.kind === 'fail') {
      analysis.put(content, { kind: 'failed', message: 'no' });
    } else if (step.kind === 'decide') {
      analysis.setDecisions(indexAtOnce([someDecision({ record: entry.hash, fact: first ?? '' })]));
    } else if (step.kind === 'read') {
      fill(analysis, step.texts);
    }
  }

  it('looks at no record again that has not changed', () => {
    const analysis = analysed(
      'file:///a.txt',
      Array.from({ length: 1000 }, (_, i) => 'abcde'.slice(i % 5)),
    );
    const seen: RecordAnalysis[] = [];
    const index = new LeakIndex((file) => placesIn(file, seen));
    index.update([analysis], []);
    assert.equal(seen.length, 1000);
    seen.length = 0;
    const entry = analysis.records[500];
    assert.ok(entry);
    analysis.applyEdits([{ offset: entry.start + 1, removed: 1, inserted: 1 }]);
    index.update([analysis], []);
    assert.deepEqual(seen, [entry]);
    index.update([analysis], []);
    assert.deepEqual(seen, [entry]);
  });

  it('lists what scans know among the rest, until they know something else', () => {
    const analysis = analysed('file:///a.txt', ['bcd']);
    const scanned = analysed('file:///c.txt', ['bce', 'cd']);
    const ofScan = scanned.records.map(placesIn(scanned));
    const index = new LeakIndex((file) => placesIn(file));
    index.update([analysis], ofScan);
    assert.deepEqual(
      index.files.map(({ key, records }) => [key, records]),
      [
        ['file:///a.txt', 1],
        ['file:///c.txt', 2],
      ],
    );
    index.update([analysis], ofScan.slice(1));
    assert.deepEqual(
      index.facts.flatMap(({ items }) => items).filter(({ file }) => file === 'file:///c.txt').length,
      ofScan[1]?.open.length,
    );
  });
});
