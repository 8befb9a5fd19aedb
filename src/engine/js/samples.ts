/** Samples that the js engine holds: its own copies, and the order in which to take them. */

import { float32, sliceOf } from '../../foundation/memory.js';
import type { Metric } from '../../options/losses.js';
import type { EngineInputs, EngineSamples, LoadedSamples } from '../engine.js';
import { magnitudeOf } from './magnitude.js';
import type { SparseInputs } from './sparse.js';

export class JsSamples implements LoadedSamples {
  readonly count: number;
  readonly metric: Metric;
  readonly #inputs: EngineInputs;
  readonly #targets: Float32Array | Uint32Array;
  /** Undefined if all samples count 1. */
  readonly #weights: Float32Array | undefined;
  /** Undefined while samples are taken in the order in which they came. */
  #order: Uint32Array | undefined;
  #largest: number | undefined;

  constructor({ count, metric, inputs, targets, weights, isLater }: EngineSamples) {
    this.count = count;
    this.metric = metric;
    this.#inputs = isLater ? float32(inputs.length) : sliceOf(inputs);
    this.#targets = sliceOf(targets);
    this.#weights = weights && sliceOf(weights);
  }

  get isSparse(): boolean {
    return this.#inputs.starts !== undefined;
  }

  /** Sparse inputs from the sample order[from] on; undefined where they are not sparse. */
  sparseFrom(from: number): SparseInputs | undefined {
    const { starts, columns } = this.#inputs;
    return starts && columns && { starts, columns, values: this.#inputs, order: this.#order, from };
  }

  get weighted(): boolean {
    return this.#weights !== undefined;
  }

  get largest(): number {
    this.#largest ??= magnitudeOf(this.#inputs);
    return this.#largest;
  }

  get given(): EngineSamples {
    const { count, metric } = this;
    return { count, metric, inputs: this.#inputs, targets: this.#targets, weights: this.#weights };
  }

  fill(at: number, inputs: Float32Array): number {
    this.#inputs.set(inputs, at);
    const largest = magnitudeOf(inputs);
    this.#largest = Math.max(this.#largest ?? 0, largest);
    return largest;
  }

  setOrder(order: Uint32Array): void {
    this.#order = sliceOf(order);
  }

  write(row: Float32Array): void {
    const { length } = this.#inputs;
    this.#inputs.set(row.subarray(0, length));
    this.#targets.set(row.subarray(length, length + this.#targets.length));
    this.#largest = undefined;
  }

  release(): void {
    this.#order = undefined;
  }

  /** Copies samples order[from] to order[from + B - 1]: inputs into x (B, I) unless they are sparse, targets into t (B, O). */
  gather(from: number, B: number, I: number, O: number, x: Float64Array, t: Float64Array): void {
    const order = this.#order;
    // Without an order, samples lie end to end and one copy takes them all. Row by row, 2-2-1 in batches takes 1.05 times as long.
    if (order === undefined) this.#copy(from, B, I, O, x, 0, t, 0);
    else for (let row = 0; row < B; row++) this.#copy(order[from + row] as number, 1, I, O, x, row * I, t, row * O);
  }

  /** Copies the sample weights of order[from] to order[from + B - 1] into w (B). The samples must have weights. */
  gatherWeights(from: number, B: number, w: Float64Array): void {
    const weights = this.#weights as Float32Array;
    for (let row = 0; row < B; row++) w[row] = weights[this.#order?.[from + row] ?? from + row] as number;
  }

  /** Copies samples `from` to `from + B - 1`, in the order in which they came. */
  #copy(
    from: number,
    B: number,
    I: number,
    O: number,
    x: Float64Array,
    xAt: number,
    t: Float64Array,
    tAt: number,
  ): void {
    if (!this.isSparse) widen(this.#inputs, from * I, x, xAt, B * I);
    const targets = this.#targets;
    if (targets instanceof Float32Array) {
      widen(targets, from * O, t, tAt, B * O);
    } else {
      for (let i = 0; i < B * O; i++) t[tAt + i] = 0;
      for (let row = 0; row < B; row++) t[tAt + row * O + (targets[from + row] as number)] = 1;
    }
  }
}

/** Copies `count` numbers. A loop, not set() with a subarray: that call costs more than copying a small row. */
export function widen(source: Float32Array, from: number, target: Float64Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) target[at + i] = source[from + i] as number;
}
