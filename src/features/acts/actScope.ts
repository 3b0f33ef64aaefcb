import * as vscode from 'vscode';
import type { ActPlace, Reach } from '../../host/actPlaces';
import type { CorpusScan } from '../../host/corpusScan';
import type { CorpusScans } from '../../host/corpusScans';
import type { RecordAnalysis } from '../../host/fileAnalysis';
import type { ScannedPart } from '../../host/scannedRecords';
import type { FactNode, FileNode, LeakNode } from '../leakNodes';
import type { LeakPlace } from '../leakPlaces';

/** What an act is about: places in documents, and records of files that only a scan of the corpus has read. */
export interface ActScope {
  readonly places: readonly ActPlace[];
  readonly parts: readonly ScannedPart[];
}

/** What nodes of the Leaks view stand for: also what they only count. */
export function scopeOfNodes(nodes: readonly LeakNode[], scans: CorpusScans): ActScope {
  const parts = new Map<CorpusScan, PartOfNodes>();
  for (const node of nodes) {
    const scan = node.kind === 'fact' || node.kind === 'file' ? scanBehind(node, scans) : undefined;
    if (scan !== undefined) {
      const part = parts.get(scan) ?? new PartOfNodes(scan);
      part.add(node as FactNode | FileNode);
      parts.set(scan, part);
    }
  }
  return { places: nodes.flatMap(placesOfNode), parts: [...parts.values()] };
}

/** A place in a record, as command arguments give it. */
export function placeIn(uri: string, entry: RecordAnalysis, reach: Reach, offset = entry.start): ActPlace {
  return { uri, offset, reach, record: entry.hash };
}

/** The scan that has counted more of a node than documents show. */
function scanBehind({ places, all }: FactNode | FileNode, scans: CorpusScans): CorpusScan | undefined {
  const isShown = all === places.length && places.every(({ entry }) => entry !== null);
  return isShown ? undefined : scans.all.find(({ scope }) => scope.configPath === places[0]?.project.configPath);
}

type Records = Map<string, Set<number> | 'all'>;

/** The records of a scan that some nodes stand for. Where a node holds only what passes a filter, these and no others. */
class PartOfNodes implements ScannedPart {
  readonly records: Records = new Map();
  readonly facts = new Map<string, Records | 'all'>();

  constructor(readonly scan: CorpusScan) {}

  add({ kind, places, all }: FactNode | FileNode): void {
    const [first] = places;
    if (first === undefined) {
      return;
    }
    const isWhole = all > places.length;
    if (kind === 'file') {
      if (isWhole) {
        this.records.set(pathOf(first), 'all');
      } else {
        addRecords(this.records, places);
      }
      return;
    }
    const { fact } = first.leak;
    const known = this.facts.get(fact) ?? new Map();
    if (isWhole) {
      this.facts.set(fact, 'all');
    } else if (known !== 'all') {
      this.facts.set(fact, addRecords(known, places));
    }
  }
}

function addRecords(records: Records, places: readonly LeakPlace[]): Records {
  for (const place of places) {
    const path = pathOf(place);
    const own = records.get(path) ?? new Set();
    if (own !== 'all') {
      records.set(path, own.add(place.record.index));
    }
  }
  return records;
}

function pathOf({ file }: LeakPlace): string {
  return vscode.Uri.parse(file).fsPath;
}

function placesOfNode(node: LeakNode): readonly ActPlace[] {
  switch (node.kind) {
    case 'fact':
      return node.places.flatMap(({ uri, entry, leak: { fact } }) =>
        entry ? [{ ...placeIn(uri, entry, 'fact'), fact }] : [],
      );
    case 'file':
      return node.places.flatMap(({ uri, entry }) => (entry ? [placeIn(uri, entry, 'record')] : []));
    case 'record': {
      const entry = node.places[0]?.entry;
      return entry ? [placeIn(node.uri, entry, 'record')] : [];
    }
    case 'leak':
    case 'decidedLeak': {
      const { uri, entry, leak } = node.place;
      return entry ? [{ ...placeIn(uri, entry, 'place', entry.spanOf(leak)[0]), fact: leak.fact }] : [];
    }
    case 'decided':
      return node.places.map(({ uri, entry }) => placeIn(uri, entry, 'record'));
    case 'unnamed':
    case 'unnamedPlace':
    case 'unnamedRest':
    case 'more':
      return [];
  }
}
