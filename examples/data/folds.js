/**
 * Cross-validation: samples are dealt into folds, and each fold in turn is held out while a new model learns from the others. Its
 * answers for the held-out samples show how well it does with samples that it has never seen. Knows nothing of networks.
 */
import { shuffled } from './shuffle.js';

/**
 * @template Target
 * @typedef {{ inputs: number[][], targets: Target[] }} Samples
 */

/**
 * The held-out samples of one fold, with the answer of the model for each.
 * @template Target, Answer
 * @typedef {{ number: number, inputs: number[][], targets: Target[], answers: Answer[] }} Fold
 */

/**
 * Yields one fold after another. `learn` gets the samples to learn from, but only the inputs of the held-out ones: it cannot peek.
 * @template Target, Answer
 * @param {Samples<Target>} samples
 * @param {{ folds?: number, seed: number, stratified: boolean }} options `stratified`: every fold has its share of each target
 * @param {(training: Samples<Target>, heldOut: number[][]) => Promise<Answer[]>} learn
 * @returns {AsyncGenerator<Fold<Target, Answer>>}
 */
export async function* crossValidate(samples, { folds = 10, seed, stratified }, learn) {
  const order = shuffled(samples.inputs.length, seed);
  const dealt = stratified ? groupedBy(order, samples.targets) : order;
  for (let number = 1; number <= folds; number++) {
    const isHeldOut = (/** @type {number} */ _, /** @type {number} */ place) => place % folds === number - 1;
    const heldOut = select(samples, dealt.filter(isHeldOut));
    const training = select(
      samples,
      dealt.filter((index, place) => !isHeldOut(index, place)),
    );
    yield { number, ...heldOut, answers: await learn(training, heldOut.inputs) };
  }
}

/**
 * The mean score of folds.
 * @template Fold
 * @param {AsyncIterable<Fold> | Fold[]} folds
 * @param {(fold: Fold) => number} scoreOf
 */
export async function meanScore(folds, scoreOf) {
  const scores = [];
  for await (const fold of folds) scores.push(scoreOf(fold));
  return mean(scores);
}

/** @param {readonly number[]} values */
export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The share of right answers, where answers and targets are names of classes.
 * @param {{ targets: string[], answers: { label?: string }[] }} fold
 */
export function accuracyOf({ targets, answers }) {
  return mean(answers.map(({ label }, i) => Number(label === targets[i])));
}

/**
 * Puts indexes of equal targets next to each other, so that dealing them out gives each fold its share.
 * @template Target
 * @param {number[]} order
 * @param {Target[]} targets
 */
function groupedBy(order, targets) {
  const kinds = [...new Set(targets)];
  return kinds.flatMap((kind) => order.filter((index) => targets[index] === kind));
}

/**
 * @template Target
 * @param {Samples<Target>} samples
 * @param {number[]} indexes
 * @returns {Samples<Target>}
 */
function select({ inputs, targets }, indexes) {
  return {
    inputs: indexes.map((index) => /** @type {number[]} */ (inputs[index])),
    targets: indexes.map((index) => /** @type {Target} */ (targets[index])),
  };
}
