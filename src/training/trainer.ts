/**
 * Trains a model: fits, one at a time, and single steps. Keeps what the next fit and a checkpoint go on from. Knows samples as users
 * give them; not what a network answers.
 */
import type { DividedSamples } from '../data/fit-samples.js';
import { copied, isShare, own, packFit, packPairs } from '../data/pack.js';
import { packStepWeights } from '../data/parameters.js';
import type { Samples } from '../data/samples.js';
import type { Scaling } from '../data/scaling.js';
import type { Labels } from '../data/targets.js';
import type { EngineSamples, LayerParameters, LoadedSamples } from '../engine/engine.js';
import { explained } from '../foundation/checks.js';
import { codedError } from '../foundation/errors.js';
import { Random } from '../foundation/random.js';
import type { Model } from '../model/model.js';
import { runFit } from './fit.js';
import { type Batches, FIT_DEFAULTS, type FitSpec, resolveFit, resolveStep, type StepSpec } from './fit-options.js';
import type { History } from './history.js';
import { InMemorySamples } from './in-memory-samples.js';
import { createRun, type FitListener, type FitRun } from './run.js';
import type { SourceOptions } from './samples.js';
import { divergedError } from './slices.js';
import type { Checkpoint, TrainingState } from './state.js';
import { Stop } from './stop.js';
import type { EpochBatches } from './streamed-samples.js';

