import type { ProbedModel } from '../../core/probe/probedModel';
import type { ProbeTable } from '../../core/probe/probeTable';
import type { ModelInfo, OpenParams } from '../../protocol/engine';
import type { CachedEngine } from '../cache/cachedEngine';

/** Longest continuation unless somebody asks for another one, in tokens. */
export const CONTINUATION_TOKENS = 16;
export const CONTINUATION_RANGE = { minimum: 1, maximum: 256 } as const;

export interface ProbeOptions {
  readonly provider: OpenParams['provider'];
  /** Longest continuation. */
  readonly tokens: number;
  readonly signal?: AbortSignal | undefined;
  /** Things that people should know of a model; each once. */
  onNotice?(notice: string): void;
  /** A model is being loaded. */
  onModel?(model: ProbedModel): void;
  /** A cell of the table has been filled. */
  onCell?(model: number, question: number): void;
  /** Of all the work, from 0 to 1. */
  onProgress?(fraction: number): void;
}

/**
 * Asks one model after the other everything that the table asks, and fills it. Each model has an engine process to itself: so there is only
 * ever one in memory, each is read by its own tokenizer, and what the runtime does not give back when it lets go of a model ends with the process.
 * @returns what the models are, in the table's order
 * @throws SeepError for a model that cannot be loaded; what the models before it answered is in the table, and in the cache
 */
export async function runProbe(
  table: ProbeTable,
  newEngine: () => CachedEngine,
  { provider, tokens, signal, onNotice, onModel, onCell, onProgress }: ProbeOptions,
): Promise<ModelInfo[]> {
  const { models, questions } = table;
  const said = new Set<string>();
  const infos: ModelInfo[] = [];
  for (const [at, model] of models.entries()) {
    onModel?.(model);
    const engine = newEngine();
    try {
      const opened = await engine.open({ teacher: model.folder, student: null, reference: null, provider }, signal);
      for (const notice of opened.notices.filter((each) => !said.has(each))) {
        said.add(notice);
        onNotice?.(notice);
      }
      infos.push(opened.models.teacher);
      await engine.ask(
        { questions, tokens },
        {
          signal,
          onProgress: (progress) => {
            if (progress.kind === 'work') {
              onProgress?.((at + progress.done / Math.max(1, progress.total)) / models.length);
              return;
            }
            const { key } = progress;
            progress.kind === 'fact' ? table.answer(at, key, progress.probe) : table.fail(at, key, progress.message);
            onCell?.(at, key);
          },
        },
      );
      onProgress?.((at + 1) / models.length);
    } finally {
      await engine.dispose();
    }
  }
  return infos;
}
