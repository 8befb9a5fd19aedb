/** What `fit` takes: types, defaults, validation. */
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkNumber,
  checkObject,
  checkPositive,
  checkRate,
} from '../checks.js';
import type { Samples } from '../data/samples.js';
import type { Labels } from '../data/targets.js';
import { codedError, describe } from '../errors.js';
import type { EpochResult, Progress } from './history.js';

/**
 * A learning rate that follows the epochs, which count from 1 over all fits. It starts at `learningRate`, by default the
 * optimizer's.
 *
 * - `step`: times `factor` (default 0.1) after each `every` epochs (default 10);
 * - `exponential`: times `factor` (default 0.99) after each epoch;
 * - `cosine`: down to `minimum` (default 0) along half a cosine that takes `epochs`, by default up to the last of this fit;
 * - `warmup`: up to `learningRate` in even steps over `epochs` (default 5), then `after`: that rate, another one, or a schedule.
 */
export type Schedule =
  | { type: 'step'; learningRate?: number; every?: number; factor?: number }
  | { type: 'exponential'; learningRate?: number; factor?: number }
  | { type: 'cosine'; learningRate?: number; epochs?: number; minimum?: number }
  | { type: 'warmup'; learningRate?: number; epochs?: number; after?: number | Schedule };

/** The learning rate of an epoch, counted from 1 over all fits. */
export type LearningRate = (epoch: number) => number;

/**
 * Stops a fit that gets no better. The validation loss counts, or the loss where nothing validates. The weights of the best epoch
 * are restored when the fit stops or completes.
 */
export interface EarlyStopping {
  /** Epochs in a row without improvement before it stops, 1 or more. */
  patience: number;
  /** Default 0. What counts as improvement: a loss lower than the best by more than this. */
  minDelta?: number;
  /** Default true. */
  restoreBest?: boolean;
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
  /** Default none. */
  earlyStopping?: EarlyStopping;
  /** Instead of the optimizer's: a number, a function of the epoch (from 1), or a schedule. */
  learningRate?: number | LearningRate | Schedule;
  /** How much the samples of each class count, by index, or in an object by label (by index without labels); 1 for the others. */
  classWeights?: readonly number[] | Record<string, number>;
  /** How much each sample counts, at least 0, times the weight of its class. Losses are divided by the number of samples. */
  sampleWeights?: Float32Array | readonly number[];
  /** Longest gradient of all layers together, as a Euclidean norm: a longer one is shortened to it. */
  clipNorm?: number;
  /** Largest magnitude of a derivative: a larger one is cut to it, before clipNorm. */
  clipValue?: number;
  /** Default false: true trains in a worker, so that the calling thread stays free. The same bits. */
  background?: boolean;
  /** After each epoch; a promise that it returns is awaited. */
  onEpoch?: (result: EpochResult) => void;
  /** At most about ten times a second, and once at the end. */
  onProgress?: (progress: Progress) => void;
  /** Aborting it rejects the fit with `signal.reason`, the weights as after a whole number of batches. */
  signal?: AbortSignal;
}

/** Some samples of a stream with their targets. */
export interface Batch {
  inputs: Samples;
  targets: Samples | Labels;
}

/** What fitStream is given: called once per epoch, it begins the stream anew. */
export type Batches = () => AsyncIterable<Batch> | Iterable<Batch>;

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

/** A fit with every option decided. */
export interface FitSpec {
  readonly epochs: number;
  /** Undefined where the options name none. */
  readonly batchSize: number | undefined;
  readonly shuffle: boolean | undefined;
  readonly validation: number | { inputs: Samples; targets: Samples | Labels } | undefined;
  /** Not proven yet (early-stopping.ts). */
  readonly earlyStopping: unknown;
  /** A schedule is not proven yet (schedule.ts). */
  readonly learningRate: number | LearningRate | Schedule;
  /** Not proven yet: what they must be depends on the samples. */
  readonly classWeights: unknown;
  readonly sampleWeights: unknown;
  readonly clipNorm: number | undefined;
  readonly clipValue: number | undefined;
  readonly background: boolean;
  readonly onEpoch: FitOptions['onEpoch'];
  readonly onProgress: FitOptions['onProgress'];
  readonly signal: AbortSignal | undefined;
}

/** Proves the options of `call`, fit or fitStream, or throws. `learningRate` is the optimizer's. */
export function resolveFit(call: string, options: unknown, learningRate: number): FitSpec {
  const o = checkObject(`${call}: options`, options === undefined ? {} : options, FIT_KEYS);
  const optional = <T>(key: string, check: (where: string, value: unknown) => T): T | undefined =>
    o[key] === undefined ? undefined : check(`${call}: ${key}`, o[key]);
  return {
    epochs: optional('epochs', checkCount) ?? 100,
    batchSize: optional('batchSize', checkCount),
    shuffle: optional('shuffle', checkBoolean),
    validation: optional('validation', checkValidation),
    earlyStopping: copyOf(o.earlyStopping),
    learningRate: optional('learningRate', checkLearningRate) ?? learningRate,
    classWeights: copyOf(o.classWeights),
    sampleWeights: copyOf(o.sampleWeights),
    clipNorm: optional('clipNorm', checkPositive),
    clipValue: optional('clipValue', checkPositive),
    background: optional('background', checkBoolean) ?? false,
    onEpoch: optional('onEpoch', checkFunction<NonNullable<FitOptions['onEpoch']>>),
    onProgress: optional('onProgress', checkFunction<NonNullable<FitOptions['onProgress']>>),
    signal: optional('signal', checkSignal),
  };
}

/** A copy of what is proven after a wait, when the caller may have changed his own. What cannot be cloned is refused there. */
function copyOf(value: unknown): unknown {
  try {
    // A clone of part of a buffer would be one of all of it.
    return value instanceof Float32Array ? value.slice() : structuredClone(value);
  } catch {
    return value;
  }
}

export function checkCount(where: string, value: unknown): number {
  return checkInteger(where, value, 1, 2 ** 31 - 1);
}

function checkValidation(where: string, value: unknown): FitSpec['validation'] {
  if (typeof value === 'number') {
    return checkNumber(where, value, 'a fraction above 0 and below 1', (v) => v > 0 && v < 1);
  }
  const o = checkObject(where, value, ['inputs', 'targets']);
  return { inputs: o.inputs as Samples, targets: o.targets as Samples | Labels };
}

function checkLearningRate(where: string, value: unknown): FitSpec['learningRate'] {
  if (typeof value === 'function') {
    return (epoch) => {
      const rate: unknown = value(epoch);
      // A promise is refused below; that it may reject later must not end the process.
      if (rate instanceof Promise) rate.catch(() => undefined);
      return checkRate(`${where}(${epoch})`, rate);
    };
  }
  if (typeof value === 'object' && value !== null) return copyOf(value) as Schedule;
  return checkRate(where, value);
}

function checkSignal(where: string, value: unknown): AbortSignal {
  if (!(value instanceof AbortSignal)) {
    const mend = value instanceof AbortController ? ' Give controller.signal.' : '';
    throw codedError('ERR_INVALID_TYPE', `${where} is ${describe(value)}, expected an AbortSignal.${mend}`);
  }
  return value;
}
