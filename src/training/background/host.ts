/**
 * A fit in a worker: sends it there, follows it, and brings home what it trains. The calling thread stays free. A chunk of its own.
 *
 * Whatever ends the fit, an abort, the disposal of the network, a callback that throws or the death of the worker, the worker is
 * ended with it, and the network has the last snapshot that came: weights as after a whole number of batches.
 */
import { copied } from '../../data/pack.js';
import type { EngineInfo, Samples } from '../../engine/engine.js';
import { codedError, WasmlpError } from '../../errors.js';
import type { NetworkSpec } from '../../options/network.js';
import type { Watched } from '../early-stopping.js';
import type { FitRun } from '../fit.js';
import type { History, LearningRate, PatienceState } from '../fit-options.js';
import { VERSION } from '../generated/version.js';
import type { Stream } from '../stream.js';
import { type Answer, type Failure, type Job, locksOfHost, type Said } from './messages.js';
import { canShare, type Left, SharedState } from './snapshots.js';
import { checkWorkers, startWorker } from './threads.js';

/** How long a worker may take to come and say so. */
const START_MILLISECONDS = 30_000;

/** What a fit in the background needs of the network and of who trains it. */
export interface Home {
  readonly network: NetworkSpec;
  readonly info: EngineInfo;
  readonly run: FitRun;
  readonly watched: Watched;
  /** Whether early stopping goes on from the state that is watched. */
  readonly goesOn: boolean;
  /** To be told when there is a first snapshot. */
  readonly onBegun: () => void;
  /** Whether the network was disposed of. */
  readonly isGone: () => boolean;
}

/** How the samples are taken. */
export interface AwayBatches {
  readonly batchSize: number | undefined;
  readonly shuffle: boolean;
}

/** Rejects with ERR_WORKER_DIED where the worker does not start or does not live, and as fit does. */
export async function fitInBackground(
  home: Home,
  batches: AwayBatches,
  training: Samples | Stream,
  validation: Samples | undefined,
): Promise<History> {
  const { engine, stop } = home.run;
  checkWorkers(home.run.call);
  const state = engine.snapshot();
  const shared = canShare() ? new SharedState(state.length) : undefined;
  const [samples, stream] = 'epoch' in training ? [undefined, training] : [training, undefined];
  const away = new Away(home, shared, stream);
  try {
    return await stop.orStopped(away.run(jobOf(home, batches, samples, validation, state, shared)));
  } finally {
    await away.end();
  }
}

function jobOf(
  { network, info, run, watched, goesOn }: Home,
  batches: AwayBatches,
  training: Samples | undefined,
  validation: Samples | undefined,
  state: Float32Array,
  shared: SharedState | undefined,
): Job {
  const { epochs, clipNorm, clipValue, earlyStopping, learningRate, onEpoch } = run.spec;
  const isAsked = typeof learningRate === 'function';
  return {
    version: VERSION,
    network,
    engine: { engine: info.kind, relaxed: info.variant === 'relaxed', wideVectors: info.wideVectors },
    module: run.engine.module,
    state,
    training: training && onlySamples(training),
    validation: validation && onlySamples(validation),
    fit: {
      ...batches,
      call: run.call,
      epochs,
      clipNorm,
      clipValue,
      earlyStopping: plain(earlyStopping),
      learningRate: isAsked ? 0 : plain(learningRate),
    },
    epochsBefore: run.epochsBefore,
    patience: goesOn ? watched.patience : undefined,
    // Of early stopping a checkpoint has to know where each epoch left it.
    asked: { epoch: onEpoch !== undefined || earlyStopping !== undefined, rate: isAsked },
    shared: shared?.buffer,
    lock: locksOfHost() && `wasmlp ${performance.timeOrigin} ${performance.now()} ${++jobs}`,
  };
}

/** Without what else came with them, which would be copied. */
function onlySamples({ count, inputs, targets, metric, weights }: Samples): Samples {
  return { count, inputs, targets, metric, weights };
}

/** Of what was proven already, a copy that can be cloned, which a Proxy cannot. */
function plain<T>(value: T): T {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}

let jobs = 0;

class Away {
  readonly #home: Home;
  readonly #shared: SharedState | undefined;
  readonly #stream: Stream | undefined;
  /** Of the epoch that trains. */
  #batches: AsyncGenerator<Samples> | undefined;
  #worker: Worker | undefined;
  /** Whether the last snapshot came home already. */
  #isHome = false;
  #patience: PatienceState | undefined;
  /** Of the snapshot that came last. */
  #epochs = 0;
  /** What calls of onProgress returned. */
  #progress: Promise<unknown> | undefined;
  #isReady = false;
  /** What a callback or the stream threw. */
  #failed: { readonly error: unknown } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #settle: { resolve: (history: History) => void; reject: (error: unknown) => void } | undefined;

  constructor(home: Home, shared: SharedState | undefined, stream: Stream | undefined) {
    this.#home = home;
    this.#shared = shared;
    this.#stream = stream;
  }

