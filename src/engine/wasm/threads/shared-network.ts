/** A network in memory that several threads share: the leader's. The memory has a fixed size, known before the fit begins. */
import * as abi from '../../../../assembly/abi.js';
import type { NetworkSpec } from '../../../options/spec.js';
import { roundUp } from '../arena.js';
import type { KernelExports } from '../kernel.js';
import type { WasmNetwork } from '../network.js';
import { planNetwork, planPass } from '../plan.js';
import { PAGE_BYTES, Realm } from '../realm.js';
import { layerRecord } from '../records.js';
import { RESERVED_BYTES, type SharedFit } from './record.js';
import { LEAST_WORK } from './rule.js';

/** At most: first and second moments. */
const MOMENTS = 2;
/** Room for what is rounded up to cache lines. */
const SPARE_BYTES = 16 * PAGE_BYTES;

/** Where the sums of squares of the panels lie, and how many there are before each layer. */
function planSums({ layers }: NetworkSpec): { readonly firstPanels: readonly number[]; readonly bytes: number } {
  let panels = 0;
  const firstPanels = layers.map(({ units }) => {
    const first = panels;
    panels += Math.ceil(units / abi.PANEL);
    return first;
  });
  return { firstPanels, bytes: roundUp(panels * Float64Array.BYTES_PER_ELEMENT, abi.ALIGNMENT_BYTES) };
}

/** The pages of a memory with room for a network, all that its training takes, and `sampleBytes`. */
export function pagesFor(spec: NetworkSpec, sampleBytes: number, threads: number): number {
  const network = planNetwork(spec);
  const bytes =
    RESERVED_BYTES +
    planSums(spec).bytes +
    threads * abi.SCRATCH_BYTES +
    network.bytes +
    // A larger pass takes the place of a smaller one while that is still there.
    2 * planPass(spec, abi.MAX_PASS_ROWS).bytes +
    // Gradients and moments.
    (1 + MOMENTS) * network.parameters.bytes +
    sampleBytes +
    SPARE_BYTES;
  return Math.ceil(bytes / PAGE_BYTES);
}

/** Makes the network, by `create`. Its parameters are 0. The session must have begun. */
export function createSharedNetwork(
  { module, memory, threads }: SharedFit,
  spec: NetworkSpec,
  create: (realm: Realm) => WasmNetwork,
): WasmNetwork {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const exports = instance.exports as unknown as KernelExports;
  const sums = planSums(spec);
  const scratch = RESERVED_BYTES + sums.bytes;
  const base = scratch + threads * abi.SCRATCH_BYTES;
  const realm = new Realm({ module, memory, exports: { ...exports, heapBase: () => base } });
  const network = create(realm);
  realm.writeWords(abi.TEAM_ADDRESS, {
    [abi.TEAM_LEAST_WORK]: LEAST_WORK,
    [abi.TEAM_PARTIAL_SUMS]: RESERVED_BYTES,
    [abi.TEAM_SCRATCH]: scratch,
  });
  // The first block of a realm is at its base.
  realm.writeWords(base, { [abi.NETWORK_TEAM]: abi.TEAM_ADDRESS });
  sums.firstPanels.forEach((first, layer) => {
    realm.writeWords(layerRecord(base, layer), { [abi.LAYER_FIRST_PANEL]: first });
  });
  return network;
}
