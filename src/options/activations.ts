/** All activations and the range of their outputs. Knows no formula and no code: engines and formats have those. */
import type { LayerSpec, NetworkSpec } from './spec.js';
import type { Activation } from './types.js';

/** The default of a layer's `slope`. */
export const LEAKY_SLOPE = 0.01;

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

/** Whether outputs of this activation can be read as probabilities. */
export function givesProbabilities(activation: Activation): boolean {
  const [lowest, highest] = OUTPUT_RANGES[activation];
  return lowest === 0 && highest === 1;
}

/** Whether the answers of a network are probabilities: its output layer gives them, and no scaling makes other numbers of them. */
export function answersProbabilities({
  layers,
  normalizeTargets,
}: Pick<NetworkSpec, 'layers' | 'normalizeTargets'>): boolean {
  return normalizeTargets === false && givesProbabilities((layers[layers.length - 1] as LayerSpec).activation);
}
