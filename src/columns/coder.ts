/** Turns rows of a table into the numbers of a network's inputs, column by column. Knows no networks; medians come later. */
import { describe } from '../foundation/errors.js';
import { booleanOf, isBlank, lacksNumber, numberOf, saysMissing, textOf, wordsOf } from './cells.js';
import { EntryList } from './entries.js';
import { blank, cellError, type Fault, listed } from './faults.js';
import type { RowSource } from './rows.js';
import { type ColumnSpec, type ColumnSpecs, inputsOf } from './spec.js';

/** Numbers as an engine takes them, or doubles that will be scaled first. */
type Numbers = Float32Array | Float64Array;

/**
 * Writes the inputs of a cell, from `at` on, over zeros. A category or words with `noted` only note which inputs of theirs count: as often as they
 * do. Returns what is wrong with the cell, if anything is; `trains` is as for `encode`.
 */
type Encode = (cell: unknown, out: Numbers, at: number, trains: boolean, noted?: number[]) => Fault | undefined;

/** Reads the cell of a row. */
type Read = (row: unknown) => unknown;

interface WrongRow {
  readonly row: number;
  readonly fault: Fault;
}

/**
 * Rows that are encoded column by column before the next ones are. A column by itself has one code and one name, which the host makes
 * fast: a million rows of 10 columns take half the time of row by row.
 */
const BLOCK = 256;

const MEND_BLANK = 'Fill it, leave the row out, or allow blanks by missing: true of the column.';

export class Coder {
  readonly #columns: ColumnSpecs;
  readonly #encoders: readonly Encode[];
  readonly #width: number;

  constructor(columns: ColumnSpecs) {
    this.#columns = columns;
    this.#encoders = columns.map(encoderOf);
    this.#width = inputsOf(columns);
  }

  /**
   * Encodes all rows into `out`, (rows, inputs), which is all 0, or into a list of entries. A blank number becomes NaN. Reads every cell once.
   * Throws for the first row with a wrong cell: ERR_INVALID_TYPE, ERR_NON_FINITE, ERR_MISSING or ERR_UNKNOWN_VALUE. Rows that train are refused
   * with ERR_INVALID_OPTION where a text has a word that is listed with capitals. It never counts, also for a network that learned without it.
   */
  encode(where: string, rows: RowSource, out: Numbers | EntryList, trains: boolean): void {
    const readers = this.#columns.map(({ name }) => rows.reader(name));
    const block: unknown[] = [];
    for (let start = 0; start < rows.count; start += BLOCK) {
      let count = Math.min(BLOCK, rows.count - start);
      for (let i = 0; i < count; i++) block[i] = rows.row(start + i);
      let first: { readonly fault: Fault; readonly column: string } | undefined;
      for (let c = 0; c < readers.length; c++) {
        const { name, first: at } = this.#columns[c] as ColumnSpec;
        const read = readers[c] as Read;
        const found =
          out instanceof EntryList
            ? this.#noteColumn(c, block, count, read, out, start, trains)
            : this.#encodeColumn(c, block, count, read, out, start * this.#width + at, trains);
        if (found === undefined) continue;
        // Of the rows before it, the other columns may have one that is wrong too.
        count = found.row;
        first = { fault: found.fault, column: name };
      }
      if (first !== undefined) throw cellError(where, rows, start + count, first.column, first.fault);
      if (out instanceof EntryList) out.endBlock(start, start + count);
    }
  }

  /** Returns the first row of the block with a wrong cell. */
  #encodeColumn(
    column: number,
    block: readonly unknown[],
    count: number,
    read: Read,
    out: Numbers,
    first: number,
    trains: boolean,
  ): WrongRow | undefined {
    const encode = this.#encoders[column] as Encode;
    const width = this.#width;
    for (let row = 0, at = first; row < count; row++, at += width) {
      const fault = encode(read(block[row]), out, at, trains);
      if (fault !== undefined) return { row, fault };
    }
    return undefined;
  }

  /** The same for entries. Those of numbers and booleans are always there, also where they are 0 or blank: scaling comes later. */
  #noteColumn(
    column: number,
    block: readonly unknown[],
    count: number,
    read: Read,
    entries: EntryList,
    firstRow: number,
    trains: boolean,
  ): WrongRow | undefined {
    const encode = this.#encoders[column] as Encode;
    const { type, first } = this.#columns[column] as ColumnSpec;
    const isListed = type === 'category' || type === 'words';
    // What a call with other rows may write meanwhile is not here: a cell may be a list whose getter makes one.
    const pair = entries.room(2);
    const noted: number[] = [];
    for (let row = 0; row < count; row++) {
      const fault = encode(read(block[row]), pair, 0, trains, noted);
      if (fault !== undefined) return { row, fault };
      if (isListed) {
        addCounted(entries, firstRow + row, first, noted);
        continue;
      }
      entries.add(firstRow + row, first, pair[0] as number);
      if (pair[1] === 1) entries.add(firstRow + row, first + 1, 1);
      pair.fill(0);
    }
    return undefined;
  }
}

/** Adds an entry for each input that was noted, with how often it was, and forgets the notes. */
function addCounted(entries: EntryList, row: number, first: number, noted: number[]): void {
  if (noted.length > 1) noted.sort((a, b) => a - b);
  for (let i = 0, next = 0; i < noted.length; i = next) {
    const place = noted[i] as number;
    for (next = i + 1; noted[next] === place; ) next++;
    entries.add(row, first + place, next - i);
  }
  noted.length = 0;
}

