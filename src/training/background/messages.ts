/** The messages between the host, which is the thread that called fit, and the worker. Types only. Everything here can be cloned. */
import type { EngineSamples, SparseEntries } from '../../engine/engine.js';
import type { ErrorCode } from '../../foundation/errors.js';
import type { EngineSpec } from '../../options/engine.js';
import type { NetworkSpec } from '../../options/spec.js';
import type { EarlyStopping, FitSpec, Schedule, StopAt } from '../fit-options.js';
import type { EpochResult, History, Progress } from '../history.js';
import type { EarlyStoppingState } from '../state.js';
import type { Snapshot } from './snapshots.js';

export type HostMessage = StartMessage | ReplyMessage | TakenMessage;

/** The first message of the host: all that the worker needs to train. */
export interface StartMessage {
  readonly kind: 'start';
  /** The version of the library. */
  readonly version: string;
  readonly network: NetworkSpec;
  readonly engine: EngineSpec;
  /** The kernel that the host's network runs on; undefined on the js engine. */
  readonly module: object | undefined;
  /** The threads that the worker leads; undefined where it trains alone. */
  readonly threads: object | undefined;
  /** The engine's snapshot of the network to train. */
  readonly numbers: Float32Array;
  /** Undefined where the worker asks for a stream's batches, one at a time. */
  readonly training: SentSamples | undefined;
  readonly validation: SentSamples | undefined;
  readonly fit: FitMessage;
  /** Epochs that the network was trained for before this fit. */
  readonly epochs: number;
  /** The state from which early stopping resumes. */
  readonly earlyStopping: EarlyStoppingState | undefined;
  /** Which questions the worker has to ask: whether to go on after an epoch, and the learning rate of an epoch. */
  readonly asks: { readonly epoch: boolean; readonly learningRate: boolean };
  /** Where the worker writes snapshots; undefined where threads cannot share memory. */
  readonly snapshots: SharedArrayBuffer | undefined;
  /** The name of the lock that the worker has to hold; undefined where the runtime has no locks. */
  readonly lock: string | undefined;
}

/** Samples in a message. Typed arrays bring no properties there: the entries of sparse inputs come beside them. */
export interface SentSamples extends EngineSamples {
  readonly entries: SparseEntries | undefined;
}

/** The options of a fit, without those that are functions. */
export interface FitMessage extends Pick<FitSpec, 'epochs' | 'clipNorm' | 'clipValue'> {
  /** The name of the public call. */
  readonly call: string;
  /** Undefined where each batch of a stream is one step. */
  readonly batchSize: number | undefined;
  readonly shuffle: boolean;
  readonly earlyStopping: EarlyStopping | undefined;
  readonly stopAt: StopAt | undefined;
  /** 0 where the worker asks for the learning rate. */
  readonly learningRate: number | Schedule;
}

/**
 * The reply to a question of the worker: the learning rate; the next batch, or undefined after the last one of an epoch; after an
 * epoch false, if the fit is to stop. `isFailure`: the host has no reply, and the worker has to end the fit.
 */
export interface ReplyMessage {
  readonly kind: 'reply';
  readonly value: number | SentSamples | false | undefined;
  readonly isFailure: boolean;
}

/** The host has taken over the snapshot of a progress message. */
export interface TakenMessage {
  readonly kind: 'taken';
}

/** Messages of the worker. `learningRate`, `batch` and `epoch` are questions: the worker waits for a reply. */
export type WorkerMessage =
  /** `holdsLock`: whether the worker holds the lock that the start message names. */
  | { readonly kind: 'ready'; readonly holdsLock: boolean }
  | { readonly kind: 'learningRate'; readonly epoch: number }
  | { readonly kind: 'batch'; readonly isFirst: boolean }
  | {
      readonly kind: 'epoch';
      readonly result: EpochResult;
      readonly snapshot: Snapshot;
      readonly earlyStopping: EarlyStoppingState | undefined;
    }
  /** The snapshot is undefined if it is in shared memory, or if none is due. */
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

/** An error as a message. */
export interface Failure {
  readonly code: ErrorCode | undefined;
  readonly message: string;
  /** Further properties of the error: where training diverged. */
  readonly place: object;
}
