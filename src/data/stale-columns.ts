/** Finds the columns of samples that a scaling does not suit: those of a later fit, from another range. Knows no network. */
import type { Numbers } from './samples.js';
import type { ColumnScaling } from './scaling.js';

/** How many deviations from the middle of its scaling a number may lie. */
const MOST_DEVIATIONS = 10;
/**
 * The share of rows that may lie farther. In the samples from which a standard scaling was learned at most 1 / 10^2 do (P. Chebyshev,
 * 1867): rare categories and single outliers stay unnamed.
 */
const MOST_SHARE = 1 / MOST_DEVIATIONS ** 2;

/** A column of samples that its scaling does not suit. */
export interface StaleColumn {
  readonly samples: 'inputs' | 'targets';
  readonly column: number;
  /** Its name, in a table. */
  readonly name?: string | undefined;
  /** The first row whose number lies too far, counted from 0. */
  readonly row: number;
  /** That number, not scaled. */
  readonly value: number;
  readonly shift: number;
  /** 0 where the column was constant when the scaling was learned. */
  readonly scale: number;
  /** How many scales that number lies from the shift; Infinity where the scale is 0. */
  readonly deviations: number;
  /** The number of rows that lie too far, and of all rows. */
  readonly count: number;
  readonly rows: number;
}

/**
 * The columns in which more than 1% of the rows lie beyond 10 deviations, and those that were constant and now hold another number. Takes
 * numbers as they came: scaling makes every number of a constant column 0.
 */
export function staleColumns(
  samples: StaleColumn['samples'],
  { shift, scale }: ColumnScaling,
  values: Numbers,
): readonly StaleColumn[] {
  const width = shift.length;
  const rows = values.length / width;
  const stale: StaleColumn[] = [];
  for (let column = 0; column < width; column++) {
    const [middle, size] = [shift[column] as number, scale[column] as number];
    const limit = MOST_DEVIATIONS * size;
    let count = 0;
    let first = 0;
    for (let i = column; i < values.length; i += width) {
      const value = values[i] as number;
      const distance = Math.abs(value - middle);
      if (!(size > 0 ? distance > limit : distance > 0 && !isRounded(value, middle))) continue;
      if (count++ === 0) first = i;
    }
    if (count === 0 || (size > 0 && count <= MOST_SHARE * rows)) continue;
    const value = values[first] as number;
    const deviations = Math.abs(value - middle) / size;
    stale.push({
      samples,
      column,
      row: (first - column) / width,
      value,
      shift: middle,
      scale: size,
      deviations,
      count,
      rows,
    });
  }
  return stale;
}

/** Whether one of two numbers is the other, rounded to float32: samples may come as doubles once and as float32 later. */
function isRounded(a: number, b: number): boolean {
  return Math.fround(a) === b || Math.fround(b) === a;
}
