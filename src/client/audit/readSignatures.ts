import { hash } from 'node:crypto';
import { type Hash64, Signatures } from '../../core/audit/signatures';
import { fileError } from '../fileErrors';
import { readCorpus } from '../readCorpus';
import type { SideFile } from './corpusSide';

export interface SignatureOptions {
  readonly textField: string;
  readonly signal: AbortSignal;
  /** Bytes read since the last call. */
  onBytes(bytes: number): void;
}

/** Reads the records of a side for pairing. Lines that are no records are passed over; the scan that follows reports them. */
export async function readSignatures(
  files: readonly SideFile[],
  { textField, signal, onBytes }: SignatureOptions,
): Promise<Signatures> {
  const signatures = new Signatures();
  for (const { path, file, format, name } of files) {
    signatures.startFile(name);
    let bytes = 0;
    try {
      for await (const chunk of readCorpus(path, format, textField, { signal })) {
        for (const { text, id, line } of chunk.records) {
          signatures.add(hash64(text), hash64(id), line);
        }
        onBytes(chunk.bytes - bytes);
        bytes = chunk.bytes;
      }
    } catch (error) {
      throw fileError(error, 'file', path, file);
    }
  }
  return signatures;
}

/** The first 64 bits of the SHA-256. Two of a billion records share one with a probability of 3 %, and then count as equal. */
export function hash64(text: string): Hash64 {
  // UTF-8 would make one of all lone surrogates.
  const digest = hash('sha256', Buffer.from(text, 'utf16le'), 'buffer');
  return [digest.readUInt32BE(0), digest.readUInt32BE(4)];
}
