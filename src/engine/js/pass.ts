/** The samples that one pass takes through the layers. Every pass fills the same buffers. */
import { float64 } from '../../foundation/memory.js';
import type { Metric } from '../../options/losses.js';
import type { JsSamples } from './samples.js';

export class Pass {
  /** The most rows that fit. */
  readonly capacity: number;
  /** X (capacity, inputs). */
  readonly inputs: Float64Array;
  /** T (capacity, outputs). */
  readonly targets: Float64Array;
  /** (capacity): how much each sample counts. */
  readonly #weights: Float64Array;
  /** Undefined if all samples count 1. */
  weights: Float64Array | undefined;
  metric: Metric = 'none';
  rows = 0;
  /** Position in the epoch of the first row. */
  firstRow = 0;

  constructor(capacity: number, inputs: number, outputs: number) {
    this.capacity = capacity;
    this.inputs = float64(capacity * inputs);
    this.targets = float64(capacity * outputs);
    this.#weights = float64(capacity);
  }

  get bytes(): number {
    return this.inputs.byteLength + this.targets.byteLength + this.#weights.byteLength;
  }

  /** Copies samples order[from] to order[from + rows - 1], with I inputs and O outputs each. */
  gather(samples: JsSamples, from: number, rows: number, I: number, O: number): void {
    samples.gather(from, rows, I, O, this.inputs, this.targets);
    this.weights = samples.weighted ? this.#weights : undefined;
    if (samples.weighted) samples.gatherWeights(from, rows, this.#weights);
    this.metric = samples.metric;
    this.rows = rows;
    this.firstRow = from;
  }
}
