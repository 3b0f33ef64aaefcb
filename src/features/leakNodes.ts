import type { Fact } from '../core/forget/fact';
import type { UnattributedPosition } from '../core/report/unattributed';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';
import type { DecidedPlace, LeakPlace } from './leakPlaces';

export type Grouping = 'fact' | 'record';

/** Children shown below one node; the rest is counted. */
export const MAX_CHILDREN = 500;

/** A record in which the teacher knows something that no fact names. */
export interface UnnamedPlace {
  readonly analysis: FileAnalysis;
  readonly entry: RecordAnalysis;
  /** Where it is most. */
  readonly at: UnattributedPosition;
}

/** `uri` and `offset` make a node an argument of the commands in its context menu. */
export type LeakNode =
  /** `all`: also those that are not known one by one. */
  | {
      readonly kind: 'fact';
      readonly places: readonly LeakPlace[];
      readonly all: number;
      readonly fact: Fact | undefined;
      readonly id: string;
    }
  | { readonly kind: 'file'; readonly places: readonly LeakPlace[]; readonly uri: string; readonly all: number }
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
  | { readonly kind: 'unnamed'; readonly places: readonly UnnamedPlace[] }
  | { readonly kind: 'unnamedPlace'; readonly place: UnnamedPlace; readonly uri: string; readonly offset: number }
  | { readonly kind: 'more'; readonly left: number };

/** @param all how many there are where not all are at hand */
export function capped<T>(items: readonly T[], toNode: (item: T) => LeakNode, all = items.length): LeakNode[] {
  const nodes = items.slice(0, MAX_CHILDREN).map(toNode);
  const left = all - nodes.length;
  return left > 0 ? [...nodes, { kind: 'more', left }] : nodes;
}

export function leakNode(place: LeakPlace, below: Grouping): LeakNode {
  const offset = place.entry === null ? null : place.entry.spanOf(place.leak)[0];
  return { kind: 'leak', place, below, uri: place.uri, offset };
}

export function decidedNodes(places: readonly DecidedPlace[]): LeakNode[] {
  return places.length > 0 ? [{ kind: 'decided', places }] : [];
}

export function decidedNode(place: DecidedPlace): LeakNode {
  const [offset] = place.entry.spanOf(place.leak);
  return { kind: 'decidedLeak', place, uri: place.uri, offset };
}

export function unnamedNodes(places: readonly UnnamedPlace[]): LeakNode[] {
  return places.length > 0 ? [{ kind: 'unnamed', places }] : [];
}

export function unnamedNode(place: UnnamedPlace): LeakNode {
  const [offset] = place.entry.spanOf(place.at);
  return { kind: 'unnamedPlace', place, uri: place.analysis.uri, offset };
}
