/**
 * Three switches and a lamp, which is on when the first switch is. One neuron without a bias learns that from four situations: each weight
 * moves by error x input x slope, summed over the situations. Knows no page.
 */
import { slopeAt } from './neuron.js';

/** @typedef {import('wasmlp').Network} Network */

export const SITUATIONS = [
  [0, 0, 1],
  [1, 1, 1],
  [1, 0, 1],
  [0, 1, 1],
];
export const LAMPS = [0, 1, 1, 0];
/** What the neuron has never seen. */
export const NEW_SITUATION = [1, 0, 0];
/**
 * The mean of four squares has the slope -2/4 times the sum of error x input x slope. With this rate a step of wasmlp is that sum.
 */
export const RATE = 2;

/** @param {number} seed @returns {import('wasmlp').NetworkOptions} */
export function switchesOf(seed) {
  return {
    inputs: 3,
    layers: [{ units: 1, activation: 'sigmoid', bias: false, initializer: { uniform: [-1, 1] } }],
    loss: 'meanSquaredError',
    optimizer: { type: 'sgd', learningRate: RATE },
    seed,
  };
}

/**
 * All that a step consists of: for each situation its answer, error, slope, and its push on each weight; for each weight the sum of pushes,
 * which is wasmlp's own gradient times the rate.
 * @param {Network} neuron
 */
export function pushesOf(neuron) {
  const weights = [...neuron.getParameters(0).weights];
  const answers = neuron.predict(SITUATIONS);
  const rows = SITUATIONS.map((inputs, i) => {
    const answer = answers[i]?.[0] ?? 0;
    const error = (LAMPS[i] ?? 0) - answer;
    const slope = slopeAt(answer);
    return { inputs, target: LAMPS[i] ?? 0, answer, error, slope, pushes: inputs.map((x) => error * x * slope) };
  });
  const { loss, layers } = neuron.gradients(SITUATIONS, LAMPS);
  const totals = Array.from(layers[0]?.weights ?? [], (derivative) => -RATE * derivative);
  return { weights, rows, totals, loss, newAnswer: neuron.predict(NEW_SITUATION)[0] ?? 0 };
}

/** Packed, a thousand steps take a few milliseconds. */
const PACKED = { inputs: Float32Array.from(SITUATIONS.flat()), targets: Float32Array.from(LAMPS) };

/** @param {Network} neuron @param {number} steps */
export function train(neuron, steps) {
  for (let i = 0; i < steps; i++) neuron.trainOnBatch(PACKED.inputs, PACKED.targets);
}
