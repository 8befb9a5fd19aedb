/**
 * Trains a model: fits one at a time, single steps, and what of these is kept for the next one and for checkpoints. Knows samples
 * as users give them; not what a network answers.
 */
import type { DividedSamples } from '../data/divide.js';
import { copied, own, packFit, packPairs } from '../data/pack.js';
import type { Samples } from '../data/samples.js';
import type { Scaling } from '../data/scaling.js';
import type { Labels } from '../data/targets.js';
import type { Samples as EngineSamples, LayerParameters, LoadedSamples, OptimizerMemory } from '../engine/engine.js';
import { codedError } from '../errors.js';
import type { Model } from '../model/model.js';
import { Random } from '../random.js';
import type { AwayBatches } from './background/host.js';
import type { Watched } from './early-stopping.js';
import { type FitRun, runFit } from './fit.js';
import { type Batches, type FitSpec, type History, type PatienceState, resolveFit } from './fit-options.js';
import { KeptSamples } from './in-memory-samples.js';
import { withLoaded } from './loaded.js';
import { prepare } from './run.js';
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

/** Where training stands, and what the optimizer remembers: nothing before its first step. */
export interface Checkpoint extends TrainingState {
  readonly memory: OptimizerMemory | undefined;
}

export class Trainer {
  readonly #model: Model;
  #epochs = 0;
  #batches = 0;
  /** For early stopping. */
  readonly #watched: Watched;
  /** Whether the next fit goes on where a checkpoint was taken. */
  #resumed = false;
  /** Parameters before a step of trainOnBatch, to go back to where it diverges. */
  #snapshot: Float32Array | undefined;

  constructor(model: Model) {
    this.#model = model;
    this.#watched = { patience: undefined, network: model.engine, layers: model.layers.length };
  }

  get epochs(): number {
    return this.#epochs;
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
      const kept = { call: 'fit', seed: this.#model.spec.seed, batchSize, shuffle };
      return await withLoaded(this.#model.engine, [training, validation], async ([loaded, validating]) => {
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
    const { fitInBackground } = await import('./background/host.js');
    run.checkAlive();
    const home = {
      network: this.#model.spec,
      info: this.#model.engineInfo,
      run,
      watched: this.#watched,
      goesOn: this.#goesOn(run.spec),
      onBegun,
      isGone: () => this.#model.isDisposed,
    };
    return await fitInBackground(home, batches, training, validation);
  }

  async fitStream(batches: Batches, options: unknown): Promise<History> {
    return await this.#whileBusy('fitStream', async (stop) => {
      const spec = this.#resolve('fitStream', options);
      const receiver = this.#model.receiver('fitStream');
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
      const { StreamedSamples } = await import('./streamed-samples.js');
      const source = new StreamedSamples(
        this.#model.engine,
        { call: 'fitStream', seed: this.#model.spec.seed, batchSize },
        () => stream.epoch(),
      );
      return await withLoaded(this.#model.engine, [ready.validation], async ([loaded]) =>
        runFit(run, source, loaded, onBegun),
      );
    });
  }

  trainOnBatch(inputs: Samples, targets: Samples | Labels): number {
    this.#model.check('trainOnBatch', 'idle');
    if (this.#model.lacksScaling) {
      const mend = 'Call fit once before trainOnBatch, or scale the inputs yourself.';
      throw codedError(
        'ERR_UNSUPPORTED',
        `trainOnBatch: the scaling of this network is learned by its first fit. ${mend}`,
      );
    }
    const packed = this.#model.takePairs('trainOnBatch', 'idle', inputs, targets);
    return this.#model.withLoaded(packed, (samples) => this.#step(samples));
  }

  /** One step on all of the samples. Returns their mean loss before it. */
  #step(samples: LoadedSamples): number {
    this.#snapshot = this.#model.engine.snapshot(this.#snapshot);
    const { seed, optimizer } = this.#model.spec;
    const { learningRate } = optimizer;
    const totals = { loss: 0, correct: 0 };
    const dropoutKey = new Random(seed, 'batchDropout', this.#batches).word();
    const step = { batchSize: samples.count, learningRate, dropoutKey };
    const finite = this.#model.engine.train(samples, 0, samples.count, step, totals);
    if (!finite || !this.#model.engine.isFinite()) {
      this.#model.engine.restore(this.#snapshot);
      throw divergedError('trainOnBatch', learningRate, this.#epochs + 1, 1);
    }
    this.#batches++;
    this.#watched.patience = undefined;
    return totals.loss / samples.count;
  }

  /** From outside of training, which has then no best weights of before to go back to. */
  writeParameters(layer: number, parameters: Partial<LayerParameters>): void {
    this.#model.engine.writeParameters(layer, parameters);
    if (parameters.weights !== undefined || parameters.biases !== undefined) this.#watched.patience = undefined;
  }

  checkpoint(): Checkpoint {
    const memory = this.#model.engine.readMemory();
    return { epochs: this.#epochs, batches: this.#batches, patience: this.#watched.patience, memory };
  }

  /** The next fit goes on from there. */
  resume({ epochs, batches, patience, memory }: Checkpoint): void {
    this.#epochs = epochs;
    this.#batches = batches;
    this.#watched.patience = patience;
    this.#resumed = true;
    if (memory !== undefined) this.#model.engine.writeMemory(memory);
  }

  /** Refuses other training meanwhile, from before anything of the caller's is read, whose getters may call fit again. */
  async #whileBusy(call: string, train: (stop: Stop) => Promise<History>): Promise<History> {
    const stop = new Stop(call);
    this.#model.begin(stop);
    try {
      return await train(stop);
    } finally {
      stop.leave();
      this.#model.finish();
    }
  }

  #resolve(call: string, options: unknown): FitSpec {
    const spec = resolveFit(call, options, this.#model.spec.optimizer.learningRate);
    spec.signal?.throwIfAborted();
    return spec;
  }

  /** What a fit trains on and validates with; copies, where the fit goes to a worker or has to wait. */
  #divide(inputs: Samples, targets: Samples | Labels, spec: FitSpec): DividedSamples | Promise<DividedSamples> {
    const receiver = this.#model.receiver('fit');
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
      this.#model.scaling = scaling;
    };
  }

  /** What a fit needs to know, its options proven. Nothing of the caller's is read after. */
  async #runOf(call: string, spec: FitSpec, stop: Stop): Promise<FitRun> {
    const checkAlive = (): void => this.#checkAlive(call, spec);
    checkAlive();
    stop.follow(spec.signal);
    const start = { epochsBefore: this.#epochs, learningRate: this.#model.spec.optimizer.learningRate };
    const { patience, learningRate } = await prepare(call, spec, start, this.#watched);
    return {
      call,
      engine: this.#model.engine,
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
    this.#model.check(call);
    signal?.throwIfAborted();
  }
}
