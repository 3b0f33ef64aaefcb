import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from '../../repoRoot';
import { temporaryFolder } from './handMadeModels';

/** Path of an engine that crashes, as a fault in native code would make it, when a model is given the token `id` to read. */
export function deadlyEngine(id: number): string {
  const path = join(temporaryFolder(), 'engine.js');
  const script = `
    const { InferenceSession } = require(${JSON.stringify(join(repoRoot, 'node_modules/onnxruntime-node'))});
    const create = InferenceSession.create;
    InferenceSession.create = async (...args) => {
      const session = await create.apply(InferenceSession, args);
      const bare = session.run.bind(session);
      session.run = (feeds, ...rest) => {
        if (feeds.input_ids.data.includes(${id}n)) {
          process.kill(process.pid, 'SIGSEGV');
          for (;;);
        }
        return bare(feeds, ...rest);
      };
      return session;
    };
    require(${JSON.stringify(join(repoRoot, 'dist/engine.js'))});
  `;
  writeFileSync(path, script);
  return path;
}
