/** The network that reads digits, how it is trained, and on what: the same for the example and for the comparison. */
import { Network } from 'wasmlp';
import { readDigits } from '../data/digits.js';

const SEED = 1;

/** The options of every training. */
export const FIT = { epochs: 60, batchSize: 16 };

/** A fifth is held out: training never sees it. */
export const { training, test } = readDigits({ heldOut: 0.2, seed: SEED });

/**
 * 64 pixels in, 32 hidden units, one probability for each of the ten digits out.
 * @param {'auto' | 'wasm' | 'js'} engine
 */
export function createNetwork(engine) {
  return Network.create({
    inputs: 64,
    layers: [
      { units: 32, activation: 'sigmoid' },
      { units: 10, activation: 'softmax' },
    ],
    optimizer: { type: 'sgd', learningRate: 0.5 },
    seed: SEED,
    engine,
  });
}
