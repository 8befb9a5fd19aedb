/** What weight decay and l2 come to together. Apart from the options' checks, which the chunk of the js engine does not need. */
import type { LayerSpec } from './layers.js';
import type { OptimizerSpec } from './optimizers.js';

/** How fast the parameters of a layer shrink, per unit of learning rate. */
export interface Decay {
  readonly weights: number;
  readonly biases: number;
}

/**
 * What a step adds to the gradient of a layer's parameters, per parameter: the optimizer's weight decay, on weights the
 * derivative of the penalty l2 w^2 too. Losses and gradients that are reported know of neither.
 */
export function decayOf({ weightDecay }: OptimizerSpec, { l2 }: LayerSpec): Decay {
  return { weights: weightDecay + 2 * l2, biases: weightDecay };
}
