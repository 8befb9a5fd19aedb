/** Checks the options of all that reads CSV. Knows no source: columns.ts looks for the columns in it. */
import { checkBoolean, checkInteger, checkObject } from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';
import { MAX_COLUMNS } from './records.js';

/** A column by its name in the header, or by its place, from 0. */
export type CsvColumn = string | number;

/** How a table is written. */
export interface CsvFormat {
  /** The columns to read, in this order. Default: all; for packed numbers all that are not targets. */
  columns?: readonly CsvColumn[] | undefined;
  /**
   * Whether the first row has the names of the columns. Default true, but a first row whose inputs are all numbers is refused until you
   * say which it is. A column given by its name says so too.
   */
  header?: boolean | undefined;
  /**
   * The character between cells. Default: what a first line `sep=;` says, as Excel writes it, or found out by the first rows, of comma,
   * semicolon, tab and `|`. That first line is no row.
   */
  delimiter?: string | undefined;
  /** What stands before the decimals of a number. Default `'.'`. With `','` a number has no point: 1.234,5 is refused. */
  decimal?: '.' | ',' | undefined;
  /** What to do with rows that lack a cell (blank, NA, ?, null and the like). Default `'keep'`. `'skip'` leaves them out, and counts them. */
  missing?: 'keep' | 'skip' | undefined;
  /** The encoding of bytes, as TextDecoder calls it, such as `'latin1'`. Default UTF-8. */
  encoding?: string | undefined;
}

export interface CsvOptions extends CsvFormat {
  /** The column with the targets, or several columns for several outputs. Default none: the table has only inputs. */
  target?: CsvColumn | readonly CsvColumn[] | undefined;
  /** Whether targets are names rather than numbers. Default: as the targets of the first block say; mixed ones are refused. */
  names?: boolean | undefined;
}

export interface CsvStreamOptions extends CsvOptions {
  target: CsvColumn | readonly CsvColumn[];
  /** Rows in a batch; the last of an epoch may have fewer. Default 1000. */
  batchSize?: number | undefined;
}

export interface RowsStreamOptions extends CsvFormat {
  /** Rows in a batch; the last of an epoch may have fewer. Default 1000. */
  batchSize?: number | undefined;
}

/** CsvFormat with every choice made. */
export interface FormatSpec {
  readonly columns: readonly CsvColumn[] | undefined;
  /** Undefined: the caller did not say. */
  readonly header: boolean | undefined;
  /** Undefined: found out. */
  readonly delimiter: string | undefined;
  readonly decimal: '.' | ',';
  readonly skips: boolean;
  /** Undefined: UTF-8. */
  readonly encoding: string | undefined;
}

/** CsvOptions with every choice made. */
export interface CsvSpec extends FormatSpec {
  readonly target: readonly CsvColumn[];
  readonly names: boolean | undefined;
  /** Undefined: as many rows as make a large block. */
  readonly batchSize: number | undefined;
}

const FORMAT_KEYS = ['columns', 'header', 'delimiter', 'decimal', 'missing', 'encoding'];
const KEYS = ['target', ...FORMAT_KEYS, 'names'];
const MAX_ROWS = 2 ** 20;

export function resolveTable(call: string, options: unknown): CsvSpec {
  return { ...resolve(call, given(call, options, KEYS)), batchSize: undefined };
}

export function resolveStream(call: string, options: unknown): CsvSpec {
  const values = given(call, options, [...KEYS, 'batchSize']);
  if (values.target === undefined) {
    const mend = 'Name the column with the targets, or use readCsv for inputs alone';
    throw codedError('ERR_INVALID_OPTION', `${call}: target is missing, and fitStream needs targets. ${mend}.`);
  }
  return { ...resolve(call, values), batchSize: batchSizeOf(call, values) };
}

export function resolveRows(call: string, options: unknown): FormatSpec {
  return resolveFormat(call, given(call, options, FORMAT_KEYS));
}

export function resolveRowsStream(call: string, options: unknown): FormatSpec & { readonly batchSize: number } {
  const values = given(call, options, [...FORMAT_KEYS, 'batchSize']);
  return { ...resolveFormat(call, values), batchSize: batchSizeOf(call, values) };
}

function given(call: string, options: unknown, keys: readonly string[]): Record<string, unknown> {
  return checkObject(`${call}: options`, options === undefined ? {} : options, keys);
}

function batchSizeOf(call: string, values: Record<string, unknown>): number {
  return checkInteger(`${call}: batchSize`, values.batchSize ?? 1000, 1, MAX_ROWS);
}

