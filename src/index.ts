/** The entry point wasmlp. Includes all kernels, and loads each one when a network needs it. */

import { compileText } from './engine/wasm/embedded.js';
import { type Kernels, withKernels } from './engine/wasm/kernel.js';
import { Network as NetworkOfAny } from './network.js';

export * from './api.js';

const KERNELS: Kernels = {
  // For pages: it is built for few bytes. A process loads from its disk, and takes the kernel that is built for speed.
  basic:
    'process' in globalThis ? undefined : () => compileText(() => import('./engine/wasm/generated/kernel-basic.js')),
  simd: () => compileText(() => import('./engine/wasm/generated/kernel-simd.js')),
  relaxed: () => compileText(() => import('./engine/wasm/generated/kernel-relaxed.js')),
  wide: () => compileText(() => import('./engine/wasm/generated/kernel-wide.js')),
  threads: () => import('./engine/wasm/threads/engine.js'),
  relaxedWide: () => compileText(() => import('./engine/wasm/generated/kernel-relaxedWide.js')),
};

/** See network.ts. */
export const Network = withKernels(NetworkOfAny, KERNELS);
export type Network = NetworkOfAny;
