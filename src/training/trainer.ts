/**
 * Trains a network: fits one at a time, single steps, and what of these is kept for the next one and for checkpoints. Knows samples
 * as users give them and the engine's network; not what a network answers.
 */
import type { DividedSamples } from '../data/divide.js';
import { copied, own, packFit, packPairs, type Receiver } from '../data/pack.js';
import type { Samples } from '../data/samples.js';
import type { Scaling, ScalingLearner } from '../data/scaling.js';
import type { Labels } from '../data/targets.js';
import type {
  EngineInfo,
  EngineNetwork,
  Samples as EngineSamples,
  LayerParameters,
  LoadedSamples,
} from '../engine/engine.js';
import { codedError, WasmlpError } from '../errors.js';
import type { NetworkSpec } from '../options/network.js';
import { Random } from '../random.js';
import type { AwayBatches } from './background.js';
import type { Watched } from './early.js';
import { type FitRun, runFit } from './fit.js';
import { KeptSamples } from './kept.js';
import { withLoaded } from './loaded.js';
import { type Batches, type FitSpec, type History, type PatienceState, resolveFit } from './options.js';
import { prepare } from './prepare.js';
import { divergedError } from './slices.js';
import { Stop } from './stop.js';
import type { Stream } from './stream.js';

/** Where training stands. */
export interface TrainingState {
  /** Epochs trained so far, which shuffling and dropout count from. */
  readonly epochs: number;
  /** Steps of trainOnBatch so far, which its dropout counts from. */
  readonly batches: number;
  /** Of a fit that was not at its end. */
  readonly patience: PatienceState | undefined;
}

export class Trainer {
  readonly #spec: NetworkSpec;
  readonly #network: EngineNetwork;
  readonly #info: EngineInfo;
  readonly #createLearner: (() => ScalingLearner) | undefined;
  /** What `normalize` and `normalizeTargets` asked for; undefined until a fit learns it. */
  scaling: Scaling | undefined;
  #epochs = 0;
  #batches = 0;
  /** For early stopping. */
  readonly #watched: Watched;
  /** Whether the next fit goes on where a checkpoint was taken. */
  #resumed = false;
  /** Ends the fit that runs; there while one does. */
  #stop: Stop | undefined;
  #disposed = false;
  /** Parameters before a step of trainOnBatch, to go back to where it diverges. */
  #snapshot: Float32Array | undefined;

  constructor(
    spec: NetworkSpec,
    network: EngineNetwork,
    info: EngineInfo,
    createLearner: (() => ScalingLearner) | undefined,
  ) {
    this.#spec = spec;
    this.#network = network;
    this.#watched = { patience: undefined, network, layers: spec.layers.length };
    this.#info = info;
    this.#createLearner = createLearner;
  }

