import type { Problem } from '../core/errors';
import type { ModelInfo, ModelRole, ProviderChoice } from '../protocol/engine';

export const ROLES = ['teacher', 'student', 'reference'] as const satisfies readonly ModelRole[];

/** What `seep doctor` finds. Parts that could not be looked at are null; `problems` says why. Names no fact by its text. */
export interface DoctorReport {
  schema: 'seep.doctor/1';
  /** Whether nothing is broken. */
  ok: boolean;
  seep: string;
  node: string;
  platform: string;
  runtime: { onnxruntime: string; providers: readonly string[] } | null;
  provider: { asked: ProviderChoice; used: string | null; autoPicks: string | null } | null;
  config: string | null;
  models: Record<ModelRole, ModelInfo | null>;
  tokenizer: { exact: boolean; message: string } | null;
  forgetSet: {
    file: string;
    facts: number;
    subjects: number;
    answers: number;
    unscorable: readonly { readonly fact: string; readonly message: string }[];
    warnings: readonly Problem[];
  } | null;
  /** The files that a scan without arguments reads; null without a seep.json. */
  corpus: { files: number } | null;
  notices: string[];
  problems: string[];
}
