/** Chooses the engine that a network runs on. */
import type { EngineSpec } from '../options/engine.js';
import type { NetworkSpec } from '../options/network.js';
import type { Engine } from './engine.js';
import { createWasmEngine } from './wasm/engine.js';
import { kernelsInUse } from './wasm/kernel.js';

/** `auto` is WebAssembly, or pure TypeScript where the host refuses it; `wasm` insists and rejects with ERR_ENGINE. */
export async function selectEngine(spec: EngineSpec, network: NetworkSpec): Promise<Engine> {
  if (spec.engine === 'js') return loadJsEngine();
  // Outside of the try: a forgotten init is an error, and no reason to take the js engine.
  kernelsInUse();
  try {
    return await createWasmEngine(spec, network);
  } catch (error) {
    // Who asks for wide vectors wants them: where there are none, the js engine is no answer.
    if (spec.engine === 'wasm' || spec.wideVectors) throw error;
    return loadJsEngine();
  }
}

/** Imported when it is asked for: a page that runs WebAssembly does not load it. */
async function loadJsEngine(): Promise<Engine> {
  const { jsEngine } = await import('./js/engine.js');
  return jsEngine;
}
