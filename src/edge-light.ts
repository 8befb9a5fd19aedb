/** The entry point for Vercel's edge functions, where importing a .wasm file with ?module gives a compiled module. */
import { networkOn } from './edge.js';
import kernel from './kernel.wasm?module';
import type { Network as NetworkOfAny } from './network.js';

export * from './api.js';

/** See network.ts. */
export const Network: typeof NetworkOfAny = networkOn(kernel);
export type Network = NetworkOfAny;