/** What takes effect with the first change that the running fit makes. */
interface Pending {
  readonly scaling: Scaling | undefined;
  /** Whether early stopping resumes from the training state. */
  readonly resumes: boolean;
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
    if (parameters.weights !== undefined || parameters.biases !== undefined) this.#state.earlyStopping = undefined;
  }

  trainOnBatch(inputs: Samples, targets: Samples | Labels, given: unknown): number {
    this.#model.check('trainOnBatch', 'idle');
    const options = given === undefined ? undefined : resolveStep('trainOnBatch', given);
    if (this.#model.lacksScaling) {
      const mend = 'Call fit once before trainOnBatch, or scale the inputs yourself.';
      throw codedError(
        'ERR_UNSUPPORTED',
        `trainOnBatch: the scaling of this network is learned by its first fit. ${mend}`,
      );
    }
    const packed = this.#model.take('trainOnBatch', 'idle', (receiver) => {
      const pairs = packPairs(receiver, inputs, targets);
      const weights = options?.sampleWeights;
      return weights === undefined
        ? pairs
        : { ...pairs, weights: packStepWeights('trainOnBatch', weights, pairs.count) };
    });
    return this.#model.withLoaded(packed, (samples) => this.#step(samples, options));
  }

  /** One step on all of the samples. Returns their mean loss before it. */
  #step(samples: LoadedSamples, options: StepSpec | undefined): number {
    const { engine, spec } = this.#model;
    this.#snapshot = engine.snapshot(this.#snapshot);
    const learningRate = options?.learningRate ?? spec.optimizer.learningRate;
    const totals = { loss: 0, correct: 0 };
    const dropoutKey = new Random(spec.seed, 'batchDropout', this.#state.batches).word();
    const { count } = samples;
    const { clipNorm, clipValue } = options ?? {};
    const step = { batchSize: count, learningRate, dropoutKey, clipNorm, clipValue };
    const finite = engine.train(samples, 0, count, step, totals);
    if (!finite || !engine.isFinite() || !engine.givesFinite(samples, 0, count)) {
      engine.restore(this.#snapshot);
      throw divergedError(spec, 'trainOnBatch', learningRate, this.#state.epochs + 1, 1);
    }
    this.#state.batches++;
    this.#state.earlyStopping = undefined;
    return totals.loss / count;
  }

  fitSamples(inputs: Samples, targets: Samples | Labels, given: unknown): Promise<History> {
    return explained(() => this.#fitSamples(inputs, targets, given));
  }

  async #fitSamples(inputs: Samples, targets: Samples | Labels, given: unknown): Promise<History> {
    const stop = this.#begin('fit');
    try {
      const options = this.#resolve(given, stop);
      const divided = this.#divide(inputs, targets, options);
      // Awaits only a promise: until the engine or a worker has the samples, they may be the caller's own arrays.
      const { training, validation, scaling } = 'then' in divided ? await divided : divided;
      stop.check();
      this.#pending = { scaling, resumes: this.#resumes(options) };
      const { batchSize = FIT_DEFAULTS.batchSize, shuffle = FIT_DEFAULTS.shuffle } = options;
      const sourceOptions = { seed: this.#model.spec.seed, batchSize, shuffle };
      if (options.background) {
        // The worker makes its own run. This one checks the options before a worker starts.
        const run = await this.#createRun(options, stop);
        return await this.#fitInBackground(run, training, validation, sourceOptions);
      }
      const source = new InMemorySamples(this.#model.engine, training, validation, sourceOptions);
      return await runFit(this.#createRun(options, stop), source);
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
      const receiver = this.#model.receiver(stop.call);
      const validating = options.validation;
      const packed =
        typeof validating === 'object' && !isShare(validating)
          ? copied(packPairs(receiver, validating.inputs, validating.targets, 'validation.'))
          : undefined;
      const { readyStream, StreamedSamples } = await import('./stream.js');
      const run = await this.#createRun(options, stop);
      const { stream, validation, scaling } = await readyStream(batches, options, receiver, packed, stop);
      this.#pending = { scaling, resumes: this.#resumes(options) };
      const sourceOptions = { seed: this.#model.spec.seed, batchSize: options.batchSize, shuffle: false };
      const epochBatches = (): AsyncIterable<EngineSamples> => stream.epoch();
      if (options.background) return await this.#fitInBackground(run, epochBatches, validation, sourceOptions);
      const source = new StreamedSamples(this.#model.engine, epochBatches, validation, sourceOptions);
      return await runFit(run, source);
    } finally {
      this.#finish(stop);
    }
  }

  /** At the first change of a fit: the scaling takes effect, early stopping begins. A fit that is refused earlier changes nothing. */
  beforeChange(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    if (!pending.resumes) this.#state.earlyStopping = undefined;
    this.#isResumed = false;
    this.#model.scaling = pending.scaling;
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
    this.#model.finish();
  }

  #resolve(given: unknown, stop: Stop): FitSpec {
    const options = resolveFit(stop.call, given, this.#model.spec.optimizer.learningRate);
    stop.follow(options.signal);
    stop.check();
    return options;
  }

  /** Whether early stopping resumes from a checkpoint. Otherwise it begins anew. */
  #resumes({ earlyStopping }: FitSpec): boolean {
    return this.#isResumed && earlyStopping !== undefined;
  }

  /** The samples that train and those that validate. They are copies if the fit has to wait first or runs in a worker. */
  #divide(inputs: Samples, targets: Samples | Labels, options: FitSpec): DividedSamples | Promise<DividedSamples> {
    const receiver = this.#model.receiver('fit');
    const given = packFit(receiver, inputs, targets, options.validation);
    const weighted = options.classWeights !== undefined || options.sampleWeights !== undefined;
    const splits = isShare(given.validation);
    const waits = weighted || splits || this.#model.lacksScaling;
    const { all, validation } = waits || options.background ? own(given) : given;
    if (waits || isShare(validation)) {
      return import('../data/fit-samples.js').then(({ divide }) => divide(receiver, { all, validation }, options));
    }
    return { training: all, validation, scaling: receiver.scaling };
  }

  async #createRun(options: FitSpec, stop: Stop): Promise<FitRun> {
    stop.check();
    return await createRun(this.#model, options, this.#state, this, stop);
  }

  async #fitInBackground(
    run: FitRun,
    training: EngineSamples | EpochBatches,
    validation: EngineSamples | undefined,
    options: SourceOptions,
  ): Promise<History> {
    const { fitInBackground } = await import('./background/host.js');
    run.stop.check();
    const earlyStopping = this.#pending?.resumes ? this.#state.earlyStopping : undefined;
    return await fitInBackground({ model: this.#model, run, earlyStopping, training, validation, options });
  }
}
