/**
 * Descent on a surface of two weights: a linear neuron guesses how many ice creams are sold, from sun and wind. Its loss is a bowl over its
 * two weights, since the answer is not bent. Knows no page.
 */

/** @typedef {import('wasmlp').Network} Network */

/** Sun and wind from 0 to 1, and ice creams in hundreds. */
export const SALES = [
  { inputs: [0.9, 0.1], target: 1.7 },
  { inputs: [0.3, 0.8], target: 0 },
  { inputs: [0.8, 0.7], target: 0.9 },
  { inputs: [0.2, 0.1], target: 0.3 },
];
const ROWS = SALES.map(({ inputs }) => inputs);
const TARGETS = SALES.map(({ target }) => [target]);

/** The part of the surface that is shown. */
export const EXTENT = { x: /** @type {const} */ ([-3, 7]), y: /** @type {const} */ ([-6, 4]) };
/** Where the ball starts. */
export const START = { w1: -2, w2: -1 };
/** @type {import('wasmlp').NetworkOptions} */
export const BOWL = {
  inputs: 2,
  layers: [{ units: 1, activation: 'linear', bias: false }],
  loss: 'meanSquaredError',
  optimizer: { type: 'sgd', learningRate: 0.1 },
};

/** @param {Network} neuron @param {{ w1: number, w2: number }} weights */
export function setWeights(neuron, { w1, w2 }) {
  neuron.setParameters(0, { weights: Float32Array.of(w1, w2) });
}

/** The loss and its slope in both directions at a place. @param {Network} neuron @param {{ w1: number, w2: number }} weights */
export function lookAround(neuron, weights) {
  setWeights(neuron, weights);
  const { loss, layers } = neuron.gradients(ROWS, TARGETS);
  const [d1 = 0, d2 = 0] = layers[0]?.weights ?? [];
  return { loss, d1, d2 };
}

/**
 * One step down from a place.
 * @param {Network} neuron
 * @param {{ w1: number, w2: number }} weights
 * @param {number} learningRate
 */
export function stepFrom(neuron, weights, learningRate) {
  setWeights(neuron, weights);
  neuron.trainOnBatch(ROWS, TARGETS, { learningRate });
  const [w1 = 0, w2 = 0] = neuron.getParameters(0).weights;
  return { w1, w2 };
}

/** Whether a place is beside the map. @param {{ w1: number, w2: number }} weights */
export function isOutside({ w1, w2 }) {
  return w1 < EXTENT.x[0] || w1 > EXTENT.x[1] || w2 < EXTENT.y[0] || w2 > EXTENT.y[1];
}

/**
 * Whether a ball has left for good: beside the map, and higher than a step before. One that falls comes back.
 * @param {Network} neuron
 * @param {readonly { w1: number, w2: number }[]} path All its places.
 */
export function hasLeft(neuron, path) {
  const [before, now] = path.slice(-2);
  if (before === undefined || now === undefined || !isOutside(now)) return false;
  return lookAround(neuron, now).loss > lookAround(neuron, before).loss;
}

/**
 * The losses of some places of a grid, row by row, so that no part takes long.
 * @param {Network} neuron
 * @param {Float32Array} grid Pairs of weights.
 * @param {Float32Array} losses
 * @param {number} from The first place of this part, and
 * @param {number} to the one after its last.
 */
export function surveyPart(neuron, grid, losses, from, to) {
  for (let i = from; i < Math.min(to, losses.length); i++) {
    setWeights(neuron, { w1: grid[2 * i] ?? 0, w2: grid[2 * i + 1] ?? 0 });
    losses[i] = neuron.evaluate(ROWS, TARGETS).loss;
  }
}

/** The height of a loss on the map, 0 to 1: by its root, so that the bottom is seen. @param {number} loss */
export function heightOf(loss) {
  return Math.min(1, Math.sqrt(loss / 20));
}
