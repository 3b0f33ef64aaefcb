/** Providers that compute on something else than the CPU. */
export type GpuProvider = 'cuda' | 'dml' | 'coreml' | 'webgpu';

/** Why a provider does not work. */
export interface ProviderFault {
  /** In plain words, without a full stop. */
  readonly reason: string;
  /** The shared library that the loader did not find; null where that was not the reason. */
  readonly missingLibrary: string | null;
}

/** What a machine has for computing on a GPU. Gathered without a network, and without loading any of it. */
export interface GpuFacts {
  /** As `process.platform` and `process.arch` name them. */
  readonly platform: string;
  readonly arch: string;
  /** The C library; null where the system is not Linux. */
  readonly libc: 'glibc' | 'musl' | null;
  /** Version of NVIDIA's kernel driver; null where none is loaded. */
  readonly driver: string | null;
  /** NVIDIA's GPUs; empty as well where `nvidia-smi` is not there to list them. */
  readonly gpus: readonly Gpu[];
  /** null: onnxruntime-node is not installed. */
  readonly runtime: RuntimeFacts | null;
  /** What CUDA needs, in the order in which the loader looks. */
  readonly libraries: readonly LibraryFacts[];
}

export interface Gpu {
  readonly name: string;
  /** Such as 8.6. */
  readonly computeCapability: number | null;
}

export interface RuntimeFacts {
  readonly version: string;
  /** Where its native libraries for this platform belong. */
  readonly folder: string;
  /** Whether the package has anything for this platform. */
  readonly hasBinding: boolean;
  readonly hasCudaProvider: boolean;
  /** The package's script that fetches the CUDA provider; null where it was left out, as in the packed extension. */
  readonly installScript: string | null;
  /** The CUDA version that the provider was built for. */
  readonly cuda: number;
  /** Whether that was read from the provider's library, or else follows from the runtime's version. */
  readonly cudaIsRead: boolean;
}

/** A shared library that the CUDA provider loads. */
export interface LibraryFacts {
  /** With the version that the loader insists on, such as libcudnn.so.9. */
  readonly name: string;
  readonly found: FoundLibrary | null;
  /** The same library in versions that do not fit. */
  readonly otherVersions: readonly FoundLibrary[];
}

export interface FoundLibrary {
  readonly path: string;
  /** As far as the file's name says, such as 9.10.2. */
  readonly version: string;
  /** Whether the loader looks there; else it lies in a folder where CUDA is often installed. */
  readonly isOnPath: boolean;
}

/** A line of an explanation: what was looked for, and what is there, in plain words. */
export interface Finding {
  readonly what: string;
  readonly found: string;
}
