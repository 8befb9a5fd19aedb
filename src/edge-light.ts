/** wasmlp for functions on Vercel's edge: there an import of a .wasm file gives a compiled module where ?module asks for it. */
import { networkOn } from './edge.js';
import kernel from './kernel.wasm?module';
import type { Network as NetworkOfAny } from './network.js';

export * from './api.js';

/** See network.ts. */
export const Network: typeof NetworkOfAny = networkOn(kernel);
export type Network = NetworkOfAny;
