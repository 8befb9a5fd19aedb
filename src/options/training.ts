/** How a network learns: its loss and its optimizer, options proven, defaults filled in. */
import { checkBoolean, checkName, checkObject, checkRate, unsupported } from '../checks.js';
import { codedError, describe } from '../errors.js';
import type { BuiltActivation } from './layers.js';
import type { Loss, OptimizerName } from './types.js';

const LOSSES: readonly Loss[] = [
  'meanSquaredError',
  'meanAbsoluteError',
  'huber',
  'binaryCrossEntropy',
  'categoricalCrossEntropy',
];
const BUILT_LOSSES = ['meanSquaredError', 'binaryCrossEntropy', 'categoricalCrossEntropy'] as const;

const OPTIMIZER_KEYS: Record<OptimizerName, readonly string[]> = {
  sgd: ['type', 'learningRate', 'momentum', 'nesterov', 'weightDecay'],
  adam: ['type', 'learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay'],
  adamw: ['type', 'learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay'],
  rmsprop: ['type', 'learningRate', 'decay', 'epsilon'],
  adagrad: ['type', 'learningRate', 'epsilon'],
};

export type BuiltLoss = (typeof BUILT_LOSSES)[number];

/** By default the loss that belongs to the output's activation. */
export function resolveLoss(value: unknown, activation: BuiltActivation): BuiltLoss {
  if (value === undefined) {
    if (activation === 'softmax') return 'categoricalCrossEntropy';
    return activation === 'sigmoid' ? 'binaryCrossEntropy' : 'meanSquaredError';
  }
  const name = checkName('create: loss', value, LOSSES);
  const loss = BUILT_LOSSES.find((built) => built === name);
  if (loss === undefined)
    throw unsupported(`create: loss ${describe(name)}`, `Use one of: ${BUILT_LOSSES.join(', ')}.`);
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

/** The one optimizer that is built: plain stochastic gradient descent. */
export interface OptimizerSpec {
  readonly learningRate: number;
  readonly weightDecay: number;
}

const SGD: OptimizerSpec = { learningRate: 0.1, weightDecay: 0 };

export function resolveOptimizer(value: unknown): OptimizerSpec {
  if (value === undefined) return SGD;
  const names = Object.keys(OPTIMIZER_KEYS) as OptimizerName[];
  if (typeof value === 'string') {
    if (checkName('create: optimizer', value, names) === 'sgd') return SGD;
    throw unsupported(`create: optimizer ${describe(value)}`, 'Use "sgd".');
  }
  const everyKey = [...new Set(Object.values(OPTIMIZER_KEYS).flat())];
  const type = checkName('create: optimizer.type', checkObject('create: optimizer', value, everyKey).type, names);
  const o = checkObject('create: optimizer', value, OPTIMIZER_KEYS[type]);
  if (type !== 'sgd') throw unsupported(`create: optimizer.type ${describe(type)}`, 'Use type: "sgd".');
  const rate = (key: string, fallback: number): number =>
    o[key] === undefined ? fallback : checkRate(`create: optimizer.${key}`, o[key]);
  if (rate('momentum', 0) > 0) {
    throw unsupported('create: optimizer.momentum', 'Leave it out for plain stochastic gradient descent.');
  }
  if (o.nesterov !== undefined && checkBoolean('create: optimizer.nesterov', o.nesterov)) {
    throw unsupported('create: optimizer.nesterov', 'Leave it out for plain stochastic gradient descent.');
  }
  return {
    learningRate: rate('learningRate', SGD.learningRate),
    weightDecay: rate('weightDecay', SGD.weightDecay),
  };
}
