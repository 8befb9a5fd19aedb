/**
 * Regression: predicts from ten measurements of a patient how far diabetes progresses in a year. The network scales inputs and targets.
 * Cross-validation shows how well it works: each patient is predicted once, by a network that did not train on that patient.
 *
 *   npm run example:diabetes
 */
import { Network } from 'wasmlp';
import { readSamples } from './data/csv.js';
import { crossValidate, mean, meanScore } from './data/folds.js';
import { showFolds } from './terminal/folds.js';
import { bar } from './terminal/progress.js';
import { bold, dim, green } from './terminal/style.js';

const SEED = 1;
/** More orders of the patients: the score depends on which patients share a fold. */
const OTHER_SEEDS = [2, 3, 4, 5, 6, 7, 8, 9, 10];

/** Part of the training data decides when to stop. The held-out patients do not. */
const FIT = { epochs: 300, validation: 0.15, earlyStopping: { patience: 30 } };

/** @typedef {import('./data/folds.js').Fold<number, number>} Fold */

/**
 * Dropout switches off half of the hidden units in each step, so that 385 parameters do not learn 338 patients by heart.
 * @param {number} seed
 */
function createNetwork(seed) {
  return Network.create({
    inputs: 10,
    layers: [
      { units: 32, activation: 'tanh', dropout: 0.5 },
      { units: 1, activation: 'linear' },
    ],
    normalize: 'standard',
    normalizeTargets: 'standard',
    optimizer: { type: 'adam', learningRate: 0.003 },
    seed,
  });
}

/**
 * Ten folds, one after another. Each network learns its own scaling, from the samples that it trains on.
 * @param {number} seed
 */
function validate(seed) {
  const { inputs, targets } = readSamples('diabetes.csv');
  const patients = { inputs, targets: targets.map(Number) };
  return crossValidate(patients, { seed, stratified: false }, async (training, heldOut) => {
    const network = await createNetwork(seed);
    await network.fit(training.inputs, training.targets, FIT);
    return network.predict(heldOut).map(([progression = 0]) => progression);
  });
}

/**
 * R2: the share of the targets' variance that the answers explain. 1 means always right, 0 no better than the mean of the targets.
 * @param {{ targets: number[], answers: number[] }} fold
 */
function r2Of({ targets, answers }) {
  const average = mean(targets);
  const unexplained = mean(targets.map((target, i) => (target - (answers[i] ?? 0)) ** 2));
  return 1 - unexplained / mean(targets.map((target) => (target - average) ** 2));
}

/**
 * Mean distance of the answers from the targets.
 * @param {{ targets: number[], answers: number[] }} fold
 */
function errorOf({ targets, answers }) {
  return mean(targets.map((target, i) => Math.abs(target - (answers[i] ?? 0))));
}

/**
 * Shows whether patients really fare worse when the network says so: five groups, ordered by what it said.
 * @param {{ targets: number[], answers: number[] }} all
 */
function compare({ targets, answers }) {
  const order = [...answers.keys()].sort((a, b) => (answers[a] ?? 0) - (answers[b] ?? 0));
  console.log(`  ${bold('five groups of patients')} ${dim('(ordered by what the network said of them)')}`);
  for (let fifth = 0; fifth < 5; fifth++) {
    const [start, end] = [fifth, fifth + 1].map((k) => Math.round((k * order.length) / 5));
    const group = order.slice(start, end);
    const said = mean(group.map((i) => answers[i] ?? 0));
    const was = mean(group.map((i) => targets[i] ?? 0));
    console.log(`  said ${said.toFixed(0).padStart(3)}  ${bar(said / 300, 48)}`);
    console.log(`  was  ${was.toFixed(0).padStart(3)}  ${bar(was / 300, 48)}\n`);
  }
}

const { parameterCount, engine } = await createNetwork(SEED);
console.log(`\n${bold('Diabetes')}\n`);
console.log('  442 patients, progression after a year from 25 to 346');
console.log(`  network 10-32-1, ${parameterCount} parameters, engine ${engine.kind}\n`);

console.log(`  ${bold('cross-validation')} ${dim('(each tenth of the patients held out in turn)')}`);
const folds = await showFolds(validate(SEED), (fold) => {
  const r2 = r2Of(fold);
  return { share: r2, text: `R2 ${r2.toFixed(3)}, off by ${errorOf(fold).toFixed(0)} on average` };
});
const r2 = await meanScore(folds, r2Of);
const all = { targets: folds.flatMap(({ targets }) => targets), answers: folds.flatMap(({ answers }) => answers) };
const together = `${r2Of(all).toFixed(3)} over all patients together`;
console.log(`\n  held-out R2 ${bold(green(r2.toFixed(3)))}, the mean of the folds; ${together}\n`);
compare(all);

const scores = [r2];
for (const seed of OTHER_SEEDS) scores.push(await meanScore(validate(seed), r2Of));
const [lowest, highest, average] = [Math.min(...scores), Math.max(...scores), mean(scores)].map((r) => r.toFixed(3));
console.log(`  ${bold('in ten different orders')} ${lowest} to ${highest}, ${average} on average\n`);
