/** What searches take and give: plain data and functions of the user. */
import type { Network } from '../index.js';
import type { NetworkOptions } from '../options/types.js';
import type { Report } from '../report/report.js';
import type { FitOptions } from '../training/fit-options.js';
import type { Hint, History } from '../training/history.js';
import type { Trial } from './trial.js';

/**
 * Where trainings run: so many at a time on this machine; `'auto'`, one for each core; or the machines of a cluster (wasmlp/cluster). The
 * results are the same bits everywhere.
 */
export type Workers = number | 'auto' | Cluster;

/** Other machines, as `connectCluster` of wasmlp/cluster gives them. */
export interface Cluster {
  /** Ends the connection. The workers of the cluster stay. */
  close(): Promise<void>;
}

/** Figures of a network on samples that it did not train on. Those of classes or of numbers, as the targets are. */
export interface Scores {
  loss: number;
  accuracy?: number;
  balancedAccuracy?: number;
  macroF1?: number;
  rocAuc?: number;
  averagePrecision?: number;
  logLoss?: number;
  brier?: number;
  /** Means over the outputs. */
  r2?: number;
  rmse?: number;
  mae?: number;
}

/** One held-out part of the samples, and how a network did on it that was trained on the others. */
export interface FoldResult {
  /** From 0. */
  repeat: number;
  /** From 0. */
  fold: number;
  loss: number;
  accuracy?: number;
  report: Report;
  history: History;
}

export interface CrossValidation {
  folds: readonly FoldResult[];
  /** The means over the folds. */
  mean: Scores;
  /** Standard deviations of the folds, divided by their number, as numpy.std. */
  deviation: Scores;
  /** A table of the folds, their mean and deviation, and the baseline of reports; then the hints of the folds. */
  toString(): string;
}

/** How far a search or a cross-validation is. */
export interface SearchProgress {
  /** Trainings that ended, and how many there are in all: of a halving search as far as that is known. */
  finished: number;
  total: number;
  /** How many of those that ended were in the study already. */
  kept: number;
  /** The best trial so far, also one that halving goes on with. Undefined in a cross-validation, and while no trial has a score. */
  best: TrialStanding | undefined;
  /** The trial that was trained last, or, where halving goes on with it, the round of it that was. Undefined in a cross-validation. */
  latest: TrialStanding | undefined;
}

export interface CrossValidateSettings {
  /** From 2 to the number of samples. Default 10. */
  folds?: number | undefined;
  /** How often, with other folds each time. Default 1. */
  repeats?: number | undefined;
  /** Decides who is in which fold, and the first weights where the options have no seed. Default 0. */
  seed?: number | undefined;
  /** Options of each fit, without functions and `signal`. Early stopping needs a `validation`: the fold that judges has no say. */
  fit?: FitOptions | undefined;
  /** Default 'auto'. */
  workers?: Workers | undefined;
  /** The address of a copy of dist/search-worker.js, for bundles that cannot find it. */
  workerUrl?: string | URL | undefined;
  /** When it aborts, the call rejects with `signal.reason`. */
  signal?: AbortSignal | undefined;
  /** Called after each fold. */
  onProgress?: ((progress: SearchProgress) => void) | undefined;
}

/**
 * Successive halving: all trials train a little; the better part of them goes on, until few have trained all their epochs. A trial counts with
 * the best of its rounds.
 */
export interface Halving {
  /** One of so many trials goes on. A number above 1; default 3. */
  factor?: number | undefined;
  /** Epochs before the first choice. By default as many as let about one trial train all its epochs. */
  minEpochs?: number | undefined;
}

/** What is best: the lowest loss, the highest accuracy, or the lowest number that a function of the report gives. */
export type Score = 'loss' | 'accuracy' | ((report: Report) => number);

export interface SearchSettings {
  /** The options of a trial's network. The trial draws the values that are looked for: `trial.integer('units', 4, 64)`. */
  network: (trial: Trial) => NetworkOptions;
  /** Options of each fit, or a function of the trial, without functions in them and without `signal`. */
  fit?: FitOptions | ((trial: Trial) => FitOptions) | undefined;
  /** How many trials there are; of a grid at most. */
  trials: number;
  /** 'random' (default), or 'grid': all combinations of choices and of integers, one after another. */
  sampler?: 'random' | 'grid' | undefined;
  /** Decides everything that is drawn. Default 0. */
  seed?: number | undefined;
  /**
   * The samples that judge a trial: a fraction, the last ones, or each fold in turn. Default 0.2. Without folds, they also validate its fit
   * where `fit` has no validation of its own, so that early stopping looks at them. With folds, give `fit` a validation beside
   * `earlyStopping`: without one that looks at the training loss, and seldom stops.
   */
  validation?: number | { last: number } | { folds: number } | undefined;
  /** Default 'loss'. */
  score?: Score | undefined;
  /** Default none: every trial trains all its epochs. */
  halving?: Halving | undefined;
  /** Default 'auto'. */
  workers?: Workers | undefined;
  /** The address of a copy of dist/search-worker.js, for bundles that cannot find it. */
  workerUrl?: string | URL | undefined;
  /** A file, so not in pages: it keeps every finished trial, and the same search with the same file goes on where it stopped. */
  study?: string | undefined;
  /** When it aborts, the search rejects with `signal.reason`. */
  signal?: AbortSignal | undefined;
  /** Called when a trial is over, and once for each that the study had already: `kept` tells those. */
  onTrial?: ((result: TrialResult) => void) | undefined;
  /** Called after each training: of a halving search, after each round of a trial. */
  onProgress?: ((progress: SearchProgress) => void) | undefined;
}

export interface TrialResult {
  /** From 0. */
  number: number;
  /** What the trial drew, by name. */
  parameters: Record<string, unknown>;
  /** 'stopped': halving left it behind. 'failed': its options are invalid, or it diverged. */
  state: 'completed' | 'stopped' | 'failed';
  /** With folds their mean; with halving that of its best round. A failed trial has none. */
  score?: number;
  /** Without folds, the report of the samples that judge it. Targets of several classes each have none. */
  report?: Report;
  /** Epochs that it trained, before early stopping went back to the best one; with halving, up to its best round. With folds, the most of them. */
  epochs?: number;
  /** With early stopping, the epoch with the lowest loss; with folds, their mean. */
  bestEpoch?: number;
  /** Time that its trainings took, in seconds. */
  seconds?: number;
  error?: { code: string; message: string };
  /** Of what `onTrial` gets: true where the study had the trial before this search. */
  kept?: true;
}

/** A trial that may not be over. */
export interface TrialStanding extends Omit<TrialResult, 'state'> {
  /** 'running': a part of it is over, and has a score. */
  state: TrialResult['state'] | 'running';
}

export interface Study {
  /** The trial with the best score; of equal ones the first. Halving may have stopped it. */
  best: TrialResult;
  /** By their numbers. */
  trials: readonly TrialResult[];
  /** A network with the options of the best trial, trained on all samples, as far as that was best. */
  network: Network;
  /** Why that network learned little, as `hints` of a history: most often it is true of all trials. */
  hints: readonly Hint[];
  /** A table of the best trials, and the hints. */
  toString(): string;
  /** All trials: a column for each parameter. */
  toCsv(): string;
}
