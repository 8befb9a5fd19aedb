/** Chooses which build of the kernel a network runs on (assembly/README.md has the choice as a table). Loads nothing. */
import { LANES } from '../../../assembly/abi.js';
import { momentsOf } from '../../options/optimizers.js';
import type { NetworkSpec } from '../../options/spec.js';
import { ACTIVATION_TABLE, LOSS_TABLE } from './codes.js';
import type { Variant } from './kernel.js';

export function variantOf(relaxed: boolean, wideVectors: boolean, basic: boolean): Variant {
  if (wideVectors) return relaxed ? 'relaxedWide' : 'wide';
  if (relaxed) return 'relaxed';
  return basic ? 'basic' : 'simd';
}

/** Whether the basic build has all that a network needs: plain gradient descent with the most common activations and losses. */
export function isBasic(network: NetworkSpec): boolean {
  const { layers, loss, optimizer } = network;
  return (
    momentsOf(optimizer).length === 0 &&
    optimizer.weightDecay === 0 &&
    LOSS_TABLE[loss].build === 'basic' &&
    layers.every(
      ({ activation, dropout, l1, l2 }) => dropout + l1 + l2 === 0 && ACTIVATION_TABLE[activation].build === 'basic',
    ) &&
    !fitsRegisters(network)
  );
}

/** Whether the full build may train a network in registers, by its size. The kernel also checks activations and loss. */
function fitsRegisters({ inputs, layers }: NetworkSpec): boolean {
  return layers.length === 2 && inputs <= LANES && layers.every(({ units }) => units <= LANES);
}
