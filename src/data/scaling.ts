/**
 * Scaling of columns: learned from samples, applied to what enters a network, undone in its answers. Computes in double precision, and
 * rounds what it has scaled. Only networks that scale load it.
 */
import { COUNTED, codedError } from '../foundation/errors.js';
import { float32, float64, sliceOf } from '../foundation/memory.js';
import { OUTPUT_RANGES } from '../options/activations.js';
import type { NetworkSpec } from '../options/spec.js';
import type { Activation, Normalization } from '../options/types.js';
import type { Numbers } from './samples.js';
import { rangeOf } from './targets.js';

/** The scaling of a network's inputs and of its targets; undefined for what it does not scale. */
export interface NetworkScaling {
  readonly inputs: ColumnScaling | undefined;
  readonly targets: ColumnScaling | undefined;
}

/** (x - shift) / scale, column by column; 0 in a constant column, whose scale is 0. */
export class ColumnScaling {
  readonly shift: Float64Array;
  readonly scale: Float64Array;

  constructor(shift: Float64Array, scale: Float64Array) {
    this.shift = shift;
    this.scale = scale;
  }

  /**
   * A scaled copy of rows that lie end to end. With `where` and the row's number: ERR_NON_FINITE for a result beyond float32, and
   * ERR_INVALID_OPTION for a target that the activation of the output layer cannot reach, where `output` names it.
   */
  apply(where: string, values: Numbers, numbers?: Uint32Array, output: Activation = 'linear'): Float32Array {
    const width = this.shift.length;
    const scaled = float32(values.length);
    const [lowest, highest] = OUTPUT_RANGES[output];
    for (let start = 0; start < values.length; start += width) {
      for (let i = 0; i < width; i++) {
        const scale = this.scale[i] as number;
        const value = scale === 0 ? 0 : ((values[start + i] as number) - (this.shift[i] as number)) / scale;
        scaled[start + i] = value;
        const stored = scaled[start + i] as number;
        if (Number.isFinite(stored) && stored >= Math.fround(lowest) && stored <= highest) continue;
        const row = numbers?.[start / width] ?? start / width;
        const came = `${where}, row ${row}, column ${i} is ${values[start + i]}, which scaled is ${value}`;
        if (Number.isFinite(stored)) {
          const mend = `Give the output layer activation: "linear". ${COUNTED}`;
          throw codedError('ERR_INVALID_OPTION', `${came}, expected ${rangeOf(output)}. ${mend}`);
        }
        throw codedError(
          'ERR_NON_FINITE',
          `${came}, beyond float32. Scaling was learned from numbers far closer together. ${COUNTED}`,
        );
      }
    }
    return scaled;
  }

  /** This scaling, but that of `other` in columns that are constant here: nothing was learned there. */
  orWhereConstant(other: ColumnScaling): ColumnScaling {
    const pick = (own: Float64Array, others: Float64Array): Float64Array =>
      own.map((value, i) => ((this.scale[i] as number) > 0 ? value : (others[i] as number)));
    // A column that is constant again, at another number, follows it.
    const shift = pick(this.shift, other.shift).map((value, i) =>
      other.scale[i] === 0 ? (this.shift[i] as number) : value,
    );
    return new ColumnScaling(shift, pick(this.scale, other.scale));
  }

  /**
   * As files have it: columns that are constant have a scale of 1, and their numbers are in a list. Readers of the first files knew no scale
   * of 0.
   */
  toJSON(): object {
    const constant = Array.from(this.scale.keys()).filter((column) => this.scale[column] === 0);
    const scale = Array.from(this.scale, (size) => size || 1);
    return { shift: Array.from(this.shift), scale, ...(constant.length > 0 ? { constant } : {}) };
  }

  /** Undoes the scaling, in place. */
  undo(values: Float32Array): void {
    const width = this.shift.length;
    for (let start = 0; start < values.length; start += width) {
      for (let i = 0; i < width; i++) {
        values[start + i] = (values[start + i] as number) * (this.scale[i] as number) + (this.shift[i] as number);
      }
    }
  }
}

