import type { Host } from './vscodeApi';

/** What the page saved before VS Code threw it away; null where there is nothing, or something that another version saved. */
export function savedState<State extends { readonly version: number }>(
  host: Pick<Host<never, never>, 'load'>,
  version: State['version'],
): State | null {
  const state = host.load();
  const isOurs = typeof state === 'object' && state !== null && 'version' in state && state.version === version;
  return isOurs ? (state as State) : null;
}
