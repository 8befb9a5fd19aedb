/** Combines weight decay and l2. A file of its own: the chunk of the js engine needs it, but not the checks of options. */

import type { OptimizerSpec } from './optimizers.js';
import type { LayerSpec } from './spec.js';

/** How fast the parameters of a layer shrink, per unit of learning rate. */
export interface Decay {
  readonly weights: number;
  readonly biases: number;
}

/**
 * A step adds this times the parameter to the parameter's gradient: the optimizer's weight decay and, for weights, the
 * derivative of the penalty l2 w^2. Reported losses and gradients contain neither.
 */
export function decayOf({ weightDecay }: OptimizerSpec, { l2 }: LayerSpec): Decay {
  return { weights: weightDecay + 2 * l2, biases: weightDecay };
}
