/**
 * The CUDA version that onnxruntime's packages are built for: 13 from 1.27 on (its release notes), 12 before, whatever their file
 * names say.
 */
export function cudaOfRuntime(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 27) ? 13 : 12;
}

/** What the provider's library asks the loader for; cuFFT and cuRAND count on their own. */
export function librariesOfCuda(cuda: number): string[] {
  return [
    `libcublasLt.so.${cuda}`,
    `libcublas.so.${cuda}`,
    'libcurand.so.10',
    `libcufft.so.${cuda - 1}`,
    `libcudart.so.${cuda}`,
    'libcudnn.so.9',
  ];
}

/** Oldest branch of NVIDIA's Linux driver that runs programs built for it. */
export function driverForCuda(cuda: number): number {
  return cuda >= 13 ? 580 : 525;
}

/** Oldest compute capability that it has code for: CUDA 13 ended support of everything before Turing. */
export function capabilityForCuda(cuda: number): number {
  return cuda >= 13 ? 7.5 : 5;
}
