/** The messages between a fit's host, the thread that called fit, and its worker. Nothing here but what can be cloned. */
import type { Samples } from '../../engine/engine.js';
import type { ErrorCode } from '../../foundation/errors.js';
import type { EngineSpec } from '../../options/engine.js';
import type { NetworkSpec } from '../../options/network.js';
import type { EarlyStopping, FitSpec, Schedule } from '../fit-options.js';
import type { EpochResult, History, Progress } from '../history.js';
import type { EarlyStoppingState } from '../state.js';
import type { Snapshot } from './snapshots.js';

export type HostMessage = StartMessage | ReplyMessage;

/** The first message of the host: all of a fit that its worker has to know. */
export interface StartMessage {
  readonly kind: 'start';
  /** Of the library. */
  readonly version: string;
  readonly network: NetworkSpec;
  readonly engine: EngineSpec;
  /** The kernel that the host's network runs on; undefined on the js engine. */
  readonly module: object | undefined;
  /** The engine's snapshot of the network to train. */
  readonly parameters: Float32Array;
  /** Undefined where the worker asks for a stream's batches, one at a time. */
  readonly training: Samples | undefined;
  readonly validation: Samples | undefined;
  readonly fit: FitMessage;
  /** Epochs that the network was trained before. */
  readonly epochs: number;
  /** To resume from. */
  readonly earlyStopping: EarlyStoppingState | undefined;
  /** What the host wants to be asked: whether to go on after an epoch, the learning rate of an epoch. */
  readonly asks: { readonly epoch: boolean; readonly learningRate: boolean };
  /** Where to leave snapshots; undefined where threads share no memory. */
  readonly snapshots: SharedArrayBuffer | undefined;
  /** The name of a lock to hold for life; undefined where the host has none. */
  readonly lock: string | undefined;
}

/** Of the options of a fit, those that are no functions. */
export interface FitMessage extends Pick<FitSpec, 'epochs' | 'clipNorm' | 'clipValue'> {
  /** The public call. */
  readonly call: string;
  /** Undefined where each batch of a stream is one step. */
  readonly batchSize: number | undefined;
  readonly shuffle: boolean;
  readonly earlyStopping: EarlyStopping | undefined;
  /** 0 where the worker asks for it. */
  readonly learningRate: number | Schedule;
}

/**
 * The reply to a question of the worker: a learning rate; a batch, undefined after the last one of an epoch; undefined after an
 * epoch. `isFailure`: there is no reply, and the fit is to end.
 */
export interface ReplyMessage {
  readonly kind: 'reply';
  readonly value: number | Samples | undefined;
  readonly isFailure: boolean;
}

/** Messages of the worker. `learningRate`, `batch` and `epoch` are questions, which wait for a reply. */
export type WorkerMessage =
  | { readonly kind: 'ready' /** Whether it holds the lock. */; readonly holdsLock: boolean }
  | { readonly kind: 'learningRate'; readonly epoch: number }
  | { readonly kind: 'batch'; readonly isFirst: boolean }
  | {
      readonly kind: 'epoch';
      readonly result: EpochResult;
      readonly snapshot: Snapshot;
      readonly earlyStopping: EarlyStoppingState | undefined;
    }
  /** The snapshot is undefined where it lies in shared memory. */
  | { readonly kind: 'progress'; readonly progress: Progress; readonly snapshot: Snapshot | undefined }
  | EndMessage;

/** The last message of the worker. */
export interface EndMessage {
  readonly kind: 'end';
  readonly outcome: History | Failure;
  /** Undefined where training did not begin. */
  readonly snapshot: Snapshot | undefined;
  readonly earlyStopping: EarlyStoppingState | undefined;
}

/** An error as it travels. */
export interface Failure {
  readonly code: ErrorCode | undefined;
  readonly message: string;
  /** Where training diverged: further properties of the error. */
  readonly place: object;
}
