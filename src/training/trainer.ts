/**
 * Trains a model: fits, one at a time, and single steps. Keeps what the next fit and a checkpoint go on from. Knows samples as users
 * give them; not what a network answers.
 */
import type { DividedSamples } from '../data/fit-samples.js';
import {
  copied,
  isShare,
  own,
  type PackedPairs,
  packFit,
  packPairs,
  packValidation,
  type Receiver,
} from '../data/pack.js';
import { packStepWeights } from '../data/parameters.js';
import type { Samples } from '../data/samples.js';
import type { NetworkScaling } from '../data/scaling.js';
import type { StaleColumn } from '../data/stale-columns.js';
import type { Labels } from '../data/targets.js';
import type { EngineSamples, LayerParameters, LoadedSamples } from '../engine/engine.js';
import { explained } from '../foundation/checks.js';
import { Random } from '../foundation/random.js';
import type { Model } from '../model/model.js';
import { runFit } from './fit.js';
import { type Batches, FIT_DEFAULTS, type FitSpec, resolveFit, resolveStep, type StepSpec } from './fit-options.js';
import type { History } from './history.js';
import { InMemorySamples } from './in-memory-samples.js';
import type { Rescaling } from './relearn.js';
import { createRun, type FitListener, type FitRun } from './run.js';
import type { SampleSource, SourceOptions } from './samples.js';
import { divergedError } from './slices.js';
import { named } from './stale-history.js';
import type { Checkpoint, TrainingState } from './state.js';
import { Stop } from './stop.js';
import type { EpochBatches } from './streamed-samples.js';

/** The targets of a fit or step, and its options, as users give them. */
type TargetsAndOptions = [targets: Samples | Labels, options: unknown];

/** What takes effect with the first change that the running fit makes. */
interface Pending {
  readonly scaling: NetworkScaling | undefined;
  /** Whether early stopping resumes from the training state. */
  readonly resumes: boolean;
  /** Undefined where the parameters suit the scaling as they are. */
  readonly rescaling: Rescaling | undefined;
}

/** Samples that a fit can train on: all of them, or a function that begins a stream of batches. */
interface ReadySamples {
  readonly training: EngineSamples | EpochBatches;
  readonly validation: EngineSamples | undefined;
  /** Learned from them, or what the network had. */
  readonly scaling: NetworkScaling | undefined;
  /** Columns that the scaling does not suit. A stream adds to them while the fit runs. */
  readonly stale: readonly StaleColumn[] | undefined;
}

export class Trainer implements FitListener {
  readonly #model: Model;
  readonly #state: TrainingState = { epochs: 0, batches: 0, earlyStopping: undefined };
  /** Whether the next fit resumes from a checkpoint. */
  #isResumed = false;
  /** Undefined when no fit runs, and after the first change of the running one. */
  #pending: Pending | undefined;
  /** Parameters before a step of trainOnBatch: it goes back to them if it diverges. */
  #snapshot: Float32Array | undefined;

  constructor(model: Model) {
    this.#model = model;
  }

  /** Epochs trained so far, over all fits. */
  get epochs(): number {
    return this.#state.epochs;
  }

