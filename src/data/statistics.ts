/** What a scaling is learned from: mean, spread and range of columns, from rows that come in any number at a time. Knows no network. */
import type { ColumnSpecs } from '../columns/spec.js';
import { float64, sliceOf } from '../foundation/memory.js';
import type { Normalization } from '../options/types.js';
import { numbersOf } from './column-numbers.js';
import { Medians } from './medians.js';
import type { Numbers } from './samples.js';

/** Numbers that differ by less than this share of their size are one number, computed in several ways, such as 0.3 and 0.1 + 0.2. */
const ROUNDING = 2 ** -50;

/** A shift, a scale and, in a table with blanks, what they become: each with a number per column. */
export interface LearnedColumns {
  readonly shift: Float64Array;
  readonly scale: Float64Array;
  readonly fill: Float64Array | undefined;
}

/** The columns of a table, which are not all scaled; the seed for medians, and those that were learned before. */
interface Table {
  readonly columns: ColumnSpecs;
  readonly seed: number;
  readonly before: Float64Array | undefined;
}

export class ColumnStatistics {
  readonly #width: number;
  readonly #method: Normalization | 'medians';
  /** The columns that are learned: all, or the number columns of a table. */
  readonly #learned: readonly number[];
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #mean: Float64Array;
  /** Sum of squared differences from the mean. */
  readonly #squares: Float64Array;
  /** The numbers of each column so far: rows without its blanks. */
  readonly #counts: Float64Array;
  #rows = 0;
  readonly #medians: Medians | undefined;

  constructor(width: number, method: Normalization | 'medians', table?: Table) {
    this.#width = width;
    this.#method = method;
    const numbers = table?.columns.filter(({ type }) => type === 'number').map(({ first }) => first);
    this.#learned = numbers ?? Array.from({ length: width }, (_, i) => i);
    this.#low = float64(width).fill(Number.POSITIVE_INFINITY);
    this.#high = float64(width).fill(Number.NEGATIVE_INFINITY);
    this.#mean = float64(width);
    this.#squares = float64(width);
    this.#counts = float64(width);
    this.#medians = table && Medians.ofTable(table.columns, width, table.seed, table.before);
  }

  /** Adds rows that lie end to end, or entries of a table. NaN is a blank. Running mean and squares after B. Welford, 1962. */
  add(values: Numbers): void {
    const learned = this.#learned;
    const { numbers, width, places } = numbersOf(values, this.#width, learned);
    for (let start = 0; start < numbers.length; start += width) {
      this.#rows++;
      for (let k = 0; k < learned.length; k++) {
        const i = learned[k] as number;
        const value = numbers[start + (places[k] as number)] as number;
        if (Number.isNaN(value)) continue;
        const count = (this.#counts[i] as number) + 1;
        this.#counts[i] = count;
        const difference = value - (this.#mean[i] as number);
        const mean = (this.#mean[i] as number) + difference / count;
        this.#mean[i] = mean;
        this.#squares[i] = (this.#squares[i] as number) + difference * (value - mean);
        if (value < (this.#low[i] as number)) this.#low[i] = value;
        if (value > (this.#high[i] as number)) this.#high[i] = value;
      }
    }
    this.#medians?.add(values);
  }

  /**
   * `standard`: to mean 0 and standard deviation 1 (that of the samples, no estimate). `minMax`: to 0 to 1. A constant becomes 0. Blanks
   * count as what fills them. Columns that are not learned stay as they are.
   */
  learned(): LearnedColumns {
    const shift = float64(this.#width);
    const scale = float64(this.#width).fill(1);
    const fill = this.#medians?.values();
    for (const i of this.#method === 'medians' ? [] : this.#learned) {
      if (fill) this.#addBlanks(i, fill[i] as number);
      const [low, high] = [this.#low[i] as number, this.#high[i] as number];
      const size = this.#method === 'minMax' ? high - low : Math.sqrt((this.#squares[i] as number) / this.#rows);
      const isConstant = high - low <= ROUNDING * Math.max(Math.abs(low), Math.abs(high));
      // Squares may be all 0, or infinite, where the numbers are neither.
      scale[i] = isConstant ? 0 : size > 0 && size < Number.POSITIVE_INFINITY ? size : high - low;
      // No -0: scalings are saved as JSON, which has none.
      shift[i] = ((this.#method === 'minMax' ? low : this.#mean[i]) as number) + 0;
    }
    return { shift, scale, fill: fill && sliceOf(fill) };
  }

  /** Merges the blanks of a column, which are all one number, by the formula of T. Chan, G. Golub and R. LeVeque, 1979. */
  #addBlanks(i: number, value: number): void {
    const count = this.#counts[i] as number;
    const blanks = this.#rows - count;
    if (blanks === 0) return;
    const difference = value - (this.#mean[i] as number);
    this.#mean[i] = (this.#mean[i] as number) + difference * (blanks / this.#rows);
    this.#squares[i] = (this.#squares[i] as number) + difference * difference * count * (blanks / this.#rows);
    this.#low[i] = Math.min(this.#low[i] as number, value);
    this.#high[i] = Math.max(this.#high[i] as number, value);
    this.#counts[i] = this.#rows;
  }
}
