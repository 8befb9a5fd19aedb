/**
 * The names of all activations, the range of their outputs, and the constants of their formulas. Options are checked against this
 * list. It knows no formula and no code: engines and formats have those.
 */
import type { Activation } from './types.js';

/** The default of a layer's `slope`. */
export const LEAKY_SLOPE = 0.01;
// With these, outputs keep the mean 0 and variance 1 of their inputs: G. Klambauer et al., 2017, with the digits of PyTorch.
export const SELU_SCALE = 1.0507009873554805;
export const SELU_ALPHA = 1.6732632423543772;
// The tanh form of gelu, D. Hendrycks and K. Gimpel, 2016: z sigmoid(v) with v = 2 sqrt(2 / pi) (z + 0.044715 z^3), because tanh(u)
// is 2 sigmoid(2 u) - 1.
export const GELU_LINEAR = 1.5957691216057308;
export const GELU_CUBIC = GELU_LINEAR * 0.044715;

const INFINITY = Number.POSITIVE_INFINITY;

/** The lowest and the highest output, rounded outwards. test/options/activations.test.ts checks them against the formulas. */
export const OUTPUT_RANGES: Readonly<Record<Activation, readonly [lowest: number, highest: number]>> = {
  linear: [-INFINITY, INFINITY],
  sigmoid: [0, 1],
  tanh: [-1, 1],
  relu: [0, INFINITY],
  softmax: [0, 1],
  leakyRelu: [-INFINITY, INFINITY],
  elu: [-1, INFINITY],
  selu: [-1.7581, INFINITY],
  gelu: [-0.17005, INFINITY],
  silu: [-0.27847, INFINITY],
  softplus: [0, INFINITY],
};

// The mark lets the bundler drop the names from a chunk that imports only the constants.
export const ACTIVATIONS = /* @__PURE__ */ Object.keys(OUTPUT_RANGES) as readonly Activation[];

/** Whether outputs can be read as probabilities. */
export function givesProbabilities(activation: Activation): boolean {
  const [lowest, highest] = OUTPUT_RANGES[activation];
  return lowest === 0 && highest === 1;
}
