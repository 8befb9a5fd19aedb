/**
 * Handwritten digits, and a network that learns half of them and then the other half, with padlocks on some of its layers. Knows no page: it is
 * given the text of the table and a way to create networks.
 */
import { shuffled } from '../../../../../examples/data/shuffle.js';

/** @typedef {import('wasmlp').Network} Network */
/** Pictures of 64 pixels, 0 is paper and 1 is ink, and the digit of each. @typedef {{ images: Float32Array[], digits: number[] }} Digits */

const PIXELS = 64;
const INK = 16;
const HELD_OUT = 0.2;
const BATCH = 16;
export const HIDDEN = [32, 16];
export const EPOCHS = { first: 30, second: 60 };
/** Lines that are read in one go: all of them would take more than a frame. */
const LINES = 150;

/**
 * Reads the table: a header, then rows of 64 pixels and the digit.
 * @param {string} csv
 * @param {() => Promise<unknown>} rest Waits between parts.
 * @returns {Promise<Digits>}
 */
export async function readDigits(csv, rest) {
  const lines = csv.trim().split('\n').slice(1);
  /** @type {Digits} */
  const read = { images: [], digits: [] };
  for (const [i, line] of lines.entries()) {
    const numbers = line.split(',').map(Number);
    read.images.push(Float32Array.from(numbers.slice(0, PIXELS), (pixel) => pixel / INK));
    read.digits.push(numbers[PIXELS] ?? 0);
    if (i % LINES === 0) await rest();
  }
  return read;
}

/**
 * The digits from 0 to 4, or from 5 to 9, as classes from 0 to 4: a part to train on, and one that no network sees before it is judged.
 * @param {Digits} all
 * @param {boolean} isHigh
 */
export function halfOf({ images, digits }, isHigh) {
  const order = shuffled(digits.length, 1).filter((i) => (digits[i] ?? 0) >= 5 === isHigh);
  const held = Math.round(order.length * HELD_OUT);
  const take = (/** @type {number[]} */ indexes) => ({
    images: indexes.map((i) => images[i] ?? new Float32Array(PIXELS)),
    classes: Uint8Array.from(indexes, (i) => (digits[i] ?? 0) % 5),
  });
  return { training: take(order.slice(held)), test: take(order.slice(0, held)) };
}

/** @param {readonly boolean[]} locks A padlock for each layer. @returns {import('wasmlp').NetworkOptions} */
export function digitsOptions(locks) {
  const units = [...HIDDEN, 5];
  return {
    inputs: PIXELS,
    layers: units.map((count, i) => ({
      units: count,
      activation: i === HIDDEN.length ? 'softmax' : 'sigmoid',
      trainable: !locks[i],
    })),
    optimizer: { type: 'sgd', learningRate: 0.5 },
    seed: 1,
  };
}

/** Numbers of each layer. */
export const COUNTS = [...HIDDEN, 5].map((units, i) => units * (([PIXELS, ...HIDDEN][i] ?? 0) + 1));

/** @param {Network} network @param {ReturnType<typeof halfOf>} half @param {number} epochs @param {(epoch: number) => void} [onEpoch] */
export async function learn(network, { training }, epochs, onEpoch) {
  await network.fit(training.images, training.classes, {
    epochs,
    batchSize: BATCH,
    onEpoch: ({ epoch }) => onEpoch?.(epoch),
  });
}

/** The share of right answers to what it has not seen. @param {Network} network @param {ReturnType<typeof halfOf>} half */
export function shareRight(network, { test }) {
  return network.evaluate(test.images, test.classes).accuracy ?? 0;
}

/** A network with these padlocks and the weights of another. @param {Pick<typeof import('wasmlp').Network, 'create'>} library @param {Network} from @param {readonly boolean[]} locks */
export async function copyWithLocks(library, from, locks) {
  const copy = await library.create(digitsOptions(locks));
  for (const layer of locks.keys()) copy.setParameters(layer, from.getParameters(layer));
  return copy;
}

/** Whether a layer has the same bits in both. @param {Network} a @param {Network} b @param {number} layer */
export function isSame(a, b, layer) {
  const [one, other] = [a, b].map((network) => network.getParameters(layer));
  const same = (/** @type {Float32Array} */ x, /** @type {Float32Array} */ y) =>
    x.every((value, i) => Object.is(value, y[i]));
  return one !== undefined && other !== undefined && same(one.weights, other.weights) && same(one.biases, other.biases);
}
