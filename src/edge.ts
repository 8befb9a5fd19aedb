/**
 * wasmlp for hosts that compile WebAssembly when they are deployed and refuse to later: workerd and others on the edge. There an import of
 * a .wasm file gives a compiled module.
 */
import { type Kernels, withKernels } from './engine/wasm/kernel.js';
import { moduleOfThisRealm } from './engine/wasm/module.js';
import kernel from './kernel.wasm';
import { Network as NetworkOfAny } from './network.js';

export * from './api.js';

const KERNELS: Kernels = { simd: async () => moduleOfThisRealm(kernel) };

/** See network.ts. */
export const Network = withKernels(NetworkOfAny, KERNELS);
export type Network = NetworkOfAny;
