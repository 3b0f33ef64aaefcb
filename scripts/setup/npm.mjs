import { run } from '../../test/launchers/childProcess.mjs';

/**
 * Runs the npm that runs us, or else the one on the path.
 * @param {readonly string[]} args
 * @param {{cwd: string, echo?: boolean, timeoutMs?: number}} options
 */
export function npm(args, options) {
  // Settings that `npm run` exports describe the outer command and would steer the inner one.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(command|lifecycle|package|config_local_prefix)/.test(name)),
  );
  // onnxruntime-node would fetch CUDA libraries; its CPU part is in the package already.
  env.ONNXRUNTIME_NODE_INSTALL = 'skip';
  const cli = process.env.npm_execpath;
  const own = cli !== undefined && /\.c?js$/.test(cli);
  return run(own ? process.execPath : 'npm', own ? [cli, ...args] : args, { ...options, env });
}
