import type { ProviderFault } from './gpuFacts';

/** How dynamic loaders name the library that they did not find: glibc, musl, macOS. */
const MISSING = [
  /(?:^|[\s:])([^\s:]+): cannot open shared object file: No such file or directory/,
  /Error loading shared library ([^\s:]+): No such file/,
  /Library not loaded: (\S+)/,
];
const MOST_UNITS = 300;

/**
 * Why a provider could not be tried, told from all that the runtime said. onnxruntime throws only "Failed to load shared library"
 * and writes what the loader said about it to standard error.
 * @param thrown the message of the runtime's own error; null where the process ended without one
 * @param stderr may hold anything
 */
export function providerFault(thrown: string | null, stderr: string): ProviderFault {
  const said = `${stderr}\n${thrown ?? ''}`.replace(ANSI_COLOUR, '');
  const path = MISSING.map((pattern) => pattern.exec(said)?.[1]).find((found) => found !== undefined);
  if (path !== undefined && (thrown === null || /shared library|shared object|LoadLibrary/.test(thrown))) {
    const missingLibrary = path.split(/[/\\]/).at(-1) ?? path;
    return { reason: `the library ${missingLibrary} is missing`, missingLibrary };
  }
  const loader = /(?:Failed to load library|Failed to get symbol) .+? with error: (.+)/.exec(said)?.[1];
  const reason = loader ?? thrown ?? said.trim().split('\n').at(-1) ?? '';
  return { reason: reason.trim().replace(/\.$/, '').slice(0, MOST_UNITS), missingLibrary: null };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what colours are made of
const ANSI_COLOUR = /\u001b\[[\d;]*m/g;
