/** The Network: what users hold. Checks every call, then hands packed numbers to the engine and answers in the shape asked. */
/// <reference lib="esnext.disposable" preserve="true" />
import { checkInteger, checkObject } from './checks.js';
import { type Classification, classificationOf, rowsOf } from './data/answers.js';
import { copied, divide, own, packFit, packInputs, packPairs, type Receiver } from './data/pack.js';
import { type GivenParameters, packParameters } from './data/parameters.js';
import type { Samples, Shape } from './data/samples.js';
import type { Scaling, ScalingLearner } from './data/scaling.js';
import type { Labels } from './data/targets.js';
import type {
  EngineInfo,
  EngineNetwork,
  Samples as EngineSamples,
  LayerParameters,
  LoadedSamples,
} from './engine/engine.js';
import { selectEngine } from './engine/select.js';
import { codedError, describe, WasmlpError } from './errors.js';
import { type Checkpoint, type Model, type Restored, writeModel } from './formats/model.js';
import { writeONNX } from './formats/onnx/write.js';
import { initialWeights } from './initialize.js';
import { withinMemory } from './memory.js';
import { ENGINE_KEYS, type EngineSpec, resolveEngine } from './options/engine.js';
import type { LayerSpec } from './options/layers.js';
import { type NetworkSpec, resolveNetwork } from './options/network.js';
import type { EngineOptions, NetworkOptions } from './options/types.js';
import { Random } from './random.js';
import { type LayerInfo, layersOf, summaryOf } from './summary.js';
import type { Patience, Watched } from './training/early.js';
import { type FitRun, runFit } from './training/fit.js';
import { withKept } from './training/kept.js';
import { type Batches, type FitOptions, type FitSpec, type History, resolveFit } from './training/options.js';
import { divergedError } from './training/slices.js';
import { Stop } from './training/stop.js';

/** Loss and, where targets are classes or probabilities, the share of right predictions. */
export interface Evaluation {
  loss: number;
  accuracy?: number;
}

/**
 * A dense feed-forward network (multi-layer perceptron).
 *
 * ```ts
 * const network = await Network.create({ inputs: 2, layers: [{ units: 2 }, { units: 1 }], seed: 1 });
 * await network.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], { epochs: 2000, batchSize: 1 });
 * network.predict([1, 0]); // Float32Array [ … ]
 * ```
 */
