/** Checks the options of an optimizer, and fills in defaults. */
import { checkBoolean, checkNumber, checkObject, checkPositive, checkRate } from '../foundation/checks.js';
import { codedError } from '../foundation/errors.js';
import { checkName } from '../foundation/more-checks.js';
import { OPTIMIZERS } from './names.js';
import { OPTIMIZER_KEYS, type OptimizerSpec, PLAIN_SGD } from './optimizers.js';
import type { OptimizerName } from './types.js';

/** As in torch.optim, except the learning rate of sgd: in PyTorch that has no default. */
const DEFAULTS: Readonly<Record<OptimizerName, OptimizerSpec>> = {
  sgd: PLAIN_SGD,
  adam: { ...PLAIN_SGD, type: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  adamw: {
    ...PLAIN_SGD,
    type: 'adamw',
    learningRate: 0.001,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0.01,
  },
  rmsprop: { ...PLAIN_SGD, type: 'rmsprop', learningRate: 0.01, beta2: 0.99, epsilon: 1e-8 },
  adagrad: { ...PLAIN_SGD, type: 'adagrad', learningRate: 0.01, epsilon: 1e-10 },
};

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
