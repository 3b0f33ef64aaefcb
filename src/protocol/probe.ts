import * as v from 'valibot';
import type { Knows } from '../core/probe/knows';
import type { ProbedRole } from '../core/probe/probedModel';
import type { ModelTotals } from '../core/probe/probeTable';

/** What a probe asks: the models of a project, and further ones. */
export const ProbeScope = v.object({
  configPath: v.string(),
  /** Absolute paths of model folders. */
  further: v.array(v.string()),
});
export type ProbeScope = v.InferOutput<typeof ProbeScope>;

const SavedState = v.object({ scope: ProbeScope });

/** What a page was about that VS Code kept through a reload, by the state that it saved; null: nothing yet. */
export function savedProbe(state: unknown): ProbeScope | null {
  const saved = v.safeParse(SavedState, state);
  return saved.success ? saved.output.scope : null;
}

export type ProbeActivity =
  /** `fraction` of all the work; the model by its name. */
  | { readonly kind: 'asking'; readonly fraction: number; readonly model: string }
  | { readonly kind: 'done' | 'stopped' };

export interface ProbeModel {
  readonly name: string;
  readonly role: ProbedRole;
  /** As people know it. */
  readonly folder: string;
  /** Its absolute path where it is one that was added on the page, and can be taken away there. */
  readonly added: string | null;
  readonly totals: ModelTotals;
}

/** One prompt of a cell. Texts are ready to be shown. */
export interface ProbePrompt {
  readonly mass: number;
  readonly tokenMass: number;
  readonly rank: number;
  readonly truthRatio: number | null;
  /** The answer that the continuation starts with, and what follows. */
  readonly said: string;
  readonly rest: string;
}

export interface ProbeCellView {
  readonly knows: Knows;
  /** Index of the prompt with the largest mass, which the table shows. */
  readonly prompt: number;
  readonly prompts: readonly ProbePrompt[];
}

export interface ProbeFact {
  readonly fact: string;
  /** What it is about, in the forget set's words. */
  readonly name: string;
  readonly prompts: readonly string[];
  /** By model; a text says why there is no answer, null: not asked yet. */
  readonly cells: readonly (ProbeCellView | string | null)[];
}

export interface ProbeSnapshot {
  readonly scope: ProbeScope;
  /** What people call the project. */
  readonly project: string;
  readonly activity: ProbeActivity;
  /** Settings, the forget set or a model have changed since. */
  readonly outdated: boolean;
  readonly models: readonly ProbeModel[];
  readonly facts: readonly ProbeFact[];
  /** What was found, in plain words. */
  readonly sentences: readonly string[];
  readonly notAsked: readonly { readonly fact: string; readonly message: string }[];
  readonly knownFrom: number;
}

/** Extension host -> page. */
export type ToProbe =
  | { readonly type: 'snapshot'; readonly snapshot: ProbeSnapshot }
  | { readonly type: 'progress'; readonly activity: ProbeActivity }
  /** Nothing to show, or why; `action` labels a button that runs the probe. */
  | { readonly type: 'message'; readonly text: string; readonly action: string | null };

/** Of a text for the clipboard, in UTF-16 units: more than any table that people would copy. */
const MAX_COPIED = 1 << 24;

/** Page -> extension host. */
export const FromProbe = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('run') }),
  v.object({ type: v.literal('cancel') }),
  /** Choose further models. */
  v.object({ type: v.literal('add') }),
  /** Leave out a model that was added. */
  v.object({ type: v.literal('remove'), folder: v.string() }),
  /** Open a fact's line in the forget set. */
  v.object({ type: v.literal('open'), fact: v.string() }),
  v.object({ type: v.literal('copy'), text: v.pipe(v.string(), v.maxLength(MAX_COPIED)) }),
]);
export type FromProbe = v.InferOutput<typeof FromProbe>;
