/** The options of `fit` and `fitStream`: types, defaults, checks. What only some fits have is checked where its code is loaded. */

import type { Samples } from '../data/samples.js';
import type { Labels } from '../data/targets.js';
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkNumber,
  checkObject,
  checkPositive,
  checkRate,
} from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';
import { isOutOfMemory, sliceOf } from '../foundation/memory.js';
import type { EpochResult, Progress } from './history.js';

/**
 * A learning rate that follows the epochs. Epochs count from 1 over all fits. A schedule starts at `learningRate`, by default the
 * optimizer's.
 *
 * - `step`: multiplies it by `factor` (default 0.1) after every `every` epochs (default 10);
 * - `exponential`: multiplies it by `factor` (default 0.99) after each epoch;
 * - `cosine`: lowers it to `minimum` (default 0) along half a cosine over `epochs`, by default up to the last epoch of this fit;
 * - `warmup`: raises it to `learningRate` in even steps over `epochs` (default 5). Then comes `after`: the same rate (default),
 *   another rate, or a schedule.
 */
export type Schedule =
  | { type: 'step'; learningRate?: number; every?: number; factor?: number }
  | { type: 'exponential'; learningRate?: number; factor?: number }
  | { type: 'cosine'; learningRate?: number; epochs?: number; minimum?: number }
  | { type: 'warmup'; learningRate?: number; epochs?: number; after?: number | Schedule };

/** The learning rate of an epoch, counted from 1 over all fits. */
export type LearningRate = (epoch: number) => number;

/**
 * Stops a fit that gets no better. It looks at the validation loss, or at the loss where nothing validates. When the fit stops or
 * completes, the weights of its best epoch are restored.
 */
export interface EarlyStopping {
  /** It stops after so many epochs in a row without improvement. 1 or more. */
  patience: number;
  /** Default 0. A loss counts as an improvement if it is lower than the best one by more than this. */
  minDelta?: number;
  /** Default true. */
  restoreBest?: boolean;
}

export interface FitOptions {
  /** Default 100. */
  epochs?: number;
  /** Samples per step. Default 32; 1 is the tutorial's stochastic gradient descent. */
  batchSize?: number;
  /** Default true: a new order in each epoch, decided by the seed. */
  shuffle?: boolean;
  /** A fraction of the samples, which is split off at random (each class in proportion), or other samples. Default none. */
  validation?: number | { inputs: Samples; targets: Samples | Labels };
  /** Default none: the fit trains all its epochs. */
  earlyStopping?: EarlyStopping;
  /** Default the optimizer's. A number, a function of the epoch (counted from 1), or a schedule. */
  learningRate?: number | LearningRate | Schedule;
  /**
   * How much the samples of each class count: an array by class index, or an object by label (without labels by index). A class that
   * the object does not name counts 1.
   */
  classWeights?: readonly number[] | Record<string, number>;
  /** How much each sample counts, 0 or more; times the weight of its class. Losses are still divided by the number of samples. */
  sampleWeights?: Float32Array | readonly number[];
  /** Longest gradient of all layers together, as a Euclidean norm. A longer one is shortened to it. */
  clipNorm?: number;
  /** Largest magnitude of a derivative. A larger one is cut to it, before clipNorm looks at the gradient. */
  clipValue?: number;
  /** Default false. True trains in a worker, to the same bits, and the calling thread stays free. */
  background?: boolean;
  /** Called after each epoch. A promise that it returns is awaited. */
  onEpoch?: (result: EpochResult) => void;
  /** Called at most about ten times a second, and once at the end. */
  onProgress?: (progress: Progress) => void;
  /** When it aborts, the fit rejects with `signal.reason`. The weights are those after a whole number of batches. */
  signal?: AbortSignal;
}

/** A batch of a stream: some samples with their targets. */
export interface Batch {
  inputs: Samples;
  targets: Samples | Labels;
}

/** What fitStream takes: a function that begins the stream anew. It is called once per epoch. */
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

/** What a fit of in-memory samples does by default. */
export const FIT_DEFAULTS = { batchSize: 32, shuffle: true } as const;

/** A fit with every option decided. */
export interface FitSpec {
  readonly epochs: number;
  /** Undefined where the caller named none. */
  readonly batchSize: number | undefined;
  readonly shuffle: boolean | undefined;
  readonly validation: number | { inputs: Samples; targets: Samples | Labels } | undefined;
  /** Not checked yet (early-stopping.ts). */
  readonly earlyStopping: unknown;
  /** A schedule is not checked yet (schedule.ts). */
  readonly learningRate: number | LearningRate | Schedule;
  /** Not checked yet: what they must be depends on the samples. */
  readonly classWeights: unknown;
  readonly sampleWeights: unknown;
  readonly clipNorm: number | undefined;
  readonly clipValue: number | undefined;
  readonly background: boolean;
  readonly onEpoch: FitOptions['onEpoch'];
  readonly onProgress: FitOptions['onProgress'];
  readonly signal: AbortSignal | undefined;
}

/** Checks the options of `call`, fit or fitStream, or throws. `learningRate` is the optimizer's. */
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

/** A copy of what is checked after a wait: the caller may change the original meanwhile. The check refuses what cannot be cloned. */
function copyOf(value: unknown): unknown {
  try {
    // structuredClone would copy all of the buffer that the array is a part of.
    return value instanceof Float32Array ? sliceOf(value) : structuredClone(value);
  } catch (error) {
    if (isOutOfMemory(error)) throw error;
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
      // The check below refuses a promise. If it rejects later, that must not end the process.
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
