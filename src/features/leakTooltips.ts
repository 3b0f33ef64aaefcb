import { decimal, t } from '../core/l10n';
import { LEAK_NOUNS } from '../core/report/leakWords';
import { share } from '../core/report/share';
import { visibleText } from '../core/report/visibleText';
import { decisionWords } from './acts/decisionWords';
import type { LeakNode } from './leakNodes';
import { type FoundPlace, fileName, type LeakPlace, type UnnamedPlace } from './leakPlaces';
import { clip, entryName, secretName, similarityWords } from './leakText';

/** What the Leaks view tells of a record or a place under the pointer; undefined for other nodes, whose items tell it themselves. */
export function leakTooltip(node: LeakNode): string | undefined {
  switch (node.kind) {
    case 'record':
      return recordTooltip(node.places[0]);
    case 'leak':
      return placeTooltip(node.place);
    case 'decidedLeak':
      return `${decisionWords(node.place.decision)}\n${placeTooltip(node.place)}`;
    case 'unnamedPlace':
      return unnamedTooltip(node.place);
    default:
      return undefined;
  }
}

function recordTooltip(place: FoundPlace | undefined): string {
  if (place?.entry) {
    return visibleText(clip(place.entry.record.text, 300));
  }
  const text = place?.around();
  return text === undefined ? '' : visibleText(`…${text.before}${text.token}${text.after}…`);
}

function placeTooltip(place: LeakPlace): string {
  const { leak, fact } = place;
  const similarity = similarityWords(place.similarity());
  return [
    `${secretName(leak.fact, fact)} (${entryName(leak.fact, fact)})`,
    [
      LEAK_NOUNS[leak.kind],
      t('lift {0}', share(leak.lift)),
      t('rank {0}', leak.rank),
      t('exposure {0}', share(leak.exposure)),
    ].join(', '),
    ...(similarity === null ? [] : [similarity]),
    whereWords(place),
  ].join('\n');
}

function unnamedTooltip(place: UnnamedPlace): string {
  const { kl, forgetBits, unattributed } = place.at;
  return [
    t(
      'Of {0} bits between teacher and reference the forget set explains {1}; {2} are left.',
      bits(kl),
      bits(forgetBits),
      bits(unattributed),
    ),
    whereWords(place),
  ].join('\n');
}

function bits(number: number): string {
  return decimal(number.toFixed(1));
}

function whereWords({ uri, record }: FoundPlace): string {
  return `${t('record {0}', visibleText(clip(record.id, 40)))}, ${fileName(uri)}:${record.line}`;
}
