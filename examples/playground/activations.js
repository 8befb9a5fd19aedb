/** The activations as formulas, to draw them. Independent of the library, which has its own. Their derivatives come later: slopes.js. */

/** @typedef {import('./settings.js').Settings['activation']} Activation */

export const SELU_SCALE = 1.0507009873554805;
export const SELU_ALPHA = 1.6732632423543772;
/** For the tanh form of gelu (Hendrycks and Gimpel, 2016). */
export const GELU_SCALE = Math.sqrt(2 / Math.PI);
export const GELU_CUBE = 0.044715;
export const LEAK = 0.01;

/** @param {number} z */
export function sigmoid(z) {
  return 1 / (1 + Math.exp(-z));
}

/** @param {number} z */
export function geluTanh(z) {
  return Math.tanh(GELU_SCALE * (z + GELU_CUBE * z ** 3));
}

/** Each activation as a function of the weighted sum. @type {Record<Activation, (z: number) => number>} */
export const VALUES = {
  linear: (z) => z,
  sigmoid,
  tanh: Math.tanh,
  relu: (z) => Math.max(0, z),
  leakyRelu: (z) => (z > 0 ? z : LEAK * z),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  selu: (z) => SELU_SCALE * (z > 0 ? z : SELU_ALPHA * Math.expm1(z)),
  gelu: (z) => 0.5 * z * (1 + geluTanh(z)),
  silu: (z) => z * sigmoid(z),
  softplus: (z) => Math.log1p(Math.exp(-Math.abs(z))) + Math.max(0, z),
};
