/**
 * The part of a module that encodes rows of a table: the rules of columns/cells.ts and columns/coder.ts as text, with the same patterns.
 * Knows no layers.
 */
import { PATTERNS } from '../../columns/cells.js';
import { type ColumnSpecs, inputNames } from '../../columns/spec.js';
import type { ColumnScaling } from '../../data/scaling.js';

/** What stands in the place of predictRow's own loop over numbers: `inputsOf(row, index)` gives the inputs, scaled and rounded. */
export const NUMBERS = `function inputsOf(row, index) {
  return new Float64Array(inputs).map((_, i) => {
    const given = row?.[i];
    const value = typeof given === 'number' ? given : Number.NaN;
    const { shift, scale } = scaling.inputs ?? {};
    const scaled = Math.fround(!scale ? value : scale[i] === 0 ? 0 : (value - shift[i]) / scale[i]);
    if (row?.length === inputs && Number.isFinite(value) && Number.isFinite(scaled)) return scaled;
    const expected = \`expected \${inputs} finite float32 numbers\`;
    const count = typeof row?.length === 'object' ? 'no' : String(row?.length);
    if (row?.length !== inputs) throw new RangeError(\`predict: row \${index} (counted from 0) has \${count} values, \${expected}.\`);
    throw new RangeError(\`predict: row \${index} (counted from 0) has the \${shown(given)} at [\${i}], \${expected}.\`);
  });
}`;

/** As NUMBERS, for records. */
const RECORDS = `const textOf = (cell) => (typeof cell === 'string' ? cell.trim() : ['number', 'boolean', 'bigint'].includes(typeof cell) ? String(cell) : undefined);
const isBlank = (cell) => cell === undefined || cell === null || Number.isNaN(cell) || (typeof cell === 'string' && cell.trim() === '');
const lacksNumber = (cell) => isBlank(cell) || (typeof cell === 'string' && (MISSING.test(cell.trim()) || MISSING_NUMBER.test(cell.trim())));

const encoders = {
  number: (cell, column, x, at) => {
    const number = typeof cell === 'number' ? cell : typeof cell === 'string' && DECIMAL.test(cell.trim()) ? Number(cell) : Number.NaN;
    if (Number.isFinite(number)) x[at] = number;
    else if (!Number.isNaN(number) || !lacksNumber(cell)) return 'a finite number';
    else if (!column.missing) return 'a number, and no blank';
    else [x[at], x[at + 1]] = [column.median, 1];
  },
  boolean: (cell, column, x, at) => {
    const text = typeof cell === 'bigint' ? undefined : textOf(cell);
    if (text !== undefined && TRUE.test(text)) x[at] = 1;
    else if (text !== undefined && FALSE.test(text)) return undefined;
    else if (!lacksNumber(cell)) return 'true or false';
    else if (!column.missing) return 'true or false, and no blank';
    else x[at + 1] = 1;
  },
  category: (cell, column, x, at) => {
    const text = textOf(cell);
    const place = text === undefined ? undefined : column.places.get(text);
    const rest = at + column.places.size;
    if (place !== undefined) x[at + place] = 1;
    else if (column.missing && (isBlank(cell) || (text !== undefined && MISSING.test(text)))) x[rest + column.other] = 1;
    else if (isBlank(cell) || text === undefined || !column.other) return 'one of ' + [...column.places.keys()].slice(0, 8).map((value) => JSON.stringify(value)).join(', ');
    else x[rest] = 1;
  },
  words: (cell, column, x, at) => {
    const rest = at + column.places.size;
    if (isBlank(cell)) {
      if (!column.missing) return 'a text, and no blank';
      x[rest + column.other] = 1;
      return undefined;
    }
    const words = typeof cell === 'string' ? cell.toLowerCase().split(BETWEEN_WORDS).filter((word) => word !== '') : cell;
    if (!Array.isArray(words) || !Array.from(words).every((word) => typeof word === 'string')) return 'a text, or a list of texts';
    for (const word of words) {
      const place = column.places.get(word) ?? column.places.get(word.trim());
      if (place !== undefined) x[at + place]++;
      else if (column.other) x[rest]++;
    }
  },
};

function inputsOf(row, index) {
  if (Object(row) !== row || Array.isArray(row) || ArrayBuffer.isView(row)) {
    throw new RangeError(\`predict: row \${index} (counted from 0) is the \${shown(row)}, expected an object with the columns.\`);
  }
  const x = new Float64Array(inputs);
  let at = 0;
  for (const column of table) {
    const { name, type, width } = column;
    const cell = Object.hasOwn(row, name) || !(name in Object.prototype) ? row[name] : undefined;
    const expected = encoders[type](cell, column, x, at);
    const { shift, scale } = scaling.inputs ?? {};
    for (let i = at; i < at + width; i++) {
      x[i] = Math.fround(!scale ? x[i] : scale[i] === 0 ? 0 : (x[i] - shift[i]) / scale[i]);
      if (expected === undefined && Number.isFinite(x[i])) continue;
      throw new RangeError(\`predict: row \${index} (counted from 0), column \${JSON.stringify(name)} is the \${shown(cell)}, expected \${expected ?? 'a number within float32'}.\`);
    }
    at += width;
  }
  return x;
}`;

/** The code that makes inputs of a record. `jsonOf` writes values as they may stand in a page. */
export function recordCode(
  columns: ColumnSpecs,
  scaling: ColumnScaling | undefined,
  jsonOf: (value: unknown) => string,
): string {
  const patterns = Object.entries(PATTERNS).map(([name, pattern]) => `const ${name} = ${pattern};`);
  const table = columns.map(({ name, type, values, other, missing, first, width }) => ({
    name,
    type,
    width,
    values,
    other: Number(other),
    missing,
    median: scaling?.fill?.[first],
  }));
  return `export const columns = ${jsonOf(columns.map(({ name }) => name))};
/** The inputs that the columns become. */
export const inputNames = ${jsonOf(inputNames(columns))};

const table = ${jsonOf(table)}.map((column) => ({ ...column, places: new Map(column.values.map((value, place) => [value, place])) }));
${patterns.join('\n')}
${RECORDS}`;
}
