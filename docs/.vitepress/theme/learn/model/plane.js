/** Maps of a plane: the middles of its cells, and lines where a value has a level. Knows no network and no page. */

/** @typedef {{ x: readonly [number, number], y: readonly [number, number] }} Extent */

/** The middles of the cells, row after row from the top. @param {Extent} extent @param {number} side @returns {Float32Array} */
export function gridOf({ x: [left, right], y: [bottom, top] }, side) {
  const grid = new Float32Array(2 * side * side);
  for (let i = 0; i < side * side; i++) {
    grid[2 * i] = left + ((right - left) * ((i % side) + 0.5)) / side;
    grid[2 * i + 1] = top - ((top - bottom) * (Math.floor(i / side) + 0.5)) / side;
  }
  return grid;
}

/**
 * Where values on such a grid cross a level, as pairs of points in cells from the left and from the top (marching squares).
 * @param {ArrayLike<number>} values
 * @param {number} side
 * @param {number} level
 * @returns {[number, number, number, number][]}
 */
export function contourOf(values, side, level) {
  /** @type {[number, number, number, number][]} */
  const segments = [];
  const at = (/** @type {number} */ column, /** @type {number} */ row) => (values[row * side + column] ?? 0) - level;
  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      const corners = [at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)];
      const crossings = crossingsOf(corners).map(([x, y]) => [column + x + 0.5, row + y + 0.5]);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const [[x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = crossings.slice(i, i + 2);
        segments.push([x1, y1, x2, y2]);
      }
    }
  }
  return segments;
}

/** Corners of a cell in a circle, each with the way to the next. */
const EDGES = [
  [0, 0, 1, 0],
  [1, 0, 0, 1],
  [1, 1, -1, 0],
  [0, 1, 0, -1],
];

/** @param {readonly number[]} corners @returns {[number, number][]} */
function crossingsOf(corners) {
  return EDGES.flatMap(([x = 0, y = 0, right = 0, down = 0], i) => {
    const [from, to] = [corners[i] ?? 0, corners[(i + 1) % 4] ?? 0];
    if (from > 0 === to > 0) return [];
    const share = from / (from - to);
    return [/** @type {[number, number]} */ ([x + right * share, y + down * share])];
  });
}
