/** Optimizers by name: their options, the update rule of each, and its state per parameter. Computes no step. */
import type { OptimizerName } from './types.js';

/** The options of an optimizer, with defaults filled in. Options that its type does not have are 0 or false. */
export interface OptimizerSpec {
  readonly type: OptimizerName;
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly beta1: number;
  /** Of adam and adamw; for rmsprop its `decay`, which does the same there. */
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** How a step is computed from a gradient. sgd has three rules; its options choose. */
export type UpdateRule = OptimizerName | 'momentum' | 'nesterov';

/** The option names of each optimizer. */
export const OPTIMIZER_KEYS: Readonly<Record<OptimizerName, readonly string[]>> = {
  sgd: ['type', 'learningRate', 'momentum', 'nesterov', 'weightDecay'],
  adam: ['type', 'learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay'],
  adamw: ['type', 'learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay'],
  rmsprop: ['type', 'learningRate', 'decay', 'epsilon'],
  adagrad: ['type', 'learningRate', 'epsilon'],
};

/** What a network has by default. */
export const PLAIN_SGD: OptimizerSpec = {
  type: 'sgd',
  learningRate: 0.1,
  momentum: 0,
  nesterov: false,
  beta1: 0,
  beta2: 0,
  epsilon: 0,
  weightDecay: 0,
};

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

/** The state that an optimizer keeps for each parameter. With none, a step does not depend on earlier steps. */
export function momentsOf(optimizer: OptimizerSpec): readonly Moment[] {
  return MOMENTS[updateRuleOf(optimizer)];
}
