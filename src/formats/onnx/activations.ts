/**
 * Activations as operators of ONNX. rare-steps.ts writes these operators; functions.ts recognises activations in a model by the values
 * that these operators give. Knows no bytes. Semantics: https://onnx.ai/onnx/operators/.
 */

import { GELU_CUBIC, GELU_LINEAR, SELU_ALPHA, SELU_SCALE } from '../../options/activation-constants.js';
import { LEAKY_SLOPE } from '../../options/activations.js';
import type { Activation } from '../../options/types.js';
import type { BINARY_OPERATORS, UNARY_OPERATORS } from './arithmetic.js';
import { BASIC_STEPS, SUMS } from './basic-steps.js';

/** Numbers that gelu takes, as tensors of these names. */
export const GELU_CONSTANTS = { linear: GELU_LINEAR, cubic: GELU_CUBIC } as const;

/** An operator of the result of the one before: with attributes, or with the sums or a constant as the second tensor. */
export type ActivationStep =
  | { readonly operator: keyof typeof UNARY_OPERATORS; readonly floats?: Readonly<Record<string, number>> }
  | { readonly operator: keyof typeof BINARY_OPERATORS; readonly also: typeof SUMS | keyof typeof GELU_CONSTANTS };

/** What each activation that takes a unit by itself makes of the weighted sums; softmax is the operator Softmax. */
export const ELEMENTWISE_STEPS: Readonly<Record<Exclude<Activation, 'softmax'>, readonly ActivationStep[]>> = {
  linear: BASIC_STEPS.linear,
  sigmoid: BASIC_STEPS.sigmoid,
  tanh: BASIC_STEPS.tanh,
  relu: BASIC_STEPS.relu,
  leakyRelu: [{ operator: 'LeakyRelu', floats: { alpha: LEAKY_SLOPE } }],
  elu: [{ operator: 'Elu' }],
  selu: [{ operator: 'Selu', floats: { alpha: SELU_ALPHA, gamma: SELU_SCALE } }],
  // z sigmoid(z (linear + cubic z z)): the operator Gelu exists only from operator set 20 on.
  gelu: [
    { operator: 'Mul', also: SUMS },
    { operator: 'Mul', also: 'cubic' },
    { operator: 'Add', also: 'linear' },
    { operator: 'Mul', also: SUMS },
    { operator: 'Sigmoid' },
    { operator: 'Mul', also: SUMS },
  ],
  silu: [{ operator: 'Sigmoid' }, { operator: 'Mul', also: SUMS }],
  softplus: [{ operator: 'Softplus' }],
};
