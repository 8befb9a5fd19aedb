/** What the cells of a column are: counted, not judged. Knows rows, and no kinds of columns. */
import { codedError, describe, rowAt, tagOf } from '../../foundation/errors.js';
import { isBlank, isNumber, lacksNumber, lacksValue, textOf, wordsOf } from '../cells.js';
import { type Notation, notationOf } from '../notations.js';
import type { Row } from '../types.js';
import { hasLeadingZero, isDateOrTime } from './texts.js';

/** The cells of a column, each counted once: rows = blanks + filled + dates + lists + strange cells. */
export interface Profile {
  readonly name: string;
  readonly rows: number;
  /** Empty cells, and those that say that they are, as NA does. */
  readonly blanks: number;
  /** The row of the first one, or -1. */
  readonly firstBlank: number;
  /** Cells with a text of their own: texts, numbers, true and false. */
  readonly filled: number;
  /** These cells as text without blanks around it, in the order of their first rows: how often each occurs. */
  readonly values: ReadonlyMap<string, number>;
  readonly dates: number;
  /** Lists of texts, and how often each word occurs in them. */
  readonly lists: number;
  readonly words: ReadonlyMap<string, number>;
  /** The first cell that is none of these, as an object. */
  readonly strange: { readonly row: number; readonly cell: unknown } | undefined;
  /** What the filled cells look like. */
  readonly looks: Looks;
}

/** How many of the filled cells look like what. */
export interface Looks {
  /** Of 'none' and 'unknown': blanks, if the others are numbers, or yes and no. */
  readonly unknown: number;
  /** Numbers that float32 can hold, and what they are. */
  readonly numbers: number;
  readonly distinct: number;
  readonly min: number;
  readonly max: number;
  readonly areWhole: boolean;
  readonly haveLeadingZeros: boolean;
  /** Numbers with signs that no program reads, and the first one of each notation. */
  readonly written: number;
  readonly notations: ReadonlyMap<Notation, string>;
  readonly dates: number;
  /** The first text that is none of these. */
  readonly other: string | undefined;
}

/** Counts the cells of a column. Throws ERR_INVALID_TYPE for a cell that cannot be read. */
export function profileOf(rows: readonly Row[], name: string): Profile {
  const values = new Map<string, number>();
  const words = new Map<string, number>();
  let [blanks, filled, dates, lists] = [0, 0, 0, 0];
  let firstBlank = -1;
  let strange: Profile['strange'];
  for (let row = 0; row < rows.length; row++) {
    const cell = readCell(rows, row, name);
    if (lacksValue(cell)) {
      if (blanks++ === 0) firstBlank = row;
    } else if (typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean') {
      filled++;
      add(values, textOf(cell) as string);
    } else if (tagOf(cell) === 'Date') dates++;
    else {
      // A BigInt has no words either, and is no number that networks take.
      const list = wordsOf(cell);
      if (list === undefined) strange ??= { row, cell };
      else lists++;
      for (const word of list ?? []) if (!isBlank(word)) add(words, word.trim());
    }
  }
  const counts = { name, rows: rows.length, blanks, firstBlank, filled, dates, lists };
  return { ...counts, values, words, strange, looks: looksOf(values) };
}

function add(counts: Map<string, number>, text: string): void {
  counts.set(text, (counts.get(text) ?? 0) + 1);
}

function readCell(rows: readonly Row[], row: number, name: string): unknown {
  try {
    const cells = rows[row] as Row;
    return Object.hasOwn(cells, name) ? cells[name] : undefined;
  } catch (cause) {
    const came = `inferColumns: ${rowAt(row)}, column ${describe(name)} cannot be read: ${describe(String(cause))}`;
    throw codedError('ERR_INVALID_TYPE', `${came}. Give plain objects with a cell per column.`, { cause });
  }
}

function looksOf(values: ReadonlyMap<string, number>): Looks {
  const notations = new Map<Notation, string>();
  let [unknown, numbers, distinct, written, dates] = [0, 0, 0, 0, 0];
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [areWhole, haveLeadingZeros] = [true, false];
  let other: string | undefined;
  for (const [text, count] of values) {
    const value = isNumber(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(Math.fround(value))) {
      numbers += count;
      distinct++;
      min = Math.min(min, value);
      max = Math.max(max, value);
      areWhole &&= Number.isInteger(value);
      haveLeadingZeros ||= hasLeadingZero(text);
      continue;
    }
    const notation = notationOf(text);
    if (lacksNumber(text)) unknown += count;
    else if (isDateOrTime(text)) dates += count;
    else if (notation !== undefined) {
      written += count;
      if (!notations.has(notation)) notations.set(notation, text);
    } else other ??= text;
  }
  return { unknown, numbers, distinct, min, max, areWhole, haveLeadingZeros, written, notations, dates, other };
}

/** The first row whose cell has this text. */
export function rowOf(rows: readonly Row[], name: string, text: string): number {
  for (let row = 0; row < rows.length; row++) if (textOf(readCell(rows, row, name)) === text) return row;
  return -1;
}
