/** The activations as formulas, to draw them and to do backpropagation by hand. Independent of the library, which has its own. */

/** @typedef {import('./settings.js').Settings['activation']} Activation */

const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;
/** For the tanh form of gelu (Hendrycks and Gimpel, 2016). */
const GELU_SCALE = Math.sqrt(2 / Math.PI);
const GELU_CUBE = 0.044715;
const LEAK = 0.01;

/** @param {number} z */
export function sigmoid(z) {
  return 1 / (1 + Math.exp(-z));
}

/** @param {number} z */
function geluTanh(z) {
  return Math.tanh(GELU_SCALE * (z + GELU_CUBE * z ** 3));
}

/**
 * Each activation and its derivative, as functions of the weighted sum.
 * @type {Record<Activation, { value: (z: number) => number, slope: (z: number) => number }>}
 */
export const FORMULAS = {
  linear: { value: (z) => z, slope: () => 1 },
  sigmoid: { value: sigmoid, slope: (z) => sigmoid(z) * (1 - sigmoid(z)) },
  tanh: { value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  relu: { value: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0) },
  leakyRelu: { value: (z) => (z > 0 ? z : LEAK * z), slope: (z) => (z > 0 ? 1 : LEAK) },
  elu: { value: (z) => (z > 0 ? z : Math.expm1(z)), slope: (z) => (z > 0 ? 1 : Math.exp(z)) },
  selu: {
    value: (z) => SELU_SCALE * (z > 0 ? z : SELU_ALPHA * Math.expm1(z)),
    slope: (z) => SELU_SCALE * (z > 0 ? 1 : SELU_ALPHA * Math.exp(z)),
  },
  gelu: {
    value: (z) => 0.5 * z * (1 + geluTanh(z)),
    slope: (z) => {
      const t = geluTanh(z);
      return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * GELU_SCALE * (1 + 3 * GELU_CUBE * z * z);
    },
  },
  silu: { value: (z) => z * sigmoid(z), slope: (z) => sigmoid(z) * (1 + z * (1 - sigmoid(z))) },
  softplus: { value: (z) => Math.log1p(Math.exp(-Math.abs(z))) + Math.max(0, z), slope: sigmoid },
};
