/** Tables for networks that take plain numbers: the columns of inputs in the order of the header, and the targets. */
import type { Network, Row } from 'wasmlp';
import { numberOf, textOf } from '../columns/cells.js';
import { codedError, describe, rowAt } from '../foundation/errors.js';
import { columnsIn } from './values.js';

export interface Others {
  /** The column with the answers, if the table has one. */
  readonly target?: string | undefined;
  /** Columns that are no inputs. */
  readonly ignore?: string | undefined;
}

/** The columns of a table that are the inputs of a network without names. Throws ERR_SHAPE where they are not as many. */
export function inputColumns(call: string, names: readonly string[], network: Network, others: Others): string[] {
  const { target, ignore } = others;
  const apart = new Set([
    ...(target === undefined ? [] : columnsIn('--target', target, names)),
    ...(ignore === undefined ? [] : columnsIn('--ignore', ignore, names)),
  ]);
  const columns = names.filter((name) => !apart.has(name));
  if (columns.length === network.inputs) return columns;
  const shown = `${columns.slice(0, 12).join(', ')}${columns.length > 12 ? ', …' : ''}`;
  const came = `${call}: the table has ${columns.length} columns for inputs (${shown}), expected ${network.inputs}`;
  const mend =
    columns.length > network.inputs ? 'Name those that are none: --ignore column' : 'Give a table that has them';
  throw codedError('ERR_SHAPE', `${came}: this model takes plain numbers, in the order of the columns. ${mend}.`);
}

/** The number in a cell. Throws ERR_INVALID_TYPE. */
export function numberIn(call: string, cell: unknown, row: number, column: string): number {
  const found = numberOf(cell);
  if (found !== undefined && Number.isFinite(Math.fround(found))) return found;
  const came = `${call}: ${rowAt(row)}, column ${describe(column)} is ${describe(cell)}, expected a number`;
  throw codedError(
    'ERR_INVALID_TYPE',
    `${came}: this model takes plain numbers. Correct the cell, or leave the row out.`,
  );
}

/** The rows as numbers. */
export function numbersIn(call: string, rows: readonly Row[], columns: readonly string[]): number[][] {
  return rows.map((row, r) => columns.map((column) => numberIn(call, row[column], r, column)));
}

/** The answers in a column: names where the network has labels, else numbers. */
export function targetsIn(call: string, network: Network, rows: readonly Row[], target: string): string[] | number[] {
  if (network.labels !== undefined) return rows.map((row) => textOf(row[target]) ?? '');
  return rows.map((row, r) => numberIn(call, row[target], r, target));
}
