/** Random points in two classes, decided by a seed. Knows neither networks nor pages. */
import { randomSource } from '../data/random.js';
import { EXTRAS } from './extras.js';

/** Rows of inputs end to end, and the target of each row: a class, or a value from -1 to 1. */
/** @typedef {{ inputs: Float32Array, targets: Uint8Array | Float32Array }} Samples */
/**
 * @typedef {object} Problem
 * @property {Samples} training
 * @property {Samples} validation
 * @property {import('./table.js').Table} [table] What the points were in the visitor's table.
 * @property {[import('./table.js').Axis, import('./table.js').Axis]} [axes] Of that table.
 * @property {[string, string]} [ends] What the two colours mean there.
 */
/** @typedef {{ noise?: number, share?: number }} Drawing */

/** Points for training and validation together. */
const POINTS = 300;

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

/** Normal numbers by Box and Muller; 1 - random() is never 0. @param {() => number} random */
export function normalSource(random) {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Draws both parts, one after the other. Of classes, each has as many of one as of the other.
 * @param {(count: number) => Samples} draw
 * @param {number} share
 * @returns {Problem}
 */
export function partsOf(draw, share) {
  const training = 2 * Math.floor((POINTS * share) / 200);
  return { training: draw(training), validation: draw(POINTS - training) };
}

/**
 * Points for training and others for validation. Of classes, equally many of each. The same seed draws the same points: `share` only
 * says how many of them train.
 * @param {keyof typeof SHAPES} name
 * @param {number} seed
 * @param {Drawing} [drawing]
 * @returns {Problem}
 */
export function drawPoints(name, seed, { noise = name === 'spirals' ? 0.025 : 0.05, share = 67 } = {}) {
  const random = randomSource(seed);
  const normal = normalSource(random);
  const draw = (/** @type {number} */ count) => {
    const targets = Uint8Array.from({ length: count }, (_, i) => i % 2);
    const rows = Array.from(targets, (target) =>
      SHAPES[name](target, random(), random()).map((value) => value + noise * normal()),
    );
    return { inputs: Float32Array.from(rows.flat()), targets };
  };
  return partsOf(draw, share);
}

/**
 * Points with more inputs, made of their first two.
 * @param {Samples} points
 * @param {readonly (keyof typeof EXTRAS)[]} extra
 * @returns {Samples}
 */
export function withExtra({ inputs, targets }, extra) {
  return { inputs: extended(inputs, extra), targets };
}

/** Places as rows of inputs. @param {Float32Array} places @param {readonly (keyof typeof EXTRAS)[]} extra */
export function extended(places, extra) {
  if (extra.length === 0) return places;
  const width = 2 + extra.length;
  const rows = new Float32Array((places.length / 2) * width);
  for (let i = 0; i < places.length / 2; i++) {
    const [x = 0, y = 0] = [places[2 * i], places[2 * i + 1]];
    rows.set([x, y, ...extra.map((name) => EXTRAS[name].of(x, y))], i * width);
  }
  return rows;
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
