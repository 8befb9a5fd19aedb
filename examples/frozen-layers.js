/**
 * Uses again what was learned once: a network learns the digits 0 to 4. A second network takes over its first layer, frozen, and learns
 * 5 to 9 by training only its last hidden layer and its output layer.
 *
 *   npm run example:frozen
 */
import { Network } from 'wasmlp';
import { readDigits, selectDigits } from './data/digits.js';
import { bold, dim, green, percent } from './terminal/style.js';

const SEED = 1;
const FIT = { epochs: 60, batchSize: 16 };

/** @typedef {import('./data/digits.js').Digits} Digits */

/**
 * 64 pixels in, hidden layers of 32 and 16 units, probabilities of five digits out.
 * @param {{ labels: string[], trainable: boolean, seed: number }} options `trainable` is for the first layer
 */
function createNetwork({ labels, trainable, seed }) {
  return Network.create({
    inputs: 64,
    layers: [
      { units: 32, activation: 'sigmoid', trainable },
      { units: 16, activation: 'sigmoid' },
      { units: 5, activation: 'softmax' },
    ],
    labels,
    optimizer: { type: 'sgd', learningRate: 0.5 },
    seed,
  });
}

/**
 * The digits of a set as the names of classes.
 * @param {Digits} from
 */
function labelsOf({ digits }) {
  return Array.from(digits, String);
}

/**
 * @param {string} when
 * @param {Network} network
 * @param {Digits} test
 */
function report(when, network, test) {
  const { loss, accuracy = 0 } = network.evaluate(test.images, labelsOf(test));
  console.log(`  ${when.padEnd(16)} loss ${loss.toFixed(4)}   test accuracy ${green(percent(accuracy))}`);
}

/**
 * Whether two arrays hold the same bits. Comparing the numbers would take -0 for 0.
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
function sameBits(a, b) {
  const [bitsOfA, bitsOfB] = [a, b].map(
    ({ buffer, byteOffset, length }) => new Uint32Array(buffer, byteOffset, length),
  );
  return a.length === b.length && bitsOfA?.every((bits, i) => bits === bitsOfB?.[i]) === true;
}

const { training, test } = readDigits({ heldOut: 0.2, seed: SEED });
const isLow = (/** @type {number} */ digit) => digit < 5;
const isHigh = (/** @type {number} */ digit) => digit >= 5;
const low = { training: selectDigits(training, isLow), test: selectDigits(test, isLow) };
const high = { training: selectDigits(training, isHigh), test: selectDigits(test, isHigh) };

console.log(`\n${bold('Frozen layers')}\n`);
console.log(`  ${bold('first network')} ${dim('64-32-16-5, learns the digits 0 to 4 with all its layers')}`);
const first = await createNetwork({ labels: ['0', '1', '2', '3', '4'], trainable: true, seed: SEED });
report('before training', first, low.test);
await first.fit(low.training.images, labelsOf(low.training), FIT);
report('after training', first, low.test);

console.log(`\n  ${bold('second network')} ${dim('reuses its first layer, frozen, and learns 5 to 9 with the rest')}`);
const second = await createNetwork({ labels: ['5', '6', '7', '8', '9'], trainable: false, seed: SEED + 1 });
second.setParameters(0, first.getParameters(0));
const before = second.layers.map((_, layer) => second.getParameters(layer));
report('before training', second, high.test);
await second.fit(high.training.images, labelsOf(high.training), FIT);
report('after training', second, high.test);

console.log(`\n  ${bold('its layers')} ${dim('compared bit by bit with what they were before its training')}`);
second.layers.forEach(({ inputs, units, trainable, parameterCount }, layer) => {
  const [was, is] = [before[layer], second.getParameters(layer)];
  const same = was !== undefined && sameBits(was.weights, is.weights) && sameBits(was.biases, is.biases);
  const shape = `${inputs}x${units}`.padEnd(6);
  const kind = (trainable ? 'trained' : 'frozen').padEnd(8);
  console.log(
    `  layer ${layer}  ${shape} ${String(parameterCount).padStart(5)} parameters  ${kind} ${same ? 'identical' : 'changed'}`,
  );
});
console.log('');
