/** Takes one training step on one sample, and computes the same step by hand. Knows no page. */
import { layersOf } from './forward.js';
import { passOf } from './passes.js';
import { hasValues } from './settings.js';

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {{ row: number[], target: number }} Sample */

/**
 * Trains the network on one sample, in one step. Returns the loss before the step, and every number on the way.
 * @param {Network} network
 * @param {Sample} sample
 * @param {Settings} settings The settings that made the network.
 */
export function stepOne(network, { row, target }, settings) {
  const answer = hasValues(settings) ? Float32Array.of(target) : Uint8Array.of(target);
  const before = layersOf(network);
  const pass = passOf(before, row, target, hasValues(settings) ? 'squaredError' : settings.loss);
  const theirs = network.gradients(row, answer).layers;
  const loss = network.trainOnBatch(row, answer, { learningRate: settings.rate });
  return { loss, steps: { pass, before, theirs, after: layersOf(network), sample: { row, target } } };
}

/** @typedef {ReturnType<typeof stepOne>['steps']} Steps */
