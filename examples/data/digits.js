/** Reads, scales and splits the handwritten digits in this folder. Knows nothing of networks. */
import { readSamples } from './csv.js';
import { shuffled } from './shuffle.js';

/** A set of images with the digit that each one shows. Rows of 64 pixels, 0 is paper and 1 is ink. */
/** @typedef {{ images: number[][], digits: Uint8Array }} Digits */

/**
 * All digits, with a share of them held out for a test. The seed decides which, the same ones on every machine.
 * @param {{ heldOut: number, seed: number }} options
 * @returns {{ training: Digits, test: Digits }}
 */
export function readDigits({ heldOut, seed }) {
  const { inputs, targets } = readSamples('digits.csv');
  const digitsOf = (/** @type {number[]} */ indexes) => ({
    images: indexes.map((index) => (inputs[index] ?? []).map((pixel) => pixel / 16)),
    digits: Uint8Array.from(indexes, (index) => Number(targets[index])),
  });
  const order = shuffled(inputs.length, seed);
  const count = Math.round(order.length * heldOut);
  return { training: digitsOf(order.slice(count)), test: digitsOf(order.slice(0, count)) };
}

/**
 * Only the images of some digits.
 * @param {Digits} from
 * @param {(digit: number) => boolean} wanted
 * @returns {Digits}
 */
export function selectDigits({ images, digits }, wanted) {
  return {
    images: images.filter((_, index) => wanted(digits[index] ?? -1)),
    digits: digits.filter((digit) => wanted(digit)),
  };
}
