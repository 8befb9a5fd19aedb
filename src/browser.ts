/**
 * wasmlp in one file, for a page without a bundler: everything is inside, of the kernels the one that can do all. Without the others:
 * `relaxed` trains as on a host that has it not, and wide vectors no page has.
 */
import { type Kernels, withKernels } from './engine/wasm/kernel.js';
import { compileText } from './engine/wasm/text.js';
import { Network as NetworkOfAny } from './network.js';

export * from './api.js';

const KERNELS: Kernels = { simd: () => compileText(() => import('./engine/wasm/generated/kernel-simd.js')) };

/** See network.ts. */
export const Network = withKernels(NetworkOfAny, KERNELS);
export type Network = NetworkOfAny;
