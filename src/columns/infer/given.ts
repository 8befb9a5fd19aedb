/** Checks what inferColumns is given: rows, and options about their columns. Knows no cells. */
import { checkBoolean, checkInteger, checkObject } from '../../foundation/checks.js';
import { COUNTED, codedError, describe, rowAt, tagOf } from '../../foundation/errors.js';
import { suggest } from '../../foundation/spelling.js';
import type { Row } from '../types.js';

/** Options with defaults, whose columns are in the table. */
export interface Given {
  readonly rows: readonly Row[];
  /** The columns of all rows, in the order in which rows have them. */
  readonly names: readonly string[];
  readonly targets: readonly string[];
  /** Whether the caller gave a list of targets, perhaps of one. */
  readonly isList: boolean;
  readonly ignored: ReadonlySet<string>;
  readonly most: number;
  readonly classes: boolean | undefined;
}

const OPTIONS = ['target', 'ignore', 'maxValues', 'classes'] as const;

/** Values of a category that get an input, and the most that may be asked for. */
const VALUES = 100;
const MOST_VALUES = 2 ** 16;

export function checkGiven(rows: unknown, options: unknown): Given {
  const o = checkGivenOptions(options);
  const names = namesOf(rows);
  const has = new Set(names);
  const targets = o.target === undefined ? [] : namesGiven('target', o.target, names, has);
  if (Array.isArray(o.target) && targets.length === 0) {
    throw codedError(
      'ERR_INVALID_OPTION',
      'inferColumns: target is an empty array, expected a column. Name it, or leave target out.',
    );
  }
  const ignored = o.ignore === undefined ? [] : namesGiven('ignore', o.ignore, names, has);
  const both = targets.find((name) => ignored.includes(name));
  if (both !== undefined) {
    const came = `inferColumns: ${describe(both)} is in target and in ignore`;
    throw codedError('ERR_INVALID_OPTION', `${came}, expected it in one of them. Take it out of ignore.`);
  }
  const most =
    o.maxValues === undefined ? VALUES : checkInteger('inferColumns: maxValues', o.maxValues, 1, MOST_VALUES);
  const classes = o.classes === undefined ? undefined : checkBoolean('inferColumns: classes', o.classes);
  if (classes !== undefined && targets.length === 0) {
    const came = `inferColumns: classes is ${classes} without a target`;
    throw codedError('ERR_INVALID_OPTION', `${came}, expected both or none. Name the target.`);
  }
  return {
    rows: rows as readonly Row[],
    names,
    targets,
    isList: Array.isArray(o.target),
    ignored: new Set(ignored),
    most,
    classes,
  };
}

function checkGivenOptions(options: unknown): Record<string, unknown> {
  if (options === undefined) return {};
  if (typeof options === 'string') {
    const came = `inferColumns: options is ${describe(options)}, expected an object`;
    throw codedError('ERR_INVALID_TYPE', `${came}. Write { target: ${describe(options)} }.`);
  }
  try {
    return checkObject('inferColumns: options', options, OPTIONS);
  } catch (error) {
    const unknown = Object.keys(Object(options)).find((key) => !(OPTIONS as readonly string[]).includes(key));
    if (error instanceof Error && unknown !== undefined) {
      error.message = error.message.replace(/(?=Known: )/, () => suggest(unknown, OPTIONS));
    }
    throw error;
  }
}

/** The names of all columns. Throws for rows that are none. */
function namesOf(given: unknown): string[] {
  const rows = given as readonly unknown[];
  if (tagOf(rows) !== 'Array') {
    const mend = 'Give an array with an object per row, as parseRows of wasmlp/csv makes';
    throw codedError(
      'ERR_INVALID_TYPE',
      `inferColumns: rows is ${describe(rows)}, expected an array of rows. ${mend}.`,
    );
  }
  if (rows.length < 2) {
    const came = `inferColumns: rows is ${describe(rows)}, expected at least 2 rows`;
    throw codedError('ERR_SHAPE', `${came}. One row does not tell what a column is: give all rows of the table.`);
  }
  const names = new Set<string>();
  for (let row = 0; row < rows.length; row++) for (const name of namesIn(rows, row)) names.add(name);
  return [...names];
}

function namesIn(rows: readonly unknown[], row: number): string[] {
  let cells: unknown;
  try {
    cells = rows[row];
    if (tagOf(cells) === 'Object') return Object.keys(cells as object);
  } catch (cause) {
    const came = `inferColumns: ${rowAt(row)} cannot be read: ${describe(String(cause))}`;
    throw codedError('ERR_INVALID_TYPE', `${came}. Give plain objects with a cell per column.`, { cause });
  }
  const came = `inferColumns: ${rowAt(row)} is ${describe(cells)}, expected an object with a cell per column`;
  const isList = tagOf(cells) === 'Array';
  const mend = isList
    ? "Give each cell the name of its column: { age: 31, city: 'Rome' }"
    : 'Correct it, or leave the row out';
  throw codedError('ERR_INVALID_TYPE', `${came}. ${mend}.`);
}

/** Columns of the table by name, each once. */
function namesGiven(option: string, given: unknown, names: readonly string[], has: ReadonlySet<string>): string[] {
  const list = (Array.isArray(given) ? [...given] : [given]) as unknown[];
  const where = (i: number): string => `inferColumns: ${option}${Array.isArray(given) ? `[${i}]` : ''}`;
  for (const [i, name] of list.entries()) {
    if (typeof name !== 'string') {
      const came = `${where(i)} is ${describe(name)}, expected the name of a column`;
      throw codedError('ERR_INVALID_TYPE', `${came}, as ${describe(names[0] ?? 'age')}.`);
    }
    if (!has.has(name)) {
      const nearest = names.length === 0 ? '' : suggest(name, names);
      const shown = names.slice(0, 12).map(describe).join(', ');
      const known = `The columns are ${shown}${names.length > 12 ? `, and ${names.length - 12} more` : ''}.`;
      const came = `${where(i)} is ${describe(name)}, but no row has a column of that name`;
      throw codedError('ERR_INVALID_OPTION', `${came}. ${nearest}${known}`);
    }
    if (list.indexOf(name) !== i) {
      throw codedError(
        'ERR_INVALID_OPTION',
        `${where(i)} is ${describe(name)} a second time. Name each column once. ${COUNTED}`,
      );
    }
  }
  return list as string[];
}
