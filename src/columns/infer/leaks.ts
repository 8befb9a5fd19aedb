/** Finds columns that give the answer away. Knows rows, and no kinds. */
import { isBlank, textOf } from '../cells.js';
import type { Row } from '../types.js';
import type { Input } from './decision.js';

/** Values that are followed. With more of them, each may have few rows. */
const MOST = 100;

/** Rows per value that are needed before it is no accident. */
const ROWS_PER_VALUE = 10;

/** The names of inputs whose values each go with a single class of the target. */
export function leaksOf(rows: readonly Row[], inputs: readonly Input[], target: string): string[] {
  return inputs.filter(({ column }) => tells(rows, column, target)).map(({ column }) => column);
}

function tells(rows: readonly Row[], column: string, target: string): boolean {
  const classes = new Map<string, string | undefined>();
  let filled = 0;
  for (const row of rows) {
    const value = textOf(row[column]);
    if (value === undefined || isBlank(value)) continue;
    const answer = textOf(row[target]);
    if (classes.size === MOST || (classes.get(value) ?? answer) !== answer) return false;
    classes.set(value, answer);
    filled++;
  }
  return new Set(classes.values()).size > 1 && filled >= ROWS_PER_VALUE * classes.size && filled > rows.length / 2;
}
