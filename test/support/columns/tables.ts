/** Small tables for tests: rows whose cells follow from the number of the row. */
import type { Row } from '../../../src/index.js';

/** So many rows, each with the cells that the functions give. */
export function tableOf(count: number, columns: Readonly<Record<string, (row: number) => unknown>>): Row[] {
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(Object.entries(columns).map(([name, cell]) => [name, cell(row)])),
  );
}

/** The value for the row, again and again in turn. */
export function inTurn<T>(...values: readonly T[]): (row: number) => T {
  return (row) => values[row % values.length] as T;
}

/** A number with digits after the point, another one in each row. */
export function measured(row: number): string {
  return String(((row * 7919) % 1009) / 10 + 0.05);
}
