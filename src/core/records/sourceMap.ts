/**
 * Maps UTF-16 offsets in a record's decoded text to UTF-16 offsets in the file it was read from.
 * Decoded text is a run of segments; inside one segment both sides advance together.
 * A JSON escape such as `\u00e9` or `\n` is one decoded unit that takes several units in the file.
 */
export interface SourceMap {
  /** Decoded offset at which each segment starts, ascending; the first is 0. */
  readonly textStarts: readonly number[];
  /** File offset of the same place. */
  readonly sourceStarts: readonly number[];
  /** File offset just behind the last decoded unit. */
  readonly sourceEnd: number;
  /** Decoded length in UTF-16 units. */
  readonly textLength: number;
}

/** The map of text that stands in the file as it is, from file offset `sourceStart` on. */
export function identityMap(sourceStart: number, textLength: number): SourceMap {
  return { textStarts: [0], sourceStarts: [sourceStart], sourceEnd: sourceStart + textLength, textLength };
}

/**
 * File offset of the decoded unit at `textOffset`; of the place behind the last one for `textLength`. Because decoded
 * units lie side by side in the file, a text range [a, b) is the file range [toSource(a), toSource(b)).
 * Offsets out of range are clamped. Time: logarithmic in the number of segments.
 */
export function toSource(map: SourceMap, textOffset: number): number {
  if (textOffset >= map.textLength) {
    return map.sourceEnd;
  }
  const offset = Math.max(0, textOffset);
  const segment = lastAtOrBelow(map.textStarts, offset);
  return (map.sourceStarts[segment] ?? 0) + offset - (map.textStarts[segment] ?? 0);
}

/**
 * Decoded offset of the unit that the file offset lies in: any place inside an escape belongs to its decoded unit.
 * Offsets before and behind the text give 0 and `textLength`. Time: logarithmic in the number of segments.
 */
export function toText(map: SourceMap, sourceOffset: number): number {
  if (sourceOffset >= map.sourceEnd) {
    return map.textLength;
  }
  const segment = lastAtOrBelow(map.sourceStarts, sourceOffset);
  if (segment < 0) {
    return 0;
  }
  const start = map.textStarts[segment] ?? 0;
  const next = map.textStarts[segment + 1] ?? map.textLength;
  // Only a segment's last unit can be an escape, so whatever lies beyond that unit's first place is still that unit.
  return Math.min(start + sourceOffset - (map.sourceStarts[segment] ?? 0), next - 1);
}

/** Index of the last element <= value in an ascending list, -1 where there is none. */
function lastAtOrBelow(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Number.POSITIVE_INFINITY) <= value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
