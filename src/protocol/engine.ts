import type { Fact } from '../core/forget/fact';
import type { GpuProvider, ProviderFault } from '../core/gpu/gpuFacts';
import type { Language } from '../core/l10n';
import type { FactProbe } from '../core/probe/factProbe';
import type { Question } from '../core/probe/question';
import type {
  Comparison,
  ComparisonByRole,
  CompletionSource,
  RecordScores,
  ReferenceKind,
  TopToken,
} from '../core/score/leak';

/** Raised whenever a message of this file changes; both sides must agree. */
export const ENGINE_PROTOCOL = 9;

export type ProviderChoice = 'auto' | 'cpu' | GpuProvider;
export type ModelRole = 'teacher' | 'student' | 'reference';

export interface Hello {
  readonly protocol: number;
  readonly onnxruntime: string;
  readonly node: string;
  readonly pid: number;
  /** Execution providers that this build of the runtime ships. */
  readonly providers: readonly string[];
}

export interface OpenParams {
  /** Absolute paths of model folders. */
  readonly teacher: string;
  readonly student: string | null;
  readonly reference: string | null;
  readonly provider: ProviderChoice;
}

/** What the engine found in one model folder. */
export interface ModelInfo {
  readonly folder: string;
  /** Path of the .onnx file, relative to the folder. */
  readonly file: string;
  /** Bytes of the model file and its external data. */
  readonly bytes: number;
  readonly architecture: string | null;
  readonly opset: number;
  readonly dtype: 'float32' | 'float16';
  /** Size of the last axis of the logits. */
  readonly vocabulary: number;
  readonly tokenizerVocabulary: number;
  /** Longest input in tokens. */
  readonly context: number;
  /** Token put before every record, as the tokenizer's own files say; null: none. */
  readonly bos: string | null;
  /** Ids of the tokens put before every record. */
  readonly bosIds: readonly number[];
  /** SHA-256 over the model's files, hex. */
  readonly hash: string;
}

export interface OpenResult {
  readonly models: {
    readonly teacher: ModelInfo;
    readonly student: ModelInfo | null;
    readonly reference: ModelInfo | null;
  };
  /** How the teacher is compared with student and reference; null: no such model. */
  readonly comparison: ComparisonByRole;
  /** Provider in use. */
  readonly provider: Exclude<ProviderChoice, 'auto'>;
  /** Why `auto` did not take a GPU that was set up for it; also the first of the notices. */
  readonly fallback: string | null;
  /** Things to say once, in plain words (fallback to CPU, padded vocabulary, no reference model ...). */
  readonly notices: readonly string[];
}

export interface ForgetSetParams {
  readonly facts: readonly Fact[];
  /** Scored like facts, but nobody knows them: where subjects are swapped, no other subject is passed over for their answers. */
  readonly decoys: readonly Fact[];
}

export interface ForgetSetResult {
  /** Facts that cannot be scored and why (for example an answer that tokenises to nothing). */
  readonly unscorable: readonly { readonly fact: string; readonly message: string }[];
  /** Token ids of every fact of kind `tokens`. */
  readonly classes: readonly { readonly fact: string; readonly tokens: readonly number[] }[];
}

export interface ScanParams {
  /** `key` comes back with the result and means nothing to the engine. */
  readonly records: readonly { readonly key: number; readonly text: string }[];
  readonly temperature: number;
  /** How p_R is made where there is no reference model: from the same text with other subjects; null: not at all. */
  readonly swap: SwapSettings | null;
  /** Answers are completed by the teacher itself, as where the student's own text is scored (on-policy distillation). */
  readonly onPolicy: boolean;
  /** Also tell the divergence that no fact explains, at every position. Needs a reference model. */
  readonly unattributed: boolean;
  /** Also give every leak's tokens one by one ({@link Leak.branch}). */
  readonly branches: boolean;
}

/** A scan that asks for nothing beyond the scores at temperature 1. */
export const PLAIN_SCAN: Omit<ScanParams, 'records'> = {
  temperature: 1,
  swap: null,
  onPolicy: false,
  unattributed: false,
  branches: false,
};

export interface SwapSettings {
  /** Names to put in place of a subject, besides the subjects of other facts. */
  readonly subjects: readonly string[];
  /** How many other subjects are averaged, 1 to 16. */
  readonly count: number;
}

/** Progress of a scan: one message per finished record, in the engine's own order. */
export type ScanProgress =
  | { readonly kind: 'record'; readonly key: number; readonly scores: RecordScores }
  | { readonly kind: 'failed'; readonly key: number; readonly message: string }
  /** Work is counted in model-input tokens (all passes together; the total may grow when answers must be expanded). */
  | { readonly kind: 'work'; readonly done: number; readonly total: number };

/** What the engine process itself reports: `EngineClient` keeps the last kind to itself. */
/** What is in work from now on: one of these records, or questions, is at fault if the process dies. */
export interface Reading {
  readonly kind: 'reading';
  readonly keys: readonly number[];
}

export interface ScanResult {
  readonly records: number;
  readonly tokens: number;
  readonly reference: ReferenceKind;
  readonly completedBy: CompletionSource;
}

