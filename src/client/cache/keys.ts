import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Language } from '../../core/l10n';
import type { Question } from '../../core/probe/question';
import type { OpenParams, OpenResult, ScanParams } from '../../protocol/engine';
import type { Key } from './segment';

/** Raised whenever what is kept under a key changes its form. */
const FORMAT = 2;

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

/** Stands in a key for the language that something is said in: the front ends share the cache, and may speak different ones. */
export function wordsKey(language: Language): string {
  return createHash('sha256').update(JSON.stringify(language)).digest('hex');
}

/** @param files state of the folders' files; @param words see {@link wordsKey} */
export function modelsKey(params: OpenParams, files: string, words: string): Key {
  return keyOf(['open', params.teacher, params.student, params.reference, params.provider, files, words]);
}

/** The space of what these models say about texts. */
export function scoresSpace(identity: string, { models, provider }: OpenResult): SpaceName {
  const { teacher, student, reference } = models;
  const hashes = [teacher.hash, student?.hash ?? null, reference?.hash ?? null];
  return nameOf(['scores', identity, hashes, provider]);
}

/** The space of what a model says when it is asked. */
export function answersSpace(identity: string, { models, provider }: OpenResult): SpaceName {
  return nameOf(['answers', identity, models.teacher.hash, provider]);
}

export function answerKey({ id, ...question }: Question, tokens: number): Key {
  return keyOf(['answer', question, tokens]);
}

/** What the engine says of a fact itself. @param content see `ScopeFacts`; @param words see {@link wordsKey} */
export function factKey(content: string, words: string): Key {
  return keyOf(['fact', content, words]);
}

/** The facts that a scope's name stands for. */
export function scopeKey(name: string): Key {
  return keyOf(['scope', name]);
}

/** What a scan says besides the scores of its records. */
export function outcomeKey(settings: Omit<ScanParams, 'records'>): Key {
  return keyOf(['outcome', settingsOf(settings)]);
}

export interface RecordKeys {
  /** Of a text's scores. @param scope name of the facts that count in it */
  scores(text: string, scope: string): Key;
  /** Of what is known about the facts that a text was last scored for. */
  latest(text: string): Key;
}

export function recordKeys(settings: Omit<ScanParams, 'records'>): RecordKeys {
  const prefix = JSON.stringify(settingsOf(settings));
  const keyOf = (kind: string, text: string) => {
    // UTF-8 would make one of all lone surrogates.
    return createHash('sha256').update(`${kind}\n${prefix}\n`).update(text, 'utf16le').digest('binary');
  };
  return { scores: (text, scope) => keyOf(`record ${scope}`, text), latest: (text) => keyOf('latest', text) };
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
