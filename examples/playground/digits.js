/** Reads handwritten digits from a table. Knows neither networks nor pages. */
import { shuffled } from '../data/shuffle.js';

/** @typedef {import('./datasets.js').Problem} Problem */

const PIXELS = 64;
/** The darkest pixel of the table. */
const INK = 16;

/**
 * Reads the digits of a table: a header, then rows of 64 pixels and the digit. 0 is paper and 1 is ink. Throws where the text is not such
 * a table.
 * @param {string} csv
 * @param {number} seed
 * @param {number} [share] How many of 100 train.
 * @returns {Problem}
 */
export function readDigits(csv, seed, share = 80) {
  const rows = csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));
  if (rows.length === 0 || rows.some((row) => row.length !== PIXELS + 1 || row.some(Number.isNaN))) {
    throw new RangeError(`The digits are not a table with ${PIXELS} pixels and a digit in each row.`);
  }
  const select = (/** @type {number[]} */ indexes) => ({
    inputs: Float32Array.from(indexes.flatMap((i) => (rows[i] ?? []).slice(0, PIXELS).map((pixel) => pixel / INK))),
    targets: Uint8Array.from(indexes, (i) => rows[i]?.[PIXELS] ?? 0),
  });
  const order = shuffled(rows.length, seed);
  const held = Math.round((rows.length * (100 - share)) / 100);
  return { training: select(order.slice(held)), validation: select(order.slice(0, held)) };
}
