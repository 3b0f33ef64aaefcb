import * as vscode from 'vscode';
import type { ActPlace, Reach } from '../../host/actPlaces';
import type { CorpusScan } from '../../host/corpusScan';
import type { CorpusScans } from '../../host/corpusScans';
import type { RecordAnalysis } from '../../host/fileAnalysis';
import type { ScannedPart } from '../../host/scannedRecords';
import type { LeakNode } from '../leakNodes';
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
    const held = heldBy(node);
    const scan = scanBehind(held, scans);
    if (scan !== undefined) {
      const part = parts.get(scan) ?? new PartOfNodes(scan);
      part.add(held);
      parts.set(scan, part);
    }
  }
  return { places: nodes.flatMap(placesOfNode), parts: [...parts.values()] };
}

/** A place in a record, as command arguments give it. */
export function placeIn(uri: string, entry: RecordAnalysis, reach: Reach, offset = entry.start): ActPlace {
  return { uri, offset, reach, record: entry.hash };
}

/** What a node holds: of records all that leaks there, or only a fact. */
interface Held {
  readonly of: 'records' | 'fact';
  readonly places: readonly LeakPlace[];
  readonly all: number;
}

function heldBy(node: LeakNode): Held {
  switch (node.kind) {
    case 'fact':
      return { of: 'fact', places: node.places, all: node.all };
    case 'file':
      return { of: 'records', places: node.places, all: node.all };
    case 'record':
      return { of: 'records', places: node.places, all: node.places.length };
    case 'leak':
      return { of: 'fact', places: [node.place], all: 1 };
    default:
      return { of: 'records', places: [], all: 0 };
  }
}

/** The scan that has counted more of a node than documents show. */
function scanBehind({ places, all }: Held, scans: CorpusScans): CorpusScan | undefined {
  const isShown = all === places.length && places.every(({ entry }) => entry !== null);
  return isShown ? undefined : scans.of(places[0]?.project.configPath);
}

type Records = Map<string, Set<number> | 'all'>;

/** The records of a scan that some nodes stand for. Where a node holds only what passes a filter, these and no others. */
class PartOfNodes implements ScannedPart {
  readonly records: Records = new Map();
  readonly facts = new Map<string, Records | 'all'>();

  constructor(readonly scan: CorpusScan) {}

  add({ of, places, all }: Held): void {
    const [first] = places;
    if (first === undefined) {
      return;
    }
    const isWhole = all > places.length;
    if (of === 'records') {
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
