/** What a fit in the background and its worker say to each other. Nothing here but what can be cloned. */
import type { Samples } from '../../engine/engine.js';
import type { ErrorCode } from '../../errors.js';
import type { EngineSpec } from '../../options/engine.js';
import type { NetworkSpec } from '../../options/network.js';
import type { EpochResult, FitSpec, History, PatienceState, Progress } from '../fit-options.js';
import type { Left } from './snapshots.js';

/** All of a fit that a worker has to know. */
export interface Job {
  /** Of the library. */
  readonly version: string;
  readonly network: NetworkSpec;
  readonly engine: EngineSpec;
  /** The kernel; undefined for the js engine. */
  readonly module: object | undefined;
  /** A snapshot of the network to go on from. */
  readonly state: Float32Array;
  /** Undefined where batches are asked for, one at a time. */
  readonly training: Samples | undefined;
  readonly validation: Samples | undefined;
  readonly fit: JobFit;
  readonly epochsBefore: number;
  readonly patience: PatienceState | undefined;
  /** Who waits for an answer: the callbacks that there are. */
  readonly asked: { readonly epoch: boolean; readonly rate: boolean };
  /** Where to leave snapshots; undefined where threads share no memory. */
  readonly shared: SharedArrayBuffer | undefined;
  /** A lock to hold for life; undefined where the host has none. */
  readonly lock: string | undefined;
}

/** Of the options of a fit, what is no function. */
export type JobFit = Pick<FitSpec, 'epochs' | 'clipNorm' | 'clipValue' | 'earlyStopping'> & {
  readonly call: string;
  /** Undefined where each batch of a stream is one step. */
  readonly batchSize: number | undefined;
  readonly shuffle: boolean;
  /** 0 where the calling thread is asked for it. */
  readonly learningRate: Exclude<FitSpec['learningRate'], (epoch: number) => number>;
};

/** An error as it travels. */
export interface Failure {
  readonly code: ErrorCode | undefined;
  readonly message: string;
  /** Where training diverged. */
  readonly place: object;
}

/**
 * What answers a question: undefined but for a rate, and for a batch, which is undefined after the last of an epoch. `isFailure`: there
 * is no answer, and the fit is to end here.
 */
export interface Answer {
  readonly answer: number | Samples | undefined;
  readonly isFailure: boolean;
}

/** What a worker says. Its questions `epoch`, `rate` and `batch` wait for an answer. `left` is undefined where memory is shared. */
export type Said =
  /** `isHeld`: whether it holds the lock. */
  | { readonly kind: 'ready'; readonly isHeld: boolean }
  | { readonly kind: 'rate'; readonly epoch: number }
  | { readonly kind: 'batch'; readonly isFirst: boolean }
  | {
      readonly kind: 'epoch';
      readonly result: EpochResult;
      readonly left: Left;
      readonly patience: PatienceState | undefined;
    }
  | { readonly kind: 'progress'; readonly progress: Progress; readonly left: Left | undefined }
  | {
      readonly kind: 'end';
      readonly history: History | Failure;
      /** Undefined where training did not begin. */
      readonly left: Left | undefined;
      readonly patience: PatienceState | undefined;
    };

/** Of pages; a worker that dies there says nothing, but lets go of the lock that it held. Requests may be denied, as cookies are. */
export function locksOfHost(): LockManager | undefined {
  return (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
}
