/** wasmlp for edge hosts, which compile WebAssembly when a program is deployed, and refuse to compile it later. Names no host. */

import { moduleOfThisRealm } from './engine/wasm/host-module.js';
import { withKernels } from './engine/wasm/kernel.js';
import { Network } from './network.js';

/** The Network class, with the one kernel that the host compiled. */
export function networkOn(kernel: WebAssembly.Module): typeof Network {
  return withKernels(Network, { simd: async () => moduleOfThisRealm(kernel) });
}
