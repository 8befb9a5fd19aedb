/** Gradients of a long batch, summed in double precision: float32 loses what the last of millions of samples add. */
import { float64 } from '../../foundation/memory.js';
import type { JsLayer } from './layer.js';

export class GradientSums {
  readonly #layers: readonly JsLayer[];
  /** Weights, then biases, of each layer that learns. */
  readonly #sums: readonly Float64Array[];

  constructor(layers: readonly JsLayer[]) {
    this.#layers = layers.filter(({ spec }) => spec.trainable);
    this.#sums = this.#layers.map(({ weights, biases }) => float64(weights.length + biases.length));
  }

  /** Moves the gradients of the layers into the sums. */
  add(): void {
    this.#layers.forEach((layer, index) => {
      layer.moveGradients(this.#sums[index] as Float64Array);
    });
  }

  /** Gives the sums to the layers, as their gradients. */
  take(): void {
    this.#layers.forEach((layer, index) => {
      layer.takeGradients(this.#sums[index] as Float64Array);
    });
  }
}
