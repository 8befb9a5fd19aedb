/** Points of the visitor: brushed by hand, or read from a table. Knows no page. */
import { EXTENT } from './plane.js';
import { cut } from './table.js';
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

/**
 * Reads a table of two numbers and a class or a number in each row. A first line of names may stand above. Where the last column has two
 * different entries, they are the classes. Numbers are moved and scaled to fill the plane; `table` says what they were. Throws where the
 * text is not such a table.
 * @param {string} csv
 * @returns {{ points: Samples, hasValues: boolean, table: import('./table.js').Table }}
 */
export function readPoints(csv) {
  const lines = csv
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(/[,;\t]/).map((cell) => cell.trim()));
  const isNumber = (/** @type {string | undefined} */ cell) =>
    cell !== undefined && cell !== '' && Number.isFinite(Number(cell));
  const rows = isNumber(lines[0]?.[0]) ? lines : lines.slice(1);
  const wrong = rows.findIndex((row) => row.length !== 3 || !isNumber(row[0]) || !isNumber(row[1]) || row[2] === '');
  if (wrong >= 0) {
    throw new RangeError(
      `Row ${wrong + 1} of the table is "${(rows[wrong] ?? []).join(',').slice(0, 40)}", expected two numbers and a class or a number.`,
    );
  }
  if (rows.length < LEAST_POINTS || rows.length > MOST_POINTS) {
    throw new RangeError(`The table has ${rows.length} rows, expected ${LEAST_POINTS} to ${MOST_POINTS}.`);
  }
  const last = rows.map((row) => row[2] ?? '');
  const classes = [...new Set(last)].sort();
  const hasValues = classes.length > 2;
  if (hasValues && !last.every(isNumber))
    throw new RangeError(`The table has ${classes.length} classes, expected 2, or numbers.`);
  const columns = (hasValues ? [0, 1, 2] : [0, 1]).map((column) => rows.map((row) => Number(row[column])));
  const ends = columns.map((column) => /** @type {[number, number]} */ ([Math.min(...column), Math.max(...column)]));
  const [xs, ys, values] = columns.map((column, i) => fitted(column, ends[i]));
  const inputs = snapped(rows.flatMap((_, i) => [xs?.[i] ?? 0, ys?.[i] ?? 0]));
  const targets = hasValues ? snapped(values ?? []) : Uint8Array.from(last, (name) => classes.indexOf(name));
  const names = rows === lines ? ['', '', ''] : [0, 1, 2].map((column) => cut(lines[0]?.[column] ?? ''));
  const table = { names, ends, classes: hasValues ? [] : [classes[0] ?? '', classes[1] ?? ''].map(cut) };
  return { points: { inputs, targets }, hasValues, table };
}

/** Numbers moved and scaled to reach from -1 to 1. @param {number[]} column @param {[number, number]} [ends] */
function fitted(column, [low, high] = [-1, 1]) {
  return column.map((value) => (high === low ? 0 : (2 * (value - low)) / (high - low) - 1));
}
