/**
 * wasmlp in one file, for pages without a bundler. It has everything but one thing: of the kernels it has only the one that can do all.
 * So `relaxed` trains as on a host without relaxed SIMD; wide vectors no page has anyway.
 */

import { compileText } from './engine/wasm/embedded.js';
import { type Kernels, withKernels } from './engine/wasm/kernel.js';
import { Network as NetworkOfAny } from './network.js';

export * from './api.js';

const KERNELS: Kernels = { simd: () => compileText(() => import('./engine/wasm/generated/kernel-simd.js')) };

/** See network.ts. */
export const Network = withKernels(NetworkOfAny, KERNELS);
export type Network = NetworkOfAny;
