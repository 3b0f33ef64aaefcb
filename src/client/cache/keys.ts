import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Question } from '../../core/probe/question';
import type { ForgetSetParams, OpenParams, OpenResult, ScanParams } from '../../protocol/engine';
import type { Key } from './segment';

/** Raised whenever what is kept under a key changes its form. */
const FORMAT = 1;

/** Spaces have names of 32 hexadecimal digits. */
export type SpaceName = string;

/**
 * What computes: the engine's own code and the version of the runtime. Scores of another build are never taken for this one's, so
 * that nobody has to remember to raise a number when a score changes. Null where it cannot be told.
 */
export async function identityOf(enginePath: string): Promise<string | null> {
  try {
    const hash = createHash('sha256').update(await readFile(enginePath));
    const runtime = createRequire(enginePath).resolve('onnxruntime-node');
    return hash.update(await readFile(join(dirname(runtime), '..', 'package.json'))).digest('hex');
  } catch {
    // The engine will say what is missing of it.
    return null;
  }
}

/** The space of what is known of model folders. */
export function modelsSpace(identity: string): SpaceName {
  return nameOf(['models', identity]);
}

/** @param files state of the folders' files */
export function modelsKey(params: OpenParams, files: string): Key {
  return keyOf(['open', params.teacher, params.student, params.reference, params.provider, files]);
}

/** The space of what these models say about this forget set. */
export function scoresSpace(identity: string, { models, provider }: OpenResult, forgetSet: ForgetSetParams): SpaceName {
  const { teacher, student, reference } = models;
  const hashes = [teacher.hash, student?.hash ?? null, reference?.hash ?? null];
  const facts = [forgetSet.facts, forgetSet.decoys].map((list) =>
    // Neither where a fact stands in its file nor how bad its leak would be changes a score.
    list.map(({ line, severity, ...rest }) => rest),
  );
  return nameOf(['scores', identity, hashes, provider, facts]);
}

/** The space of what a model says when it is asked. */
export function answersSpace(identity: string, { models, provider }: OpenResult): SpaceName {
  return nameOf(['answers', identity, models.teacher.hash, provider]);
}

export function answerKey({ id, ...question }: Question, tokens: number): Key {
  return keyOf(['answer', question, tokens]);
}

export const FORGET_SET_KEY: Key = keyOf(['forget set']);

/** What a scan says besides the scores of its records. */
export function outcomeKey(settings: Omit<ScanParams, 'records'>): Key {
  return keyOf(['outcome', settingsOf(settings)]);
}

/** Key of a record's scores, by its text. */
export function recordKeys(settings: Omit<ScanParams, 'records'>): (text: string) => Key {
  const prefix = JSON.stringify(['record', settingsOf(settings)]);
  // UTF-8 would make one of all lone surrogates.
  return (text) => createHash('sha256').update(prefix).update('\n').update(text, 'utf16le').digest('binary');
}

function settingsOf({ temperature, swap, onPolicy, unattributed, branches }: Omit<ScanParams, 'records'>): unknown {
  return [temperature, swap === null ? null : [swap.subjects, swap.count], onPolicy, unattributed, branches];
}

function keyOf(parts: readonly unknown[]): Key {
  return createHash('sha256').update(JSON.stringify(parts)).digest('binary');
}

function nameOf(parts: readonly unknown[]): SpaceName {
  return createHash('sha256')
    .update(JSON.stringify([FORMAT, ...parts]))
    .digest('hex')
    .slice(0, 32);
}