  run(job: Job): Promise<History> {
    this.#patience = job.patience;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      const died = (cause: unknown): void => reject(workerDied(this.#home.run.call, this.#isReady, cause));
      const silent = (): void => died(new Error(`it said nothing for ${START_MILLISECONDS / 1000} seconds`));
      this.#timer = setTimeout(silent, START_MILLISECONDS);
      try {
        this.#worker = startWorker<Said>((said) => this.#hear(said, job.lock, died), died);
        this.#worker.postMessage(job, buffersOf([job.training, job.validation]));
      } catch (cause) {
        died(cause);
      }
    });
  }

  /** Ends the worker; what it left comes home. */
  async end(): Promise<void> {
    this.#settle = undefined;
    clearTimeout(this.#timer);
    // The stream may wait for a batch yet.
    this.#home.run.stop.end(undefined);
    // Not awaited: a stream that hangs would keep the fit from ending.
    this.#batches?.return(undefined).catch(() => undefined);
    // Of Node a promise: until then it may still write.
    await this.#worker?.terminate();
    if (!this.#isHome) this.#bring(this.#shared?.read());
  }

  #hear(said: Said, lock: string | undefined, died: (cause: unknown) => void): void {
    // A message may be on its way when the fit ends.
    if (this.#settle === undefined) return;
    switch (said.kind) {
      case 'ready':
        this.#isReady = true;
        clearTimeout(this.#timer);
        // Denied here, it would have been there.
        if (said.isHeld)
          locksOfHost()
            ?.request(lock as string, () => died(undefined))
            .catch(() => undefined);
        break;
      case 'rate':
        void this.#answer(() => (this.#home.run.spec.learningRate as LearningRate)(said.epoch));
        break;
      case 'batch':
        void this.#answer(() => this.#nextBatch(said.isFirst));
        break;
      case 'epoch': {
        this.#patience = said.patience;
        this.#bring(said.left);
        const { onEpoch } = this.#home.run.spec;
        void this.#answer(async () => {
          await onEpoch?.(said.result);
          return undefined;
        });
        break;
      }
      case 'progress':
        this.#bring(said.left ?? this.#shared?.read());
        this.#progress = Promise.all([
          this.#progress,
          this.#call(() => {
            const { onProgress } = this.#home.run.spec;
            return onProgress?.(said.progress);
          }),
        ]);
        break;
      case 'end':
        void this.#end(said);
    }
  }

  async #end({ history, left, patience }: Extract<Said, { kind: 'end' }>): Promise<void> {
    this.#patience = patience;
    this.#bring(left);
    this.#isHome = true;
    await this.#progress;
    if ('epochs' in history) this.#settle?.resolve(history);
    else this.#settle?.reject(this.#failed === undefined ? errorOf(history) : this.#failed.error);
  }

  #bring(left: Left | undefined): void {
    const { run, watched, onBegun, isGone } = this.#home;
    // Shared memory may be behind of what was said.
    if (left === undefined || left.epochs < this.#epochs || isGone()) return;
    this.#epochs = left.epochs;
    onBegun();
    run.onEpochDone(left.epochs);
    watched.patience = this.#patience;
    run.engine.restore(left.state);
  }

  /** Calls back; what it returns is awaited, and what it throws ends the fit. */
  async #call(callback: () => unknown): Promise<void> {
    try {
      await callback();
    } catch (error) {
      this.#settle?.reject(error);
    }
  }

  /** The answer that the worker waits for. Where there is none it trains no further, and says where it stands. */
  async #answer(callback: () => Answer['answer'] | Promise<Answer['answer']>): Promise<void> {
    let answer: Answer['answer'];
    try {
      answer = await callback();
    } catch (error) {
      this.#failed = { error };
    }
    if (this.#settle === undefined || this.#home.run.stop.ended) return;
    const message: Answer = { answer, isFailure: this.#failed !== undefined };
    this.#worker?.postMessage(message, typeof answer === 'object' ? buffersOf([answer]) : []);
  }

  async #nextBatch(isFirst: boolean): Promise<Samples | undefined> {
    if (isFirst) this.#batches = this.#stream?.epoch();
    const next = await this.#batches?.next();
    // A copy: arrays of the stream may be parts of something large, all of which would be sent.
    return next?.done === false ? copied(onlySamples(next.value)) : undefined;
  }
}

function errorOf({ code, message, place }: Failure): Error {
  return Object.assign(code === undefined ? new Error(message) : codedError(code, message), place);
}

/** What of samples is to be sent without a copy. */
function buffersOf(given: readonly (Samples | undefined)[]): ArrayBuffer[] {
  const arrays = given.flatMap((samples) => (samples ? [samples.inputs, samples.targets, samples.weights] : []));
  return [...new Set(arrays.flatMap((array) => (array ? [array.buffer as ArrayBuffer] : [])))];
}

function workerDied(call: string, isReady: boolean, cause: unknown): WasmlpError {
  const message = isReady
    ? 'that trained in the background died. The network has the weights of the last snapshot; fit again, or leave background out.'
    : "for the background did not start. Put dist/worker.js beside this program's file, let the page's policy allow it (worker-src), or leave background out.";
  return new WasmlpError('ERR_WORKER_DIED', `${call}: the worker ${message}`, { cause });
}
