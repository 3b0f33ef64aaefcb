import type { EngineClient } from '../../../src/client/engineClient';
import type { Fact } from '../../../src/core/forget/fact';
import type { FactProbe } from '../../../src/core/probe/factProbe';
import { questionOf } from '../../../src/core/probe/question';

export interface Asked {
  /** By fact. */
  readonly probes: FactProbe[];
  readonly failures: string[];
  /** Prompts that the model itself had to be asked. */
  readonly asked: number;
}

/** Asks a model, which is opened alone, about facts that have prompts. */
export async function askFacts(
  client: Pick<EngineClient, 'open' | 'ask'>,
  folder: string,
  facts: readonly Fact[],
  tokens = 16,
): Promise<Asked> {
  await client.open({ teacher: folder, student: null, reference: null, provider: 'cpu' });
  const probes: FactProbe[] = [];
  const failures: string[] = [];
  let asked = 0;
  const questions = facts.flatMap((fact) => questionOf(fact) ?? []);
  await client.ask(
    { questions, tokens },
    {
      onProgress: (progress) => {
        if (progress.kind === 'fact') {
          probes[progress.key] = progress.probe;
        } else if (progress.kind === 'failed') {
          failures[progress.key] = progress.message;
        } else {
          asked = progress.total;
        }
      },
    },
  );
  return { probes, failures, asked };
}
