/** The places of a map that a reader can ask about: a lattice over its extent. Knows no network and no page. */

/** @typedef {readonly [number, number]} Place */
/** @typedef {{ extent: import('./plane.js').Extent, steps: Place }} Map How far apart its places are along x and y. */

/** Steps to the first place and to the last one along one side, from 0. @param {readonly [number, number]} range @param {number} step */
function endsOf([from, to], step) {
  return [Math.ceil(from / step - 1e-9), Math.floor(to / step + 1e-9)];
}

/** Without the rests of float arithmetic. @param {number} steps @param {number} step */
function valueAfter(steps, step) {
  return Number((steps * step).toFixed(6));
}

/** The nearest value that is a whole number of steps from 0 and lies within the range. @param {number} value @param {readonly [number, number]} range @param {number} step */
function nearest(value, range, step) {
  const [first = 0, last = 0] = endsOf(range, step);
  return valueAfter(Math.min(last, Math.max(first, Math.round(value / step))), step);
}

/**
 * The place that is nearest to a share of the way from the left and from the bottom.
 * @param {Place} shares
 * @param {Map} map
 * @returns {Place}
 */
export function placeNear([right, up], { extent: { x, y }, steps }) {
  return [nearest(x[0] + right * (x[1] - x[0]), x, steps[0]), nearest(y[0] + up * (y[1] - y[0]), y, steps[1])];
}

/**
 * The place after a key: arrows go a step, Home and End to the left and right, Page Down and Up to the bottom and top. Undefined for other keys.
 * @param {string} key
 * @param {Place} place
 * @param {Map} map
 * @returns {Place | undefined}
 */
export function afterKeyOn(key, [x, y], { extent, steps }) {
  /** @type {Record<string, Place>} */
  const wanted = {
    ArrowLeft: [x - steps[0], y],
    ArrowRight: [x + steps[0], y],
    ArrowDown: [x, y - steps[1]],
    ArrowUp: [x, y + steps[1]],
    Home: [extent.x[0], y],
    End: [extent.x[1], y],
    PageDown: [x, extent.y[0]],
    PageUp: [x, extent.y[1]],
  };
  const next = wanted[key];
  return next && [nearest(next[0], extent.x, steps[0]), nearest(next[1], extent.y, steps[1])];
}

/** Which of all places one is, row after row from the bottom, and the last of all: what a slider tells. @param {Place} place @param {Map} map */
export function numberOf([x, y], { extent, steps }) {
  const [left = 0, right = 0] = endsOf(extent.x, steps[0]);
  const [bottom = 0, top = 0] = endsOf(extent.y, steps[1]);
  const wide = right - left + 1;
  const number = (Math.round(y / steps[1]) - bottom) * wide + Math.round(x / steps[0]) - left;
  return { number, last: wide * (top - bottom + 1) - 1 };
}
