/** Takes one training step on one sample, and computes the same step by hand. Knows no page. */
import { backpropagate, named } from './backpropagation.js';

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {{ row: number[], target: number }} Sample */

/**
 * Trains the network on one sample, in one step. Returns the loss before the step, and with `byHand` every number on the way.
 * @param {Network} network
 * @param {Sample} sample
 * @param {Settings} settings The settings that made the network.
 * @param {boolean} byHand Only for a 2-2-1 network.
 */
export function stepOne(network, { row, target }, settings, byHand) {
  const answer = Uint8Array.of(target);
  if (!byHand) return { loss: network.trainOnBatch(row, answer), steps: undefined };
  const parameters = () => named([network.getParameters(0), network.getParameters(1)]);
  const [x1 = 0, x2 = 0] = row;
  const before = parameters();
  const pass = backpropagate(before, { x1, x2, t: target }, settings);
  const theirs = named(network.gradients(row, answer).layers);
  const loss = network.trainOnBatch(row, answer);
  return { loss, steps: { pass, before, theirs, after: parameters(), sample: { x1, x2, t: target } } };
}

/** @typedef {NonNullable<ReturnType<typeof stepOne>['steps']>} Steps */
