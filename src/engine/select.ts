/** Chooses the engine that a network runs on. */
import type { Engine } from './engine.js';
import { jsEngine } from './js/engine.js';
import { createWasmEngine } from './wasm/engine.js';

/** `auto` is WebAssembly, or pure TypeScript where the host refuses it; `wasm` insists and rejects with ERR_ENGINE. */
export async function selectEngine(choice: 'auto' | 'wasm' | 'js'): Promise<Engine> {
  if (choice === 'js') return jsEngine;
  try {
    return await createWasmEngine();
  } catch (error) {
    if (choice === 'wasm') throw error;
    return jsEngine;
  }
}
