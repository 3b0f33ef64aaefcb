import * as vscode from 'vscode';
import type { Fact } from '../core/forget/fact';
import { groups } from '../core/groups';
import type { UnattributedPosition } from '../core/report/unattributed';
import type { CorpusScan } from '../host/corpusScan';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';
import { type DecidedPlace, isOfRecord, type LeakPlace } from './leakPlaces';

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

/** `all`: also those that are not known one by one. */
export interface FactNode {
  readonly kind: 'fact';
  readonly places: readonly LeakPlace[];
  readonly all: number;
  readonly fact: Fact | undefined;
  readonly id: string;
}

export interface FileNode {
  readonly kind: 'file';
  readonly places: readonly LeakPlace[];
  readonly uri: string;
  readonly all: number;
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
  | { readonly kind: 'unnamed'; readonly places: readonly UnnamedPlace[] }
  | { readonly kind: 'unnamedPlace'; readonly place: UnnamedPlace; readonly uri: string; readonly offset: number }
  | { readonly kind: 'more'; readonly left: number };

/**
 * Those that expose most first. Facts of different projects stay apart even where they share an id.
 * @param counted how many leaks of a place's fact are counted, known one by one or not
 */
export function factNodes(places: readonly LeakPlace[], counted: (place: LeakPlace) => number): FactNode[] {
  const exposure = (group: readonly LeakPlace[]) =>
    Math.max(...group.slice(0, MAX_CHILDREN).map(({ leak }) => leak.exposure));
  return groups(places, ({ project, leak }) => `${project.configPath}\0${leak.fact}`)
    .map(([id, group]) => ({ id, group, worst: exposure(group) }))
    .sort((a, b) => b.worst - a.worst)
    .map(({ id, group }) => {
      const [first] = group;
      const all = Math.max(group.length, first === undefined ? 0 : counted(first));
      return { kind: 'fact', id, fact: first?.fact, places: group, all };
    });
}

/** @param counted how many leaks of a file are counted, by its path, known one by one or not */
export function fileNodes(places: readonly LeakPlace[], counted: (path: string) => number): FileNode[] {
  return groups(places, ({ file }) => file).map(([uri, group]) => {
    const isWhole = group.some((place) => place.entry !== null && !isOfRecord(place));
    const all = Math.max(group.length, isWhole ? 0 : counted(vscode.Uri.parse(uri).fsPath));
    return { kind: 'file', uri, places: group, all };
  });
}

/** By path: the leaks that scans have counted in files. */
export function leaksOfFiles(scans: readonly CorpusScan[]): ReadonlyMap<string, number> {
  return new Map(scans.flatMap(({ findings }) => findings.files.map(({ file, leaks }) => [file, leaks])));
}

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
