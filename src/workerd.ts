/** The entry point for workerd, the runtime of Cloudflare Workers, where importing a .wasm file gives a compiled module. */
import { networkOn } from './edge.js';
import kernel from './kernel.wasm';
import type { Network as NetworkOfAny } from './network.js';

export * from './api.js';

/** See network.ts. */
export const Network: typeof NetworkOfAny = networkOn(kernel);
export type Network = NetworkOfAny;
