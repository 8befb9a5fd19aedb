/**
 * Scaling of columns: learned from samples, applied to what enters a network, undone in its answers. A chunk of its own: only
 * networks that scale load it.
 */
import type { EngineSamples } from '../engine/engine.js';
import { COUNTED, codedError } from '../foundation/errors.js';
import { float32 } from '../foundation/memory.js';
import type { NetworkSpec } from '../options/network.js';
import type { Normalization } from '../options/types.js';

/** The scaling of a network's inputs and of its targets; undefined for what it does not scale. */
export interface Scaling {
  readonly inputs: ColumnScaling | undefined;
  readonly targets: ColumnScaling | undefined;
}

/** (x - shift) / scale, column by column. */
export class ColumnScaling {
  readonly shift: Float64Array;
  readonly scale: Float64Array;

  constructor(shift: Float64Array, scale: Float64Array) {
    this.shift = shift;
    this.scale = scale;
  }

  /** A scaled copy of rows that lie end to end. ERR_NON_FINITE, with `where` and the row's number, for a result beyond float32. */
  apply(where: string, values: Float32Array, numbers?: Uint32Array): Float32Array {
    const width = this.shift.length;
    const scaled = float32(values.length);
    for (let start = 0; start < values.length; start += width) {
      for (let i = 0; i < width; i++) {
        const value = ((values[start + i] as number) - (this.shift[i] as number)) / (this.scale[i] as number);
        scaled[start + i] = value;
        if (Number.isFinite(scaled[start + i])) continue;
        const row = numbers?.[start / width] ?? start / width;
        const came = `${where}, row ${row}, column ${i} is ${values[start + i]}, which scaled is ${value}`;
        throw codedError(
          'ERR_NON_FINITE',
          `${came}, beyond float32. Scaling was learned from numbers far closer together. ${COUNTED}`,
        );
      }
    }
    return scaled;
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
  readonly #spec: Pick<NetworkSpec, 'normalize' | 'normalizeTargets'>;
  readonly #inputs: ColumnStatistics;
  readonly #targets: ColumnStatistics;

  constructor(spec: NetworkSpec) {
    this.#spec = spec;
    this.#inputs = new ColumnStatistics(spec.inputs);
    this.#targets = new ColumnStatistics(spec.outputs);
  }

  add({ inputs, targets }: Pick<EngineSamples, 'inputs' | 'targets'>): void {
    if (this.#spec.normalize !== false) this.#inputs.add(inputs);
    // Only losses on numbers have scaled targets, and those losses take no class indexes.
    if (this.#spec.normalizeTargets !== false) this.#targets.add(targets as Float32Array);
  }

  scaling(): Scaling {
    const { normalize, normalizeTargets } = this.#spec;
    return {
      inputs: normalize === false ? undefined : this.#inputs.scaling(normalize),
      targets: normalizeTargets === false ? undefined : this.#targets.scaling(normalizeTargets),
    };
  }
}

/** Statistics of columns, from rows that come in any number at a time. */
class ColumnStatistics {
  readonly #width: number;
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #mean: Float64Array;
  /** Sum of squared differences from the mean. */
  readonly #squares: Float64Array;
  #count = 0;

  constructor(width: number) {
    this.#width = width;
    this.#low = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
    this.#high = new Float64Array(width).fill(Number.NEGATIVE_INFINITY);
    this.#mean = new Float64Array(width);
    this.#squares = new Float64Array(width);
  }

  /** Adds rows that lie end to end. Running mean and squares after B. Welford, 1962. */
  add(values: Float32Array): void {
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
  scaling(method: Normalization): ColumnScaling {
    const scale = new Float64Array(this.#width);
    for (let i = 0; i < scale.length; i++) {
      const range = (this.#high[i] as number) - (this.#low[i] as number);
      const size = method === 'minMax' ? range : Math.sqrt((this.#squares[i] as number) / this.#count);
      // Exactly 0 where the column is constant: Welford's mean is then the constant itself.
      scale[i] = size > 0 ? size : 1;
    }
    // No -0: scalings are saved as JSON, which has none.
    const shift = (method === 'minMax' ? this.#low : this.#mean).map((value) => value + 0);
    return new ColumnScaling(shift, scale);
  }
}
