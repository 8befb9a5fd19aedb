/**
 * The kernel's codes for activations, losses and metrics, and what the wasm engine must know about each. A table does
 * not compile if an entry is missing. The order of the codes means nothing.
 */
import * as abi from '../../../assembly/abi.js';
import type { Metric } from '../../options/losses.js';
import type { Activation, Loss } from '../../options/types.js';

interface ActivationEntry {
  readonly code: number;
  /**
   * Where the kernel gets the derivative: computed from the outputs, or kept by the forward pass because the outputs do not tell
   * it.
   */
  readonly derivative: 'computed' | 'kept';
  /** The smallest build that has it. */
  readonly build: 'basic' | 'full';
}

export const ACTIVATION_TABLE: Readonly<Record<Activation, ActivationEntry>> = {
  linear: { code: abi.ACTIVATION_LINEAR, derivative: 'computed', build: 'basic' },
  sigmoid: { code: abi.ACTIVATION_SIGMOID, derivative: 'computed', build: 'basic' },
  tanh: { code: abi.ACTIVATION_TANH, derivative: 'computed', build: 'basic' },
  relu: { code: abi.ACTIVATION_RELU, derivative: 'computed', build: 'basic' },
  softmax: { code: abi.ACTIVATION_SOFTMAX, derivative: 'computed', build: 'basic' },
  leakyRelu: { code: abi.ACTIVATION_LEAKY_RELU, derivative: 'kept', build: 'full' },
  elu: { code: abi.ACTIVATION_ELU, derivative: 'computed', build: 'full' },
  selu: { code: abi.ACTIVATION_SELU, derivative: 'computed', build: 'full' },
  gelu: { code: abi.ACTIVATION_GELU, derivative: 'kept', build: 'full' },
  silu: { code: abi.ACTIVATION_SILU, derivative: 'kept', build: 'full' },
  softplus: { code: abi.ACTIVATION_SOFTPLUS, derivative: 'kept', build: 'full' },
};

interface LossEntry {
  readonly code: number;
  readonly build: 'basic' | 'full';
}

export const LOSS_TABLE: Readonly<Record<Loss, LossEntry>> = {
  meanSquaredError: { code: abi.LOSS_MEAN_SQUARED_ERROR, build: 'basic' },
  binaryCrossEntropy: { code: abi.LOSS_BINARY_CROSS_ENTROPY, build: 'basic' },
  categoricalCrossEntropy: { code: abi.LOSS_CATEGORICAL_CROSS_ENTROPY, build: 'basic' },
  meanAbsoluteError: { code: abi.LOSS_MEAN_ABSOLUTE_ERROR, build: 'full' },
  huber: { code: abi.LOSS_HUBER, build: 'full' },
};

export const METRIC_CODES: Readonly<Record<Metric, number>> = {
  none: abi.METRIC_NONE,
  argmax: abi.METRIC_ARGMAX,
  threshold: abi.METRIC_THRESHOLD,
};

/**
 * Whether the forward pass must keep derivatives for the backward pass. It must with dropout too: a dropped output does not tell
 * its derivative.
 */
export function keepsDerivative({ activation, dropout }: { activation: Activation; dropout: number }): boolean {
  return dropout > 0 || ACTIVATION_TABLE[activation].derivative === 'kept';
}
