/** Random points in two classes, decided by a seed, and the digits of a table. Knows neither networks nor pages. */
import { randomSource } from '../data/random.js';
import { shuffled } from '../data/shuffle.js';

/** Rows of inputs end to end, and the class of each row. */
/** @typedef {{ inputs: Float32Array, targets: Uint8Array }} Samples */
/** @typedef {{ training: Samples, validation: Samples }} Problem */

const TRAINING_POINTS = 200;
const VALIDATION_POINTS = 100;
/** Standard deviation of the noise in each coordinate. */
const NOISE = 0.05;

/**
 * The place of a point of a class, made from two numbers from 0 up to, but not including, 1. Every place lies within -1 to 1.
 * @type {Record<'moons' | 'circles' | 'spirals' | 'xor', (target: number, u: number, v: number) => [number, number]>}
 */
const SHAPES = {
  moons: (target, u) => {
    const angle = Math.PI * (u + target);
    return [(Math.cos(angle) + (target ? 0.5 : -0.5)) * 0.6, (Math.sin(angle) + (target ? 0.25 : -0.25)) * 0.8];
  },
  circles: (target, u, v) => {
    const radius = target ? 0.4 * Math.sqrt(v) : 0.75 + 0.1 * v;
    return [radius * Math.cos(2 * Math.PI * u), radius * Math.sin(2 * Math.PI * u)];
  },
  spirals: (target, u) => {
    const angle = 3 * Math.PI * u + Math.PI * target;
    const radius = 0.08 + 0.82 * u;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
  xor: (target, u, v) => {
    const x = 2 * u - 1;
    const y = 0.1 + 0.8 * v;
    // Class 1 where exactly one coordinate is above 0. A gap along the axes lets a network be right everywhere.
    return [Math.sign(x) * (0.1 + 0.8 * Math.abs(x)), x > 0 === (target === 0) ? y : -y];
  },
};

/**
 * Points for training and others for validation, equally many of each class.
 * @param {keyof typeof SHAPES} name
 * @param {number} seed
 * @returns {Problem}
 */
export function drawPoints(name, seed) {
  const random = randomSource(seed);
  // Normal numbers by Box and Muller; 1 - random() is never 0.
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const draw = (/** @type {number} */ count) => {
    const targets = Uint8Array.from({ length: count }, (_, i) => i % 2);
    const noise = name === 'spirals' ? NOISE / 2 : NOISE;
    const rows = Array.from(targets, (target) =>
      SHAPES[name](target, random(), random()).map((value) => value + noise * normal()),
    );
    return { inputs: Float32Array.from(rows.flat()), targets };
  };
  return { training: draw(TRAINING_POINTS), validation: draw(VALIDATION_POINTS) };
}

const PIXELS = 64;
/** The darkest pixel of the table. */
const INK = 16;
/** The share of the digits that validates. */
const VALIDATION_DIGITS = 0.2;

/**
 * Reads the digits of a table: a header, then rows of 64 pixels and the digit. 0 is paper and 1 is ink. Throws where the text is not such
 * a table.
 * @param {string} csv
 * @param {number} seed
 * @returns {Problem}
 */
export function readDigits(csv, seed) {
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
  const held = Math.round(rows.length * VALIDATION_DIGITS);
  return { training: select(order.slice(held)), validation: select(order.slice(0, held)) };
}

/**
 * The sample at an index.
 * @param {Samples} samples
 * @param {number} index
 * @returns {{ row: number[], target: number }}
 */
export function sampleAt({ inputs, targets }, index) {
  const width = inputs.length / targets.length;
  return { row: [...inputs.subarray(index * width, (index + 1) * width)], target: targets[index] ?? 0 };
}
