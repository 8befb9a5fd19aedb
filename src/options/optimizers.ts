/** Optimizers by name: their options, and whether they keep a state. Computes no step. */
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

/** Whether an optimizer keeps a state for each parameter (update-rules.ts says which). Without one, a step does not depend on earlier steps. */
export function keepsState({ type, momentum }: OptimizerSpec): boolean {
  return type !== 'sgd' || momentum !== 0;
}
