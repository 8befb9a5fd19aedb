/** How a network learns: its loss and its optimizer, options proven, defaults filled in. */
import { checkBoolean, checkName, checkNumber, checkObject, checkPositive, checkRate, unsupported } from '../checks.js';
import { codedError } from '../errors.js';
import type { Activation, Loss, OptimizerName } from './types.js';

/** In the order of their codes in assembly/abi.ts. */
export const LOSSES: readonly Loss[] = [
  'meanSquaredError',
  'binaryCrossEntropy',
  'categoricalCrossEntropy',
  'meanAbsoluteError',
  'huber',
];

/** Whether targets are probabilities to a loss; any numbers else. */
export function takesProbabilities(loss: Loss): boolean {
  return loss === 'binaryCrossEntropy' || loss === 'categoricalCrossEntropy';
}

/** The options of each. */
export const OPTIMIZER_KEYS: Record<OptimizerName, readonly string[]> = {
  sgd: ['type', 'learningRate', 'momentum', 'nesterov', 'weightDecay'],
  adam: ['type', 'learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay'],
  adamw: ['type', 'learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay'],
  rmsprop: ['type', 'learningRate', 'decay', 'epsilon'],
  adagrad: ['type', 'learningRate', 'epsilon'],
};

/** By default the loss that belongs to the output's activation. */
export function resolveLoss(value: unknown, activation: Activation): Loss {
  if (value === undefined) {
    if (activation === 'softmax') return 'categoricalCrossEntropy';
    return activation === 'sigmoid' ? 'binaryCrossEntropy' : 'meanSquaredError';
  }
  const loss = checkName('create: loss', value, LOSSES);
  if (loss === 'categoricalCrossEntropy' && activation !== 'softmax') {
    const mend = 'Give the output layer activation: "softmax".';
    throw codedError(
      'ERR_INVALID_OPTION',
      `create: loss categoricalCrossEntropy on a ${activation} output layer. ${mend}`,
    );
  }
  if (loss === 'binaryCrossEntropy' && activation === 'softmax') {
    // Its derivative divides by 1 - y, which float32 rounds to 0 where the network is sure.
    throw unsupported(
      'create: loss binaryCrossEntropy on a softmax output layer',
      'Use categoricalCrossEntropy, or sigmoid.',
    );
  }
  if (loss === 'binaryCrossEntropy' && activation !== 'sigmoid') {
    const mend = 'It needs outputs between 0 and 1: give the output layer activation: "sigmoid".';
    throw codedError('ERR_INVALID_OPTION', `create: loss binaryCrossEntropy on a ${activation} output layer. ${mend}`);
  }
  return loss;
}

/** An optimizer with every parameter decided; what a type does not have is 0. */
export interface OptimizerSpec {
  readonly type: OptimizerName;
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly beta1: number;
  /** Of adam and adamw; the decay of rmsprop, which is the same to it. */
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

const NONE = { momentum: 0, nesterov: false, beta1: 0, beta2: 0, epsilon: 0, weightDecay: 0 };

/** As in torch.optim, but for the learning rate of sgd, which PyTorch wants to be told. */
const DEFAULTS: Record<OptimizerName, OptimizerSpec> = {
  sgd: { ...NONE, type: 'sgd', learningRate: 0.1 },
  adam: { ...NONE, type: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  adamw: { ...NONE, type: 'adamw', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
  rmsprop: { ...NONE, type: 'rmsprop', learningRate: 0.01, beta2: 0.99, epsilon: 1e-8 },
  adagrad: { ...NONE, type: 'adagrad', learningRate: 0.01, epsilon: 1e-10 },
};

export function resolveOptimizer(value: unknown): OptimizerSpec {
  const names = Object.keys(DEFAULTS) as OptimizerName[];
  if (value === undefined) return DEFAULTS.sgd;
  if (typeof value === 'string') return DEFAULTS[checkName('create: optimizer', value, names)];
  const everyKey = [...new Set(Object.values(OPTIMIZER_KEYS).flat())];
  const type = checkName('create: optimizer.type', checkObject('create: optimizer', value, everyKey).type, names);
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
    // Steps divide by it where gradients are 0.
    epsilon: pick('epsilon', defaults.epsilon, checkPositive),
    weightDecay: pick('weightDecay', defaults.weightDecay, checkRate),
  };
}

/** Of the past that a running mean keeps: below 1 in float32 too. */
function checkFraction(where: string, value: unknown): number {
  return checkNumber(where, value, 'a number from 0 to below 1', (v) => v >= 0 && Math.fround(v) < 1);
}
