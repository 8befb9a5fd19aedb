/** The options of `fit` and `fitStream`: types, defaults, checks. What only some fits have is checked where its code is loaded. */

import type { Row } from '../columns/types.js';
import type { Share } from '../data/pack.js';
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
  copyOf,
  plainOptions,
} from '../foundation/checks.js';
import { codedError, describe, tagOf } from '../foundation/errors.js';
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
  | { type: 'step'; learningRate?: number | undefined; every?: number | undefined; factor?: number | undefined }
  | { type: 'exponential'; learningRate?: number | undefined; factor?: number | undefined }
  | { type: 'cosine'; learningRate?: number | undefined; epochs?: number | undefined; minimum?: number | undefined }
  | {
      type: 'warmup';
      learningRate?: number | undefined;
      epochs?: number | undefined;
      after?: number | Schedule | undefined;
    };

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
  minDelta?: number | undefined;
  /** Default true. */
  restoreBest?: boolean | undefined;
}

/**
 * Stops a fit that is good enough, or that took long enough; it then resolves, and `stopped` is 'stopAt'. Loss and accuracy are those of
 * the samples that validate, if there are any. The time is looked at after a few milliseconds of batches: the last epoch may be shorter
 * than the others, and its loss is that of the samples it took.
 */
export interface StopAt {
  /** Stops after the first epoch with this loss or a lower one. */
  loss?: number | undefined;
  /** Stops after the first epoch with this accuracy or a higher one. */
  accuracy?: number | undefined;
  /** Stops after so much time. */
  seconds?: number | undefined;
}

export interface FitOptions {
  /** Default 100. */
  epochs?: number | undefined;
  /** Samples per step. Default 32; 1 is the tutorial's stochastic gradient descent. */
  batchSize?: number | undefined;
  /** Default true: a new order in each epoch, decided by the seed. */
  shuffle?: boolean | undefined;
  /**
   * A fraction of the samples, which is split off at random (each class in proportion); `{ last }`, the last ones, for series: so many, or a
   * fraction below 1; or other samples: of a network with columns rows of a table, by themselves where they have the targets. Default none.
   */
  validation?:
    | number
    | { last: number }
    | { inputs: Samples; targets: Samples | Labels }
    | { inputs: readonly Row[]; targets?: Samples | Labels | undefined }
    | readonly Row[]
    | undefined;
  /** Default none: the fit trains all its epochs. */
  earlyStopping?: EarlyStopping | undefined;
  /** Default none. */
  stopAt?: StopAt | undefined;
  /** Default the optimizer's. A number, a function of the epoch (counted from 1), or a schedule. */
  learningRate?: number | LearningRate | Schedule | undefined;
  /**
   * How much the samples of each class count: an array by class index, or an object by label (without labels by index). A class that
   * the object does not name counts 1.
   */
  classWeights?: readonly number[] | Readonly<Record<string, number | undefined>> | undefined;
  /** How much each sample counts, 0 or more; times the weight of its class. Losses are still divided by the number of samples. */
  sampleWeights?: Float32Array | readonly number[] | undefined;
  /** Longest gradient of all layers together, as a Euclidean norm. A longer one is shortened to it. */
  clipNorm?: number | undefined;
  /** Largest magnitude of a derivative. A larger one is cut to it, before clipNorm looks at the gradient. */
  clipValue?: number | undefined;
  /**
   * Default false. True learns the scaling anew from the samples of this fit, and rewrites the first layer, and the last one where targets
   * are scaled, so that predictions stay as they are. The optimizer then begins anew.
   */
  relearnScaling?: boolean | undefined;
  /**
   * Default false. True trains in a worker, to the same bits, and the calling thread stays free. `workerUrl` does too, and says where a
   * copy of the package's dist/worker.js is, for bundles that cannot find it: an address (a TrustedScriptURL too), in Node also a path.
   */
  background?: boolean | { workerUrl: string | URL | { toJSON(): string } } | undefined;
  /**
   * Called after each epoch. A promise that it returns is awaited. If it returns false, or a promise of false, the fit stops after this
   * epoch and resolves.
   */
  onEpoch?: ((result: EpochResult) => void) | ((result: EpochResult) => false | Promise<unknown>) | undefined;
  /** Called at most about ten times a second, and once at the end. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** When it aborts, the fit rejects with `signal.reason`. The weights are those after a whole number of batches. */
  signal?: AbortSignal | undefined;
}

/** Options of one step by `trainOnBatch`. */
export interface StepOptions {
  /** Default the optimizer's. */
  learningRate?: number | undefined;
  /** Longest gradient of all layers together, as a Euclidean norm. A longer one is shortened to it. */
  clipNorm?: number | undefined;
  /** Largest magnitude of a derivative. A larger one is cut to it, before clipNorm looks at the gradient. */
  clipValue?: number | undefined;
  /** How much each sample counts. A weight below 0 makes its loss grow: for policy gradients, the advantage of each action. */
  sampleWeights?: ArrayLike<number> | undefined;
}

/** A batch of a stream: some samples with their targets; of a network with columns rows of a table, which may have the targets. */
export type Batch =
  | { inputs: Samples; targets: Samples | Labels }
  | { inputs: readonly Row[]; targets?: Samples | Labels | undefined }
  | readonly Row[];

/** What fitStream takes: a function that begins the stream anew. It is called once per epoch. */
export type Batches = () => AsyncIterable<Batch> | Iterable<Batch>;

