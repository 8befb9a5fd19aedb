/** Checks the options of readCsv and streamCsv. Knows no file: columns.ts looks for the columns in it. */
import { checkBoolean, checkInteger, checkObject } from '../../foundation/checks.js';
import { codedError, describe } from '../../foundation/errors.js';

/** A column by its name in the header, or by its place, from 0. */
export type CsvColumn = string | number;

export interface CsvOptions {
  /** The column with the targets, or several columns for several outputs. Default none: the table has only inputs. */
  target?: CsvColumn | readonly CsvColumn[] | undefined;
  /** The columns of the inputs, in this order. Default: all that are not targets. */
  columns?: readonly CsvColumn[] | undefined;
  /**
   * Whether the first row has the names of the columns. Default true, but a first row whose inputs are all numbers is refused until you
   * say which it is. A column given by its name says so too.
   */
  header?: boolean | undefined;
  /** The character between cells. Default a comma. */
  delimiter?: string | undefined;
  /** Whether targets are names rather than numbers. Default: as the targets of the first block say; mixed ones are refused. */
  names?: boolean | undefined;
}

export interface CsvStreamOptions extends CsvOptions {
  target: CsvColumn | readonly CsvColumn[];
  /** Rows in a batch; the last of an epoch may have fewer. Default 1000. */
  batchSize?: number | undefined;
}

/** CsvOptions with every choice made. */
export interface CsvSpec {
  readonly target: readonly CsvColumn[];
  readonly columns: readonly CsvColumn[] | undefined;
  /** Undefined: the caller did not say. */
  readonly header: boolean | undefined;
  readonly delimiter: string;
  readonly names: boolean | undefined;
  /** Undefined: as many rows as make a large block. */
  readonly batchSize: number | undefined;
}

const KEYS = ['target', 'columns', 'header', 'delimiter', 'names'];
export const MAX_COLUMNS = 2 ** 20;
const MAX_ROWS = 2 ** 20;

export function resolveTable(call: string, options: unknown): CsvSpec {
  return {
    ...resolve(call, checkObject(`${call}: options`, options === undefined ? {} : options, KEYS)),
    batchSize: undefined,
  };
}

export function resolveStream(call: string, options: unknown): CsvSpec {
  const given = checkObject(`${call}: options`, options === undefined ? {} : options, [...KEYS, 'batchSize']);
  if (given.target === undefined) {
    const mend = 'Name the column with the targets, or use readCsv for inputs alone';
    throw codedError('ERR_INVALID_OPTION', `${call}: target is missing, and fitStream needs targets. ${mend}.`);
  }
  const batchSize = checkInteger(`${call}: batchSize`, given.batchSize ?? 1000, 1, MAX_ROWS);
  return { ...resolve(call, given), batchSize };
}

function resolve(call: string, given: Record<string, unknown>): Omit<CsvSpec, 'batchSize'> {
  const { target, columns, header: givenHeader, delimiter = ',', names } = given;
  const header = givenHeader === undefined ? undefined : checkBoolean(`${call}: header`, givenHeader);
  const list = (key: string, value: unknown): CsvColumn[] => {
    if (!Array.isArray(value)) {
      throw codedError('ERR_INVALID_TYPE', `${call}: ${key} is ${describe(value)}, expected an array of columns.`);
    }
    if (value.length === 0) {
      throw codedError('ERR_INVALID_OPTION', `${call}: ${key} is an empty array. Name a column, or leave ${key} out.`);
    }
    return Array.from(value, (column, i) => checkColumn(`${call}: ${key}[${i}]`, column, header));
  };
  const spec = {
    target: target === undefined ? [] : (one(call, target, header) ?? list('target', target)),
    columns: columns === undefined ? undefined : list('columns', columns),
    header,
    delimiter: checkDelimiter(`${call}: delimiter`, delimiter),
    names: names === undefined ? undefined : checkBoolean(`${call}: names`, names),
  };
  if (spec.names === true && spec.target.length !== 1) {
    const came = `${call}: names is true, with ${spec.target.length} target columns`;
    throw codedError('ERR_INVALID_OPTION', `${came}. Names can be the targets of one column only.`);
  }
  return spec;
}

/** A list of the single target; undefined where targets are a list already. */
function one(call: string, target: unknown, header: boolean | undefined): CsvColumn[] | undefined {
  return Array.isArray(target) ? undefined : [checkColumn(`${call}: target`, target, header)];
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
