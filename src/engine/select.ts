/** Chooses the engine that a network runs on. */
import { isOutOfMemory } from '../foundation/memory.js';
import type { EngineSpec } from '../options/engine.js';
import type { NetworkSpec } from '../options/spec.js';
import type { Engine } from './engine.js';
import { createWasmEngine } from './wasm/engine.js';
import { kernelsInUse } from './wasm/kernel.js';

/** `auto` takes WebAssembly, or the js engine if the host refuses WebAssembly. `wasm` rejects with ERR_ENGINE instead. */
export async function selectEngine(spec: EngineSpec, network: NetworkSpec): Promise<Engine> {
  const engine = await engineOf(spec, network);
  const { threads } = spec;
  return threads ? (await import('./wasm/several-threads.js')).withThreads(engine, ...threads, network) : engine;
}

async function engineOf(spec: EngineSpec, network: NetworkSpec): Promise<Engine> {
  if (spec.engine === 'js') return loadJsEngine();
  // Outside of the try: a forgotten init is an error, not a reason to take the js engine.
  kernelsInUse();
  try {
    return await createWasmEngine(spec, network);
  } catch (error) {
    // If the caller asked for wide vectors and there are none, the js engine is no substitute. Nor is it where memory has run out.
    if (spec.engine === 'wasm' || spec.wideVectors || isOutOfMemory(error)) throw error;
    return loadJsEngine();
  }
}

/** Imported only when needed: a page that runs WebAssembly does not load it. */
async function loadJsEngine(): Promise<Engine> {
  const { jsEngine } = await import('./js/engine.js');
  return jsEngine;
}