  async fitSamples(inputs: Samples, targets: Samples | Labels, options: unknown): Promise<History> {
    return await this.#whileBusy('fit', async (stop) => {
      const spec = this.#resolve('fit', options);
      const divided = this.#divide(inputs, targets, spec);
      // No wait where there is none: samples may be the caller's own arrays until the engine has them, or a worker.
      const { training, validation, scaling } = 'then' in divided ? await divided : divided;
      this.#checkAlive('fit', spec);
      const { batchSize = 32, shuffle = true } = spec;
      const onBegun = this.#beginning(spec, scaling);
      if (spec.background) {
        // Proven here, before a worker is started; it does so again for itself.
        const run = await this.#runOf('fit', spec, stop);
        return await this.#fitAway(run, { batchSize, shuffle }, training, validation, onBegun);
      }
      const kept = { call: 'fit', seed: this.#spec.seed, batchSize, shuffle };
      return await withLoaded(this.#network, [training, validation], async ([loaded, validating]) => {
        const run = await this.#runOf('fit', spec, stop);
        return await runFit(run, new KeptSamples(loaded as LoadedSamples, kept), validating, onBegun);
      });
    });
  }

  async #fitAway(
    run: FitRun,
    batches: AwayBatches,
    training: EngineSamples | Stream,
    validation: EngineSamples | undefined,
    onBegun: () => void,
  ): Promise<History> {
    const { fitInBackground } = await import('./background.js');
    run.checkAlive();
    const home = {
      network: this.#spec,
      info: this.#info,
      run,
      watched: this.#watched,
      goesOn: this.#goesOn(run.spec),
      onBegun,
      isGone: () => this.#disposed,
    };
    return await fitInBackground(home, batches, training, validation);
  }

  async fitStream(batches: Batches, options: unknown): Promise<History> {
    return await this.#whileBusy('fitStream', async (stop) => {
      const spec = this.#resolve('fitStream', options);
      const receiver = this.receiver('fitStream');
      const { validation: given } = spec;
      const validation =
        typeof given === 'object' ? copied(packPairs(receiver, given.inputs, given.targets, 'validation.')) : undefined;
      const { readyStream } = await import('./stream.js');
      const run = await this.#runOf('fitStream', spec, stop);
      const ready = await readyStream(batches, run, receiver, validation);
      const { stream, scaling } = ready;
      const onBegun = this.#beginning(spec, scaling);
      const { batchSize } = spec;
      if (spec.background) {
        return await this.#fitAway(run, { batchSize, shuffle: false }, stream, ready.validation, onBegun);
      }
      const { StreamedSamples } = await import('./streamed.js');
      const source = new StreamedSamples(this.#network, { call: 'fitStream', seed: this.#spec.seed, batchSize }, () =>
        stream.epoch(),
      );
      return await withLoaded(this.#network, [ready.validation], async ([loaded]) =>
        runFit(run, source, loaded, onBegun),
      );
    });
  }

  trainOnBatch(inputs: Samples, targets: Samples | Labels): number {
    this.checkIdle('trainOnBatch');
    if (this.#createLearner !== undefined && this.scaling === undefined) {
      const mend = 'Call fit once before trainOnBatch, or scale the inputs yourself.';
      throw codedError(
        'ERR_UNSUPPORTED',
        `trainOnBatch: the scaling of this network is learned by its first fit. ${mend}`,
      );
    }
    const packed = packPairs(this.receiver('trainOnBatch'), inputs, targets);
    // Again: a getter among the samples may have begun a fit, or disposed of the network.
    this.checkIdle('trainOnBatch');
    return this.withSamples(packed, (samples) => this.#step(samples));
  }

  /** One step on all of the samples. Returns their mean loss before it. */
  #step(samples: LoadedSamples): number {
    this.#snapshot = this.#network.snapshot(this.#snapshot);
    const { seed, optimizer } = this.#spec;
    const { learningRate } = optimizer;
    const totals = { loss: 0, correct: 0 };
    const dropoutKey = new Random(seed, 'batchDropout', this.#batches).word();
    const step = { batchSize: samples.count, learningRate, dropoutKey };
    const finite = this.#network.train(samples, 0, samples.count, step, totals);
    if (!finite || !this.#network.isFinite()) {
      this.#network.restore(this.#snapshot);
      throw divergedError('trainOnBatch', learningRate, this.#epochs + 1, 1);
    }
    this.#batches++;
    this.#watched.patience = undefined;
    return totals.loss / samples.count;
  }

  /** What the numbers of a call are checked against and scaled by. */
  receiver(call: string): Receiver {
    return { call, spec: this.#spec, scaling: this.scaling, createLearner: this.#createLearner };
  }

  /** Holds samples in the engine for as long as `use` takes. */
  withSamples<T>(packed: EngineSamples, use: (samples: LoadedSamples) => T): T {
    const samples = this.#network.load(packed);
    try {
      return use(samples);
    } finally {
      samples.release();
    }
  }

  /** Of all layers. */
  readParameters(): LayerParameters[] {
    return this.#spec.layers.map((_, layer) => this.#network.readParameters(layer));
  }

  /** From outside of training, which has then no best weights of before to go back to. */
  writeParameters(layer: number, parameters: Partial<LayerParameters>): void {
    this.#network.writeParameters(layer, parameters);
    if (parameters.weights !== undefined || parameters.biases !== undefined) this.#watched.patience = undefined;
  }

  get state(): TrainingState {
    return { epochs: this.#epochs, batches: this.#batches, patience: this.#watched.patience };
  }

  /** The next fit goes on from there. */
  resume({ epochs, batches, patience }: TrainingState): void {
    this.#epochs = epochs;
    this.#batches = batches;
    this.#watched.patience = patience;
    this.#resumed = true;
  }

  /** A running fit rejects with ERR_DISPOSED. Harmless twice. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#network.dispose();
    this.#stop?.now(disposedError(this.#stop.call));
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  checkUsable(call: string): void {
    if (this.#disposed) throw disposedError(call);
  }

  checkIdle(call: string): void {
    this.checkUsable(call);
    if (this.#stop !== undefined) {
      throw new WasmlpError(
        'ERR_BUSY',
        `${call}: a fit of this network is running. Await it first, or abort it by its signal.`,
      );
    }
  }

  /** Refuses other training meanwhile, from before anything of the caller's is read, whose getters may call fit again. */
  async #whileBusy(call: string, train: (stop: Stop) => Promise<History>): Promise<History> {
    this.checkIdle(call);
    const stop = new Stop(call);
    this.#stop = stop;
    try {
      return await train(stop);
    } finally {
      stop.leave();
      this.#stop = undefined;
    }
  }

  #resolve(call: string, options: unknown): FitSpec {
    const spec = resolveFit(call, options, this.#spec.optimizer.learningRate);
    spec.signal?.throwIfAborted();
    return spec;
  }

  /** What a fit trains on and validates with; copies, where the fit goes to a worker or has to wait. */
  #divide(inputs: Samples, targets: Samples | Labels, spec: FitSpec): DividedSamples | Promise<DividedSamples> {
    const receiver = this.receiver('fit');
    const given = packFit(receiver, inputs, targets, spec.validation);
    const weighted = spec.classWeights !== undefined || spec.sampleWeights !== undefined;
    const { scaling, createLearner } = receiver;
    const learns = scaling === undefined && createLearner !== undefined;
    const waits = weighted || learns || typeof given.validation === 'number';
    const { all, validation } = waits || spec.background ? own(given) : given;
    if (waits || typeof validation === 'number') {
      return import('../data/divide.js').then(({ divide }) => divide(receiver, { all, validation }, spec));
    }
    return { training: all, validation, scaling };
  }

  /** Whether a fit's early stopping goes on where a checkpoint was taken; any other begins anew. */
  #goesOn({ earlyStopping }: FitSpec): boolean {
    return this.#resumed && earlyStopping !== undefined;
  }

  /** What the first slice of a fit changes, and none after it: a fit that is refused before changes nothing. */
  #beginning(spec: FitSpec, scaling: Scaling | undefined): () => void {
    let isBegun = false;
    return () => {
      if (isBegun) return;
      isBegun = true;
      if (!this.#goesOn(spec)) this.#watched.patience = undefined;
      this.#resumed = false;
      this.scaling = scaling;
    };
  }

  /** What a fit needs to know, its options proven. Nothing of the caller's is read after. */
  async #runOf(call: string, spec: FitSpec, stop: Stop): Promise<FitRun> {
    const checkAlive = (): void => this.#checkAlive(call, spec);
    checkAlive();
    stop.follow(spec.signal);
    const start = { epochsBefore: this.#epochs, learningRate: this.#spec.optimizer.learningRate };
    const { patience, learningRate } = await prepare(call, spec, start, this.#watched);
    return {
      call,
      engine: this.#network,
      spec,
      learningRate,
      patience,
      epochsBefore: this.#epochs,
      checkAlive,
      stop,
      onEpochDone: (epoch) => {
        this.#epochs = epoch;
      },
    };
  }

  /** Throws where a fit must not go on. */
  #checkAlive(call: string, { signal }: FitSpec): void {
    this.checkUsable(call);
    signal?.throwIfAborted();
  }
}

function disposedError(call: string): WasmlpError {
  return new WasmlpError('ERR_DISPOSED', `${call}: this network was disposed of. Create a new one.`);
}
