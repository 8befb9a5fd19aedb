/**
 * The host of a fit in the background: starts a worker, sends it the fit, replies to its questions, and copies the worker's snapshots
 * into the network. The calling thread stays free. Programs that never train in the background do not load this chunk.
 *
 * A fit may end by an abort, the disposal of the network, a callback that throws, or the death of the worker. In every case the worker
 * ends too, and the network has the last snapshot that arrived: the parameters after a whole number of batches.
 */
import { copied } from '../../data/pack.js';
import type { EngineSamples } from '../../engine/engine.js';
import { codedError, WasmlpError } from '../../foundation/errors.js';
import { whenFree } from '../../foundation/locks.js';
import { Resident, type Tenant } from '../../foundation/residents.js';
import { canShareMemory, type WorkerAddress, workerAddressOf } from '../../foundation/workers.js';
import type { History } from '../history.js';
import type { FitRun } from '../run.js';
import type { EarlyStoppingState } from '../state.js';
import type { EpochBatches } from '../streamed-samples.js';
import type {
  EndMessage,
  Failure,
  ReplyMessage,
  SentSamples,
  StartMessage,
  TakenMessage,
  WorkerMessage,
} from './messages.js';
import { Pace } from './pace.js';
import { SharedSnapshots, type Snapshot } from './snapshots.js';
import { type BackgroundFit, onlySamples, startMessage } from './start-message.js';

/** How long a worker may take to start. */
const START_MILLISECONDS = 30_000;
/**
 * The most of this thread's time that goes into snapshots while the worker trains. One takes 9 ms for the 45 MB of 784-2048-1024-10
 * with adam, so that `predict` then answers by weights that are up to half a second old (Node 20, Xeon, 2026-11-29).
 */
const SNAPSHOTS_SHARE = 0.03;

/** Rejects as fit does, and with ERR_WORKER_DIED if the worker does not start or dies. */
export async function fitInBackground(fit: BackgroundFit): Promise<History> {
  const { engine, stop } = fit.run;
  const address = workerAddressOf(stop.call, fit.background);
  const numbers = fit.numbers ?? engine.snapshot();
  const shared = canShareMemory() ? new SharedSnapshots(numbers.length) : undefined;
  const { background, training, validation } = fit;
  const threads = engine.threads?.lend({
    options: { ...fit.run.options, ...fit.options, background },
    training,
    validation,
    stop,
  });
  const host = new Host(fit, shared);
  try {
    return await stop.waitFor(host.run((lock) => startMessage(fit, numbers, shared, threads, lock), address));
  } finally {
    await host.end();
    threads?.giveBack(host.isDone ? undefined : host.gone());
  }
}

class Host implements Tenant<WorkerMessage> {
  readonly #fit: BackgroundFit;
  readonly #run: FitRun;
  readonly #shared: SharedSnapshots | undefined;
  /** The batches of the current epoch. */
  #batches: AsyncIterator<EngineSamples> | undefined;
  #worker: Resident<WorkerMessage> | undefined;
  #isReady = false;
  /** Whether the worker leads threads. */
  #leads = false;
  #isGone = false;
  #isDone = false;
  /** Whether it ended well, so that the worker can train again. */
  #endedWell = false;
  #earlyStopping: EarlyStoppingState | undefined;
  /** The epochs of the last snapshot. */
  #epochs = 0;
  readonly #pace = new Pace(SNAPSHOTS_SHARE);
  /** Waits for the promises that onProgress returned. */
  #progress: Promise<unknown> | undefined;
  /** What a callback or the stream threw. */
  #failure: { readonly error: unknown } | undefined;
  #startTimer: ReturnType<typeof setTimeout> | undefined;
  #settle: { resolve: (history: History) => void; reject: (error: unknown) => void } | undefined;

  constructor(fit: BackgroundFit, shared: SharedSnapshots | undefined) {
    this.#fit = fit;
    this.#run = fit.run;
    this.#shared = shared;
  }

