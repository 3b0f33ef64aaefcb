import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { SeepError } from '../core/errors';
import type { OpenResult, ProviderChoice } from '../protocol/engine';
import { graphHead, headOutput } from './graphHead';
import { headFeeds } from './modelInputs';
import { elementType, ONNX } from './onnxFile';
import { MessageWriter } from './protobuf';
import { runtimeReason } from './runtimeErrors';

type Provider = OpenResult['provider'];

export interface ProviderDecision {
  readonly provider: Provider;
  /** What to say once; null when everything is as asked for. */
  readonly notice: string | null;
}

/** What is there to choose from. */
export interface Surroundings {
  /** Providers that this build of the runtime knows. */
  readonly shipped: readonly string[];
  /** Whether the libraries that CUDA takes are installed; they do not come with the package. */
  readonly hasCudaLibraries: boolean;
  /** Tries a provider in a throw-away process: null when it works, otherwise why not. */
  probe(provider: Provider): Promise<string | null>;
}

/** Set for the throw-away process: the provider to try. */
export const PROBE_VARIABLE = 'SEEP_PROBE_PROVIDER';
const PROBE_MILLISECONDS = 30_000;

/** Providers that this build of the runtime knows, the CPU first. */
export function shippedProviders(): string[] {
  const names = listSupportedBackends().map(({ name }) => name as string);
  return ['cpu', ...names.filter((name) => name !== 'cpu')];
}

/**
 * Which provider to use. `auto` takes CUDA where it works and otherwise the CPU; anything else is taken at its word.
 * @throws SeepError('model') when an asked-for provider does not work
 */
export async function chooseProvider(
  choice: ProviderChoice,
  { shipped, hasCudaLibraries, probe }: Surroundings = surroundings(),
): Promise<ProviderDecision> {
  if (choice === 'cpu') {
    return { provider: 'cpu', notice: null };
  }
  if (choice === 'auto') {
    if (!hasCudaLibraries) {
      return { provider: 'cpu', notice: null };
    }
    const fault = await probe('cuda');
    return fault === null
      ? { provider: 'cuda', notice: null }
      : { provider: 'cpu', notice: `CUDA does not work here, so the CPU is used: ${fault}` };
  }
  const fault = shipped.includes(choice)
    ? await probe(choice)
    : `this build of onnxruntime has only ${shipped.join(', ')}`;
  if (fault !== null) {
    throw new SeepError('model', `Provider "${choice}" does not work here: ${fault}. Use "cpu" or "auto".`);
  }
  return { provider: choice, notice: null };
}

function surroundings(): Surroundings {
  return { shipped: shippedProviders(), hasCudaLibraries: cudaLibrariesInstalled(), probe: probeInChild };
}

/** The runtime's package ships without CUDA; its install script puts this library beside the binding. */
function cudaLibrariesInstalled(): boolean {
  try {
    const root = dirname(dirname(require.resolve('onnxruntime-node')));
    return existsSync(join(root, 'bin', 'napi-v6', 'linux', process.arch, 'libonnxruntime_providers_cuda.so'));
  } catch {
    return false;
  }
}

/** A failed CUDA session can spoil later CPU sessions of the same process, so it is tried in another one. */
function probeInChild(provider: Provider): Promise<string | null> {
  return new Promise((resolve) => {
    const child = fork(__filename, [], {
      env: { ...process.env, [PROBE_VARIABLE]: provider },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let stderr = '';
    let answer: string | null | undefined;
    const timer = setTimeout(() => child.kill('SIGKILL'), PROBE_MILLISECONDS);
    child.stderr?.on('data', (chunk) => {
      stderr = (stderr + String(chunk)).slice(-2000);
    });
    child.on('message', (message) => {
      answer = message === 'ok' ? null : String(message);
    });
    child.on('error', (error) => {
      answer = error.message;
    });
    child.on('close', (_code, signal) => {
      clearTimeout(timer);
      const lastLine = stderr.trim().split('\n').at(-1);
      resolve(answer !== undefined ? answer : lastLine || `the process ended${signal === null ? '' : ` by ${signal}`}`);
    });
  });
}

/** A throw-away process's only act: runs the smallest model on a provider. @returns "ok", or what went wrong */
export async function tryProvider(provider: string): Promise<string> {
  try {
    const session = await InferenceSession.create(smallestModel(), {
      executionProviders: [provider],
      logSeverityLevel: 4,
      ...(provider === 'cuda' ? { extra: { session: { disable_cpu_ep_fallback: '1' } } } : {}),
    });
    await session.run(
      {
        logits: new Tensor('float32', new Float32Array(8), [1, 1, 8]),
        ...headFeeds({
          rows: Int32Array.of(0, 0),
          picks: Int32Array.of(0, 3),
          k: 2,
          rankRows: Int32Array.of(0),
          rankIds: Int32Array.of(3),
          warmRows: Int32Array.of(0),
          warmPicks: Int32Array.of(0, 3),
          temperature: 2,
        }),
      },
      Object.values(headOutput),
    );
    await session.release();
    return 'ok';
  } catch (error) {
    return runtimeReason(error);
  }
}

/** A model that only passes logits through a scoring head. */
function smallestModel(): Uint8Array {
  const opset = 17;
  const shape = [1, 1, 8].reduce(
    (writer, size) => writer.message(ONNX.shape.dim, new MessageWriter().integer(ONNX.dim.value, size)),
    new MessageWriter(),
  );
  const tensor = new MessageWriter()
    .integer(ONNX.tensorType.elementType, elementType.float32)
    .message(ONNX.tensorType.shape, shape);
  const input = new MessageWriter()
    .string(ONNX.valueInfo.name, 'logits')
    .message(ONNX.valueInfo.type, new MessageWriter().message(ONNX.type.tensor, tensor));
  const graph = new MessageWriter().string(ONNX.graph.name, 'probe').message(ONNX.graph.input, input);
  const model = new MessageWriter()
    .integer(ONNX.model.irVersion, 8)
    .message(ONNX.model.graph, graph)
    .message(
      ONNX.model.opsetImport,
      new MessageWriter().string(ONNX.opset.domain, '').integer(ONNX.opset.version, opset),
    );
  return Buffer.concat([model.finish(), graphHead('logits', opset)]);
}
