/** What a fit reports: its epochs, its progress, how it ended. */

/** One epoch, as onEpoch and the history report it. */
export interface EpochResult {
  /** Counted from 1 over all fits of the network. */
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

/** What a hint is about. docs/training.md says what is measured for each. */
export type HintCode =
  | 'UNSCALED_INPUTS'
  | 'UNSCALED_TARGETS'
  | 'CONSTANT_OUTPUT'
  | 'DEAD_UNITS'
  | 'SATURATED_UNITS'
  | 'RATE_TOO_LARGE'
  | 'RATE_TOO_SMALL'
  | 'OVERFITTING'
  | 'UNBALANCED_CLASSES'
  | 'STALE_SCALING';

/** What a person who knows would say of a fit: for programs by its code, for people by its message, with figures and a mend. */
export interface Hint {
  readonly code: HintCode;
  readonly message: string;
}

export interface History {
  epochs: EpochResult[];
  /** The epoch with the lowest validation loss, or with the lowest loss where nothing validates. */
  bestEpoch: number;
  stopped: 'completed' | 'earlyStopping' | 'stopAt' | 'onEpoch';
  seconds: number;
  /** Samples trained on per second of training: without validation, callbacks and other work of the event loop. */
  samplesPerSecond: number;
  /** Why the network learned little, the most important cause first. Empty where nothing was found. */
  hints: readonly Hint[];
}

export interface Progress {
  epoch: number;
  /** Trained on so far in this fit. */
  samples: number;
  samplesPerSecond: number;
  /** The share of the whole fit that is done, from 0 to 1. */
  fraction: number;
}

/** Epochs are compared by their validation loss, or by their loss if nothing validates. NaN counts as Infinity, so that it never wins. */
export function scoreOf({ validationLoss, loss }: EpochResult): number {
  const score = validationLoss ?? loss;
  return Number.isNaN(score) ? Number.POSITIVE_INFINITY : score;
}

/** The first of the epochs with the lowest score. */
export function bestEpochOf(epochs: readonly EpochResult[]): number {
  return epochs.reduce((best, next) => (scoreOf(next) < scoreOf(best) ? next : best)).epoch;
}
