import { t } from '../l10n';
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
  if (path !== undefined) {
    const missingLibrary = path.split(/[/\\]/).at(-1) ?? path;
    const missing = t('the library {0} is missing', missingLibrary);
    const isAllThatIsSaid = thrown === null || /shared library|cannot open shared object/.test(thrown);
    return { reason: isAllThatIsSaid ? missing : `${shortened(thrown)} (${missing})`, missingLibrary };
  }
  const loader = /(?:Failed to load library|Failed to get symbol) .+? with error: (.+)/.exec(said)?.[1];
  const reason = loader ?? thrown ?? said.trim().split('\n').at(-1) ?? '';
  return { reason: shortened(reason), missingLibrary: null };
}

function shortened(text: string): string {
  return text.trim().replace(/\.$/, '').slice(0, MOST_UNITS);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what colours are made of
const ANSI_COLOUR = /\u001b\[[\d;]*m/g;
