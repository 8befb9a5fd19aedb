/**
 * Activations as operators of ONNX: what is written, and by its values what is recognised in a model, whatever operators an exporter
 * chose. Knows no bytes. Semantics: https://onnx.ai/onnx/operators/.
 */
import { GELU_CUBIC, GELU_LINEAR, LEAKY_SLOPE, SELU_ALPHA, SELU_SCALE } from '../../options/activations.js';
import type { Activation } from '../../options/types.js';

/** Stands for the weighted sums of a layer among what an operator takes. */
export const SUMS = 'sums';

/** An operator. It takes the result of the one before, then what stands here. */
export interface Step {
  readonly operator: string;
  /** SUMS, or names of tensors. */
  readonly also?: readonly string[];
  /** Attributes, by their types. */
  readonly floats?: Readonly<Record<string, number>>;
  readonly integers?: Readonly<Record<string, number>>;
}

/** Numbers that steps take, as tensors of these names. */
export const GELU_CONSTANTS: Readonly<Record<string, number>> = { linear: GELU_LINEAR, cubic: GELU_CUBIC };

/** What each activation makes of the weighted sums. */
export const ACTIVATION_STEPS: Readonly<Record<Activation, readonly Step[]>> = {
  linear: [],
  sigmoid: [{ operator: 'Sigmoid' }],
  tanh: [{ operator: 'Tanh' }],
  relu: [{ operator: 'Relu' }],
  softmax: [{ operator: 'Softmax' }],
  leakyRelu: [{ operator: 'LeakyRelu', floats: { alpha: LEAKY_SLOPE } }],
  elu: [{ operator: 'Elu' }],
  selu: [{ operator: 'Selu', floats: { alpha: SELU_ALPHA, gamma: SELU_SCALE } }],
  // z sigmoid(z (linear + cubic z z)): Gelu is an operator from version 20 on.
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
