import type { Problem } from '../core/errors';
import type { ProviderExplanation } from '../core/gpu/explainProvider';
import type { GpuFacts, ProviderFault } from '../core/gpu/gpuFacts';
import type { ModelInfo, ModelRole, ProviderChoice } from '../protocol/engine';

export const ROLES = ['teacher', 'student', 'reference'] as const satisfies readonly ModelRole[];

/** What the doctor finds. Parts that could not be looked at are null; `problems` says why. Names no fact by its text. */
export interface DoctorReport {
  schema: 'seep.doctor/1';
  /** Whether nothing is broken. */
  ok: boolean;
  seep: string;
  node: string;
  platform: string;
  runtime: { onnxruntime: string; providers: readonly string[] } | null;
  /** `used` is null where the provider that is asked for does not work; models are looked at on the CPU then. */
  provider: { asked: ProviderChoice; used: string | null; autoPicks: string | null } | null;
  /** More of the provider that is asked for, where it is not the CPU. */
  gpu: { facts: GpuFacts; fault: ProviderFault | null; explanation: ProviderExplanation } | null;
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
  /** The threshold in force, and what it rests on. */
  threshold: { value: number; temperature: number; words: string } | null;
  notices: string[];
  problems: string[];
}
