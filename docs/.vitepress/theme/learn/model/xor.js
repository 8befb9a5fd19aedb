/** Exclusive or, the smallest task that one straight line cannot do, and networks with more or fewer hidden units. Knows no page. */

/** @typedef {import('wasmlp').Network} Network */

export const CORNERS = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
export const TARGETS = [0, 1, 1, 0];
export const EPOCHS = 4000;
/** So many beginnings are counted, with seeds from 1 on. */
export const BEGINNINGS = 20;
export const MOST_HIDDEN = 4;
/** An answer counts as right when it is no farther from its target. */
const NEAR = 0.3;

/** @param {{ hidden: number, seed: number }} settings @returns {import('wasmlp').NetworkOptions} */
export function xorOptions({ hidden, seed }) {
  return {
    inputs: 2,
    layers: [{ units: hidden }, { units: 1 }],
    loss: 'meanSquaredError',
    optimizer: { type: 'sgd', learningRate: 1 },
    seed,
  };
}

/** @param {Network} network @param {number} epochs */
export async function learn(network, epochs) {
  await network.fit(CORNERS, TARGETS, { epochs, batchSize: 1 });
}

/** Its answers to the four corners, and whether all are right. @param {Network} network */
export function ask(network) {
  const answers = network.predict(CORNERS).map(([answer = 0]) => answer);
  const isRight = answers.every((answer, i) => Math.abs(answer - (TARGETS[i] ?? 0)) <= NEAR);
  return { answers, isRight, loss: network.evaluate(CORNERS, TARGETS).loss };
}

/**
 * The straight line where each hidden unit says one half: w1 x1 + w2 x2 + b = 0, from one edge of a square to another.
 * @param {Network} network
 * @param {readonly [number, number]} range
 * @returns {[number, number][][]}
 */
export function linesOf(network, [from, to]) {
  const { weights, biases } = network.getParameters(0);
  return Array.from(biases, (b, unit) => {
    const [w1 = 0, w2 = 0] = weights.subarray(2 * unit, 2 * unit + 2);
    const isSteep = Math.abs(w1) > Math.abs(w2);
    return [from, to].map((at) => (isSteep ? [-(w2 * at + b) / w1, at] : [at, -(w1 * at + b) / w2]));
  });
}
