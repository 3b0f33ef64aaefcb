import { changeDecisionsFile } from '../../../src/client/decisionsFile';
import { making } from '../../../src/core/decisions/changeDecisions';
import { someDecision } from '../decisions/someDecision';

/** What the test of several windows tells each of them, as JSON in its only argument. */
export interface DeciderOptions {
  readonly path: string;
  readonly name: string;
  /** How many decisions, one act each. */
  readonly count: number;
}

/** A process that decides one thing after the other, as a window does. */
async function main({ path, name, count }: DeciderOptions): Promise<void> {
  for (let i = 0; i < count; i++) {
    await changeDecisionsFile(path, making([someDecision({ fact: `${name}${i}` })]), String);
  }
}

void main(JSON.parse(process.argv[2] ?? '') as DeciderOptions);
