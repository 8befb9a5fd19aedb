/** What `fit` takes: types, defaults, validation. */
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkName,
  checkNumber,
  checkObject,
  checkRate,
  unsupported,
} from '../checks.js';
import type { Samples } from '../data/samples.js';
import type { Labels } from '../data/targets.js';
import { codedError, describe } from '../errors.js';

/** One epoch, as onEpoch and the history report it. */
export interface EpochResult {
  /** From 1, going on over several calls of fit. */
  epoch: number;
  /** Mean over the epoch's samples of the loss before each step. */
  loss: number;
  /** Share of right predictions among them; only where targets are classes or probabilities. */
  accuracy?: number;
  validationLoss?: number;
  validationAccuracy?: number;
  learningRate: number;
  seconds: number;
}

export interface History {
  epochs: EpochResult[];
  /** The epoch with the lowest validation loss, or loss where nothing was split off. */
  bestEpoch: number;
  stopped: 'completed' | 'earlyStopping';
  seconds: number;
  /** Samples trained on per second of training: without validation, callbacks and other work of the event loop. */
  samplesPerSecond: number;
}

export interface Progress {
  epoch: number;
  /** Trained on so far in this fit. */
  samples: number;
  samplesPerSecond: number;
  /** Of the whole fit, from 0 to 1. */
  fraction: number;
}

/** A learning rate that follows the epochs. Not built yet; give a function of the epoch instead. */
export interface Schedule {
  type: 'step' | 'exponential' | 'cosine' | 'warmup';
  [parameter: string]: unknown;
}

export interface FitOptions {
  /** Default 100. */
  epochs?: number;
  /** Default 32; 1 is the tutorial's stochastic gradient descent. */
  batchSize?: number;
  /** Default true: a new order each epoch, from the seed. */
  shuffle?: boolean;
  /** A fraction of the samples, split off shuffled and stratified for classes, or samples of their own. */
  validation?: number | { inputs: Samples; targets: Samples | Labels };
  /** Not built yet. */
  earlyStopping?: { patience: number; minDelta?: number; restoreBest?: boolean };
  /** Instead of the optimizer's: a number, or a function of the epoch (from 1). */
  learningRate?: number | ((epoch: number) => number) | Schedule;
  /** Not built yet. */
  classWeights?: readonly number[] | Record<string, number>;
  /** Not built yet. */
  sampleWeights?: Float32Array | readonly number[];
  /** Not built yet. */
  clipNorm?: number;
  /** Not built yet. */
  clipValue?: number;
  /** Not built yet. */
  background?: boolean;
  onEpoch?: (result: EpochResult) => void;
  /** At most about ten times a second, and once at the end. */
  onProgress?: (progress: Progress) => void;
  /** Aborting it rejects the fit with `signal.reason`, the weights as after a whole number of batches. */
  signal?: AbortSignal;
}

const FIT_KEYS = [
  'epochs',
  'batchSize',
  'shuffle',
  'validation',
  'earlyStopping',
  'learningRate',
  'classWeights',
  'sampleWeights',
  'clipNorm',
  'clipValue',
  'background',
  'onEpoch',
  'onProgress',
  'signal',
];

/** What this version refuses, with what to do instead. */
const UNSUPPORTED: Record<string, string> = {
  earlyStopping: 'Stop from onEpoch with an AbortController.',
  classWeights: 'Repeat the samples of rare classes.',
  sampleWeights: 'Repeat the samples that count more.',
  clipNorm: 'Use a smaller learningRate.',
  clipValue: 'Use a smaller learningRate.',
};

/** A fit with every option decided. */
export interface FitSpec {
  readonly epochs: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly validation: number | { inputs: Samples; targets: Samples | Labels } | undefined;
  readonly learningRate: (epoch: number) => number;
  readonly onEpoch: FitOptions['onEpoch'];
  readonly onProgress: FitOptions['onProgress'];
  readonly signal: AbortSignal | undefined;
}

/** Proves the options of `fit`, or throws. `learningRate` is the optimizer's. */
export function resolveFit(options: unknown, learningRate: number): FitSpec {
  const o = checkObject('fit: options', options === undefined ? {} : options, FIT_KEYS);
  for (const [key, instead] of Object.entries(UNSUPPORTED)) {
    if (o[key] !== undefined) throw unsupported(`fit: ${key}`, instead);
  }
  if (o.background !== undefined && checkBoolean('fit: background', o.background)) {
    throw unsupported('fit: background', 'Leave it out: fit gives way to the event loop every few milliseconds.');
  }
  return {
    epochs: o.epochs === undefined ? 100 : checkInteger('fit: epochs', o.epochs, 1, 2 ** 31 - 1),
    batchSize: o.batchSize === undefined ? 32 : checkInteger('fit: batchSize', o.batchSize, 1, 2 ** 31 - 1),
    shuffle: o.shuffle === undefined ? true : checkBoolean('fit: shuffle', o.shuffle),
    validation: resolveValidation(o.validation),
    learningRate: resolveLearningRate(o.learningRate, learningRate),
    onEpoch: o.onEpoch === undefined ? undefined : checkFunction('fit: onEpoch', o.onEpoch),
    onProgress: o.onProgress === undefined ? undefined : checkFunction('fit: onProgress', o.onProgress),
    signal: resolveSignal(o.signal),
  };
}

function resolveValidation(value: unknown): FitSpec['validation'] {
  if (value === undefined) return undefined;
  if (typeof value === 'number') {
    return checkNumber('fit: validation', value, 'a fraction above 0 and below 1', (v) => v > 0 && v < 1);
  }
  const o = checkObject('fit: validation', value, ['inputs', 'targets']);
  return { inputs: o.inputs as Samples, targets: o.targets as Samples | Labels };
}

function resolveLearningRate(value: unknown, fallback: number): (epoch: number) => number {
  if (value === undefined) return () => fallback;
  if (typeof value === 'function') {
    return (epoch) => {
      const rate: unknown = value(epoch);
      // A promise is refused below; that it may reject later must not end the process.
      if (rate instanceof Promise) rate.catch(() => undefined);
      return checkRate(`fit: learningRate(${epoch})`, rate);
    };
  }
  if (typeof value === 'object' && value !== null) {
    const schedules = ['step', 'exponential', 'cosine', 'warmup'];
    checkName('fit: learningRate.type', (value as { type?: unknown }).type, schedules);
    throw unsupported(
      'fit: learningRate as a schedule',
      'Give a function of the epoch: (epoch) => 0.1 * 0.99 ** epoch.',
    );
  }
  const rate = checkRate('fit: learningRate', value);
  return () => rate;
}

function resolveSignal(value: unknown): AbortSignal | undefined {
  if (value === undefined) return undefined;
  if (!(value instanceof AbortSignal)) {
    const mend = value instanceof AbortController ? ' Give controller.signal.' : '';
    throw codedError('ERR_INVALID_TYPE', `fit: signal is ${describe(value)}, expected an AbortSignal.${mend}`);
  }
  return value;
}
