/** The update rules of optimizers and their state per parameter. Computes no step. What plain gradient descent does not load. */
import type { OptimizerSpec } from './optimizers.js';
import type { OptimizerName } from './types.js';

/** How a step is computed from a gradient. sgd has three rules; its options choose. */
export type UpdateRule = OptimizerName | 'momentum' | 'nesterov';

/** Optimizer state: a running sum or mean of a parameter's derivatives (first), or of their squares (second). */
export type Moment = 'first' | 'second';

const MOMENTS: Readonly<Record<UpdateRule, readonly Moment[]>> = {
  sgd: [],
  momentum: ['first'],
  nesterov: ['first'],
  adam: ['first', 'second'],
  adamw: ['first', 'second'],
  rmsprop: ['second'],
  adagrad: ['second'],
};

export function updateRuleOf({ type, momentum, nesterov }: OptimizerSpec): UpdateRule {
  if (type !== 'sgd' || momentum === 0) return type;
  return nesterov ? 'nesterov' : 'momentum';
}

/** The state that an optimizer keeps for each parameter: none where `keepsState` says so. */
export function momentsOf(optimizer: OptimizerSpec): readonly Moment[] {
  return MOMENTS[updateRuleOf(optimizer)];
}
