/** Chooses the build of the kernel that a network runs on: assembly/README.md has the choice as a table. Loads nothing. */
import { LANES } from '../../../assembly/abi.js';
import type { NetworkSpec } from '../../options/network.js';
import { momentsOf } from '../../options/optimizers.js';
import { ACTIVATION_TABLE, LOSS_TABLE } from './codes.js';
import type { Variant } from './kernel.js';

export function variantOf(relaxed: boolean, wideVectors: boolean, basic: boolean): Variant {
  if (wideVectors) return relaxed ? 'relaxedWide' : 'wide';
  if (relaxed) return 'relaxed';
  return basic ? 'basic' : 'simd';
}

/** Whether the basic build has all that a network needs: plain gradient descent, and the commonest activations and losses. */
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

/** Whether a network is small enough for the full build to train it in registers. Activations and loss have their say in the kernel. */
function fitsRegisters({ inputs, layers }: NetworkSpec): boolean {
  return layers.length === 2 && inputs <= LANES && layers.every(({ units }) => units <= LANES);
}
