/** One training of a search, as plain data: what a thread or a machine has to know, and what it answers. */
import type { NetworkOptions } from '../options/types.js';
import type { Report } from '../report/report.js';
import type { FitOptions } from '../training/fit-options.js';
import type { EpochResult, History } from '../training/history.js';
import type { Split } from './split.js';

/** Options of a fit without functions and signals. */
export type PlainFit = Omit<FitOptions, 'onEpoch' | 'onProgress' | 'signal' | 'background'>;

export interface Task {
  readonly network: NetworkOptions;
  readonly fit: PlainFit;
  /** Undefined: it trains on all samples, and nothing judges it. */
  readonly split: Split | undefined;
  /** Whether the samples that are held out validate the fit. */
  readonly validates: boolean;
  /** The last epoch of this part of the training. Undefined: it trains all. */
  readonly lastEpoch: number | undefined;
  /** The checkpoint of the part before. */
  readonly checkpoint: Uint8Array | undefined;
  /** The epochs of the parts before: they come first in the history. */
  readonly earlier?: readonly EpochResult[];
  /** How often a checkpoint is reported in the middle; undefined: never. */
  readonly checkpointSeconds?: number;
  /** What comes back: a checkpoint of the network at the end, or one where the training is not over. */
  readonly keeps: 'nothing' | 'network' | 'checkpoint';
}

/** Where a training stands in the middle: what another thread goes on from. */
export interface Standing {
  readonly checkpoint: Uint8Array;
  readonly epochs: readonly EpochResult[];
}

export interface TaskResult {
  readonly loss: number;
  readonly accuracy: number | undefined;
  /** Undefined for samples of several classes each, and where nothing judges. */
  readonly report: Report | undefined;
  /** Of this part of the training, and of the parts that were told to it. */
  readonly history: History;
  /** Epochs trained in all parts. */
  readonly epochs: number;
  /** What the task keeps. */
  readonly kept: Uint8Array | undefined;
}

/** Why a training failed, as plain data. */
export interface TaskFailure {
  readonly code: string;
  readonly message: string;
}

export type TaskOutcome = { readonly result: TaskResult } | { readonly failure: TaskFailure };
