/**
 * Backpropagation by hand, compared with the network's own. Two inputs, two hidden units, one output, sigmoid everywhere, mean
 * squared error, one sample at a time: the network that tutorials draw.
 *
 *   h1 = sigmoid(w1 x1 + w2 x2 + b1)      x1 weight
 *   h2 = sigmoid(w3 x1 + w4 x2 + b2)      x2 height
 *   y  = sigmoid(w5 h1 + w6 h2 + b3)
 *
 *   npm run example:tutorial
 */
import { Network } from 'wasmlp';
import { lineChart } from './terminal/chart.js';
import { bold, columns, dim, green } from './terminal/style.js';

/** Made-up people: weight minus 135 pounds and height minus 66 inches. 1 is a jockey, 0 a rower. */
const PEOPLE = [
  [-2, -1],
  [25, 6],
  [17, 4],
  [-15, -6],
];
const ANSWERS = [1, 0, 0, 1];
const NEW_PEOPLE = [
  { name: 'Emily', measures: [-7, -3] },
  { name: 'Frank', measures: [20, 2] },
];

/** @typedef {Record<'w1' | 'w2' | 'w3' | 'w4' | 'w5' | 'w6' | 'b1' | 'b2' | 'b3', number>} Parameters */

/**
 * The nine parameters by their names in the formulas. A layer's weights have a row for each unit.
 * @param {readonly import('wasmlp').LayerParameters[]} layers
 * @returns {Parameters}
 */
function named(layers) {
  const [hidden, output] = layers;
  const [w1 = 0, w2 = 0, w3 = 0, w4 = 0] = hidden?.weights ?? [];
  const [b1 = 0, b2 = 0] = hidden?.biases ?? [];
  const [w5 = 0, w6 = 0] = output?.weights ?? [];
  const [b3 = 0] = output?.biases ?? [];
  return { w1, w2, w3, w4, w5, w6, b1, b2, b3 };
}

/** @param {number} x */
function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

/**
 * The derivative of the sigmoid, from the value of the sigmoid.
 * @param {number} value
 */
function slope(value) {
  return value * (1 - value);
}

/**
 * The chain rule, written out: how the loss of one person changes with each parameter.
 * @param {Parameters} parameters
 * @param {number} x1
 * @param {number} x2
 * @param {number} yTrue
 */
function backpropagate({ w1, w2, w3, w4, w5, w6, b1, b2, b3 }, x1, x2, yTrue) {
  // Forward: from the inputs to the loss.
  const h1 = sigmoid(w1 * x1 + w2 * x2 + b1);
  const h2 = sigmoid(w3 * x1 + w4 * x2 + b2);
  const yPred = sigmoid(w5 * h1 + w6 * h2 + b3);
  const loss = (yTrue - yPred) ** 2;

  // The output: how the loss changes with the prediction, and the prediction with what enters the output unit.
  const dL_dyPred = -2 * (yTrue - yPred);
  const dyPred_dw5 = h1 * slope(yPred);
  const dyPred_dw6 = h2 * slope(yPred);
  const dyPred_db3 = slope(yPred);
  const dyPred_dh1 = w5 * slope(yPred);
  const dyPred_dh2 = w6 * slope(yPred);

  // The hidden units: how each changes with its weights and its bias.
  const dh1_dw1 = x1 * slope(h1);
  const dh1_dw2 = x2 * slope(h1);
  const dh1_db1 = slope(h1);
  const dh2_dw3 = x1 * slope(h2);
  const dh2_dw4 = x2 * slope(h2);
  const dh2_db2 = slope(h2);

  // Back along each path: multiply the derivatives of its steps.
  /** @type {Parameters} */
  const derivatives = {
    w1: dL_dyPred * dyPred_dh1 * dh1_dw1,
    w2: dL_dyPred * dyPred_dh1 * dh1_dw2,
    b1: dL_dyPred * dyPred_dh1 * dh1_db1,
    w3: dL_dyPred * dyPred_dh2 * dh2_dw3,
    w4: dL_dyPred * dyPred_dh2 * dh2_dw4,
    b2: dL_dyPred * dyPred_dh2 * dh2_db2,
    w5: dL_dyPred * dyPred_dw5,
    w6: dL_dyPred * dyPred_dw6,
    b3: dL_dyPred * dyPred_db3,
  };
  return { loss, derivatives };
}

/**
 * Prints the partial derivative of each parameter, from the network and by hand.
 * @param {Network} network
 */
function compare(network) {
  const [x1 = 0, x2 = 0] = PEOPLE[0] ?? [];
  const yTrue = ANSWERS[0] ?? 0;
  const parameters = named([network.getParameters(0), network.getParameters(1)]);
  const ours = backpropagate(parameters, x1, x2, yTrue);
  const theirs = network.gradients([x1, x2], [yTrue]);
  const derivatives = named(theirs.layers);
  console.log(`  ${bold('one step of backpropagation')} ${dim(`for the first person, [${x1}, ${x2}] -> ${yTrue}`)}\n`);
  console.log(`  parameter                 network.gradients          by hand   difference`);
  for (const name of /** @type {(keyof Parameters)[]} */ (Object.keys(ours.derivatives))) {
    const start = `${name} = ${parameters[name].toFixed(4).padStart(7)}    dL/d${name}`;
    console.log(comparison(start, derivatives[name], ours.derivatives[name]));
  }
  console.log(comparison('loss', theirs.loss, ours.loss));
}

/**
 * @param {string} start
 * @param {number} theirs
 * @param {number} ours
 */
function comparison(start, theirs, ours) {
  const numbers = [theirs, ours].map((value) => value.toFixed(10).padStart(17)).join('');
  return `  ${start.padEnd(26)}${numbers}${Math.abs(theirs - ours)
    .toExponential(1)
    .padStart(13)}`;
}

const network = await Network.create({
  inputs: 2,
  layers: [
    { units: 2, activation: 'sigmoid', initializer: { normal: [0, 1] } },
    { units: 1, activation: 'sigmoid', initializer: { normal: [0, 1] } },
  ],
  loss: 'meanSquaredError',
  optimizer: { type: 'sgd', learningRate: 0.1 },
  seed: 1,
});
console.log(`\n${bold('Backpropagation, by hand and by the network')}\n`);
compare(network);

const { epochs } = await network.fit(PEOPLE, ANSWERS, { epochs: 1000, batchSize: 1 });
const losses = epochs.map(({ loss }) => loss);
const ends = `from ${losses[0]?.toFixed(4)} to ${losses.at(-1)?.toFixed(4)}`;
console.log(`\n  ${bold('loss')} ${ends} ${dim('(logarithmic scale)')}`);
console.log(lineChart(losses, { width: columns - 2, height: 12, log: true, xLabel: 'epoch' }));

console.log(`\n  ${bold('new people')}`);
for (const { name, measures } of NEW_PEOPLE) {
  const [probability = 0] = network.predict(measures);
  const who = `${name} [${measures}]`.padEnd(16);
  console.log(`  ${who}  ${green(probability.toFixed(3))}  ${probability >= 0.5 ? 'a jockey' : 'a rower'}`);
}
console.log('');
