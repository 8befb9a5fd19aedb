/** What is wrong with a cell, and the error that says so: row, column, what came, what was expected, and the mend. Knows no networks. */
import { codedError, describe, type ErrorCode, rowAt } from '../foundation/errors.js';
import { suggest } from '../foundation/spelling.js';
import type { RowSource } from './rows.js';

/** Why a cell is refused. */
export interface Fault {
  readonly code: ErrorCode;
  readonly cell: unknown;
  /** What was expected instead, after "expected". */
  readonly expected: string;
  readonly mend: string;
  /** The values that there are, where the cell is none of them. */
  readonly known?: readonly string[];
}

/** How many of the known values an error names. */
const MOST_NAMED = 8;

/** A blank where none is allowed. */
export function blank(cell: unknown, expected: string, mend: string): Fault {
  return { code: 'ERR_MISSING', cell, expected, mend };
}

/** The values of a list, as many as fit a line. */
export function listed(values: readonly string[]): string {
  const named = values.filter((_, i) => i < MOST_NAMED).map((value) => describe(value));
  return `${named.join(', ')}${values.length > MOST_NAMED ? ', …' : ''}`;
}

/** The error for a cell. `where` names the call and the argument: `fit: inputs`. */
export function cellError(where: string, rows: RowSource, row: number, column: string, fault: Fault): Error {
  const { code, cell, expected, known } = fault;
  const place = rows.isSingle ? where : `${where}, ${rowAt(row)}`;
  const lacks = cell === undefined && !rows.has(row, column);
  const nearest = lacks ? nearestTo(column, rows.namesOf(row)) : nearestTo(cell, known);
  const came = lacks ? `has no column ${describe(column)}` : `, column ${describe(column)} is ${describe(cell)}`;
  const message = `${place}${lacks ? ' ' : ''}${came}, expected ${expected}. ${nearest}${fault.mend}`;
  return Object.assign(codedError(code, message), { ...(rows.isSingle ? {} : { row }), column });
}

function nearestTo(name: unknown, known: readonly string[] = []): string {
  return typeof name === 'string' && known.length > 0 ? suggest(name.trim(), known) : '';
}
