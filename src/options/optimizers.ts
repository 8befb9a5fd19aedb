/** Optimizers by name: their options and defaults, the update rule of each, and its state per parameter. Computes no step. */
import { checkBoolean, checkName, checkNumber, checkObject, checkPositive, checkRate } from '../foundation/checks.js';
import { codedError } from '../foundation/errors.js';
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

export const OPTIMIZERS = Object.keys(OPTIMIZER_KEYS) as readonly OptimizerName[];

const NONE = { momentum: 0, nesterov: false, beta1: 0, beta2: 0, epsilon: 0, weightDecay: 0 };

/** As in torch.optim, except the learning rate of sgd: in PyTorch that has no default. */
const DEFAULTS: Readonly<Record<OptimizerName, OptimizerSpec>> = {
  sgd: { ...NONE, type: 'sgd', learningRate: 0.1 },
  adam: { ...NONE, type: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  adamw: { ...NONE, type: 'adamw', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
  rmsprop: { ...NONE, type: 'rmsprop', learningRate: 0.01, beta2: 0.99, epsilon: 1e-8 },
  adagrad: { ...NONE, type: 'adagrad', learningRate: 0.01, epsilon: 1e-10 },
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

export function resolveOptimizer(value: unknown): OptimizerSpec {
  if (value === undefined) return DEFAULTS.sgd;
  if (typeof value === 'string') return DEFAULTS[checkName('create: optimizer', value, OPTIMIZERS)];
  const everyKey = [...new Set(Object.values(OPTIMIZER_KEYS).flat())];
  const type = checkName('create: optimizer.type', checkObject('create: optimizer', value, everyKey).type, OPTIMIZERS);
  const o = checkObject('create: optimizer', value, OPTIMIZER_KEYS[type]);
  const defaults = DEFAULTS[type];
  const pick = (key: string, fallback: number, check: (where: string, value: unknown) => number): number =>
    o[key] === undefined ? fallback : check(`create: optimizer.${key}`, o[key]);
  const nesterov = o.nesterov !== undefined && checkBoolean('create: optimizer.nesterov', o.nesterov);
  const momentum = pick('momentum', defaults.momentum, checkFraction);
  if (nesterov && momentum === 0) {
    const mend = 'Give momentum as well: { type: "sgd", momentum: 0.9, nesterov: true }.';
    throw codedError('ERR_INVALID_OPTION', `create: optimizer.nesterov needs a momentum above 0. ${mend}`);
  }
  return {
    type,
    learningRate: pick('learningRate', defaults.learningRate, checkRate),
    momentum,
    nesterov,
    beta1: pick('beta1', defaults.beta1, checkFraction),
    beta2: pick(type === 'rmsprop' ? 'decay' : 'beta2', defaults.beta2, checkFraction),
    // Above 0: where gradients are 0, steps divide by it.
    epsilon: pick('epsilon', defaults.epsilon, checkPositive),
    weightDecay: pick('weightDecay', defaults.weightDecay, checkRate),
  };
}

/** The share of the past that a running mean keeps: below 1 in float32 too. */
function checkFraction(where: string, value: unknown): number {
  return checkNumber(where, value, 'a number from 0 to below 1', (v) => v >= 0 && Math.fround(v) < 1);
}
