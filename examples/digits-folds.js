/**
 * Reads handwritten digits better than digits.js does. Cross-validation shows how well: each image is read once, by a network that did
 * not train on it.
 *
 *   npm run example:folds
 */
import { Network } from 'wasmlp';
import { readSamples } from './data/csv.js';
import { accuracyOf, crossValidate, meanScore } from './data/folds.js';
import { showFolds } from './terminal/folds.js';
import { bar } from './terminal/progress.js';
import { bold, dim, green, grouped, percent } from './terminal/style.js';

const SEED = 1;
const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Part of the training data decides when to stop. The held-out images do not. */
const FIT = { epochs: 200, validation: 0.15, earlyStopping: { patience: 15 } };

/** `l2` makes large weights costly. This keeps 2,410 parameters from learning 1,375 images by heart. */
function createNetwork() {
  return Network.create({
    inputs: 64,
    layers: [
      { units: 32, activation: 'gelu', l2: 0.001 },
      { units: 10, activation: 'softmax', l2: 0.001 },
    ],
    labels: DIGITS,
    normalize: 'standard',
    optimizer: { type: 'adam', learningRate: 0.003 },
    seed: SEED,
  });
}

const digits = readSamples('digits.csv');
const { parameterCount, engine } = await createNetwork();
console.log(`\n${bold('Handwritten digits, fold by fold')}\n`);
console.log(`  ${grouped(digits.inputs.length)} images of 8x8 pixels`);
console.log(`  network 64-32-10, ${grouped(parameterCount)} parameters, engine ${engine.kind}\n`);

console.log(`  ${bold('cross-validation')} ${dim('(each tenth of the images held out in turn)')}`);
const validation = crossValidate(digits, { seed: SEED, stratified: true }, async (training, heldOut) => {
  const network = await createNetwork();
  await network.fit(training.inputs, training.targets, FIT);
  return network.classify(heldOut);
});
const folds = await showFolds(validation, (fold) => {
  const share = accuracyOf(fold);
  return { share, text: `${percent(share).padStart(6)} of ${fold.answers.length} images right` };
});
const accuracy = await meanScore(folds, accuracyOf);
console.log(`\n  held-out accuracy ${bold(green(percent(accuracy)))}, the mean of the folds\n`);

console.log(`  ${bold('digit by digit')} ${dim('(the share of each that was read right)')}`);
for (const digit of DIGITS) {
  const answers = folds.flatMap((fold) => fold.answers.filter((_, i) => fold.targets[i] === digit));
  const share = accuracyOf({ answers, targets: answers.map(() => digit) });
  console.log(`  ${digit.padStart(7)}  ${bar(share, 24)}  ${percent(share).padStart(6)}`);
}
console.log('');
