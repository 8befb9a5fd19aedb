/** The activations with their derivatives, for backpropagation by hand and for the chart. Apart from the values, which every visit needs. */
import { GELU_CUBE, GELU_SCALE, geluTanh, LEAK, SELU_ALPHA, SELU_SCALE, sigmoid, VALUES } from './activations.js';

/** @typedef {import('./activations.js').Activation} Activation */

/**
 * Each activation and its derivative, as functions of the weighted sum.
 * @type {Record<Activation, { value: (z: number) => number, slope: (z: number) => number }>}
 */
export const FORMULAS = {
  linear: { value: VALUES.linear, slope: () => 1 },
  sigmoid: { value: VALUES.sigmoid, slope: (z) => sigmoid(z) * (1 - sigmoid(z)) },
  tanh: { value: VALUES.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  relu: { value: VALUES.relu, slope: (z) => (z > 0 ? 1 : 0) },
  leakyRelu: { value: VALUES.leakyRelu, slope: (z) => (z > 0 ? 1 : LEAK) },
  elu: { value: VALUES.elu, slope: (z) => (z > 0 ? 1 : Math.exp(z)) },
  selu: { value: VALUES.selu, slope: (z) => SELU_SCALE * (z > 0 ? 1 : SELU_ALPHA * Math.exp(z)) },
  gelu: {
    value: VALUES.gelu,
    slope: (z) => {
      const t = geluTanh(z);
      return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * GELU_SCALE * (1 + 3 * GELU_CUBE * z * z);
    },
  },
  silu: { value: VALUES.silu, slope: (z) => sigmoid(z) * (1 + z * (1 - sigmoid(z))) },
  softplus: { value: VALUES.softplus, slope: sigmoid },
};
