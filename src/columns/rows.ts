/**
 * The rows of a call: records, one record, or lists of cells with the names of their columns. Checks that rows are rows, and reads cells.
 * Knows no types of columns.
 */
import { codedError, describe } from '../foundation/errors.js';

/** How the class of cells is known, in every copy of the library. */
const CELLS = Symbol.for('wasmlp.cells');

/** Rows as lists of cells, in the order of `names`: what a reader of files has before it makes records. */
export class Cells {
  readonly names: readonly string[];
  readonly rows: readonly (readonly unknown[])[];

  constructor(names: readonly string[], rows: readonly (readonly unknown[])[]) {
    this.names = names;
    this.rows = rows;
  }

  get length(): number {
    return this.rows.length;
  }

  get [CELLS](): true {
    return true;
  }
}

/** Rows that cells are read from. */
export interface RowSource {
  readonly count: number;
  /** Whether one record was given, not a list. */
  readonly isSingle: boolean;
  /** A function that reads the cells of a column. What the row does not have is undefined. */
  reader(column: string): (row: unknown) => unknown;
  /** A row, once it is certain that it is one; ERR_INVALID_TYPE. */
  row(index: number): unknown;
  /** For messages: whether the row has the column, and which it has. They never throw. */
  has(index: number, column: string): boolean;
  namesOf(index: number): readonly string[];
}

/** Checks that a call was given rows. `where` names the call and the argument: `fit: inputs`. `example` is a row that would do. */
export function rowsOf(where: string, given: unknown, example: string): RowSource {
  if (isCells(given)) return ofCells(where, given);
  const isList = Array.isArray(given);
  const list: readonly unknown[] = isList ? given : [given];
  const isNumbers = isList && (typeof given[0] === 'number' || isNumberRow(given[0]));
  if (isNumbers || !(isList || isRecord(given))) {
    const expected = `rows of its columns, as ${example}`;
    const mend =
      'This network reads the columns of a table. For plain numbers, create it with inputs: the width of a sample.';
    const what = isNumbers ? (typeof given[0] === 'number' ? ' numbers' : ' rows of numbers') : '';
    throw codedError('ERR_INVALID_TYPE', `${where} is ${describe(given)}${what}, expected ${expected}. ${mend}`);
  }
  if (list.length === 0) throw codedError('ERR_SHAPE', `${where} is empty, expected at least one row.`);
  return {
    count: list.length,
    isSingle: !isList,
    row: (index) => {
      const row = list[index];
      if (isRecord(row)) return row;
      throw codedError('ERR_INVALID_TYPE', `${where}[${index}] is ${describe(row)}, expected a row, as ${example}.`);
    },
    reader: readerOf,
    has: (index, column) => attempted(() => hasColumn(list[index], column), false),
    namesOf: (index) => attempted(() => Object.keys(list[index] as object), []),
  };
}

function ofCells(where: string, { names, rows }: Cells): RowSource {
  if (rows.length === 0) throw codedError('ERR_SHAPE', `${where} is empty, expected at least one row.`);
  const places = new Map(names.map((name, place) => [name, place]));
  return {
    count: rows.length,
    isSingle: false,
    row: (index) => rows[index],
    reader: (column) => {
      const place = places.get(column);
      return place === undefined ? () => undefined : (row) => (row as readonly unknown[])[place];
    },
    has: (_, column) => places.has(column),
    namesOf: () => names,
  };
}

/** How a column of records is read. What every object inherits is no cell: a column may be called `constructor`. */
function readerOf(column: string): (row: unknown) => unknown {
  if (!(column in Object.prototype)) return (row) => (row as Record<string, unknown>)[column];
  return (row) => (Object.hasOwn(row as object, column) ? (row as Record<string, unknown>)[column] : undefined);
}

function hasColumn(row: unknown, column: string): boolean {
  return Object.hasOwn(row as object, column) || (!(column in Object.prototype) && column in (row as object));
}

function attempted<T>(ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}

export function isCells(value: unknown): value is Cells {
  return typeof value === 'object' && value !== null && (value as { [CELLS]?: unknown })[CELLS] === true;
}

function isNumberRow(value: unknown): boolean {
  return ArrayBuffer.isView(value) || (Array.isArray(value) && typeof value[0] === 'number');
}

/** A Map would have no cell, and look as if all of them were missing. */
function isRecord(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value) &&
    !(value instanceof Map)
  );
}
