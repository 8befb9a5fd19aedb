/** Finds the columns of samples that a scaling does not suit: those of a later fit, from another range. Knows no network. */
import { columnOf, isNumberInput } from '../columns/spec.js';
import type { NetworkSpec } from '../options/spec.js';
import type { Numbers } from './samples.js';
import type { ColumnScaling } from './scaling.js';

/** How many deviations from the middle of its scaling a number may lie. */
const MOST_DEVIATIONS = 10;
/**
 * The share of rows that may lie farther. In the samples from which a standard scaling was learned at most 1 / 10^2 do (P. Chebyshev,
 * 1867): rare categories and single outliers stay unnamed.
 */
const MOST_SHARE = 1 / MOST_DEVIATIONS ** 2;

/** How many deviations the mean of a column may have moved, and how narrow it may have become: beyond, a network may learn badly. */
const MOST_MOVED = 2;
const LEAST_SPREAD = 0.02;
/** The fewest rows by which a column is judged as a whole. */
const ENOUGH_ROWS = 30;

/**
 * A column of samples that its scaling does not suit.
 *
 * - `numbers`: numbers of it lie too far, whatever the network learned.
 * - `column`: it moved or became narrow as a whole. That matters where the network learned badly.
 * - `relearned`: its scaling was learned anew, far from before. That too.
 */
export interface StaleColumn {
  readonly kind: 'numbers' | 'column' | 'relearned';
  readonly samples: 'inputs' | 'targets';
  readonly column: number;
  /** Its name, in a table. */
  readonly name?: string | undefined;
  /** The first row whose number lies too far, counted from 0. */
  readonly row: number;
  /** That number, or else the mean of the column; not scaled. */
  readonly value: number;
  /** The deviation of the column; undefined for numbers. */
  readonly spread?: number;
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
 * The columns in which more than 1% of the rows lie beyond 10 deviations, those that were constant and now hold another number, and those
 * that moved as a whole; among all columns, or those from `from` to `end`. Takes numbers as they came: scaling makes every number of a constant
 * column 0.
 */
export function staleColumns(
  samples: StaleColumn['samples'],
  { shift, scale }: Pick<ColumnScaling, 'shift' | 'scale'>,
  values: Numbers,
  from = 0,
  end = shift.length,
): readonly StaleColumn[] {
  const width = shift.length;
  const rows = values.length / width;
  const stale: StaleColumn[] = [];
  for (let column = from; column < end; column++) {
    const [middle, size] = [shift[column] as number, scale[column] as number];
    const limit = MOST_DEVIATIONS * size;
    let count = 0;
    let first = 0;
    /** Of the distances from the middle. NaN is a blank of a table. */
    const sums = { rows: 0, distances: 0, squares: 0 };
    for (let i = column; i < values.length; i += width) {
      const value = values[i] as number;
      if (Number.isNaN(value)) continue;
      const distance = value - middle;
      sums.rows++;
      sums.distances += distance;
      sums.squares += distance * distance;
      const far = Math.abs(distance);
      if (!(size > 0 ? far > limit : far > 0 && !isRounded(value, middle))) continue;
      if (count++ === 0) first = i;
    }
    if (count === 0 || (size > 0 && count <= MOST_SHARE * rows)) {
      const moved = size > 0 && rows >= ENOUGH_ROWS ? movedColumn(samples, column, middle, size, sums) : undefined;
      if (moved !== undefined) stale.push(moved);
      continue;
    }
    const value = values[first] as number;
    const deviations = Math.abs(value - middle) / size;
    stale.push({
      kind: 'numbers',
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

/** A column whose mean or spread is another than the scaling's; undefined where both are near it. `distances` are those from the shift. */
function movedColumn(
  samples: StaleColumn['samples'],
  column: number,
  shift: number,
  scale: number,
  { rows, distances, squares }: { readonly rows: number; readonly distances: number; readonly squares: number },
): StaleColumn | undefined {
  const mean = distances / rows;
  const spread = Math.sqrt(Math.max(0, squares / rows - mean * mean));
  const deviations = Math.abs(mean) / scale;
  const isNarrow = spread > 0 && spread < LEAST_SPREAD * scale;
  if (!(deviations > MOST_MOVED) && !isNarrow) return undefined;
  return {
    kind: 'column',
    samples,
    column,
    row: 0,
    value: shift + mean,
    spread,
    shift,
    scale,
    deviations,
    count: rows,
    rows,
  };
}

/** Of a table only number columns, with their names. */
export function namedIn(columns: NetworkSpec['columns'], stale: readonly StaleColumn[]): StaleColumn[] {
  if (columns === undefined) return [...stale];
  return stale
    .filter(({ column }) => isNumberInput(columns, column))
    .map((found) => ({ ...found, name: columnOf(columns, found.column).name }));
}

/** Whether one of two numbers is the other, rounded to float32: samples may come as doubles once and as float32 later. */
function isRounded(a: number, b: number): boolean {
  return Math.fround(a) === b || Math.fround(b) === a;
}
