/**
 * The network that tutorials draw: two inputs, two hidden units, one output. Its people are made up, by the numbers of V. Zhou's "Machine
 * Learning for Beginners": pounds above 135 and inches above 66. Here 1 is a jockey and 0 a rower. Knows no page.
 */

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {Record<'w1' | 'w2' | 'w3' | 'w4' | 'w5' | 'w6' | 'b1' | 'b2' | 'b3', number>} Parameters */

export const PEOPLE = [
  { name: 'Ada', inputs: [-2, -1], target: 1 },
  { name: 'Bo', inputs: [25, 6], target: 0 },
  { name: 'Cem', inputs: [17, 4], target: 0 },
  { name: 'Dee', inputs: [-15, -6], target: 1 },
];
/** Two whom no network here has trained on. */
export const STRANGERS = [
  { name: 'Eve', inputs: [-7, -3], target: 1 },
  { name: 'Finn', inputs: [20, 2], target: 0 },
];
export const NAMES = /** @type {const} */ (['w1', 'w2', 'b1', 'w3', 'w4', 'b2', 'w5', 'w6', 'b3']);

/** @param {{ seed?: number, rate?: number }} [settings] @returns {import('wasmlp').NetworkOptions} */
export function peopleOptions({ seed = 1, rate = 0.1 } = {}) {
  return {
    inputs: 2,
    layers: [{ units: 2 }, { units: 1 }],
    loss: 'meanSquaredError',
    optimizer: { type: 'sgd', learningRate: rate },
    seed,
  };
}

/** @param {Network} network @param {Parameters} parameters */
export function setAll(network, { w1, w2, w3, w4, w5, w6, b1, b2, b3 }) {
  network.setParameters(0, { weights: Float32Array.of(w1, w2, w3, w4), biases: Float32Array.of(b1, b2) });
  network.setParameters(1, { weights: Float32Array.of(w5, w6), biases: Float32Array.of(b3) });
}

/**
 * The nine numbers of two layers by their names. A layer's weights have a row for each unit.
 * @param {readonly import('wasmlp').LayerParameters[]} layers
 * @returns {Parameters}
 */
export function named([hidden, output]) {
  const [w1 = 0, w2 = 0, w3 = 0, w4 = 0] = hidden?.weights ?? [];
  const [b1 = 0, b2 = 0] = hidden?.biases ?? [];
  const [w5 = 0, w6 = 0] = output?.weights ?? [];
  const [b3 = 0] = output?.biases ?? [];
  return { w1, w2, w3, w4, w5, w6, b1, b2, b3 };
}

/** What both hidden units and the output say about a row. @param {Network} network @param {readonly number[]} inputs */
export function forward(network, inputs) {
  const [h1 = 0, h2 = 0] = network.predict([...inputs], { layer: 0 });
  return { h1, h2, y: network.predict([...inputs])[0] ?? 0 };
}

/** What the network answers for each of them. @param {Network} network @param {readonly { inputs: number[] }[]} people */
export function answersFor(network, people) {
  return network.predict(people.map(({ inputs }) => inputs)).map(([answer = 0]) => answer);
}

const ROWS = PEOPLE.map(({ inputs }) => inputs);
const TARGETS = PEOPLE.map(({ target }) => target);

/** Some epochs as tutorials have them: a step for each person. @param {Network} network @param {number} epochs */
export async function fitPeople(network, epochs) {
  await network.fit(ROWS, TARGETS, { epochs, batchSize: 1 });
}

/** @param {Network} network */
export function lossOf(network) {
  return network.evaluate(ROWS, TARGETS).loss;
}
