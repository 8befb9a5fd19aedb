/** Points of the visitor, brushed by hand. Knows no page. */
import { EXTENT } from './plane.js';
import { selected, snapped } from './values.js';

/** @typedef {import('./datasets.js').Samples} Samples */

/** More points than this would not be told apart, and make frames slow. */
export const MOST_POINTS = 2000;
export const LEAST_POINTS = 4;
/** How far the brush reaches. */
export const REACH = 0.08;

/** @param {Samples} one @param {Samples} other @returns {Samples} */
export function joined(one, other) {
  const make = one.targets instanceof Uint8Array ? Uint8Array : Float32Array;
  return {
    inputs: Float32Array.of(...one.inputs, ...other.inputs),
    targets: make.from([...one.targets, ...other.targets]),
  };
}

/**
 * The points and one more, unless there is no room.
 * @param {Samples} points
 * @param {{ x: number, y: number }} place
 * @param {number} target
 * @returns {Samples}
 */
export function withPoint(points, { x, y }, target) {
  if (points.targets.length >= MOST_POINTS || Math.max(Math.abs(x), Math.abs(y)) > EXTENT) return points;
  const make = points.targets instanceof Uint8Array ? Uint8Array : Float32Array;
  return joined(points, { inputs: snapped([x, y]), targets: make.of(target) });
}

/**
 * The points without those near a place. Some stay: a network needs something to learn, and something to be judged by.
 * @param {Samples} points
 * @param {{ x: number, y: number }} place
 * @returns {Samples}
 */
export function without(points, { x, y }) {
  const isFar = (/** @type {number} */ i) =>
    Math.hypot((points.inputs[2 * i] ?? 0) - x, (points.inputs[2 * i + 1] ?? 0) - y) > REACH;
  const kept = selected(points, isFar);
  return kept.targets.length < LEAST_POINTS ? points : kept;
}

/**
 * The points that stay when the visitor clears the plane: a network needs something to learn, and something to be judged by.
 * @param {boolean} hasValues
 * @returns {Samples}
 */
export function cleared(hasValues) {
  const targets = [0, 1, 0, 1];
  return {
    inputs: snapped(targets.flatMap((target, i) => [target === 0 ? -0.75 : 0.75, i < 2 ? -0.75 : 0.75])),
    targets: hasValues ? Float32Array.from(targets, (target) => 2 * target - 1) : Uint8Array.from(targets),
  };
}
