/** The numbers of some columns, in rows that lie end to end or among the entries of a table. Knows no scaling. */
import { float32, float64, uint8 } from '../foundation/memory.js';
import type { Numbers } from './samples.js';
import { entriesOf } from './sparse-values.js';

/** Rows of `width` numbers, end to end, in which the columns have these places. */
export interface ColumnNumbers {
  readonly numbers: Numbers;
  readonly width: number;
  readonly places: readonly number[];
}

/** The numbers of `columns`, which ascend, in rows of `width`. Every row of entries has one for each of them. */
export function numbersOf(values: Numbers, width: number, columns: readonly number[]): ColumnNumbers {
  const entries = entriesOf(values);
  if (entries === undefined) return { numbers: values, width, places: columns };
  const isAsked = uint8(width);
  for (const column of columns) isAsked[column] = 1;
  const length = (entries.starts.length - 1) * columns.length;
  const numbers = values instanceof Float64Array ? float64(length) : float32(length);
  for (let i = 0, at = 0; at < length; i++) {
    if (isAsked[entries.columns[i] as number] === 1) numbers[at++] = values[i] as number;
  }
  return { numbers, width: columns.length, places: columns.map((_, place) => place) };
}
