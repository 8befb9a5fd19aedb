/** The message that begins a fit in the background: all that the worker has to know of it. Starts no worker. */
import type { EngineSamples, LentThreads } from '../../engine/engine.js';
import { VERSION } from '../../foundation/generated/version.js';
import type { Model } from '../../model/model.js';
import type { EarlyStopping, Schedule, StopAt } from '../fit-options.js';
import type { FitRun } from '../run.js';
import type { SourceOptions } from '../samples.js';
import type { EarlyStoppingState } from '../state.js';
import type { EpochBatches } from '../streamed-samples.js';
import type { SentSamples, StartMessage } from './messages.js';
import type { SharedSnapshots } from './snapshots.js';

/** A fit to run in the background. */
export interface BackgroundFit {
  readonly model: Pick<Model, 'spec' | 'engineInfo' | 'isDisposed'>;
  readonly run: FitRun;
  /** Where early stopping resumes. */
  readonly earlyStopping: EarlyStoppingState | undefined;
  /** The snapshot to begin with, where it is not the network as it is now. */
  readonly numbers: Float32Array | undefined;
  /** In-memory samples, or the batches of a stream. */
  readonly training: EngineSamples | EpochBatches;
  readonly validation: EngineSamples | undefined;
  readonly options: SourceOptions;
  /** The option of the fit. */
  readonly background: true | { readonly workerUrl?: unknown };
}

/** `threads`: those that the worker leads. `lock`: the one that it has to hold from now on. */
export function startMessage(
  { model, run, earlyStopping, training, validation, options: { batchSize, shuffle } }: BackgroundFit,
  numbers: Float32Array,
  shared: SharedSnapshots | undefined,
  threads: LentThreads | undefined,
  lock: string | undefined,
): StartMessage {
  const { engineInfo } = model;
  const { epochs, clipNorm, clipValue, learningRate, onEpoch, earlyStopping: stopsEarly, stopAt } = run.options;
  const asksRate = typeof learningRate === 'function';
  return {
    kind: 'start',
    version: VERSION,
    network: model.spec,
    engine: {
      engine: engineInfo.kind,
      relaxed: engineInfo.variant === 'relaxed',
      wideVectors: engineInfo.wideVectors,
    },
    module: run.engine.module,
    threads: threads?.fit,
    numbers,
    training: typeof training === 'function' ? undefined : onlySamples(training),
    validation: validation && onlySamples(validation),
    fit: {
      call: run.stop.call,
      batchSize,
      shuffle,
      epochs,
      clipNorm,
      clipValue,
      earlyStopping: cloneable(stopsEarly as EarlyStopping | undefined),
      stopAt: cloneable(stopAt as StopAt | undefined),
      learningRate: asksRate ? 0 : cloneable(learningRate as number | Schedule),
    },
    epochs: run.state.epochs,
    earlyStopping,
    // A checkpoint needs the state of early stopping after each epoch.
    asks: { epoch: onEpoch !== undefined || stopsEarly !== undefined, learningRate: asksRate },
    snapshots: shared?.buffer,
    lock,
  };
}

/** The samples without further properties, which would be copied too, and with what sparse inputs would lose on their way. */
export function onlySamples({ count, inputs, targets, metric, weights }: EngineSamples): SentSamples {
  const { starts, columns } = inputs;
  const entries = starts && columns && { starts, columns };
  return { count, inputs, entries, targets, metric, weights };
}

/** A copy of checked options. They may be a Proxy, which cannot be cloned. */
function cloneable<T>(value: T): T {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}