function encoderOf(column: ColumnSpec): Encode {
  switch (column.type) {
    case 'number':
      return numberEncoder(column);
    case 'boolean':
      return booleanEncoder(column);
    case 'category':
      return categoryEncoder(column);
    case 'words':
      return wordsEncoder(column);
  }
}

function numberEncoder({ missing }: ColumnSpec): Encode {
  const expected = 'a number';
  return (cell, out, at) => {
    const number = numberOf(cell);
    if (number !== undefined && !Number.isNaN(number)) {
      out[at] = number;
      const stored = out[at] as number;
      if (stored - stored === 0) return undefined;
      return {
        code: 'ERR_NON_FINITE',
        cell,
        expected: 'a finite number within float32',
        mend: 'Leave the row out, or make it blank.',
      };
    }
    if (!lacksNumber(cell)) return { code: 'ERR_INVALID_TYPE', cell, expected, mend: mendOfNumber(cell) };
    if (!missing) return blank(cell, expected, MEND_BLANK);
    out[at] = Number.NaN;
    out[at + 1] = 1;
    return undefined;
  };
}

function mendOfNumber(cell: unknown): string {
  if (typeof cell !== 'string') return 'Give a number, or a text that is one.';
  const plain = cell.trim().replace(',', '.');
  if (numberOf(plain) !== undefined) return `Write ${plain}, or read the file with decimal: ','.`;
  return 'Give a number, or make the column a category with values.';
}

function booleanEncoder({ missing }: ColumnSpec): Encode {
  const expected = 'true or false';
  return (cell, out, at) => {
    const yes = booleanOf(cell);
    if (yes !== undefined) {
      out[at] = yes ? 1 : 0;
      return undefined;
    }
    if (!lacksNumber(cell)) {
      const mend = 'Give true, false, 0, 1, yes, no, t, f, y or n, or make the column a category with values.';
      return { code: 'ERR_INVALID_TYPE', cell, expected, mend };
    }
    if (!missing) return blank(cell, expected, MEND_BLANK);
    out[at + 1] = 1;
    return undefined;
  };
}

function categoryEncoder({ values, other, missing }: ColumnSpec): Encode {
  const places = new Map(values.map((value, place) => [value, place]));
  const rest = values.length;
  const expected = (): string => `one of ${listed(values)}`;
  return (cell, out, at, _, noted) => {
    // Most cells are a listed value as they are.
    let place = places.get(cell as string);
    const text = place === undefined ? textOf(cell) : undefined;
    if (text !== undefined) place = places.get(text);
    if (place !== undefined) {
      count(out, at, place, noted);
      return undefined;
    }
    const isEmpty = isBlank(cell);
    if (missing && (isEmpty || (text !== undefined && saysMissing(text)))) {
      count(out, at, rest + Number(other), noted);
      return undefined;
    }
    if (isEmpty) return blank(cell, expected(), MEND_BLANK);
    if (text === undefined) {
      return { code: 'ERR_INVALID_TYPE', cell, expected: expected(), mend: 'Give a text, a number or a boolean.' };
    }
    if (other) {
      count(out, at, rest, noted);
      return undefined;
    }
    const mend = saysMissing(text)
      ? 'Where it means that there is none, give the column missing: true.'
      : 'Add it to the values, or give the column other: true for all that are not listed.';
    return { code: 'ERR_UNKNOWN_VALUE', cell, expected: expected(), mend, known: values };
  };
}

function wordsEncoder({ values, other, missing }: ColumnSpec): Encode {
  const places = new Map(values.map((value, place) => [value, place]));
  /** Values with capitals, by their small letters: no word of a text is one. */
  const capitals = new Map(
    values.map((value) => [value.toLowerCase(), value] as const).filter(([small, value]) => small !== value),
  );
  const rest = values.length;
  const expected = 'a text, or a list of texts';
  return (cell, out, at, trains, noted) => {
    if (isBlank(cell)) {
      if (!missing) return blank(cell, expected, MEND_BLANK);
      count(out, at, rest + Number(other), noted);
      return undefined;
    }
    const words = wordsOf(cell);
    if (words === undefined) {
      const mend = `Give a text, or its words: [${describe('good')}, ${describe('wine')}].`;
      return { code: 'ERR_INVALID_TYPE', cell, expected, mend };
    }
    for (const word of words) {
      const known = places.get(word) ?? places.get(word.trim());
      const meant = trains && known === undefined && typeof cell === 'string' ? capitals.get(word) : undefined;
      if (meant !== undefined) {
        const mend = `Create the network with ${describe(word)} in place of it, or give lists of words, which stay as they are.`;
        const small = `words in small letters, as those of a text are, but values has ${describe(meant)}`;
        return { code: 'ERR_INVALID_OPTION', cell, expected: small, mend };
      }
      const place = known ?? (other ? rest : undefined);
      if (place !== undefined) count(out, at, place, noted);
    }
    return undefined;
  };
}

/** Counts an input of a category or of words once more. */
function count(out: Numbers, at: number, place: number, noted: number[] | undefined): void {
  if (noted === undefined) out[at + place] = (out[at + place] as number) + 1;
  else noted.push(place);
}
