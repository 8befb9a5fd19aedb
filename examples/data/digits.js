/** The handwritten digits beside this file, read, scaled and split. Knows nothing of networks. */
import { readFileSync } from 'node:fs';

/** A set of images with the digit that each one shows. Rows of 64 pixels, 0 is paper and 1 is ink. */
/** @typedef {{ images: number[][], digits: Uint8Array }} Digits */

/**
 * All digits, a share of them held out for a test. The seed decides which: the same on every machine.
 * @param {{ heldOut: number, seed: number }} options
 * @returns {{ training: Digits, test: Digits }}
 */
export function readDigits({ heldOut, seed }) {
  const [, ...lines] = readFileSync(new URL('digits.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const rows = lines.map((line) => line.split(',').map(Number));
  shuffle(rows, seed);
  const count = Math.round(rows.length * heldOut);
  return { training: digitsOf(rows.slice(count)), test: digitsOf(rows.slice(0, count)) };
}

/**
 * The images of some digits only.
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

/**
 * @param {number[][]} rows 64 pixels from 0 to 16, then the digit
 * @returns {Digits}
 */
function digitsOf(rows) {
  return {
    images: rows.map((row) => row.slice(0, -1).map((pixel) => pixel / 16)),
    digits: Uint8Array.from(rows, (row) => row.at(-1) ?? 0),
  };
}

/**
 * Fisher and Yates, with mulberry32 (T. Ettinger, 2017) as the source of numbers.
 * @param {number[][]} rows
 * @param {number} seed
 */
function shuffle(rows, seed) {
  let state = seed;
  for (let i = rows.length - 1; i > 0; i--) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    const j = Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * (i + 1));
    [rows[i], rows[j]] = [/** @type {number[]} */ (rows[j]), /** @type {number[]} */ (rows[i])];
  }
}