const FIT_KEYS = [
  'epochs',
  'batchSize',
  'shuffle',
  'validation',
  'earlyStopping',
  'stopAt',
  'learningRate',
  'classWeights',
  'sampleWeights',
  'clipNorm',
  'clipValue',
  'relearnScaling',
  'background',
  'onEpoch',
  'onProgress',
  'signal',
];

/** What a fit of in-memory samples does by default. */
export const FIT_DEFAULTS = { epochs: 100, batchSize: 32, shuffle: true } as const;

/** A fit with every option decided. */
export interface FitSpec {
  readonly epochs: number;
  /** Undefined where the caller named none. */
  readonly batchSize: number | undefined;
  readonly shuffle: boolean | undefined;
  /** `last` is not checked yet (split.ts). */
  readonly validation: Share | { inputs: Samples; targets: Samples | Labels } | undefined;
  /** Not checked yet (early-stopping.ts). */
  readonly earlyStopping: unknown;
  /** Not checked yet (stop-at.ts). */
  readonly stopAt: unknown;
  /** Only a number is checked yet (schedule.ts has the rest). */
  readonly learningRate: unknown;
  /** Not checked yet: what they must be depends on the samples. */
  readonly classWeights: unknown;
  readonly sampleWeights: unknown;
  readonly clipNorm: number | undefined;
  readonly clipValue: number | undefined;
  readonly relearnScaling: boolean | undefined;
  /** The address of the worker is not checked yet (threads.ts). */
  readonly background: boolean | { readonly workerUrl?: unknown };
  readonly onEpoch: FitOptions['onEpoch'];
  readonly onProgress: FitOptions['onProgress'];
  readonly signal: AbortSignal | undefined;
}

/** Checks the options of `call`, fit or fitStream, or throws. `learningRate` is the optimizer's. */
export function resolveFit(call: string, options: unknown, learningRate: number): FitSpec {
  const o = checkObject(`${call}: options`, options === undefined ? {} : options, FIT_KEYS);
  const optional = optionalOf(call, o);
  const rate = o.learningRate === undefined ? learningRate : o.learningRate;
  return {
    epochs: optional('epochs', checkCount) ?? FIT_DEFAULTS.epochs,
    batchSize: optional('batchSize', checkCount),
    shuffle: optional('shuffle', checkBoolean),
    validation: optional('validation', checkValidation),
    earlyStopping: copyOf(o.earlyStopping),
    stopAt: copyOf(o.stopAt),
    learningRate: typeof rate === 'number' ? checkRate(`${call}: learningRate`, rate) : copyOf(rate),
    classWeights: copyOf(o.classWeights),
    sampleWeights: copyOf(o.sampleWeights),
    clipNorm: optional('clipNorm', checkPositive),
    clipValue: optional('clipValue', checkPositive),
    relearnScaling: optional('relearnScaling', checkBoolean),
    background: optional('background', checkBackground) ?? false,
    onEpoch: optional('onEpoch', checkFunction<NonNullable<FitOptions['onEpoch']>>),
    onProgress: optional('onProgress', checkFunction<NonNullable<FitOptions['onProgress']>>),
    signal: optional('signal', checkSignal),
  };
}

/** The options of a step, checked, but for the sample weights. */
export interface StepSpec {
  readonly learningRate: number | undefined;
  readonly clipNorm: number | undefined;
  readonly clipValue: number | undefined;
  readonly sampleWeights: unknown;
}

/** Checks the options of trainOnBatch, or throws. */
export function resolveStep(call: string, options: unknown): StepSpec {
  const known = ['learningRate', 'clipNorm', 'clipValue', 'sampleWeights'];
  const o = plainOptions(options, known) ?? checkObject(`${call}: options`, options, known);
  const optional = optionalOf(call, o);
  return {
    learningRate: optional('learningRate', checkRate),
    clipNorm: optional('clipNorm', checkPositive),
    clipValue: optional('clipValue', checkPositive),
    sampleWeights: o.sampleWeights,
  };
}

/** A function that checks an option of the call, if it was given. */
function optionalOf(call: string, o: Record<string, unknown>) {
  return <T>(key: string, check: (where: string, value: unknown) => T): T | undefined =>
    o[key] === undefined ? undefined : check(`${call}: ${key}`, o[key]);
}

export function checkCount(where: string, value: unknown): number {
  return checkInteger(where, value, 1, 2 ** 31 - 1);
}

function checkBackground(where: string, value: unknown): FitSpec['background'] {
  if (tagOf(value) === 'Object') return checkObject(where, value, ['workerUrl']);
  return checkBoolean(where, value, 'true, false or { workerUrl }');
}

function checkValidation(where: string, value: unknown): FitSpec['validation'] {
  if (typeof value === 'number') {
    return checkNumber(where, value, 'a fraction above 0 and below 1', (v) => v > 0 && v < 1);
  }
  // Rows of a table have their targets.
  if (Array.isArray(value)) return { inputs: value, targets: undefined as unknown as Labels };
  return checkObject(where, value, ['inputs', 'targets', 'last']) as unknown as FitSpec['validation'];
}

function checkSignal(where: string, value: unknown): AbortSignal {
  if (!(value instanceof AbortSignal)) {
    throw codedError('ERR_INVALID_TYPE', `${where} is ${describe(value)}, expected an AbortSignal: controller.signal.`);
  }
  return value;
}
