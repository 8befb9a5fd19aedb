/** Points with values, decided by a seed, and points of the visitor, dealt out. Knows neither networks nor pages. */
import { randomSource } from '../data/random.js';
import { normalSource, partsOf } from './datasets.js';

/** @typedef {import('./datasets.js').Drawing} Drawing */
/** @typedef {import('./datasets.js').Problem} Problem */
/** @typedef {import('./datasets.js').Samples} Samples */

/** The value at a place. @type {Record<'plane' | 'hills', (x: number, y: number) => number>} */
const VALUES = {
  plane: (x, y) => (x + y) / 2,
  hills: (x, y) => {
    const hill = (/** @type {number} */ cx, /** @type {number} */ cy) => Math.exp(-6 * ((x - cx) ** 2 + (y - cy) ** 2));
    return hill(-0.5, 0.5) + hill(0.5, -0.5) - hill(0.5, 0.5) - hill(-0.5, -0.5);
  },
};

/**
 * Places at random, and the value at each, with noise.
 * @param {keyof typeof VALUES} name
 * @param {number} seed
 * @param {Drawing} [drawing]
 * @returns {Problem}
 */
export function drawValues(name, seed, { noise = 0.05, share = 67 } = {}) {
  const random = randomSource(seed);
  const normal = normalSource(random);
  const draw = (/** @type {number} */ count) => {
    const places = Array.from({ length: count }, () => [2 * random() - 1, 2 * random() - 1]);
    const valueAt = (/** @type {number[]} */ [x = 0, y = 0]) => VALUES[name](x, y) + noise * normal();
    const targets = places.map((place) => Math.min(1, Math.max(-1, valueAt(place))));
    return { inputs: Float32Array.from(places.flat()), targets: Float32Array.from(targets) };
  };
  return partsOf(draw, share);
}

/** Its multiples fill the range from 0 to 1 evenly, wherever one stops. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Deals points out, at least one to each part. A point keeps its part when others are added after it.
 * @param {Samples} points At least 2.
 * @param {number} seed
 * @param {number} share
 * @returns {Problem}
 */
export function dealt(points, seed, share) {
  const begin = randomSource(seed)();
  const trains = Array.from(points.targets, (_, i) => (begin + (i + 1) * GOLDEN) % 1 < share / 100);
  if (!trains.includes(true)) trains[0] = true;
  if (!trains.includes(false)) trains[trains.length - 1] = false;
  return {
    training: selected(points, (i) => trains[i] === true),
    validation: selected(points, (i) => trains[i] === false),
  };
}

/** Some of the points. @param {Samples} points @param {(index: number) => boolean} isChosen @returns {Samples} */
export function selected({ inputs, targets }, isChosen) {
  const chosen = [...targets.keys()].filter(isChosen);
  const classes = chosen.map((i) => targets[i] ?? 0);
  return {
    inputs: Float32Array.from(chosen.flatMap((i) => [inputs[2 * i] ?? 0, inputs[2 * i + 1] ?? 0])),
    targets: targets instanceof Uint8Array ? Uint8Array.from(classes) : Float32Array.from(classes),
  };
}

/** Numbers of points that visitors own lie on a lattice as fine as this: 16 bits hold each, so that a link carries them to the last bit. */
export const LATTICE = 16_384;

/** @param {readonly number[]} numbers */
export function snapped(numbers) {
  return Float32Array.from(numbers, (number) => Math.round(number * LATTICE) / LATTICE);
}

/** The places and targets of both parts, without extra inputs, on the lattice. @param {Problem} problem @returns {Samples} */
export function joinedPoints({ training, validation }) {
  const parts = [training, validation];
  const inputs = parts.flatMap((part) => {
    const width = part.inputs.length / part.targets.length;
    return [...part.inputs].filter((_, i) => i % width < 2);
  });
  const targets = parts.flatMap((part) => [...part.targets]);
  return {
    inputs: snapped(inputs),
    targets: training.targets instanceof Uint8Array ? Uint8Array.from(targets) : snapped(targets),
  };
}
