/** The names that the twin and the options use, with the kernel's codes for them. */
import * as abi from '../../../assembly/abi.js';
import type { Activation, Loss } from '../../../src/options/types.js';

export const ACTIVATIONS: readonly [Activation, number][] = [
  ['linear', abi.ACTIVATION_LINEAR],
  ['sigmoid', abi.ACTIVATION_SIGMOID],
  ['tanh', abi.ACTIVATION_TANH],
  ['relu', abi.ACTIVATION_RELU],
  ['softmax', abi.ACTIVATION_SOFTMAX],
  ['leakyRelu', abi.ACTIVATION_LEAKY_RELU],
  ['elu', abi.ACTIVATION_ELU],
  ['selu', abi.ACTIVATION_SELU],
  ['gelu', abi.ACTIVATION_GELU],
  ['silu', abi.ACTIVATION_SILU],
  ['softplus', abi.ACTIVATION_SOFTPLUS],
];

/** Activations whose derivatives the forward pass keeps, because outputs do not tell them. */
export const KEPT: readonly Activation[] = ['gelu', 'silu', 'softplus'];

export const ACTIVATION_CODES = Object.fromEntries(ACTIVATIONS) as Record<Activation, number>;

/** Where the kernel reads the derivative of an activation. */
export function derivativeCode(activation: Activation): number {
  return KEPT.includes(activation) ? abi.DERIVATIVE_KEPT : ACTIVATION_CODES[activation];
}

const EVERY = ACTIVATIONS.map(([name]) => name);
/** One of each way to the derivative. */
const SOME = ['linear', 'selu', 'gelu', 'softmax'] as const;

/** Every loss with the output activations that it goes with. */
export const LOSS_PAIRS: readonly { loss: Loss; code: number; activations: readonly Activation[] }[] = [
  {
    loss: 'meanSquaredError',
    code: abi.LOSS_MEAN_SQUARED_ERROR,
    activations: EVERY,
  },
  { loss: 'binaryCrossEntropy', code: abi.LOSS_BINARY_CROSS_ENTROPY, activations: ['sigmoid'] },
  { loss: 'categoricalCrossEntropy', code: abi.LOSS_CATEGORICAL_CROSS_ENTROPY, activations: ['softmax'] },
  { loss: 'meanAbsoluteError', code: abi.LOSS_MEAN_ABSOLUTE_ERROR, activations: SOME },
  { loss: 'huber', code: abi.LOSS_HUBER, activations: SOME },
];

/**
 * Shapes of the kernels that go element by element, (B, O): every width from 1 to 67 with few rows and with many, every
 * number of rows at widths with each kind of tail, and powers of two with their neighbours in one of the two.
 */
export const ROW_SHAPES: readonly { B: number; O: number }[] = [
  ...range(1, 67).flatMap((O) => [1, 2, 3, 5, 8, 66].map((B) => ({ B, O }))),
  ...range(1, 67).flatMap((B) => [1, 2, 3, 4, 9, 67].map((O) => ({ B, O }))),
  ...[64, 128, 256, 512, 1024].flatMap((power) =>
    range(power - 1, power + 1).flatMap((size) => [
      { B: size, O: 5 },
      { B: 3, O: size },
    ]),
  ),
];

function range(low: number, high: number): number[] {
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}
