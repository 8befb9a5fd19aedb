/**
 * The loops of a dense layer on sparse rows: only the weights of inputs that are not 0 are read or changed.
 *
 * Shapes: B rows, I inputs, O units; W (O, I) row-major, b (O), y and d (B, O). Row r is sample order[from + r], or from + r without an order.
 */
import type { SparseEntries } from '../engine.js';

/** The entries of some samples, and which of them are the rows. */
export interface SparseInputs extends SparseEntries {
  readonly values: Float32Array;
  readonly order: Uint32Array | undefined;
  readonly from: number;
}

/** Forward: y = x W^T + b. Overwrites y. */
export function sparseForward(
  B: number,
  I: number,
  O: number,
  x: SparseInputs,
  weights: Float32Array,
  biases: Float32Array,
  y: Float64Array,
): void {
  const { starts, columns, values, order, from } = x;
  for (let row = 0; row < B; row++) {
    const sample = order?.[from + row] ?? from + row;
    const start = starts[sample] as number;
    const end = starts[sample + 1] as number;
    for (let o = 0; o < O; o++) {
      let sum = biases[o] as number;
      for (let at = start; at < end; at++) {
        sum += (values[at] as number) * (weights[o * I + (columns[at] as number)] as number);
      }
      y[row * O + o] = sum;
    }
  }
}

/** Weight gradient: G += scale d^T x. With G = W and scale = -learning rate this is the step itself. */
export function sparseBackwardWeights(
  B: number,
  I: number,
  O: number,
  x: SparseInputs,
  d: Float64Array,
  gradients: Float32Array,
  scale: number,
): void {
  const { starts, columns, values, order, from } = x;
  for (let row = 0; row < B; row++) {
    const sample = order?.[from + row] ?? from + row;
    const start = starts[sample] as number;
    const end = starts[sample + 1] as number;
    for (let o = 0; o < O; o++) {
      const step = scale * (d[row * O + o] as number);
      for (let at = start; at < end; at++) {
        const g = o * I + (columns[at] as number);
        gradients[g] = (gradients[g] as number) + step * (values[at] as number);
      }
    }
  }
}
