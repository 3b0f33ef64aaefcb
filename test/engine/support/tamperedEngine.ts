import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from '../../repoRoot';
import { temporaryFolder } from './handMadeModels';

/**
 * Writes an engine that does as the real one does, behind a script of the test's. The script may call `onLoad(f)` and `onRun(f)`:
 * `f` is called before a model is loaded, and with the inputs before one is run.
 * @param name of the file, in a folder of its own
 * @returns its path
 */
function tamperedEngine(script: string): string {
  const path = join(temporaryFolder(), 'engine.js');
  const whole = `
    const { InferenceSession } = require(${JSON.stringify(join(repoRoot, 'node_modules/onnxruntime-node'))});
    const create = InferenceSession.create;
    let beforeLoad = () => {}, beforeRun = () => {};
    const onLoad = (f) => { beforeLoad = f; }, onRun = (f) => { beforeRun = f; };
    InferenceSession.create = async (...args) => {
      beforeLoad();
      const session = await create.apply(InferenceSession, args);
      const bare = session.run.bind(session);
      session.run = (feeds, ...rest) => {
        beforeRun(feeds);
        return bare(feeds, ...rest);
      };
      return session;
    };
    ${script}
    require(${JSON.stringify(join(repoRoot, 'dist/engine.js'))});
  `;
  writeFileSync(path, whole);
  return path;
}

/** Path of an engine that ends by a signal, as a fault in native code would make it, when a model is given the token `id` to read. */
export function deadlyEngine(id: number, signal: NodeJS.Signals = 'SIGSEGV'): string {
  return tamperedEngine(`
    onRun(({ input_ids: { data } }) => {
      if (data.includes(${id}n)) {
        process.kill(process.pid, ${JSON.stringify(signal)});
        for (;;);
      }
    });
  `);
}

export interface SteppedEngine {
  readonly path: string;
  /** What its first life has done so far, up to the blow. */
  steps(): string[];
  /** Process id of the first life. */
  pid(): number;
}

/**
 * An engine that counts its steps: its start, every message it gets or sends, every model it loads and every run. At one of them, in
 * its first life, it is killed with SIGKILL, or its parent is.
 * @param at counted from 1; 0 for never
 */
export function steppedEngine(at: number, victim: 'pid' | 'ppid' = 'pid'): SteppedEngine {
  const folder = temporaryFolder();
  const log = join(folder, 'steps');
  const life = join(folder, 'life');
  const path = tamperedEngine(`
    const fs = require('node:fs');
    let steps = 0, isFirst = true;
    try {
      fs.writeFileSync(${JSON.stringify(life)}, String(process.pid), { flag: 'wx' });
    } catch {
      isFirst = false;
    }
    const step = (name) => {
      if (isFirst) {
        fs.appendFileSync(${JSON.stringify(log)}, name + '\\n');
        if (++steps === ${at}) {
          process.kill(process.${victim}, 'SIGKILL');
          ${victim === 'pid' ? 'for (;;);' : ''}
        }
      }
    };
    step('starts');
    onLoad(() => step('loads a model'));
    onRun(() => step('runs a model'));
    process.on('message', ({ rpc, method }) => step('gets ' + (method ?? rpc)));
    const send = process.send;
    process.send = (message, ...rest) => {
      step('sends ' + (message.value?.kind ?? message.rpc));
      return send.call(process, message, ...rest);
    };
  `);
  return {
    path,
    steps: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []),
    pid: () => Number(readFileSync(life, 'utf8')),
  };
}
