/**
 * Reads handwritten digits better than digits.js does. Cross-validation shows how well: each image is read once, by a network that did
 * not train on it.
 *
 *   npm run example:folds
 */
import { crossValidate } from 'wasmlp/search';
import { readSamples } from './data/csv.js';
import { bar } from './terminal/progress.js';
import { bold, dim, green, grouped, percent } from './terminal/style.js';

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Part of the training data decides when to stop. The held-out images do not. */
const FIT = { epochs: 200, validation: 0.15, earlyStopping: { patience: 15 } };

/**
 * `l2` makes large weights costly. This keeps 2,410 parameters from learning 1,375 images by heart.
 * @type {import('wasmlp').NetworkOptions}
 */
const NETWORK = {
  inputs: 64,
  layers: [
    { units: 32, activation: 'gelu', l2: 0.001 },
    { units: 10, activation: 'softmax', l2: 0.001 },
  ],
  labels: DIGITS,
  normalize: 'standard',
  optimizer: { type: 'adam', learningRate: 0.003 },
  seed: 1,
};

const digits = readSamples('digits.csv');
console.log(`\n${bold('Handwritten digits, fold by fold')}\n`);
console.log(`  ${grouped(digits.inputs.length)} images of 8x8 pixels, network 64-32-10\n`);

console.log(`  ${bold('cross-validation')} ${dim('(each tenth of the images held out in turn)')}`);
const { folds, mean } = await crossValidate(NETWORK, digits.inputs, digits.targets, { seed: 1, fit: FIT });
for (const { fold, accuracy = 0, report } of folds) {
  const text = `${percent(accuracy).padStart(6)} of ${report.samples} images right`;
  console.log(`  fold ${String(fold + 1).padStart(2)}  ${bar(accuracy, 24)}  ${text}`);
}
console.log(`\n  held-out accuracy ${bold(green(percent(mean.accuracy ?? 0)))}, the mean of the folds\n`);

console.log(`  ${bold('digit by digit')} ${dim('(the share of each that was read right)')}`);
const confusions = folds.map(({ report }) => (report.kind === 'classes' ? report.confusion : []));
DIGITS.forEach((digit, row) => {
  const counts = DIGITS.map((_, column) => confusions.reduce((sum, counts) => sum + (counts[row]?.[column] ?? 0), 0));
  const share = (counts[row] ?? 0) / counts.reduce((sum, count) => sum + count, 0);
  console.log(`  ${digit.padStart(7)}  ${bar(share, 24)}  ${percent(share).padStart(6)}`);
});
console.log('');
