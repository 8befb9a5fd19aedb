/** wasmlp for hosts on the edge, which compile WebAssembly when a program is deployed and refuse to later. Knows no host by its name. */

import { moduleOfThisRealm } from './engine/wasm/host-module.js';
import { withKernels } from './engine/wasm/kernel.js';
import { Network } from './network.js';

/** The Network, on the one kernel that the host compiled. */
export function networkOn(kernel: WebAssembly.Module): typeof Network {
  return withKernels(Network, { simd: async () => moduleOfThisRealm(kernel) });
}