function resolve(call: string, values: Record<string, unknown>): Omit<CsvSpec, 'batchSize'> {
  const format = resolveFormat(call, values);
  const { target, names } = values;
  const spec = {
    ...format,
    target: target === undefined ? [] : targetsOf(call, target, format.header),
    names: names === undefined ? undefined : checkBoolean(`${call}: names`, names),
  };
  if (spec.names === true && spec.target.length !== 1) {
    const came = `${call}: names is true, with ${spec.target.length} target columns`;
    throw codedError('ERR_INVALID_OPTION', `${came}. Names can be the targets of one column only.`);
  }
  return spec;
}

function resolveFormat(call: string, values: Record<string, unknown>): FormatSpec {
  const { columns, header: givenHeader, delimiter, decimal = '.', missing = 'keep', encoding } = values;
  const header = givenHeader === undefined ? undefined : checkBoolean(`${call}: header`, givenHeader);
  return {
    columns: columns === undefined ? undefined : listOf(call, 'columns', columns, header),
    header,
    delimiter: delimiter === undefined ? undefined : checkDelimiter(`${call}: delimiter`, delimiter),
    decimal: checkWord(`${call}: decimal`, decimal, ['.', ',']),
    skips: checkWord(`${call}: missing`, missing, ['keep', 'skip']) === 'skip',
    encoding: encoding === undefined ? undefined : checkEncoding(`${call}: encoding`, encoding),
  };
}

function targetsOf(call: string, target: unknown, header: boolean | undefined): CsvColumn[] {
  return Array.isArray(target)
    ? listOf(call, 'target', target, header)
    : [checkColumn(`${call}: target`, target, header)];
}

function listOf(call: string, key: string, value: unknown, header: boolean | undefined): CsvColumn[] {
  if (!Array.isArray(value)) {
    throw codedError('ERR_INVALID_TYPE', `${call}: ${key} is ${describe(value)}, expected an array of columns.`);
  }
  if (value.length === 0) {
    throw codedError('ERR_INVALID_OPTION', `${call}: ${key} is an empty array. Name a column, or leave ${key} out.`);
  }
  return Array.from(value, (column, i) => checkColumn(`${call}: ${key}[${i}]`, column, header));
}

function checkColumn(where: string, column: unknown, header: boolean | undefined): CsvColumn {
  if (typeof column === 'number') return checkInteger(where, column, 0, MAX_COLUMNS - 1);
  if (typeof column !== 'string') {
    const expected = 'the name of a column, or its place from 0';
    throw codedError('ERR_INVALID_TYPE', `${where} is ${describe(column)}, expected ${expected}.`);
  }
  if (header === false) {
    const why = 'without a header columns have no names';
    throw codedError('ERR_INVALID_OPTION', `${where} is ${describe(column)}, and ${why}. Give its place, from 0.`);
  }
  return column;
}

function checkDelimiter(where: string, delimiter: unknown): string {
  const expected = 'one character that is not a quote, line break, letter, digit, sign or point';
  if (typeof delimiter !== 'string') {
    throw codedError('ERR_INVALID_TYPE', `${where} is ${describe(delimiter)}, expected ${expected}.`);
  }
  if (delimiter.length !== 1 || /["\r\n\w+.\-\uFEFF\uFFFD\uD800-\uDFFF]/.test(delimiter)) {
    throw codedError('ERR_INVALID_OPTION', `${where} is ${describe(delimiter)}, expected ${expected}.`);
  }
  return delimiter;
}

function checkWord<T extends string>(where: string, value: unknown, words: readonly T[]): T {
  const word = words.find((known) => known === value);
  if (word !== undefined) return word;
  const code = typeof value === 'string' ? 'ERR_INVALID_OPTION' : 'ERR_INVALID_TYPE';
  const expected = words.map((known) => `'${known}'`).join(' or ');
  throw codedError(code, `${where} is ${describe(value)}, expected ${expected}.`);
}

function checkEncoding(where: string, value: unknown): string {
  const expected = "a name that TextDecoder knows, such as 'utf-8', 'latin1' or 'utf-16le'";
  if (typeof value !== 'string') {
    throw codedError('ERR_INVALID_TYPE', `${where} is ${describe(value)}, expected ${expected}.`);
  }
  try {
    return new TextDecoder(value).encoding;
  } catch (cause) {
    throw codedError('ERR_INVALID_OPTION', `${where} is ${describe(value)}, expected ${expected}.`, { cause });
  }
}
