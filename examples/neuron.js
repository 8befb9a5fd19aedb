/**
 * A single neuron with three inputs. In its four examples the answer is always the first input. The neuron finds that out,
 * and then gives the right answer in a situation that it has not seen.
 *
 *   npm run example:neuron
 */
import { Network } from 'wasmlp';
import { bold, dim, green } from './terminal/style.js';

const SITUATIONS = [
  [0, 0, 1],
  [1, 1, 1],
  [1, 0, 1],
  [0, 1, 1],
];
const ANSWERS = [0, 1, 1, 0];
const NEW_SITUATION = [1, 0, 0];

/** @param {ArrayLike<number>} numbers */
function listed(numbers) {
  return Array.from(numbers, (number) => number.toFixed(4).padStart(9)).join('');
}

// No bias: the answer is sigmoid(w1 x1 + w2 x2 + w3 x3), so three numbers are all that it can learn.
const neuron = await Network.create({
  inputs: 3,
  layers: [{ units: 1, activation: 'sigmoid', bias: false, initializer: { uniform: [-1, 1] } }],
  optimizer: { type: 'sgd', learningRate: 1 },
  seed: 1,
});
const before = neuron.getParameters(0).weights;
const { epochs } = await neuron.fit(SITUATIONS, ANSWERS, { epochs: 1000, batchSize: 4 });
const after = neuron.getParameters(0).weights;
const [probability = 0] = neuron.predict(NEW_SITUATION);

console.log(`\n${bold('A single neuron')}\n`);
console.log('  situation   answer   neuron');
const learned = neuron.predict(SITUATIONS);
SITUATIONS.forEach((situation, i) => {
  console.log(`  [${situation}]     ${ANSWERS[i]}        ${learned[i]?.[0]?.toFixed(4)}`);
});
console.log(`\n                            w1       w2       w3`);
console.log(`  starting weights  ${listed(before)}`);
console.log(`  weights after     ${listed(after)}   ${dim('the first input decides')}`);
console.log(`\n  loss ${epochs[0]?.loss.toFixed(4)} in the first epoch, ${epochs.at(-1)?.loss.toFixed(4)} in the last`);
console.log(`  new situation [${NEW_SITUATION}]: ${bold(green(probability.toFixed(5)))}\n`);
