import { visibleText } from '../core/report/visibleText';
import { ProgressBar } from './progressBar';

/** Everything that is said to people on stderr, so that stdout holds results and nothing else. */
export class Messages {
  readonly #bar: ProgressBar;

  constructor(private readonly stream: NodeJS.WriteStream) {
    stream.on('error', () => undefined);
    this.#bar = new ProgressBar(stream);
  }

  /** A line; messages quote files and models, so whatever a terminal would act on is made visible. */
  say(message: string): void {
    this.#bar.clear();
    const lines = message.split('\n').map(visibleText);
    this.stream.write(`${lines.join('\n')}\n`);
  }

  progress(fraction: number, label: () => string): void {
    this.#bar.show(fraction, label);
  }

  clearProgress(): void {
    this.#bar.clear();
  }
}