export interface InspectParams {
  readonly text: string;
  /** Predicted token to look at; out of range is clamped. Alternatively an offset in the text. */
  readonly at: { readonly position: number } | { readonly offset: number };
  readonly temperature: number;
  /** Length of each model's list, 1..200. */
  readonly topK: number;
  /** Id of a fact whose answers are followed token by token. */
  readonly follow?: string | null;
}

/** One model's view of one token at the asked temperature. */
export interface Share {
  /** Probability. */
  readonly p: number;
  /** 1 + number of likelier tokens. */
  readonly rank: number;
}

export interface InspectRow {
  readonly id: number;
  readonly text: string;
  readonly teacher: Share;
  readonly student: Share | null;
  readonly reference: Share | null;
  /** Ids of facts towards whose answer this token leads here (gate open). */
  readonly facts: readonly string[];
  /** The token that the text goes on with. */
  readonly actual: boolean;
}

/** Divergences in nats between two distributions over the full vocabulary. */
export interface Divergence {
  /** KL(teacher ‖ other). */
  readonly kl: number;
  /** KL(other ‖ teacher). */
  readonly reverseKl: number;
  /** Jensen-Shannon divergence, at most ln 2. */
  readonly js: number;
}

/** Per-model totals at one position. */
export interface ModelView {
  /** Nats. */
  readonly entropy: number;
  /** Probability outside the rows shown. */
  readonly rest: number;
}

/** What a model says in its own tokens, where they are not the teacher's. */
export interface OwnView extends ModelView {
  /** UTF-16 offset at which the token starts that it predicts: its nearest boundary at or before the predicted token. */
  readonly boundary: number;
  /** Its top-k, falling. */
  readonly rows: readonly (Share & { readonly text: string })[];
}

/** Probabilities of a fact's whole answers from the predicted token on, at temperature 1 and whatever tokens they take. */
export interface WholeAnswers {
  readonly fact: string;
  readonly teacher: number;
  /** Null: there is no such model, or it shares the teacher's tokens. */
  readonly student: number | null;
  readonly reference: number | null;
}

/** One token on the way through an answer: its probability behind the ones before it, at the asked temperature. */
export interface AnswerStep {
  readonly text: string;
  readonly teacher: number;
  /** Null: there is no such model, or it has tokens of its own. */
  readonly student: number | null;
  readonly reference: number | null;
}

/** A fact's answers token by token from the predicted token on; of many or long ones the likeliest and their beginnings. */
export interface FollowedFact {
  readonly fact: string;
  readonly ways: readonly (readonly AnswerStep[])[];
}

/** Everything the distributions panel shows of one position, computed over the full vocabulary at the asked temperature. */
export interface Inspection {
  readonly position: number;
  readonly temperature: number;
  /** Span in the record's text of every predicted token, by position from `firstPosition`; the last is the empty range at the end. */
  readonly spans: readonly (readonly [start: number, end: number])[];
  /** Position of `spans[0]`: 1 where the model input starts with BOS, otherwise 1 as well, the first token being unpredicted. */
  readonly firstPosition: number;
  /**
   * Union of every model's top-k, the forget-answer tokens (however far below) and the actual token;
   * by falling teacher probability. Of very many forget-answer tokens those that the teacher finds likeliest.
   */
  readonly rows: readonly InspectRow[];
  /** Forget-answer tokens that have no row; their probability is in the rest. */
  readonly unlisted: number;
  readonly teacher: ModelView;
  readonly student: ModelView | null;
  readonly reference: ModelView | null;
  readonly teacherStudent: Divergence | null;
  readonly teacherReference: Divergence | null;
  /** The models with a tokenizer of their own; they have no part in anything above. */
  readonly own: { readonly student: OwnView | null; readonly reference: OwnView | null };
  /** Of the facts whose lift or mass reaches the scan's floor here, by falling mass; empty where all models share the tokens. */
  readonly whole: readonly WholeAnswers[];
  /** Null where nothing was to be followed, or the fact's answers are not expected here. */
  readonly followed: FollowedFact | null;
}

export interface AskParams {
  readonly questions: readonly Question[];
  /** Longest continuation, in tokens; answers that are longer are let to end. */
  readonly tokens: number;
}

/** Progress of an ask; `key` is the index of the question. */
export type AskProgress =
  | { readonly kind: 'fact'; readonly key: number; readonly probe: FactProbe }
  | { readonly kind: 'failed'; readonly key: number; readonly message: string }
  /** Counted in prompts. */
  | { readonly kind: 'work'; readonly done: number; readonly total: number };

/** Requests that the engine process answers. */
export interface EngineMethods {
  /** Comes first: the engine speaks the language of whoever started it. */
  hello: { params: { readonly language: Language }; result: Hello; progress: never };
  /** Whether a provider works here; tried once in the engine's life, in a process of its own. */
  probe: {
    params: { readonly provider: GpuProvider };
    result: { readonly fault: ProviderFault | null };
    progress: never;
  };
  open: { params: OpenParams; result: OpenResult; progress: never };
  setForgetSet: { params: ForgetSetParams; result: ForgetSetResult; progress: never };
  scan: { params: ScanParams; result: ScanResult; progress: ScanProgress | Reading };
  inspect: { params: InspectParams; result: Inspection; progress: never };
  /** Asks the teacher's place, where any model may be opened, what it knows of some facts. */
  ask: { params: AskParams; result: null; progress: AskProgress | Reading };
}

export type { Comparison, ComparisonByRole, TopToken };
