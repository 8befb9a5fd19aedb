/**
 * What the numbers and words of a visitor's table were before they were moved into the plane: for axes, legends and readings. Knows no page.
 */
import { withMinus } from './numbers.js';

/**
 * @typedef {object} Table
 * @property {string[]} names Of the three columns; '' where the table has none.
 * @property {[number, number][]} ends The lowest and the highest number of both inputs, and of values. They are at -1 and 1.
 * @property {string[]} classes Both, or none where the table has values.
 */
/** The name of an axis, and where which numbers stand along it. */
/** @typedef {{ name: string, marks: { at: number, text: string }[] }} Axis */

/** Longer names would not fit beside what they name. */
const MOST_LETTERS = 24;
/** With longer numbers an axis has fewer of them. */
const MOST_DIGITS = 4;

/** What one of the plane's numbers is in the table. @param {Table} table @param {number} column @param {number} value */
export function numberIn({ ends }, column, value) {
  const [low, high] = ends[column] ?? [-1, 1];
  return low + ((value + 1) / 2) * (high - low);
}

/** With as many digits as tell apart the hundredths of a column. @param {Table} table @param {number} column @param {number} value */
export function readingIn(table, column, value) {
  const [low, high] = table.ends[column] ?? [-1, 1];
  const digits = Math.min(8, Math.max(0, 2 - Math.floor(Math.log10(high - low || 1))));
  return withMinus(numberIn(table, column, value).toFixed(digits));
}

/** @param {Table} table @param {number} column */
export function nameOf({ names }, column) {
  return names[column] || `x${column + 1}`;
}

/** Both axes of the plane, with round numbers of the table. @param {Table} table @returns {[Axis, Axis]} */
export function axesOf(table) {
  const axis = (/** @type {number} */ column) => {
    const [low, high] = table.ends[column] ?? [-1, 1];
    return { name: nameOf(table, column), marks: marksOf(low, high) };
  };
  return [axis(0), axis(1)];
}

/** Two to five round numbers, or three at most where they are long: on a phone more would touch. @param {number} low @param {number} high @returns {Axis['marks']} */
function marksOf(low, high) {
  if (low === high) return [{ at: 0, text: withMinus(`${low}`) }];
  const marks = marksBy(low, high, 4);
  return marks.some(({ text }) => text.length > MOST_DIGITS) ? marksBy(low, high, 2) : marks;
}

/** @param {number} low @param {number} high @param {number} most Steps between them. @returns {Axis['marks']} */
function marksBy(low, high, most) {
  const power = 10 ** Math.floor(Math.log10(high - low));
  const step = power * ([0.2, 0.5, 1, 2, 5].find((factor) => (high - low) / (factor * power) <= most) ?? 5);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => {
    const value = (first + i) * step;
    return { at: (2 * (value - low)) / (high - low) - 1, text: withMinus(`${Number(value.toPrecision(6))}`) };
  });
}

/** What the two colours mean. @param {Table} table @returns {[string, string]} */
export function endsOf(table) {
  const [one, other] = table.classes;
  return one !== undefined && other !== undefined ? [one, other] : [readingIn(table, 2, -1), readingIn(table, 2, 1)];
}

/** A name, cut short. @param {string} text */
export function cut(text) {
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text;
}

/** Whether something from a link or a file is a table for classes or for values. @param {any} value @param {boolean} hasValues @returns {value is Table} */
export function isTable(value, hasValues) {
  const { names, ends, classes } = value ?? {};
  const areNames = (/** @type {unknown} */ list, /** @type {number} */ count) =>
    Array.isArray(list) &&
    list.length === count &&
    list.every((name) => typeof name === 'string' && name.length <= MOST_LETTERS);
  const arePairs =
    Array.isArray(ends) &&
    ends.length === (hasValues ? 3 : 2) &&
    ends.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isFinite) && pair[0] <= pair[1]);
  return areNames(names, 3) && arePairs && areNames(classes, hasValues ? 0 : 2);
}
