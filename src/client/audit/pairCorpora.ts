import { type PairCounts, type Pairing, pairRecords } from '../../core/audit/pairRecords';
import type { Signatures } from '../../core/audit/signatures';
import { SeepError } from '../../core/errors';
import { plural, t } from '../../core/l10n';
import { inSlices } from '../inSlices';
import type { CorpusSide } from './corpusSide';
import { readSignatures, type SignatureOptions } from './readSignatures';

/** A raw and a filtered corpus whose records are paired. */
export interface PairedCorpora {
  readonly raw: CorpusSide & { readonly signatures: Signatures };
  readonly filtered: CorpusSide & { readonly signatures: Signatures };
  readonly pairing: Pairing;
}

/** Fewer than one in so many filtered records with a text of the raw corpus: the two do not belong together. */
const IN_COMMON = 10;

/** Reads both corpora once and pairs their records. Throws SeepError `usage` where they do not correspond. */
export async function pairCorpora(
  raw: CorpusSide,
  filtered: CorpusSide,
  options: Omit<SignatureOptions, 'onBytes'> & { onProgress(fraction: number): void },
): Promise<PairedCorpora> {
  const total = [...raw.files, ...filtered.files].reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  const onBytes = (bytes: number) => {
    done += bytes;
    options.onProgress(done / Math.max(1, total));
  };
  const rawSignatures = await readSignatures(raw.files, { ...options, onBytes });
  const filteredSignatures = await readSignatures(filtered.files, { ...options, onBytes });
  const pairing = await inSlices(pairRecords(rawSignatures, filteredSignatures), options.signal);
  refuseStrangers(raw, filtered, pairing.counts, options.textField);
  return {
    raw: { ...raw, signatures: rawSignatures },
    filtered: { ...filtered, signatures: filteredSignatures },
    pairing,
  };
}

function refuseStrangers(raw: CorpusSide, filtered: CorpusSide, counts: PairCounts, textField: string): void {
  const empty = counts.raw === 0 ? raw : counts.filtered === 0 ? filtered : null;
  if (empty !== null) {
    throw new SeepError(
      'usage',
      t(
        '{0} holds no records (their text is looked for in "{1}"): there is nothing to compare; name a file with records',
        empty.shown,
        textField,
      ),
    );
  }
  if (counts.kept * IN_COMMON >= counts.filtered) {
    return;
  }
  const words = [
    plural(
      counts.kept,
      '{1} and {2} do not correspond: of {3} in {2} only {0} has a text of the {4} in {1}.',
      '{1} and {2} do not correspond: of {3} in {2} only {0} have a text of the {4} in {1}.',
      raw.shown,
      filtered.shown,
      recordsWords(counts.filtered),
      recordsWords(counts.raw),
    ),
    ...(counts.changed > 0
      ? [
          plural(
            counts.changed,
            '{0} more has the same id and another text.',
            '{0} more have the same id and another text.',
          ),
        ]
      : []),
    t('Name the corpus that was filtered, after any step that rewrites all its texts.'),
  ];
  throw new SeepError('usage', words.join(' '));
}

function recordsWords(records: number): string {
  return plural(records, '{0} record', '{0} records');
}
