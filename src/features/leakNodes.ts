import type { Fact } from '../core/forget/fact';
import type { CorpusScope } from '../host/corpusScan';
import type { DecidedPlace, LeakPlace, RecordPlaces, UnnamedPlace } from './leakPlaces';
import type { PlaceGroup } from './placeGroups';

export type Grouping = 'fact' | 'record';

/** Children shown below one node; the rest is counted. */
export const MAX_CHILDREN = 500;

/** Places that no fact names of which a scan has only counted that there are so many. */
export interface UnnamedRest {
  readonly scope: CorpusScope;
  readonly left: number;
}

export interface FactNode {
  readonly kind: 'fact';
  readonly group: PlaceGroup<LeakPlace>;
  readonly places: readonly LeakPlace[];
  /** Also those that are not known one by one. */
  readonly all: number;
  readonly fact: Fact | undefined;
}

export interface FileNode {
  readonly kind: 'file';
  readonly group: PlaceGroup<RecordPlaces>;
  readonly places: readonly LeakPlace[];
  readonly all: number;
  readonly uri: string;
}

/** `uri` and `offset` make a node an argument of the commands in its context menu. */
export type LeakNode =
  | FactNode
  | FileNode
  | {
      readonly kind: 'record';
      readonly places: readonly LeakPlace[];
      readonly uri: string;
      readonly offset: number | null;
    }
  | {
      readonly kind: 'leak';
      readonly place: LeakPlace;
      readonly below: Grouping;
      readonly uri: string;
      readonly offset: number | null;
    }
  | { readonly kind: 'decided'; readonly places: readonly DecidedPlace[] }
  | { readonly kind: 'decidedLeak'; readonly place: DecidedPlace; readonly uri: string; readonly offset: number }
  | { readonly kind: 'unnamed'; readonly places: readonly UnnamedPlace[]; readonly rest: readonly UnnamedRest[] }
  | {
      readonly kind: 'unnamedPlace';
      readonly place: UnnamedPlace;
      readonly uri: string;
      readonly offset: number | null;
    }
  | { readonly kind: 'unnamedRest'; readonly rest: UnnamedRest }
  | { readonly kind: 'more'; readonly left: number };

/** @param all how many there are where not all are at hand */
export function capped<T>(items: readonly T[], toNode: (item: T) => LeakNode, all = items.length): LeakNode[] {
  const nodes = items.slice(0, MAX_CHILDREN).map(toNode);
  const left = all - nodes.length;
  return left > 0 ? [...nodes, { kind: 'more', left }] : nodes;
}

/** @param counted how many leaks of a place's fact are counted, known one by one or not */
export function factNodes(
  facts: readonly PlaceGroup<LeakPlace>[],
  counted: (place: LeakPlace) => number,
): readonly FactNode[] {
  return facts.map((group) => {
    const [worst] = group.items;
    const all = Math.max(group.leaks, worst === undefined ? 0 : counted(worst));
    return { kind: 'fact', group, places: group.items, all, fact: worst?.fact };
  });
}

/** @param counted how many leaks of a file are counted, by its uri, known one by one or not */
export function fileNodes(
  files: readonly PlaceGroup<RecordPlaces>[],
  counted: (uri: string) => number,
): readonly FileNode[] {
  return files.map((group) => ({
    kind: 'file',
    group,
    uri: group.key,
    all: Math.max(group.leaks, counted(group.key)),
    // There may be a hundred thousand, and they are wanted for acts alone.
    get places() {
      return group.items.flatMap(({ open }) => open);
    },
  }));
}

export function leakNode(place: LeakPlace, below: Grouping): LeakNode {
  const offset = place.entry === null ? null : place.entry.spanOf(place.leak)[0];
  return { kind: 'leak', place, below, uri: place.uri, offset };
}

export function recordNode({ open, file }: RecordPlaces): LeakNode {
  const [first] = open;
  return { kind: 'record', places: open, uri: first?.uri ?? file, offset: first?.entry?.start ?? null };
}

export function decidedNodes(places: readonly DecidedPlace[]): LeakNode[] {
  return places.length > 0 ? [{ kind: 'decided', places }] : [];
}

export function decidedNode(place: DecidedPlace): LeakNode {
  const [offset] = place.entry.spanOf(place.leak);
  return { kind: 'decidedLeak', place, uri: place.uri, offset };
}

export function unnamedNodes(places: readonly UnnamedPlace[], rest: readonly UnnamedRest[]): LeakNode[] {
  return places.length + rest.length > 0 ? [{ kind: 'unnamed', places, rest }] : [];
}

export function unnamedNode(place: UnnamedPlace): LeakNode {
  const offset = place.entry === null ? null : place.entry.spanOf(place.at)[0];
  return { kind: 'unnamedPlace', place, uri: place.uri, offset };
}
