import { SeepError, type SeepErrorCode } from '../core/errors';

/** The shape of one side's requests: name -> params, result and progress value. */
export type Methods<T> = { [K in keyof T]: { params: unknown; result: unknown; progress: unknown } };

/** A two-way message pipe: a child process's IPC channel, or a webview's postMessage. */
export interface Pipe {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

type Message =
  | { readonly rpc: 'request'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly rpc: 'cancel'; readonly id: number }
  | { readonly rpc: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly rpc: 'result'; readonly id: number; readonly value: unknown }
  | { readonly rpc: 'error'; readonly id: number; readonly error: WireError };

interface WireError {
  readonly code: SeepErrorCode | 'bug';
  readonly message: string;
  readonly file: string | null;
}

/** Handed to a request's handler. */
export interface RequestContext<Progress> {
  readonly signal: AbortSignal;
  progress(value: Progress): void;
}

/** Handlers for every method of one side. */
export type Handlers<T extends Methods<T>> = {
  [K in keyof T]: (params: T[K]['params'], context: RequestContext<T[K]['progress']>) => Promise<T[K]['result']>;
};

/** Answers requests that come through `pipe`. Every request ends in exactly one result or error. */
export function serve<T extends Methods<T>>(pipe: Pipe, handlers: Handlers<T>): void {
  const running = new Map<number, AbortController>();
  pipe.onMessage((raw) => {
    const message = raw as Message;
    if (message.rpc === 'cancel') {
      running.get(message.id)?.abort();
      return;
    }
    if (message.rpc !== 'request') {
      return;
    }
    const { id, method, params } = message;
    const handler = Object.hasOwn(handlers, method) ? handlers[method as keyof T] : undefined;
    if (handler === undefined) {
      pipe.post({
        rpc: 'error',
        id,
        error: { code: 'bug', message: `unknown request "${method}"`, file: null },
      } satisfies Message);
      return;
    }
    const controller = new AbortController();
    running.set(id, controller);
    const context = {
      signal: controller.signal,
      progress: (value: unknown) => pipe.post({ rpc: 'progress', id, value } satisfies Message),
    };
    handler(params, context)
      .then(
        (value) => pipe.post({ rpc: 'result', id, value } satisfies Message),
        (error: unknown) => pipe.post({ rpc: 'error', id, error: toWire(error) } satisfies Message),
      )
      .finally(() => running.delete(id));
  });
}

export interface CallOptions<Progress> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((value: Progress) => void) | undefined;
}

/** Sends requests through `pipe` to a side that runs {@link serve}. */
export class RpcClient<T extends Methods<T>> {
  #nextId = 1;
  #closed: Error | undefined;
  readonly #pending = new Map<
    number,
    { resolve(value: unknown): void; reject(error: Error): void; onProgress: ((value: unknown) => void) | undefined }
  >();

  constructor(private readonly pipe: Pipe) {
    pipe.onMessage((raw) => this.#receive(raw as Message));
  }

  /** Rejects with the handler's {@link SeepError}; an aborted call rejects with code `cancelled` once the other side has let go. */
  call<K extends keyof T & string>(
    method: K,
    params: T[K]['params'],
    options: CallOptions<T[K]['progress']> = {},
  ): Promise<T[K]['result']> {
    const { signal, onProgress } = options;
    if (this.#closed) {
      return Promise.reject(this.#closed);
    }
    if (signal?.aborted) {
      return Promise.reject(new SeepError('cancelled', 'Cancelled.'));
    }
    const id = this.#nextId++;
    const cancel = () => this.pipe.post({ rpc: 'cancel', id } satisfies Message);
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress: onProgress as ((value: unknown) => void) | undefined });
    });
    signal?.addEventListener('abort', cancel, { once: true });
    this.pipe.post({ rpc: 'request', id, method, params } satisfies Message);
    return answer.finally(() => signal?.removeEventListener('abort', cancel)) as Promise<T[K]['result']>;
  }

  /** Rejects everything pending and every later call. */
  close(reason: Error): void {
    this.#closed = reason;
    for (const { reject } of this.#pending.values()) {
      reject(reason);
    }
    this.#pending.clear();
  }

  #receive(message: Message): void {
    const entry = message.rpc === 'request' || message.rpc === 'cancel' ? undefined : this.#pending.get(message.id);
    if (entry === undefined) {
      return;
    }
    switch (message.rpc) {
      case 'progress':
        entry.onProgress?.(message.value);
        return;
      case 'result':
        this.#pending.delete(message.id);
        entry.resolve(message.value);
        return;
      case 'error':
        this.#pending.delete(message.id);
        entry.reject(fromWire(message.error));
        return;
      default:
        return;
    }
  }
}

function toWire(error: unknown): WireError {
  if (error instanceof SeepError) {
    return { code: error.code, message: error.message, file: error.file ?? null };
  }
  return { code: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error), file: null };
}

function fromWire(error: WireError): Error {
  return error.code === 'bug'
    ? new Error(error.message)
    : new SeepError(error.code, error.message, error.file ?? undefined);
}
