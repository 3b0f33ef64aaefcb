import { SeepError } from '../core/errors';
import { explainProvider, type ProviderExplanation } from '../core/gpu/explainProvider';
import type { GpuFacts, GpuProvider, ProviderFault } from '../core/gpu/gpuFacts';
import type { EngineClient } from './engineClient';
import { gatherGpuFacts } from './gatherGpuFacts';

/** Tries a provider on this machine and explains what comes of it, also where the engine does not start at all. */
export async function examineProvider(
  provider: GpuProvider,
  engine: Pick<EngineClient, 'probe' | 'enginePath'>,
  signal?: AbortSignal,
): Promise<{ facts: GpuFacts; fault: ProviderFault | null; explanation: ProviderExplanation }> {
  const [facts, fault] = await Promise.all([gatherGpuFacts(engine.enginePath), faultOf(provider, engine, signal)]);
  return { facts, fault, explanation: explainProvider(provider, facts, fault) };
}

async function faultOf(
  provider: GpuProvider,
  engine: Pick<EngineClient, 'probe'>,
  signal?: AbortSignal,
): Promise<ProviderFault | null> {
  try {
    return await engine.probe(provider, signal);
  } catch (error) {
    if (error instanceof SeepError && error.code === 'engine') {
      return { reason: error.message.replace(/\.$/, ''), missingLibrary: null };
    }
    throw error;
  }
}
