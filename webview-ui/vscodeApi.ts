import type { FromPanel, ToPanel } from '../src/protocol/panel';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The page's end of the message pipe to the extension host, and the state that VS Code keeps for it while it is hidden. */
export interface Host {
  post(message: FromPanel): void;
  onMessage(listener: (message: ToPanel) => void): void;
  load(): unknown;
  save(state: unknown): void;
}

/** May be called once a page. */
export function connectHost(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    onMessage: (listener) =>
      window.addEventListener('message', (event: MessageEvent<ToPanel | undefined>) => {
        if (event.data !== undefined && event.data !== null) {
          listener(event.data);
        }
      }),
    load: () => api.getState(),
    save: (state) => api.setState(state),
  };
}
