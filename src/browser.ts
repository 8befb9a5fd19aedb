/**
 * The entry point wasmlp/browser: everything in one file, for pages without a bundler. Of the kernels, it has only the one that can
 * train every network. So `relaxed` changes nothing here, as on a host without relaxed SIMD. No page has wide vectors anyway.
 */

import { compileText } from './engine/wasm/embedded.js';
import { type Kernels, withKernels } from './engine/wasm/kernel.js';
import { Network as NetworkOfAny } from './network.js';

export * from './api.js';

const KERNELS: Kernels = { simd: () => compileText(() => import('./engine/wasm/generated/kernel-simd.js')) };

/** See network.ts. */
export const Network = withKernels(NetworkOfAny, KERNELS);
export type Network = NetworkOfAny;
