/**
 * Tells three species of iris apart by four measurements. Targets are names of species, and so are the answers. Cross-validation shows how
 * well it works: each flower is classified once, by a network that did not train on it.
 *
 *   npm run example:iris
 */
import { Network } from 'wasmlp';
import { readSamples } from './data/csv.js';
import { accuracyOf, crossValidate, mean, meanScore } from './data/folds.js';
import { showFolds } from './terminal/folds.js';
import { bold, dim, green, percent, red } from './terminal/style.js';

const SPECIES = ['setosa', 'versicolor', 'virginica'];
const SEED = 1;
/** More orders of the flowers: with only 150, the score depends on which flowers share a fold. */
const OTHER_SEEDS = [2, 3, 4, 5, 6, 7, 8, 9, 10];

/** Part of the training data decides when to stop. The held-out flowers do not. */
const FIT = { epochs: 400, batchSize: 16, validation: 0.15, earlyStopping: { patience: 30 } };

/** @typedef {import('wasmlp').Classification} Classification */
/** @typedef {import('./data/folds.js').Fold<string, Classification>} Fold */

/** @param {number} seed */
function createNetwork(seed) {
  return Network.create({
    inputs: 4,
    layers: [
      { units: 8, activation: 'tanh' },
      { units: 3, activation: 'softmax' },
    ],
    labels: SPECIES,
    normalize: 'standard',
    optimizer: { type: 'adam', learningRate: 0.003 },
    seed,
  });
}

/**
 * Ten folds, one after another. Each network learns its own scaling, from the samples that it trains on.
 * @param {number} seed
 */
function validate(seed) {
  return crossValidate(readSamples('iris.csv'), { seed, stratified: true }, async (training, heldOut) => {
    const network = await createNetwork(seed);
    await network.fit(training.inputs, training.targets, FIT);
    return network.classify(heldOut);
  });
}

/**
 * Prints how often each species was taken for which, then the flowers that were taken for another species.
 * @param {Fold[]} folds
 */
function examine(folds) {
  const flowers = folds.flatMap(({ inputs, targets, answers }) =>
    answers.map(({ label = '', probability }, i) => ({ inputs: inputs[i], target: targets[i], label, probability })),
  );
  console.log(`  ${''.padEnd(14)}${SPECIES.map((label) => `says ${label}`.padStart(18)).join('')}`);
  for (const target of SPECIES) {
    const counts = SPECIES.map((label) => {
      const count = flowers.filter((flower) => flower.target === target && flower.label === label).length;
      const text = String(count).padStart(18);
      return label === target ? green(text) : count > 0 ? red(text) : dim(text);
    });
    console.log(`  ${target.padEnd(14)}${counts.join('')}`);
  }
  console.log(`\n  ${bold('mistaken')} ${dim('(sepal length and width, petal length and width in cm)')}`);
  for (const { inputs, target, label, probability } of flowers.filter((flower) => flower.label !== flower.target)) {
    const says = `says ${label} (${percent(probability)})`.padEnd(25);
    console.log(`  [${inputs?.map((cm) => cm.toFixed(1)).join(', ')}]  ${says}  ${red(`is ${target}`)}`);
  }
}

const { parameterCount, engine } = await createNetwork(SEED);
console.log(`\n${bold('Iris')}\n`);
console.log('  150 flowers, 50 of each species');
console.log(`  network 4-8-3, ${parameterCount} parameters, engine ${engine.kind}\n`);

console.log(`  ${bold('cross-validation')} ${dim('(each tenth of the flowers held out in turn)')}`);
const folds = await showFolds(validate(SEED), (fold) => {
  const share = accuracyOf(fold);
  return { share, text: `${percent(share).padStart(6)} of ${fold.answers.length} flowers right` };
});
const accuracy = await meanScore(folds, accuracyOf);
console.log(`\n  held-out accuracy ${bold(green(percent(accuracy)))}, the mean of the folds\n`);
examine(folds);

const accuracies = [accuracy];
for (const seed of OTHER_SEEDS) accuracies.push(await meanScore(validate(seed), accuracyOf));
const [lowest, highest] = [Math.min(...accuracies), Math.max(...accuracies)].map(percent);
console.log(
  `\n  ${bold('in ten different orders')} ${lowest} to ${highest}, ${percent(mean(accuracies))} on average\n`,
);
