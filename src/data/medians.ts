/** Medians of columns with blanks, from rows that come in any number at a time. Knows no network. */
import { type ColumnSpecs, takesMedian } from '../columns/spec.js';
import { float64, sliceOf } from '../foundation/memory.js';
import { Random } from '../foundation/random.js';
import { numbersOf } from './column-numbers.js';
import type { Numbers } from './samples.js';

/** The most numbers of a column that are kept: 8 MB. Of more, the median is that of a sample of so many, drawn by the seed. */
const MOST_KEPT = 2 ** 20;
const FIRST_ROOM = 64;

export class Medians {
  readonly #width: number;
  readonly #columns: readonly KeptColumn[];
  /** What a column without a number keeps: the median of an earlier fit. */
  readonly #before: Float64Array | undefined;

  private constructor(width: number, columns: readonly KeptColumn[], before: Float64Array | undefined) {
    this.#width = width;
    this.#columns = columns;
    this.#before = before;
  }

  /** For the number columns that allow blanks; undefined where there are none. */
  static ofTable(
    columns: ColumnSpecs,
    width: number,
    seed: number,
    before: Float64Array | undefined,
  ): Medians | undefined {
    const kept = columns.filter(takesMedian).map(({ first }) => new KeptColumn(first, seed));
    return kept.length === 0 ? undefined : new Medians(width, kept, before);
  }

  add(values: Numbers): void {
    const inputs = this.#columns.map(({ input }) => input);
    const { numbers, width, places } = numbersOf(values, this.#width, inputs);
    this.#columns.forEach((column, k) => {
      for (let at = places[k] as number; at < numbers.length; at += width) column.add(numbers[at] as number);
    });
  }

  /** A number per input: the median, where blanks become one, else 0. So does a column without a number: its `missing` input says so. */
  values(): Float64Array {
    const fill = float64(this.#width);
    for (const column of this.#columns) fill[column.input] = column.median() ?? this.#before?.[column.input] ?? 0;
    return fill;
  }
}

/** The numbers of a column: all, or of more than MOST_KEPT a reservoir (J. Vitter, 1985). */
class KeptColumn {
  readonly input: number;
  readonly #random: Random;
  #kept = float64(FIRST_ROOM);
  #seen = 0;

  constructor(input: number, seed: number) {
    this.input = input;
    // Coordinate 0 is that of the hints.
    this.#random = new Random(seed, 'sample', input + 1);
  }

  add(value: number): void {
    if (Number.isNaN(value)) return;
    const place = this.#seen++;
    if (place < MOST_KEPT) {
      if (place === this.#kept.length) this.#grow();
      this.#kept[place] = value;
      return;
    }
    const drawn = Math.floor(this.#random.uniform() * this.#seen);
    if (drawn < MOST_KEPT) this.#kept[drawn] = value;
  }

  /** The middle number, or the mean of the two in the middle. Undefined where there was none. */
  median(): number | undefined {
    const count = Math.min(this.#seen, MOST_KEPT);
    if (count === 0) return undefined;
    const sorted = sliceOf(this.#kept, 0, count).sort();
    const [low, high] = [sorted[(count - 1) >> 1] as number, sorted[count >> 1] as number];
    const middle = (low + high) / 2;
    // No -0, and no infinity of two numbers near the largest one.
    return (Number.isFinite(middle) ? middle : low / 2 + high / 2) + 0;
  }

  #grow(): void {
    const kept = float64(Math.min(2 * this.#kept.length, MOST_KEPT));
    kept.set(this.#kept);
    this.#kept = kept;
  }
}
