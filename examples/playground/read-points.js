/** Reads a visitor's table of points. Loaded when there is one. Knows no page. */
import { parseRows } from 'wasmlp/csv';
import { LEAST_POINTS, MOST_POINTS } from './own.js';
import { cut } from './table.js';
import { snapped } from './values.js';

/** @typedef {import('./datasets.js').Samples} Samples */

/** @param {string | undefined} cell */
function isNumber(cell) {
  return cell !== undefined && cell !== '' && Number.isFinite(Number(cell));
}

/** What the package's reader says, without its name, which visitors do not know. @param {unknown} error */
function refusalOf(error) {
  const { message = String(error) } = error instanceof Error ? error : {};
  return new RangeError(message.replace(/^parseRows: (.)/, (_, first) => first.toUpperCase()));
}

/**
 * The rows of a table as cells, by the package's own reader.
 * @param {import('wasmlp/csv').CsvSource} csv
 */
async function linesOf(csv) {
  const rows = await parseRows(csv, { header: false }).catch((error) => {
    throw refusalOf(error);
  });
  // Places are its names, and objects have these in order. Numbers may have a comma: 0,5.
  const lines = rows.map((row) => Object.values(row).map((cell) => `${cell}`.replace(/^([-+]?\d*),(\d+)$/, '$1.$2')));
  // A separator at the end of each line.
  return lines.every(({ length, 3: last }) => length === 4 && last === '')
    ? lines.map((cells) => cells.slice(0, 3))
    : lines;
}

/**
 * Reads a table of two numbers and a class or a number in each row. A first line of names may stand above. Where the last column has two
 * different entries, they are the classes. Numbers are moved and scaled to fill the plane; `table` says what they were. Rejects where it is
 * not such a table.
 * @param {import('wasmlp/csv').CsvSource} csv
 * @returns {Promise<{ points: Samples, hasValues: boolean, table: import('./table.js').Table }>}
 */
export async function readPoints(csv) {
  const lines = await linesOf(csv);
  // Names stand above both columns of numbers; a row may lack one of its numbers.
  const rows = isNumber(lines[0]?.[0]) || isNumber(lines[0]?.[1]) ? lines : lines.slice(1);
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
  if (classes.length === 1) {
    throw new RangeError(
      `The last column of the table is "${cut(classes[0] ?? '')}" in each row, expected 2 classes, or numbers.`,
    );
  }
  const hasValues = classes.length > 2;
  if (hasValues && !last.every(isNumber))
    throw new RangeError(`The table has ${classes.length} classes, expected 2, or numbers.`);
  const columns = (hasValues ? [0, 1, 2] : [0, 1]).map((column) => rows.map((row) => Number(row[column])));
  const ends = columns.map((column) => /** @type {[number, number]} */ ([Math.min(...column), Math.max(...column)]));
  const far = ends.findIndex(([low, high]) => !Number.isFinite(high - low));
  if (far >= 0) {
    throw new RangeError(`Column ${far + 1} of the table goes from ${ends[far]?.join(' to ')}, which is too far.`);
  }
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
