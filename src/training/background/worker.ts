/**
 * The worker of a fit in the background: trains one network as the start message says, writes snapshots, and asks the host for what
 * only the host has. Knows neither how it was started nor where its kernel came from.
 */
import { SparseValues } from '../../data/sparse-values.js';
import type { EngineNetwork, EngineSamples } from '../../engine/engine.js';
import type { ErrorCode } from '../../foundation/errors.js';
import type { Port } from '../../foundation/workers.js';
import { runFit } from '../fit.js';
import type { FitSpec } from '../fit-options.js';
import type { History, Progress } from '../history.js';
import { InMemorySamples } from '../in-memory-samples.js';
import { createRun, type FitListener, type RunOptions, type Trainee } from '../run.js';
import type { SampleSource } from '../samples.js';
import type { TrainingState } from '../state.js';
import { Stop } from '../stop.js';
import { StreamedSamples } from '../streamed-samples.js';
import type { Failure, ReplyMessage, SentSamples, StartMessage, TakenMessage, WorkerMessage } from './messages.js';
import { Pace } from './pace.js';
import { SharedSnapshots, type Snapshot } from './snapshots.js';

/**
 * Each snapshot copies all parameters and the optimizer state: 9 ms for the 45 MB of 784-2048-1024-10 with adam, which would be half of
 * the training if there were one every 10 ms (Node 20, Xeon, 2026-11-29). So snapshots take 3% of the time at most.
 */
const SNAPSHOTS = { share: 0.03, milliseconds: 10 };

export class FitWorker implements FitListener {
  readonly #port: Port;
  readonly #start: StartMessage;
  readonly #engine: EngineNetwork;
  readonly #state: TrainingState;
  readonly #shared: SharedSnapshots | undefined;
  /** Whether training has begun. */
  #isBegun = false;
  readonly #pace = new Pace(SNAPSHOTS.share, SNAPSHOTS.milliseconds);
  /** Whether the host has the last snapshot that came with a progress message: others must not pile up there. */
  #isTaken = true;
  /** Settles the question that waits for a reply. */
  #onReply: (reply: ReplyMessage) => void = () => undefined;

  constructor(port: Port, start: StartMessage, engine: EngineNetwork) {
    this.#port = port;
    this.#start = start;
    this.#engine = engine;
    this.#state = { epochs: start.epochs, batches: 0, earlyStopping: start.earlyStopping };
    this.#shared = start.snapshots && new SharedSnapshots(start.numbers.length, start.snapshots);
  }

  receive(message: ReplyMessage | TakenMessage): void {
    if (message.kind === 'reply') this.#onReply(message);
    else this.#isTaken = true;
  }

  /** Trains to the end, and sends the outcome. */
  async train(): Promise<void> {
    // Allocates the optimizer state.
    this.#engine.snapshot();
    this.#engine.restore(this.#start.numbers);
    this.#shared?.touch();
    const outcome = await this.#fit().catch(failureOf);
    const snapshot = this.#isBegun ? this.#snapshot() : undefined;
    send(this.#port, { kind: 'end', outcome, snapshot, earlyStopping: this.#state.earlyStopping }, snapshot);
  }

  beforeChange(): void {
    const shared = this.#shared;
    // Before the first slice there is nothing new to write.
    if (shared === undefined || !this.#isBegun) {
      this.#isBegun = true;
      return;
    }
    this.#pace.whenDue(() => shared.write((place) => this.#engine.snapshot(place), this.#state.epochs));
  }

  async #fit(): Promise<History> {
    const { network, fit, asks } = this.#start;
    const trainee = { spec: network, engine: this.#engine, stop: new Stop(fit.call) };
    const source = this.#source(trainee);
    const rateOfEpoch = (epoch: number): Promise<number> => this.#ask({ kind: 'learningRate', epoch });
    const run = createRun(trainee, this.#options(), this.#state, this, trainee.stop);
    return await runFit(asks.learningRate ? run.then((given) => ({ ...given, rateOfEpoch })) : run, source);
  }

  #source(trainee: Trainee & { readonly stop: Stop }): SampleSource {
    const { network, fit } = this.#start;
    const [training, validation] = [received(this.#start.training), received(this.#start.validation)];
    const { batchSize, shuffle } = fit;
    const options = { seed: network.seed, batchSize, shuffle };
    return training === undefined
      ? new StreamedSamples(trainee, () => this.#batches(), validation, options)
      : new InMemorySamples(this.#engine, { training, validation }, { ...options, batchSize: batchSize as number });
  }

  /** The options of the fit, with functions that ask the host. */
  #options(): RunOptions {
    const { fit, asks } = this.#start;
    const onEpoch: FitSpec['onEpoch'] = async (result) => {
      // Not by shared memory: a snapshot there may be newer than the end of this epoch.
      const snapshot = this.#snapshot();
      const { earlyStopping } = this.#state;
      return this.#ask<false | undefined>({ kind: 'epoch', result, snapshot, earlyStopping }, snapshot);
    };
    return {
      ...fit,
      onEpoch: asks.epoch ? onEpoch : undefined,
      onProgress: (progress) => this.#sendProgress(progress),
    };
  }

  #sendProgress(progress: Progress): void {
    let snapshot: Snapshot | undefined;
    if (this.#shared === undefined && this.#isTaken) {
      this.#pace.whenDue(() => {
        snapshot = this.#snapshot();
        this.#isTaken = false;
        return true;
      });
    }
    send(this.#port, { kind: 'progress', progress, snapshot }, snapshot);
  }

  #ask<T extends ReplyMessage['value']>(question: WorkerMessage, snapshot?: Snapshot): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#onReply = ({ value, isFailure }) => (isFailure ? reject(new Error('no reply')) : resolve(value as T));
      send(this.#port, question, snapshot);
    });
  }

  async *#batches(): AsyncGenerator<EngineSamples> {
    for (let isFirst = true; ; isFirst = false) {
      const batch = received(await this.#ask<SentSamples | undefined>({ kind: 'batch', isFirst }));
      if (batch === undefined) return;
      yield batch;
    }
  }

  /** A snapshot to send in a message. */
  #snapshot(): Snapshot {
    return { numbers: this.#engine.snapshot(), epochs: this.#state.epochs };
  }
}

/** Samples of a message, as an engine takes them. */
function received(samples: SentSamples | undefined): EngineSamples | undefined {
  if (samples?.entries === undefined) return samples;
  return { ...samples, inputs: new SparseValues(samples.inputs, samples.entries) };
}

/** Sends a message. Its snapshot is transferred, not copied. */
export function send(port: Port, message: WorkerMessage, snapshot?: Snapshot): void {
  port.postMessage(message, snapshot === undefined ? [] : [snapshot.numbers.buffer as ArrayBuffer]);
}

/** Turns an error into a message for the host. */
export function failureOf(error: unknown): Failure {
  const { code, epoch, batch, learningRate } = error as { code?: ErrorCode } & Record<string, unknown>;
  const place = epoch === undefined ? {} : { epoch, batch, learningRate };
  return { code, message: error instanceof Error ? error.message : String(error), place };
}