  checkpoint(): Checkpoint {
    return { ...this.#state, optimizer: this.#model.engine.readOptimizerState() };
  }

  /** The next fit continues from the checkpoint. */
  resume({ optimizer, ...state }: Checkpoint): void {
    Object.assign(this.#state, state);
    this.#isResumed = true;
    try {
      if (optimizer !== undefined) this.#model.engine.writeOptimizerState(optimizer);
    } catch (error) {
      // No memory for it: nobody gets to hold this network.
      this.#model.dispose();
      throw error;
    }
  }

  /** Sets parameters that did not come from training. Early stopping then forgets the best parameters it kept. */
  writeParameters(layer: number, parameters: Partial<LayerParameters>): void {
    this.#model.engine.writeParameters(layer, parameters);
    if (parameters.weights === undefined && parameters.biases === undefined) return;
    this.#state.earlyStopping = undefined;
    this.#model.needsScaling = true;
  }

  /** Sets the scaling that a user gives. Early stopping forgets its losses, which were in other units. */
  setScaling(given: unknown): void {
    this.#model.setScaling(given);
    this.#state.earlyStopping = undefined;
  }

  trainOnBatch(inputs: Samples, ...others: TargetsAndOptions): number {
    this.#model.check('trainOnBatch', 'idle');
    const [targets, given] = this.#arguments(others);
    const options = given === undefined ? undefined : resolveStep('trainOnBatch', given);
    const sampleWeights = options?.sampleWeights;
    if (this.#model.lacksScaling)
      throw this.#model.parts.scaling?.unlearnedScalingError('trainOnBatch', this.#model.spec);
    const row = this.#model.parts.oneRow?.loadRow(this.#model, inputs, targets, sampleWeights);
    if (row) return this.#step(row, options);
    const packed = this.#model.take('trainOnBatch', 'idle', (receiver) => {
      const pairs = packPairs({ ...receiver, trains: true }, inputs, targets);
      if (sampleWeights === undefined) return pairs;
      return { ...pairs, weights: packStepWeights('trainOnBatch', sampleWeights, pairs.count) };
    });
    return this.#model.withLoaded(packed, (samples) => this.#step(samples, options));
  }

  /** One step on all of the samples. Returns their mean loss before it. */
  #step(samples: LoadedSamples, options: StepSpec | undefined): number {
    const { engine, spec } = this.#model;
    this.#snapshot = engine.snapshot(this.#snapshot);
    const learningRate = options?.learningRate ?? spec.optimizer.learningRate;
    const totals = { loss: 0, correct: 0 };
    const drops = spec.layers.some(({ dropout }) => dropout > 0);
    const dropoutKey = drops ? new Random(spec.seed, 'batchDropout', this.#state.batches).word() : 0;
    const { count } = samples;
    // Written out: V8 takes 60 ns for it, and microseconds for one that spreads `options` and then replaces what it has (Node 20).
    const step = {
      batchSize: count,
      learningRate,
      dropoutKey,
      clipNorm: options?.clipNorm,
      clipValue: options?.clipValue,
    };
    const finite = engine.train(samples, 0, count, step, totals);
    if (!finite || !engine.isFinite() || !engine.givesFinite(samples, 0, count)) {
      engine.restore(this.#snapshot);
      throw divergedError(spec, 'trainOnBatch', learningRate, this.#state.epochs + 1, 1);
    }
    this.#state.batches++;
    this.#state.earlyStopping = undefined;
    return totals.loss / count;
  }

  fitSamples(inputs: Samples, ...others: TargetsAndOptions): Promise<History> {
    return explained(() => this.#fitSamples(inputs, others));
  }

  async #fitSamples(inputs: Samples, rest: TargetsAndOptions): Promise<History> {
    const stop = this.#begin('fit');
    try {
      const [targets, given] = this.#arguments(rest);
      const options = this.#resolve(given, stop);
      const { engine, spec } = this.#model;
      let receiver = this.#model.fitReceiver('fit', options.relearnScaling);
      const list = Array.isArray(inputs) ? inputs.length * spec.inputs : 0;
      const size = ArrayBuffer.isView(inputs) ? inputs.byteLength : list;
      const large = size > LARGE ? await import('./large-samples.js') : undefined;
      if (large) receiver = await large.packLarge(receiver, inputs, options, stop);
      const divided = this.#divide(receiver, inputs, targets, options);
      // Awaits only a promise: until the engine or a worker has the samples, they may be the caller's own arrays.
      const samples = 'then' in divided ? await divided : divided;
      const { batchSize = FIT_DEFAULTS.batchSize, shuffle = FIT_DEFAULTS.shuffle } = options;
      const sourceOptions = { seed: spec.seed, batchSize, shuffle };
      return await this.#train(
        stop,
        options,
        sourceOptions,
        samples,
        () =>
          large?.loadLarge(engine, receiver, samples, sourceOptions, stop) ??
          new InMemorySamples(engine, samples, sourceOptions),
      );
    } finally {
      this.#finish(stop);
    }
  }

  fitStream(batches: Batches, given: unknown): Promise<History> {
    return explained(() => this.#fitStream(batches, given));
  }

  async #fitStream(batches: Batches, given: unknown): Promise<History> {
    const stop = this.#begin('fitStream');
    try {
      const options = this.#resolve(given, stop);
      const receiver = this.#model.fitReceiver(stop.call, options.relearnScaling);
      const validating = options.validation;
      const packed =
        validating && !isShare(validating)
          ? copied(packValidation(receiver, validating.inputs, validating.targets))
          : undefined;
      const { readyStream } = await import('./stream.js');
      const run = await this.#createRun(options, stop);
      const stream = await readyStream(batches, options, receiver, packed, run);
      return await this.#train(stop, options, stream.options, stream, stream.open, run);
    } finally {
      this.#finish(stop);
    }
  }

  /**
   * Trains on samples that are ready. Waits for nothing before it loads them with `load`, unless it learns the scaling anew or trains in
   * the background.
   */
  async #train(
    stop: Stop,
    options: FitSpec,
    sourceOptions: SourceOptions,
    { training, validation, scaling, stale }: ReadySamples,
    load: () => SampleSource | Promise<SampleSource>,
    ready?: FitRun,
  ): Promise<History> {
    const { background, earlyStopping, relearnScaling } = options;
    const model = this.#model;
    const rescaling = relearnScaling
      ? (await import('./relearn.js')).prepareRescaling(stop.call, model, scaling)
      : undefined;
    stop.check();
    // A checkpoint's early stopping goes on; any other begins anew.
    const resumes = this.#isResumed && earlyStopping !== undefined && !relearnScaling;
    this.#pending = { scaling, resumes, rescaling };
    const columns = rescaling?.moved ?? stale;
    if (!background) {
      model.engine.threads?.begin({ options, training, validation, stop });
      const source = await load();
      return await named(runFit(ready ?? this.#createRun(options, stop), source), columns, model.spec);
    }
    // The worker makes its own run. This one checks the options before a worker starts.
    const run = ready ?? (await this.#createRun(options, stop));
    const { fitInBackground } = await import('./background/host.js');
    stop.check();
    const fit = fitInBackground({
      model,
      run,
      background,
      earlyStopping: resumes ? this.#state.earlyStopping : undefined,
      numbers: rescaling?.snapshot(),
      training,
      validation,
      options: sourceOptions,
    });
    return await named(fit, columns, model.spec);
  }

  /** At the first change of a fit: the scaling takes effect, early stopping begins. A fit that is refused earlier changes nothing. */
  beforeChange(): void {
    const pending = this.#pending;
    if (!pending) return;
    this.#pending = undefined;
    if (!pending.resumes) this.#state.earlyStopping = undefined;
    this.#isResumed = false;
    this.#model.scaling = pending.scaling;
    pending.rescaling?.write();
  }

  /** From now on other training is refused. This comes before any data of the caller are read: a getter among them may call fit. */
  #begin(call: string): Stop {
    const stop = new Stop(call);
    this.#model.begin(stop);
    return stop;
  }

  #finish(stop: Stop): void {
    stop.unfollow();
    this.#pending = undefined;
    this.#model.engine.threads?.end();
    this.#model.finish();
  }

  /** Without the targets where the rows of a table have them, and the options come in their place. */
  #arguments(given: TargetsAndOptions): TargetsAndOptions {
    return (this.#model.parts.table?.arguments(...given) as TargetsAndOptions | undefined) ?? given;
  }

  #resolve(given: unknown, stop: Stop): FitSpec {
    const options = resolveFit(stop.call, given, this.#model.spec.optimizer.learningRate);
    stop.follow(options.signal);
    stop.check();
    return this.#model.engine.threads?.resolve(stop.call, options) ?? options;
  }

  /** The samples that train and those that validate. They are copies if the fit has to wait first or runs in a worker. */
  #divide(
    receiver: Receiver,
    inputs: Samples,
    targets: Samples | Labels,
    options: FitSpec,
  ): DividedSamples | Promise<DividedSamples> {
    const given = packFit(receiver, inputs, targets, options.validation);
    const weighted = options.classWeights !== undefined || options.sampleWeights !== undefined;
    const waits = weighted || isShare(given.validation) || receiver.createLearner;
    const { all, validation } = waits || options.background ? own(given, receiver.large) : given;
    if (waits) {
      return import('../data/fit-samples.js').then(({ divide }) => divide(receiver, { all, validation }, options));
    }
    // Nothing was to be learned, so everything is scaled.
    const training = all as PackedPairs;
    return { training, validation: validation as PackedPairs | undefined, scaling: receiver.scaling, stale: all.stale };
  }

  async #createRun(options: FitSpec, stop: Stop): Promise<FitRun> {
    stop.check();
    return await createRun(this.#model, options, this.#state, this, stop);
  }
}

/** From so many numbers in rows on, or bytes, a fit gives way to the event loop while it takes its samples: less takes some milliseconds. */
const LARGE = 2 ** 21;
