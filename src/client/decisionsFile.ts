import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { changeDecisions, type DecisionChange, type DecisionChanges } from '../core/decisions/changeDecisions';
import type { Decision } from '../core/decisions/decision';
import { DecisionIndex } from '../core/decisions/decisionIndex';
import { type DecisionsResult, parseDecisions } from '../core/decisions/parseDecisions';
import { decisionsText, inFileOrder } from '../core/decisions/writeDecisions';
import { type Problem, SeepError } from '../core/errors';
import { t } from '../core/l10n';
import type { Slices } from '../core/slices';
import { sha256 } from './calibration';
import { fileError, isSystemError } from './fileErrors';
import { withLock } from './fileLock';
import { type Output, openFileOutput } from './fileOutput';
import { inSlices } from './inSlices';
import { ProjectError, type ShowPath } from './projectError';
import { decodeUtf8, describeEncoding } from './utf8';

/** A larger file is refused: it is read as a whole, and again for each change. */
export const MAX_DECISIONS_BYTES = 1 << 26;

/** What a file of decisions says. */
export interface KeptDecisions {
  /** SHA-256 of the file, hex. */
  readonly hash: string;
  readonly index: DecisionIndex;
  /** Lines that say nothing, and why. */
  readonly problems: readonly Problem[];
}

/** What a file says that is not there. */
export const NO_DECISIONS: KeptDecisions = { hash: sha256(''), index: DecisionIndex.EMPTY, problems: [] };

/**
 * Reads a file of decisions as far as it can be read; where there is none, there are no decisions.
 * @param known hash of what is known of it
 * @returns null: it says what is known
 * @throws SeepError `file` where it cannot be read
 */
export async function readDecisions(path: string, show: ShowPath, known: string): Promise<KeptDecisions | null> {
  const { bytes } = await readState(path, show);
  const hash = await inSlices(hashOf(bytes));
  if (hash === known) {
    return null;
  }
  const { decisions, problems } = await inSlices(parsed(path, bytes, show));
  return { hash, index: await inSlices(DecisionIndex.build(decisions.values())), problems };
}

/**
 * Reads decisions, by their keys, and throws ProjectError where there is something wrong in the file: a decision must not get lost in
 * silence.
 */
export async function readSoundDecisions(path: string, show: ShowPath): Promise<Map<string, Decision>> {
  return soundDecisions(path, (await readState(path, show)).bytes, show);
}

/** The same, by the records that they are about. */
export async function readDecisionIndex(path: string, show: ShowPath): Promise<DecisionIndex> {
  return inSlices(DecisionIndex.build((await readSoundDecisions(path, show)).values()));
}

/** The decisions on a record's text. */
export function decisionsOn(text: string, index: DecisionIndex): readonly Decision[] {
  return index.isEmpty ? [] : index.of(sha256(text));
}

/**
 * Changes some decisions and leaves all others as they are, also those that another process makes at the same time. Readers find the old
 * file or the new one.
 * @param expected where given, what has become something else since is left as it is
 * @returns what the file says now, and what the changed keys stood for before
 * @throws ProjectError where the file has faults: it is then left alone
 */
export async function changeDecisionsFile(
  path: string,
  changes: Iterable<DecisionChange>,
  show: ShowPath,
  expected: DecisionChanges | null = null,
): Promise<{ readonly kept: KeptDecisions; readonly before: DecisionChanges }> {
  const { before, after, hash } = await withLock(path, show, async () => {
    for (;;) {
      const { bytes, state } = await readState(path, show);
      const decisions = await soundDecisions(path, bytes, show);
      const before = await inSlices(changeDecisions(decisions, changes, expected));
      const after = await inSlices(inFileOrder(decisions.values()));
      const output = await openFileOutput(path, show(path));
      try {
        const hash = await write(after, output, path, show);
        // Editors know of no lock. What one has saved meanwhile is taken in.
        if ((await stateOf(path)) === state) {
          await output.commit();
          return { before, after, hash };
        }
      } finally {
        await output.discard();
      }
    }
  });
  return { kept: { hash, index: await inSlices(DecisionIndex.build(after)), problems: [] }, before };
}

/** Why nothing is decided at all where there would be more decisions than a file may hold. */
export function tooManyDecisions(name: string, path: string): SeepError {
  return new SeepError(
    'file',
    t(
      '{0}: would become larger than {1} MB; nothing was decided. Decide about one file or one fact at a time, or have your filter take records out.',
      name,
      MAX_DECISIONS_BYTES >> 20,
    ),
    path,
  );
}

/** Writes piece by piece, and never more than is read again. Returns the hash of what was written. */
async function write(decisions: readonly Decision[], output: Output, path: string, show: ShowPath): Promise<string> {
  const hash = createHash('sha256');
  let written = 0;
  for (const piece of decisionsText(decisions)) {
    const bytes = Buffer.from(piece);
    written += bytes.length;
    if (written > MAX_DECISIONS_BYTES) {
      throw tooManyDecisions(show(path), path);
    }
    hash.update(bytes);
    await output.write(bytes);
  }
  return hash.digest('hex');
}

async function soundDecisions(path: string, bytes: Uint8Array, show: ShowPath): Promise<Map<string, Decision>> {
  const { decisions, problems } = await inSlices(parsed(path, bytes, show));
  if (problems.length > 0) {
    throw new ProjectError('file', path, problems, show);
  }
  return decisions;
}

function* parsed(path: string, bytes: Uint8Array, show: ShowPath): Slices<DecisionsResult> {
  // All of it first: of a file that is no text nothing else is said.
  const pieces: string[] = [];
  let start = 0;
  for (const piece of piecesOf(bytes)) {
    const text = decodeUtf8(piece);
    if (typeof text !== 'string') {
      throw new SeepError('file', `${show(path)}: ${describeEncoding(bytes, start + text.invalidAt)}`, path);
    }
    pieces.push(text);
    start += piece.length;
    yield;
  }
  return yield* parseDecisions(pieces);
}

function* hashOf(bytes: Uint8Array): Slices<string> {
  const hash = createHash('sha256');
  for (const piece of piecesOf(bytes)) {
    hash.update(piece);
    yield;
  }
  return hash.digest('hex');
}

/** Bytes of a piece of text; its last line is whole. */
const PIECE = 1 << 16;

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const lineEnd = bytes.indexOf(0x0a, start + PIECE);
    const end = lineEnd < 0 ? bytes.length : lineEnd + 1;
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function readState(path: string, show: ShowPath): Promise<{ bytes: Uint8Array; state: string | null }> {
  try {
    const state = await stateOf(path);
    if (state === null) {
      return { bytes: new Uint8Array(), state };
    }
    await checkKind(path, show);
    return { bytes: await readFile(path), state };
  } catch (error) {
    throw fileError(error, 'file', path, show(path));
  }
}

async function checkKind(path: string, show: ShowPath): Promise<void> {
  const found = await stat(path);
  if (!found.isFile()) {
    throw new SeepError('file', t('{0}: this is no file; move it away', show(path)), path);
  }
  if (found.size > MAX_DECISIONS_BYTES) {
    const mend = t('take decisions out that are no longer needed');
    throw new SeepError('file', t('{0}: larger than {1} MB; {2}', show(path), MAX_DECISIONS_BYTES >> 20, mend), path);
  }
}

/** Changes whenever the file does; null: there is none. */
async function stateOf(path: string): Promise<string | null> {
  try {
    const { size, mtimeNs, ino } = await stat(path, { bigint: true });
    return `${size} ${mtimeNs} ${ino}`;
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}
