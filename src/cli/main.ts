import { SeepError } from '../core/errors';
import { type Environment, isDebug } from './environment';
import { EXIT } from './exitCodes';
import { Messages } from './messages';
import { ReaderGone } from './output';
import { runProgram } from './program';

/** Signals that end the program, and the exit code each asks for by convention (128 + number). */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

// Results are written by StreamOutput, which says what fails; without a listener the stream would also throw.
process.stdout.on('error', () => undefined);

const messages = new Messages(process.stderr);
const controller = new AbortController();
let interrupted: number | null = null;
const environment: Environment = { stdout: process.stdout, messages, signal: controller.signal };

for (const [signal, code] of Object.entries(SIGNALS)) {
  process.on(signal, () => {
    if (interrupted !== null) {
      // Asked twice: do not wait for anything. The engine ends by itself when its parent is gone.
      process.exit(code);
    }
    interrupted = code;
    controller.abort();
  });
}

async function main(): Promise<number> {
  try {
    const code = await runProgram(process.argv.slice(2), environment);
    return interrupted ?? code;
  } catch (error) {
    if (interrupted !== null) {
      messages.say('Interrupted.');
      return interrupted;
    }
    if (!(error instanceof ReaderGone)) {
      report(error);
    }
    return EXIT.error;
  }
}

function report(error: unknown): void {
  if (error instanceof SeepError) {
    messages.say(`seep: ${error.message}`);
    return;
  }
  const [firstLine = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  messages.say(`seep: this is a fault in Seep itself: ${firstLine}`);
  messages.say(
    isDebug() && error instanceof Error && error.stack !== undefined
      ? error.stack
      : 'Run again with SEEP_DEBUG=1 to see where it happened, and please report it.',
  );
}

// Until the end is reached: whatever ends the process early must not look like a clean scan.
process.exitCode = EXIT.error;
void main().then((code) => {
  process.exitCode = code;
});
