/**
 * The entry point for React Native: everything in one file, without the syntax that Metro and Hermes refuse, import() and import.meta.
 * Hermes has no WebAssembly, so there are no kernels: networks run on the js engine.
 */

import { withKernels } from './engine/wasm/kernel.js';
import { Network as NetworkOfAny } from './network.js';

export * from './api.js';

/** See network.ts. */
export const Network = withKernels(NetworkOfAny, {});
export type Network = NetworkOfAny;