  /** `startOf` makes the first message, which names the lock that the worker has to hold. */
  run(startOf: (lock: string | undefined) => StartMessage, address: WorkerAddress): Promise<History> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      const seconds = START_MILLISECONDS / 1000;
      this.#startTimer = setTimeout(
        () => this.onEnd(new Error(`it did not answer for ${seconds} seconds`)),
        START_MILLISECONDS,
      );
      try {
        this.#worker = Resident.hire<WorkerMessage>(address, this);
        const start = startOf(this.#worker.takeLock());
        this.#earlyStopping = start.earlyStopping;
        this.#leads = start.threads !== undefined;
        this.#worker.send(start, [
          start.numbers.buffer as ArrayBuffer,
          ...buffersOf([start.training, start.validation]),
        ]);
      } catch (cause) {
        this.onEnd(cause);
      }
    });
  }

  onMessage(message: WorkerMessage): void {
    try {
      this.#receive(message);
    } catch (error) {
      // No memory to take a snapshot over. Outside of the fit's promise, the error would end the process.
      this.#settle?.reject(error);
    }
  }

  onEnd(cause: unknown): void {
    this.#settle?.reject(workerDied(this.#run.stop.call, this.#isReady, cause));
  }

  /** Leaves the worker to the next fit or ends it, and gives the network the last snapshot in shared memory. */
  async end(): Promise<void> {
    this.#settle = undefined;
    clearTimeout(this.#startTimer);
    // The stream may still wait for a batch.
    this.#run.stop.end(undefined);
    // Not awaited: a stream that hangs would keep the fit from ending.
    this.#batches?.return?.(undefined).catch(() => undefined);
    // One that led threads, or that ran out of memory, is not for the next fit.
    const stays = this.#endedWell && !this.#leads && this.#worker?.isDead === false;
    if (stays) this.#worker?.rest();
    // In Node this is a promise: until it resolves, the worker may still write.
    const exit: unknown = stays ? undefined : this.#worker?.end();
    await exit;
    this.#isGone = this.#worker === undefined || exit !== undefined;
    if (!this.#isDone) this.#takeShared();
  }

  /** Whether the worker came to the end of the fit, and the network has its last snapshot. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** After `end`, resolves when the worker does nothing any more, or to false where nobody can know that. */
  async gone(): Promise<boolean> {
    const lock = this.#worker?.heldLock;
    if (this.#isGone || lock === undefined) return this.#isGone;
    // A page's worker goes on for a moment.
    return await new Promise((resolve) => {
      whenFree(lock, () => resolve(true));
    });
  }

  #receive(message: WorkerMessage): void {
    // A message may arrive after the end of the fit.
    if (this.#settle === undefined) return;
    const { options } = this.#run;
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        clearTimeout(this.#startTimer);
        if (message.holdsLock) this.#worker?.watchLock();
        break;
      case 'learningRate':
        void this.#reply(() => this.#run.rateOfEpoch(message.epoch));
        break;
      case 'batch':
        void this.#reply(() => this.#nextBatch(message.isFirst));
        break;
      case 'epoch':
        this.#earlyStopping = message.earlyStopping;
        this.#takeOver(message.snapshot);
        void this.#reply(async () => {
          // Not called as a method, so that `this` does not reveal the options.
          const { onEpoch } = options;
          return (await onEpoch?.(message.result)) === false ? false : undefined;
        });
        break;
      case 'progress': {
        if (message.snapshot === undefined) {
          this.#pace.whenDue(() => this.#takeShared());
        } else {
          this.#takeOver(message.snapshot);
          this.#worker?.send({ kind: 'taken' } satisfies TakenMessage);
        }
        const { onProgress } = options;
        this.#progress = Promise.all([this.#progress, this.#call(() => onProgress?.(message.progress))]);
        break;
      }
      case 'end':
        this.#finish(message).catch((error) => this.#settle?.reject(error));
    }
  }

  async #finish({ outcome, snapshot, earlyStopping }: EndMessage): Promise<void> {
    this.#earlyStopping = earlyStopping;
    this.#takeOver(snapshot);
    this.#isDone = true;
    this.#endedWell = 'epochs' in outcome;
    await this.#progress;
    if ('epochs' in outcome) this.#settle?.resolve({ ...outcome, hints: frozen(outcome.hints) });
    else this.#settle?.reject(this.#failure === undefined ? errorOf(outcome) : this.#failure.error);
  }

  /** False if there is nothing new in shared memory. */
  #takeShared(): boolean {
    return this.#shared?.read((snapshot) => this.#takeOver(snapshot)) ?? false;
  }

  /** Gives the network the parameters of a snapshot. On this thread, nothing else copies them. */
  #takeOver(snapshot: Snapshot | undefined): void {
    const { engine, state, listener } = this.#run;
    // A snapshot in shared memory may be older than one that came in a message.
    if (snapshot === undefined || snapshot.epochs < this.#epochs || this.#fit.model.isDisposed) return;
    this.#epochs = snapshot.epochs;
    listener.beforeChange();
    state.epochs = snapshot.epochs;
    state.earlyStopping = this.#earlyStopping;
    engine.restore(snapshot.numbers);
  }

  /** Calls and awaits a callback. If it throws, the fit ends. */
  async #call(callback: () => unknown): Promise<void> {
    try {
      await callback();
    } catch (error) {
      this.#settle?.reject(error);
    }
  }

  /** Sends the reply that the worker waits for. If the question throws, the worker stops, and sends a last snapshot. */
  async #reply(question: () => ReplyMessage['value'] | Promise<ReplyMessage['value']>): Promise<void> {
    let value: ReplyMessage['value'];
    try {
      value = await question();
    } catch (error) {
      this.#failure = { error };
    }
    if (this.#settle === undefined || this.#run.stop.isEnded) return;
    const reply: ReplyMessage = { kind: 'reply', value, isFailure: this.#failure !== undefined };
    try {
      this.#worker?.send(reply, typeof value === 'object' ? buffersOf([value]) : []);
    } catch (error) {
      this.#settle.reject(error);
    }
  }

  async #nextBatch(isFirst: boolean): Promise<SentSamples | undefined> {
    const { training } = this.#fit;
    if (isFirst) this.#batches = (training as EpochBatches)()[Symbol.asyncIterator]();
    const next = await this.#batches?.next();
    // A copy, because an array may be a view of a large buffer, and the whole buffer would be sent.
    return next?.done === false ? copied(onlySamples(next.value)) : undefined;
  }
}

/** Messages between threads carry no freezing. */
function frozen(hints: History['hints']): History['hints'] {
  return Object.freeze(hints.map((hint) => Object.freeze(hint)));
}

function errorOf({ code, message, place }: Failure): Error {
  return Object.assign(code === undefined ? new Error(message) : codedError(code, message), place);
}

/** The buffers of samples, to send them without a copy. */
function buffersOf(given: readonly (EngineSamples | undefined)[]): ArrayBuffer[] {
  const arrays = given.flatMap((samples) => (samples ? [samples.inputs, samples.targets, samples.weights] : []));
  return [...new Set(arrays.flatMap((array) => (array ? [array.buffer as ArrayBuffer] : [])))];
}

function workerDied(call: string, isReady: boolean, cause: unknown): WasmlpError {
  const message = isReady
    ? 'that trained in the background died. The network has the weights of the last snapshot; fit again, or leave background out.'
    : "for the background did not start. Put dist/worker.js beside this program's file or give its address (background: { workerUrl }), let the page's policy allow it (worker-src, trusted-types wasmlp), or leave background out.";
  return new WasmlpError('ERR_WORKER_DIED', `${call}: the worker ${message}`, { cause });
}
