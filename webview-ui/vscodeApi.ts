interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The page's end of the message pipe to the extension host, and the state that VS Code keeps for it while it is hidden. */
export interface Host<To, From> {
  post(message: From): void;
  onMessage(listener: (message: To) => void): void;
  load(): unknown;
  save(state: unknown): void;
}

/** May be called once a page. */
export function connectHost<To, From>(): Host<To, From> {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    onMessage: (listener) =>
      window.addEventListener('message', (event: MessageEvent<To | undefined>) => {
        if (event.data !== undefined && event.data !== null) {
          listener(event.data);
        }
      }),
    load: () => api.getState(),
    save: (state) => api.setState(state),
  };
}
