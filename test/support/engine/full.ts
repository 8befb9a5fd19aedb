/** The WebAssembly engine with everything, for tests that train many kinds of networks on one. */
import type { Engine } from '../../../src/engine/engine.js';
import { createWasmEngine } from '../../../src/engine/wasm/engine.js';
import { resolveNetwork } from '../../../src/options/network.js';
import { ANY_ENGINE } from '../../../src/options/plain.js';
// Brings the kernels that engines run on.
import '../../../src/index.js';

/** By way of a network that needs the full build and optimizer state. */
export function fullEngine(): Promise<Engine> {
  const network = resolveNetwork({ inputs: 1, layers: [{ units: 1 }], optimizer: 'adam' });
  return createWasmEngine(ANY_ENGINE, network);
}
