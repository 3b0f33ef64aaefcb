import { librariesOfCuda } from '../../../src/core/gpu/cudaVersions';
import type { GpuFacts, LibraryFacts, RuntimeFacts } from '../../../src/core/gpu/gpuFacts';

export const folder = '/app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64';
export const runtime: RuntimeFacts = {
  version: '1.30.0',
  folder,
  hasBinding: true,
  hasCudaProvider: true,
  installScript: '/app/node_modules/onnxruntime-node/script/install.js',
  cuda: 13,
  cudaIsRead: true,
};

export function library(name: string): LibraryFacts {
  const version = name.slice(name.indexOf('.so.') + 4);
  return { name, found: { path: `/usr/lib/${name}`, version: `${version}.4.2`, isOnPath: true }, otherVersions: [] };
}

/** A machine where CUDA works. */
export const whole: GpuFacts = {
  platform: 'linux',
  arch: 'x64',
  libc: 'glibc',
  driver: '580.65.06',
  gpus: [{ name: 'NVIDIA L4', computeCapability: 8.9 }],
  runtime,
  libraries: librariesOfCuda(13).map(library),
};
