import { groups } from '../core/groups';
import { RankedList } from '../core/rankedList';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';
import { MAX_CHILDREN } from './leakNodes';
import type { DecidedPlace, LeakPlace, RecordPlaces, UnnamedPlace } from './leakPlaces';
import { PerRecord } from './perRecord';
import { type PlaceGroup, PlaceGroups } from './placeGroups';

/**
 * Everything that the Leaks view can show, in its order. It is kept from one look to the next, and only what has changed is put into it anew:
 * a key in a file with a hundred thousand leaks has none of the others sorted.
 */
export class LeakIndex {
  readonly #files = new Map<FileAnalysis, PerRecord<RecordPlaces>>();
  #ofScans: readonly RecordPlaces[] = [];
  readonly #byFact = new PlaceGroups<LeakPlace>(byRank, ({ open }) =>
    groups(open, factKey).map(([key, leaks]) => ({ key, items: leaks, leaks })),
  );
  readonly #byFile = new PlaceGroups<RecordPlaces>(byWorst, (found) =>
    found.open.length > 0 ? [{ key: found.file, items: [found], leaks: found.open }] : [],
  );
  readonly #decided = new RankedList<DecidedPlace>(byRank);
  readonly #unnamed = new RankedList<UnnamedPlace>((a, b) => b.at.unattributed - a.at.unattributed || byPlace(a, b));

  /** @param placesIn gives for a file what finds the places of its records */
  constructor(private readonly placesIn: (analysis: FileAnalysis) => (entry: RecordAnalysis) => RecordPlaces | null) {}

  /** @param ofScans records that no file shows; the same array as long as nothing in it has changed */
  update(files: readonly FileAnalysis[], ofScans: readonly RecordPlaces[]): void {
    const changes = files.map((analysis) => this.#placesOf(analysis).update(analysis.records));
    const present = new Set(files);
    for (const [analysis, places] of this.#files) {
      if (!present.has(analysis)) {
        this.#files.delete(analysis);
        changes.push({ removed: places.made, added: [] });
      }
    }
    if (ofScans !== this.#ofScans) {
      changes.push({ removed: this.#ofScans, added: ofScans });
      this.#ofScans = ofScans;
    }
    const removed = changes.flatMap((change) => change.removed);
    const added = changes.flatMap((change) => change.added);
    this.#byFact.change(removed, added);
    this.#byFile.change(removed, added);
    this.#decided.change(
      new Set(removed.flatMap(({ decided }) => decided)),
      added.flatMap(({ decided }) => decided),
    );
    this.#unnamed.change(
      new Set(removed.flatMap(({ unnamed }) => unnamed ?? [])),
      added.flatMap(({ unnamed }) => unnamed ?? []),
    );
  }

  /** Those first that give away most. */
  get facts(): readonly PlaceGroup<LeakPlace>[] {
    return this.#byFact.all.toSorted((a, b) => exposureOf(b.items) - exposureOf(a.items));
  }

  /** Those first that leak worst, and their records likewise. */
  get files(): readonly PlaceGroup<RecordPlaces>[] {
    return this.#byFile.all;
  }

  get decided(): readonly DecidedPlace[] {
    return this.#decided.items;
  }

  get unnamed(): readonly UnnamedPlace[] {
    return this.#unnamed.items;
  }

  #placesOf(analysis: FileAnalysis): PerRecord<RecordPlaces> {
    const known = this.#files.get(analysis) ?? new PerRecord(this.placesIn(analysis));
    this.#files.set(analysis, known);
    return known;
  }
}

/** The most that the worst of some leaks give away; looking at all would tell no more, and take as long as they are many. */
export function exposureOf(worstFirst: readonly LeakPlace[]): number {
  return Math.max(0, ...worstFirst.slice(0, MAX_CHILDREN).map(({ leak }) => leak.exposure));
}

/** Facts of different projects stay apart even where they share an id. */
function factKey({ project, leak }: LeakPlace): string {
  return `${project.configPath}\0${leak.fact}`;
}

/** The worst first; equals in the order of their places, so that it does not depend on when they came. */
function byRank(a: LeakPlace, b: LeakPlace): number {
  return b.leak.lift - a.leak.lift || byPlace(a, b) || a.leak.position - b.leak.position;
}

function byWorst({ open: [a] }: RecordPlaces, { open: [b] }: RecordPlaces): number {
  return a === undefined || b === undefined ? 0 : byRank(a, b);
}

function byPlace(a: Pick<LeakPlace, 'file' | 'record'>, b: Pick<LeakPlace, 'file' | 'record'>): number {
  return a.file === b.file ? a.record.index - b.record.index : a.file < b.file ? -1 : 1;
}
