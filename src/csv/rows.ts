/** The rows of a table as text: records by the names of the columns, or arrays of cells for who encodes them at once. */
import { lacksValue } from '../columns/cells.js';
import { hasGroups, plainNumber, pointed } from '../columns/notations.js';
import type { Row } from '../columns/types.js';
import { codedError, describe } from '../foundation/errors.js';
import { type Block, readBlocks } from './blocks.js';
import { layOut, nameIn, namesOf, notEncoded, uniqueNames } from './columns.js';
import type { FormatSpec } from './options.js';
import type { Origin } from './source.js';
import { BROKEN } from './text.js';

/** Rows in an array; `skipped` is there where `missing: 'skip'` left some out. */
export type Rows = Row[] & { readonly skipped?: number };

/** Rows as arrays of trimmed cells, in the order of `columns`. */
export interface CellBlock {
  /** Names of the columns: no two alike. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The same rows as they stand in the table, with all its columns. */
  readonly given: readonly (readonly string[])[];
  /** All names of the table, as its header has them; places where it has no header. */
  readonly names: readonly string[];
  /** The number of each of `rows` in its table, counted from 0 without the header; undefined where they follow each other from `at`. */
  readonly numbers: readonly number[] | undefined;
  readonly at: number;
  /** Rows left out so far. */
  readonly skipped: number;
  /** What stands between cells in this table. */
  readonly delimiter: string;
}

/**
 * The cells of a table, a block at a time, without a record for each row. The first block has no rows. Throws the errors of readBlocks, and
 * ERR_INVALID_TYPE for a cell whose bytes are of another encoding, or, with decimal commas, whose digits are grouped by points.
 */
export async function* readCells(
  origin: Origin,
  pieces: AsyncIterable<unknown>,
  spec: FormatSpec,
): AsyncGenerator<CellBlock, void, undefined> {
  let reader: CellReader | undefined;
  let skipped = 0;
  for await (const block of readBlocks(origin, pieces, spec, 'rows')) {
    reader ??= new CellReader(origin, spec, block);
    const { at, delimiter } = block;
    const all = reader.read(block);
    const numbers = spec.skips ? [...all.keys()].filter((row) => !all[row]?.some(lacksValue)) : undefined;
    const rows = numbers?.map((row) => all[row] as string[]) ?? all;
    const given = numbers?.map((row) => block.rows[row] as readonly string[]) ?? block.rows;
    skipped += all.length - rows.length;
    const { columns, names } = reader;
    yield { columns, names, rows, given, numbers: numbers?.map((row) => at + row), at, skipped, delimiter };
  }
}

/**
 * Batches of records: of `batchSize` rows, or undefined for as many as come at once. Returns how many rows were left out. Throws the
 * errors of readCells, and ERR_SHAPE where no row is left.
 */
export async function* readRecords(
  origin: Origin,
  pieces: AsyncIterable<unknown>,
  spec: FormatSpec & { readonly batchSize?: number },
): AsyncGenerator<Row[], number, undefined> {
  let batch: Row[] = [];
  let [skipped, count] = [0, 0];
  let record: ((cells: readonly string[]) => Row) | undefined;
  for await (const block of readCells(origin, pieces, spec)) {
    record ??= recordOf(block.columns);
    skipped = block.skipped;
    count += block.rows.length;
    for (const cells of block.rows) {
      batch.push(record(cells));
      if (batch.length !== spec.batchSize) continue;
      yield batch;
      batch = [];
    }
    if (spec.batchSize === undefined && batch.length > 0) {
      yield batch;
      batch = [];
    }
  }
  if (count === 0) {
    const came = `${origin.call}: all ${skipped} rows of ${origin.name} lack a cell, and missing is 'skip'`;
    throw codedError('ERR_SHAPE', `${came}. Fill cells in, or choose columns that have them.`);
  }
  if (batch.length > 0) yield batch;
  return skipped;
}

/** All rows of a table. */
export async function readAllRows(origin: Origin, pieces: AsyncIterable<unknown>, spec: FormatSpec): Promise<Rows> {
  const rows: Row[] = [];
  const batches = readRecords(origin, pieces, spec);
  for (;;) {
    const next = await batches.next();
    // Not enumerable: the array prints and compares as the rows that it has.
    if (next.done) return next.value === 0 ? rows : Object.defineProperty(rows, 'skipped', { value: next.value });
    for (const row of next.value) rows.push(row);
  }
}

/** Trims, chooses and checks the cells of a table. */
class CellReader {
  readonly columns: readonly string[];
  readonly names: readonly string[];
  readonly #origin: Origin;
  readonly #spec: FormatSpec;
  readonly #places: readonly number[];
  /** Whether all cells of a row are read, in their order. */
  readonly #isWhole: boolean;
  readonly #names: readonly string[];

  constructor(origin: Origin, spec: FormatSpec, { first, isBroken }: Block) {
    this.#origin = origin;
    this.#spec = spec;
    this.names = namesOf(spec, first);
    this.#names = uniqueNames(this.names);
    this.#places = layOut(origin, spec, this.#names, [], isBroken).inputs;
    this.#isWhole = this.#places.length === this.names.length && this.#places.every((place, i) => place === i);
    this.columns = this.#places.map((place) => this.#names[place] as string);
  }

  read({ rows, at, isBroken }: Block): string[][] {
    const isPlain = !isBroken && this.#spec.decimal === '.';
    // A copy of each row would take a tenth of the time of reading it.
    if (isPlain && this.#isWhole && rows.every(isTrimmed)) return rows as string[][];
    return rows.map((row, i) => {
      const cells = this.#places.map((place) => (row[place] as string).trim());
      return isPlain ? cells : cells.map((text, place) => this.#checked(text, at + i, this.#places[place] as number));
    });
  }

  #checked(text: string, row: number, place: number): string {
    const { call, name } = this.#origin;
    const where = `${call}: row ${row} (counted from 0) of ${name}, ${nameIn(this.#names, place)}`;
    if (text.includes(BROKEN)) throw notEncoded(where, text, this.#spec);
    if (this.#spec.decimal === '.') return text;
    if (!hasGroups(text)) return pointed(text);
    const came = `${where} is ${describe(text)}, expected a number with a comma and no other signs`;
    throw codedError(
      'ERR_INVALID_TYPE',
      `${came}. Write it without points, as ${plainNumber(text, ',')}, choose other columns, or leave out decimal: ','.`,
    );
  }
}

/** Whether no cell has blanks around it, by a glance: some that have none are taken for one that has. */
function isTrimmed(row: readonly string[]): boolean {
  for (let i = 0; i < row.length; i++) {
    const cell = row[i] as string;
    if (isOutside(cell.charCodeAt(0)) || isOutside(cell.charCodeAt(cell.length - 1))) return false;
  }
  return true;
}

/** A blank, or a character that may be one. Of an empty cell there is none, and NaN is no such number. */
function isOutside(code: number): boolean {
  return code <= 32 || code > 126;
}

/** Makes the record of a row. */
function recordOf(columns: readonly string[]): (cells: readonly string[]) => Row {
  if (columns.includes('__proto__')) {
    // Assigned, this name would set the prototype.
    return (cells) => Object.fromEntries(columns.map((column, i) => [column, cells[i]]));
  }
  const count = columns.length;
  return (cells) => {
    const record: Record<string, string> = {};
    for (let i = 0; i < count; i++) record[columns[i] as string] = cells[i] as string;
    return record;
  };
}