/** Learns the scaling that a network asks for, from samples that come in any number at a time. */
export class ScalingLearner {
  readonly #before: NetworkScaling | undefined;
  readonly #inputs: ColumnStatistics | undefined;
  readonly #targets: ColumnStatistics | undefined;

  /** Keeps what the network already scales, `before`, unless `relearns`. A scaling that was given is never learned. */
  constructor(
    { inputs, outputs, normalize, normalizeTargets }: NetworkSpec,
    before?: NetworkScaling,
    relearns: boolean = false,
  ) {
    const learner = (width: number, method: NetworkSpec['normalize'], known: ColumnScaling | undefined) =>
      method === false || method === 'given' || (known !== undefined && !relearns)
        ? undefined
        : new ColumnStatistics(width, method);
    this.#before = before;
    this.#inputs = learner(inputs, normalize, before?.inputs);
    this.#targets = learner(outputs, normalizeTargets, before?.targets);
  }

  add({ inputs, targets }: { readonly inputs: Numbers; readonly targets: Numbers | Uint32Array }): void {
    this.#inputs?.add(inputs);
    // Only losses on numbers have scaled targets, and those losses take no class indexes.
    this.#targets?.add(targets as Numbers);
  }

  scaling(): NetworkScaling {
    const learned = (statistics: ColumnStatistics | undefined, before: ColumnScaling | undefined) => {
      const columns = statistics?.scaling();
      return columns && before ? columns.orWhereConstant(before) : (columns ?? before);
    };
    return {
      inputs: learned(this.#inputs, this.#before?.inputs),
      targets: learned(this.#targets, this.#before?.targets),
    };
  }
}

/** Numbers that differ by less than this share of their size are one number, computed in several ways, such as 0.3 and 0.1 + 0.2. */
const ROUNDING = 2 ** -50;

/** Statistics of columns, from rows that come in any number at a time. */
class ColumnStatistics {
  readonly #width: number;
  readonly #method: Normalization;
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #mean: Float64Array;
  /** Sum of squared differences from the mean. */
  readonly #squares: Float64Array;
  #count = 0;

  constructor(width: number, method: Normalization) {
    this.#width = width;
    this.#method = method;
    this.#low = float64(width).fill(Number.POSITIVE_INFINITY);
    this.#high = float64(width).fill(Number.NEGATIVE_INFINITY);
    this.#mean = float64(width);
    this.#squares = float64(width);
  }

  /** Adds rows that lie end to end. Running mean and squares after B. Welford, 1962. */
  add(values: Numbers): void {
    const width = this.#width;
    for (let start = 0; start < values.length; start += width) {
      this.#count++;
      for (let i = 0; i < width; i++) {
        const value = values[start + i] as number;
        const difference = value - (this.#mean[i] as number);
        const mean = (this.#mean[i] as number) + difference / this.#count;
        this.#mean[i] = mean;
        this.#squares[i] = (this.#squares[i] as number) + difference * (value - mean);
        if (value < (this.#low[i] as number)) this.#low[i] = value;
        if (value > (this.#high[i] as number)) this.#high[i] = value;
      }
    }
  }

  /** `standard`: to mean 0 and standard deviation 1 (that of the samples, no estimate). `minMax`: to 0 to 1. A constant becomes 0. */
  scaling(): ColumnScaling {
    const scale = float64(this.#width);
    for (let i = 0; i < scale.length; i++) {
      const [low, high] = [this.#low[i] as number, this.#high[i] as number];
      const size = this.#method === 'minMax' ? high - low : Math.sqrt((this.#squares[i] as number) / this.#count);
      const isConstant = high - low <= ROUNDING * Math.max(Math.abs(low), Math.abs(high));
      // Squares may be all 0, or infinite, where the numbers are neither.
      scale[i] = isConstant ? 0 : size > 0 && size < Number.POSITIVE_INFINITY ? size : high - low;
    }
    // No -0: scalings are saved as JSON, which has none.
    const shift = sliceOf(this.#method === 'minMax' ? this.#low : this.#mean);
    for (let i = 0; i < shift.length; i++) shift[i] = (shift[i] as number) + 0;
    return new ColumnScaling(shift, scale);
  }
}