export class Network {
  readonly #spec: NetworkSpec;
  readonly #network: EngineNetwork;
  readonly #engine: EngineInfo;
  readonly #layers: readonly LayerInfo[];
  #disposed = false;
  #epochs = 0;
  /** For early stopping and for files. */
  readonly #watched: Watched = {
    patience: undefined,
    readParameters: () => this.#layers.map((_, layer) => this.#network.readParameters(layer)),
    writeParameters: (parameters) => {
      parameters.forEach((layer, index) => {
        this.#network.writeParameters(index, layer);
      });
    },
  };
  /** Whether the next fit goes on where a checkpoint was taken. */
  #resumed = false;
  /** Steps of trainOnBatch. */
  #batches = 0;
  /** What `normalize` and `normalizeTargets` asked for; undefined until a fit learns it. */
  #scaling: Scaling | undefined;
  readonly #createLearner: (() => ScalingLearner) | undefined;
  /** Ends the fit that runs; there while one does. */
  #stop: Stop | undefined;
  /** Parameters before a step of trainOnBatch, to go back to where it diverges. */
  #snapshot: Float32Array | undefined;

  private constructor(
    spec: NetworkSpec,
    engine: EngineInfo,
    network: EngineNetwork,
    createLearner: (() => ScalingLearner) | undefined,
  ) {
    // Private to TypeScript only: plain JavaScript gets here with options.
    if (network === undefined) {
      throw codedError(
        'ERR_INVALID_TYPE',
        'Network: use `await Network.create(options)` instead of new Network(options).',
      );
    }
    this.#spec = spec;
    this.#engine = engine;
    this.#network = network;
    this.#createLearner = createLearner;
    this.#layers = layersOf(spec.layers);
  }

  /**
   * Creates a network with seeded first weights and biases of 0.
   *
   * Rejects with ERR_INVALID_TYPE or ERR_INVALID_OPTION for wrong options, ERR_UNSUPPORTED for what this version does not
   * do, ERR_OUT_OF_MEMORY, and ERR_ENGINE where `engine: 'wasm'` is refused by the host.
   */
  static async create(options: NetworkOptions): Promise<Network> {
    const spec = resolveNetwork(options);
    return await Network.#open(spec, resolveEngine('create', { ...options }), (layer) => ({
      weights: initialWeights(spec.layers[layer] as LayerSpec, layer, spec.seed),
    }));
  }

  /**
   * The network that `save` or `saveCheckpoint` wrote the bytes of; after a checkpoint, training goes on where it stood.
   *
   * Rejects with ERR_INVALID_TYPE for what is no Uint8Array, ERR_MODEL_FORMAT for bytes that are no such model, ERR_MODEL_VERSION for
   * one of a newer version, ERR_MODEL_LIMIT for one that is too large, and as `create` does.
   */
  static async load(model: Uint8Array, options?: EngineOptions): Promise<Network> {
    const file = bytesOf('load', model, 'network.save() returned');
    return await Network.#restore('load', options, async () =>
      (await import('./formats/read-model.js')).readModel(file),
    );
  }

  /**
   * The network that an ONNX model holds: dense layers as PyTorch, scikit-learn, Keras and `toONNX` export them, with scaling before
   * and after. Training goes on with the defaults of `create`.
   *
   * Rejects with ERR_UNSUPPORTED for other models, naming the node; else as `load` does.
   */
  static async fromONNX(model: Uint8Array, options?: EngineOptions): Promise<Network> {
    const file = bytesOf('fromONNX', model, 'an ONNX file holds');
    return await Network.#restore('fromONNX', options, async () =>
      (await import('./formats/onnx/read-onnx.js')).readONNX(file),
    );
  }

  /** The network that a file tells of. */
  static async #restore(call: string, options: unknown, read: () => Promise<Restored>): Promise<Network> {
    const engine = resolveEngine(
      call,
      checkObject(`${call}: options`, options === undefined ? {} : options, ENGINE_KEYS),
    );
    const { model, checkpoint } = await read();
    const network = await Network.#open(model.spec, engine, (index) => model.parameters[index] as LayerParameters);
    network.#scaling = model.scaling;
    try {
      if (checkpoint !== undefined) network.#resume(checkpoint);
    } catch (error) {
      network.dispose();
      throw error;
    }
    return network;
  }

  /** A network of its own, with first parameters for each layer. */
  static async #open(
    spec: NetworkSpec,
    options: EngineSpec,
    parametersOf: (layer: number) => Partial<LayerParameters>,
  ): Promise<Network> {
    const engine = await selectEngine(options, spec);
    const scales = spec.normalize !== false || spec.normalizeTargets !== false;
    const learning = scales ? await import('./data/scaling.js') : undefined;
    const createLearner = learning && (() => new learning.ScalingLearner(spec));
    const network = engine.createNetwork(spec);
    try {
      spec.layers.forEach((_, layer) => {
        network.writeParameters(layer, parametersOf(layer));
      });
    } catch (error) {
      network.dispose();
      throw error;
    }
    return new Network(spec, engine.info, network, createLearner);
  }

  /** Width of a sample. */
  get inputs(): number {
    return this.#spec.inputs;
  }

  /** Width of an answer. */
  get outputs(): number {
    return this.#spec.outputs;
  }

  get layers(): readonly LayerInfo[] {
    return this.#layers;
  }

  /** Weights and biases of all layers, frozen ones included. */
  get parameterCount(): number {
    return this.#layers.reduce((sum, layer) => sum + layer.parameterCount, 0);
  }

  /** What runs the numbers. */
  get engine(): EngineInfo {
    return this.#engine;
  }

  /**
   * Trains on all samples for a number of epochs. Gives way to the event loop every few milliseconds.
   *
   * `inputs` (samples, inputs); `targets` (samples, outputs), class indexes or class names. Rejects as the checks say
   * (nothing is touched then), with ERR_BUSY while another fit runs, ERR_DIVERGED, ERR_DISPOSED, `signal.reason` when
   * aborted, and with the error of a callback that throws; the weights are then those after a whole number of batches.
   */
  async fit(inputs: Samples, targets: Samples | Labels, options?: FitOptions): Promise<History> {
    return await this.#whileBusy('fit', async (stop) => {
      const spec = resolveFit('fit', options, this.#spec.optimizer.learningRate);
      spec.signal?.throwIfAborted();
      const receiver = this.#receiver('fit');
      let given = packFit(receiver, inputs, targets, spec.validation);
      let weights: Float32Array | undefined;
      if (spec.classWeights !== undefined || spec.sampleWeights !== undefined) {
        given = own(given);
        const { packWeights } = await import('./data/weights.js');
        weights = packWeights('fit', this.#spec, given.all, spec);
      }
      const { training, validation, scaling } = divide(receiver, given, weights);
      this.#checkAlive('fit', spec);
      const { batchSize = 32, shuffle = true } = spec;
      const kept = { call: 'fit', seed: this.#spec.seed, batchSize, shuffle };
      return await withKept(this.#network, training, validation, kept, async (source, loaded) => {
        const run = await this.#runOf('fit', spec, stop);
        return await runFit(run, source, loaded, () => {
          this.#scaling = scaling;
        });
      });
    });
  }

  /**
   * Trains on a stream of batches, for data that memory cannot hold: `batches` is called once per epoch, and asked for a batch
   * when the one before is trained on. Each is one step, or with `batchSize` steps of that many samples. Options and errors as of
   * `fit`, but `shuffle`, `sampleWeights` and a fraction as `validation` are refused: they need all samples. A network that
   * normalizes learns its scaling from one more pass over the stream, before the first epoch.
   */
  async fitStream(batches: Batches, options?: FitOptions): Promise<History> {
    return await this.#whileBusy('fitStream', async (stop) => {
      const spec = resolveFit('fitStream', options, this.#spec.optimizer.learningRate);
      spec.signal?.throwIfAborted();
      const receiver = this.#receiver('fitStream');
      const { validation: given } = spec;
      const validation =
        typeof given === 'object' ? copied(packPairs(receiver, given.inputs, given.targets, 'validation.')) : undefined;
      const { withStream } = await import('./training/stream.js');
      const run = await this.#runOf('fitStream', spec, stop);
      return await withStream(batches, run, receiver, validation, (source, loaded, scaling) => {
        return runFit(run, source, loaded, () => {
          this.#scaling = scaling;
        });
      });
    });
  }

  /**
   * One optimizer step on all the samples given. Returns their mean loss before the step.
   *
   * Throws ERR_DIVERGED, the weights as before, where the loss or a weight stops being finite.
   */
  trainOnBatch(inputs: Samples, targets: Samples | Labels): number {
    this.#checkIdle('trainOnBatch');
    if (this.#createLearner !== undefined && this.#scaling === undefined) {
      const mend = 'Call fit once before trainOnBatch, or scale the inputs yourself.';
      throw codedError(
        'ERR_UNSUPPORTED',
        `trainOnBatch: the scaling of this network is learned by its first fit. ${mend}`,
      );
    }
    const packed = packPairs(this.#receiver('trainOnBatch'), inputs, targets);
    // Again: a getter among the samples may have begun a fit, or disposed of the network.
    this.#checkIdle('trainOnBatch');
    return this.#withSamples(packed, (samples) => {
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
      return totals.loss / samples.count;
    });
  }

  /** Derivatives of the mean loss of the samples by every weight and bias, shaped as these; no step. */
  gradients(inputs: Samples, targets: Samples | Labels): { loss: number; layers: LayerParameters[] } {
    this.#checkUsable('gradients');
    const packed = packPairs(this.#receiver('gradients'), inputs, targets);
    this.#checkUsable('gradients');
    return this.#withSamples(packed, (samples) => this.#network.gradients(samples));
  }

  /** Mean loss over the samples, and accuracy where targets are classes or probabilities. */
  evaluate(inputs: Samples, targets: Samples | Labels): Evaluation {
    this.#checkUsable('evaluate');
    const packed = packPairs(this.#receiver('evaluate'), inputs, targets);
    this.#checkUsable('evaluate');
    return this.#withSamples(packed, (samples) => {
      const totals = { loss: 0, correct: 0 };
      this.#network.evaluate(samples, 0, samples.count, totals);
      const { loss, correct } = totals;
      const result: Evaluation = { loss: loss / samples.count };
      if (packed.metric !== 'none') result.accuracy = correct / samples.count;
      return result;
    });
  }

  /**
   * Outputs for samples, in the shape given: an array of numbers is one sample and gives a Float32Array of outputs, a
   * Float32Array of rows end to end gives outputs end to end, rows give rows.
   */
  predict(inputs: readonly number[] | Float32Array): Float32Array;
  predict(inputs: readonly (readonly number[] | Float32Array)[]): Float32Array[];
  predict(inputs: Samples): Float32Array | Float32Array[];
  predict(inputs: Samples): Float32Array | Float32Array[] {
    const { values, shape } = this.#predict('predict', inputs);
    return shape === 'rows' ? rowsOf(values, this.outputs) : values;
  }

  /**
   * The most likely class of each sample: one answer for one sample, an array for several. For networks with a sigmoid or
   * softmax output; ERR_UNSUPPORTED for others, whose outputs are no probabilities.
   */
  classify(inputs: readonly number[]): Classification;
  classify(inputs: readonly (readonly number[] | Float32Array)[]): Classification[];
  classify(inputs: Samples): Classification | Classification[];
  classify(inputs: Samples): Classification | Classification[] {
    this.#checkUsable('classify');
    const { activation } = this.#layers[this.#layers.length - 1] as LayerInfo;
    const scaled = this.#spec.normalizeTargets !== false;
    if (scaled || (activation !== 'sigmoid' && activation !== 'softmax')) {
      const mend =
        'Use predict, or give the output layer activation: "softmax" (or "sigmoid"), without normalizeTargets.';
      const kind = scaled ? 'scaled' : activation;
      throw codedError('ERR_UNSUPPORTED', `classify: a ${kind} output gives no probability. ${mend}`);
    }
    const { values, shape } = this.#predict('classify', inputs);
    const answers = rowsOf(values, this.outputs).map((row) => classificationOf(row, this.#spec.labels));
    return shape === 'rows' || answers.length > 1 ? answers : (answers[0] as Classification);
  }

  /** Copies of a layer's weights (units, inputs) row-major and biases (units; none in a layer without). */
  getParameters(layer: number): LayerParameters {
    this.#checkUsable('getParameters');
    return this.#network.readParameters(this.#checkLayer('getParameters', layer));
  }

  /** Replaces a layer's weights, biases, or both, given as typed or plain arrays. */
  setParameters(layer: number, parameters: GivenParameters): void {
    this.#checkIdle('setParameters');
    const info = this.#layers[this.#checkLayer('setParameters', layer)] as LayerInfo;
    const packed = packParameters('setParameters', info, parameters);
    // Again: a getter among the parameters may have begun a fit, or disposed of the network.
    this.#checkIdle('setParameters');
    this.#network.writeParameters(layer, packed);
    this.#watched.patience = undefined;
  }

  /** A table of the layers: shapes, activations, parameters, memory. */
  summary(): string {
    this.#checkUsable('summary');
    return summaryOf(this.#layers, this.#engine, this.#network.memoryBytes, {
      inputs: this.#spec.normalize,
      targets: this.#spec.normalizeTargets,
      learned: this.#scaling !== undefined,
    });
  }

  /**
   * The network as a safetensors file: weights by the names of a torch.nn.Sequential (0.weight, 0.bias, 2.weight, …), options,
   * scaling and labels as metadata. While a fit runs, weights as after a whole number of batches.
   */
  save(): Uint8Array {
    this.#checkUsable('save');
    return writeModel(this.#model());
  }

  /**
   * `save`, and what training goes on from: what the optimizer remembers, epochs, early stopping. A network loaded from it trains on
   * to the same bits as this one, from the end of an epoch.
   */
  saveCheckpoint(): Uint8Array {
    this.#checkUsable('saveCheckpoint');
    return writeModel(this.#model(), {
      epochs: this.#epochs,
      batches: this.#batches,
      memory: this.#network.readMemory(),
      patience: this.#watched.patience,
    });
  }

  /**
   * The network as an ONNX model (operator set 17), for other runtimes: "inputs" (batch, inputs) to "outputs" (batch, outputs),
   * both float32, scaling included, outputs as `predict` gives them. Throws ERR_MODEL_LIMIT beyond 2^28 parameters.
   */
  toONNX(): Uint8Array {
    this.#checkUsable('toONNX');
    return writeONNX(this.#model());
  }

  /** Gives the memory back; a running fit rejects with ERR_DISPOSED. Optional, and harmless twice. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#network.dispose();
    this.#stop?.now(disposedError(this.#stop.call));
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** What Node's console.log shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const shape = [this.inputs, ...this.#layers.map(({ units }) => units)].join('-');
    return `Network ${shape} (${this.#disposed ? 'disposed' : this.#engine.kind})`;
  }

  /** Refuses other training meanwhile, from before anything of the caller's is read, whose getters may call fit again. */
  async #whileBusy(call: string, train: (stop: Stop) => Promise<History>): Promise<History> {
    this.#checkIdle(call);
    const stop = new Stop(call);
    this.#stop = stop;
    try {
      return await train(stop);
    } finally {
      stop.leave();
      this.#stop = undefined;
    }
  }

  /** What a fit needs to know, its options proven. Nothing of the caller's is read after. */
  async #runOf(call: string, spec: FitSpec, stop: Stop): Promise<FitRun> {
    const checkAlive = (): void => this.#checkAlive(call, spec);
    checkAlive();
    stop.follow(spec.signal);
    let { learningRate } = spec;
    let patience: Patience | undefined;
    if (spec.earlyStopping !== undefined) {
      const { Patience } = await import('./training/early.js');
      patience = new Patience(call, spec.earlyStopping, this.#watched);
    }
    if (typeof learningRate !== 'function') {
      const { resolveSchedule } = await import('./training/schedule.js');
      const lastEpoch = this.#epochs + spec.epochs;
      const course = { learningRate: this.#spec.optimizer.learningRate, lastEpoch };
      learningRate = resolveSchedule(learningRate, course, `${call}: learningRate`);
    }
    // A fit begins anew, but for the one that goes on from a checkpoint.
    if (!this.#resumed || patience === undefined) this.#watched.patience = undefined;
    this.#resumed = false;
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
    this.#checkUsable(call);
    signal?.throwIfAborted();
  }

  #receiver(call: string): Receiver {
    return { call, spec: this.#spec, scaling: this.#scaling, createLearner: this.#createLearner };
  }

  #model(): Model {
    return { spec: this.#spec, parameters: this.#watched.readParameters(), scaling: this.#scaling };
  }

  #resume({ epochs, batches, memory, patience }: Checkpoint): void {
    this.#epochs = epochs;
    this.#batches = batches;
    this.#watched.patience = patience;
    this.#resumed = true;
    if (memory !== undefined) this.#network.writeMemory(memory);
  }

  #checkUsable(call: string): void {
    if (this.#disposed) throw disposedError(call);
  }

  #checkIdle(call: string): void {
    this.#checkUsable(call);
    if (this.#stop !== undefined) {
      throw new WasmlpError(
        'ERR_BUSY',
        `${call}: a fit of this network is running. Await it first, or abort it by its signal.`,
      );
    }
  }

  #checkLayer(call: string, layer: unknown): number {
    return checkInteger(`${call}: layer`, layer, 0, this.#layers.length - 1);
  }

  #withSamples<T>(packed: EngineSamples, use: (samples: LoadedSamples) => T): T {
    const samples = this.#network.load(packed);
    try {
      return use(samples);
    } finally {
      samples.release();
    }
  }

  #predict(call: string, inputs: Samples): { values: Float32Array; shape: Shape } {
    this.#checkUsable(call);
    const packed = packInputs(this.#receiver(call), 'inputs', inputs);
    if (Array.isArray(inputs) && packed.shape === 'packed') {
      const came = `${call}: inputs has ${inputs.length} values, expected ${this.inputs} (the network's inputs)`;
      throw codedError('ERR_SHAPE', `${came}. Give several samples as rows, or end to end in a Float32Array.`);
    }
    this.#checkUsable(call);
    const values = this.#network.predict(packed.values, packed.count);
    this.#scaling?.targets?.undo(values);
    return { values, shape: packed.shape };
  }
}

function disposedError(call: string): WasmlpError {
  return new WasmlpError('ERR_DISPOSED', `${call}: this network was disposed of. Create a new one.`);
}

/**
 * A copy of the bytes of a file: it is read after a wait, by when the caller's may hold something else. ERR_INVALID_TYPE for what
 * is no Uint8Array.
 */
function bytesOf(call: string, model: unknown, from: string): Uint8Array<ArrayBuffer> {
  // By its tag: that of another realm (an iframe, node:vm, Jest) is no instance.
  if (!ArrayBuffer.isView(model) || Object.prototype.toString.call(model) !== '[object Uint8Array]') {
    throw codedError(
      'ERR_INVALID_TYPE',
      `${call}: model is ${describe(model)}, expected a Uint8Array with the bytes that ${from}.`,
    );
  }
  const bytes = model as Uint8Array;
  // Not by slice, which of a Buffer copies nothing. One that was transferred away has no bytes.
  return withinMemory('the model', () => new Uint8Array(bytes.length === 0 ? [] : bytes));
}
