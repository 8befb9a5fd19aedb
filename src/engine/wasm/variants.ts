/** Whether a network can do with the basic build of the kernel (assembly/README.md has all builds as a table). */
import { LANES } from '../../../assembly/abi.js';
import { keepsState } from '../../options/optimizers.js';
import { WRITTEN_OUT_INPUTS } from '../../options/sparse.js';
import type { NetworkSpec } from '../../options/spec.js';
import { ACTIVATION_TABLE, LOSS_TABLE } from './codes.js';

/**
 * Whether the basic build has all that a network needs: plain gradient descent with the most common activations and losses, and no sparse rows.
 */
export function isBasic(network: NetworkSpec): boolean {
  const { layers, loss, optimizer } = network;
  return (
    !keepsState(optimizer) &&
    optimizer.weightDecay === 0 &&
    LOSS_TABLE[loss].build === 'basic' &&
    layers.every(
      ({ activation, dropout, l1, l2, bias, trainable }) =>
        bias &&
        trainable &&
        dropout + l1 + l2 === 0 &&
        ACTIVATION_TABLE[activation].build === 'basic' &&
        (activation !== 'softmax' || loss === 'categoricalCrossEntropy'),
    ) &&
    network.inputs <= WRITTEN_OUT_INPUTS &&
    !fitsRegisters(network)
  );
}

/** Whether the full build may train a network in registers, by its size. The kernel also checks activations and loss. */
function fitsRegisters({ inputs, layers }: NetworkSpec): boolean {
  return layers.length === 2 && inputs <= LANES && layers.every(({ units }) => units <= LANES);
}
