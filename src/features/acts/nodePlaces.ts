import type { ActPlace, Reach } from '../../host/actPlaces';
import type { RecordAnalysis } from '../../host/fileAnalysis';
import type { LeakNode } from '../leaksView';

/** Where a node of the Leaks view has an act be done. */
export function placesOfNode(node: LeakNode): ActPlace[] {
  switch (node.kind) {
    case 'fact':
      return node.places.map(({ analysis, entry, leak }) => ({
        ...placeIn(analysis.uri, entry, 'fact'),
        fact: leak.fact,
      }));
    case 'file':
      return node.places.map(({ analysis, entry }) => placeIn(analysis.uri, entry, 'record'));
    case 'record':
      return [placeIn(node.uri, node.entry, 'record')];
    case 'leak':
    case 'decidedLeak': {
      const { analysis, entry, leak } = node.place;
      const [offset] = entry.spanOf(leak);
      return [{ ...placeIn(analysis.uri, entry, 'place'), offset, fact: leak.fact }];
    }
    case 'decided':
      return node.places.map(({ analysis, entry }) => placeIn(analysis.uri, entry, 'record'));
    case 'unnamed':
    case 'unnamedPlace':
    case 'more':
      return [];
  }
}

/** A place in a record, as command arguments give it. */
export function placeIn(uri: string, entry: RecordAnalysis, reach: Reach, offset = entry.start): ActPlace {
  return { uri, offset, reach, record: entry.hash };
}
