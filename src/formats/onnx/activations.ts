/**
 * Activations as operators of ONNX. write-onnx.ts writes these operators; functions.ts recognises activations in a model by the values
 * that these operators give. Knows no bytes. Semantics: https://onnx.ai/onnx/operators/.
 */
import { GELU_CUBIC, GELU_LINEAR, LEAKY_SLOPE, SELU_ALPHA, SELU_SCALE } from '../../options/activations.js';
import type { Activation } from '../../options/types.js';

/** As the name of an operand, the weighted sums of the layer. */
export const SUMS = 'sums';

/** An operator. It takes the result of the step before as its first operand, then those of `also`. */
export interface Step {
  readonly operator: string;
  /** SUMS, or names of tensors. */
  readonly also?: readonly string[];
  /** Attributes that are floats; below, those that are integers. */
  readonly floats?: Readonly<Record<string, number>>;
  readonly integers?: Readonly<Record<string, number>>;
}

/** Constants that steps take as tensors of these names. */
export const GELU_CONSTANTS: Readonly<Record<string, number>> = { linear: GELU_LINEAR, cubic: GELU_CUBIC };

/** The steps of each activation, applied to the weighted sums. */
export const ACTIVATION_STEPS: Readonly<Record<Activation, readonly Step[]>> = {
  linear: [],
  sigmoid: [{ operator: 'Sigmoid' }],
  tanh: [{ operator: 'Tanh' }],
  relu: [{ operator: 'Relu' }],
  softmax: [{ operator: 'Softmax' }],
  leakyRelu: [{ operator: 'LeakyRelu', floats: { alpha: LEAKY_SLOPE } }],
  elu: [{ operator: 'Elu' }],
  selu: [{ operator: 'Selu', floats: { alpha: SELU_ALPHA, gamma: SELU_SCALE } }],
  // z sigmoid(z (linear + cubic z z)): the operator Gelu exists only from operator set 20 on.
  gelu: [
    { operator: 'Mul', also: [SUMS] },
    { operator: 'Mul', also: ['cubic'] },
    { operator: 'Add', also: ['linear'] },
    { operator: 'Mul', also: [SUMS] },
    { operator: 'Sigmoid' },
    { operator: 'Mul', also: [SUMS] },
  ],
  silu: [{ operator: 'Sigmoid' }, { operator: 'Mul', also: [SUMS] }],
  softplus: [{ operator: 'Softplus' }],
};
