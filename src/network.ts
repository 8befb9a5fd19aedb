/** The Network: what users hold. A facade: it asks the model, the trainer or a format, and computes nothing itself. */
/// <reference lib="esnext.disposable" preserve="true" />

import { type Classification, checkClassifies, classificationsOf, rowsOf } from './data/classification.js';
import { type GivenParameters, packParameters } from './data/parameters.js';
import type { Samples } from './data/samples.js';
import type { Labels } from './data/targets.js';
import type { EngineInfo, LayerParameters } from './engine/engine.js';
import type { Bytes } from './formats/bytes.js';
import { writeONNX } from './formats/onnx/write-onnx.js';
import { type ReadingCall, readerOf } from './formats/readers.js';
import { writeModel } from './formats/safetensors/write-model.js';
import type { SavedModel } from './formats/saved-model.js';
import { checkInteger } from './foundation/checks.js';
import { codedError } from './foundation/errors.js';
import { initializerOf } from './model/first-weights.js';
import { type Evaluation, Model, openModel } from './model/model.js';
import type { LayerInfo } from './model/summary.js';
import { resolveEngine } from './options/engine.js';
import { resolveNetwork } from './options/network.js';
import type { EngineOptions, ImportOptions, NetworkOptions, ONNXOptions, StateOptions } from './options/types.js';
import type { Batches, FitOptions } from './training/fit-options.js';
import type { History } from './training/history.js';
import { Trainer } from './training/trainer.js';

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
  readonly #model: Model;
  readonly #trainer: Trainer;

  private constructor(model: Model) {
    // Only TypeScript knows that this is private: plain JavaScript may call it with options.
    if (!(model instanceof Model)) {
      const mend = 'use `await Network.create(options)` instead of new Network(options).';
      throw codedError('ERR_INVALID_TYPE', `Network: ${mend}`);
    }
    this.#model = model;
    this.#trainer = new Trainer(model);
  }

  /**
   * Creates a network with seeded first weights and biases of 0.
   *
   * Rejects with ERR_INVALID_TYPE or ERR_INVALID_OPTION for wrong options, ERR_UNSUPPORTED for features that this version does
   * not have, ERR_OUT_OF_MEMORY, and ERR_ENGINE if the host refuses `engine: 'wasm'`.
   */
  static async create(options: NetworkOptions): Promise<Network> {
    const spec = resolveNetwork(options);
    const engine = resolveEngine('create', { ...options });
    const weightsOf = await initializerOf(spec);
    return new Network(await openModel(spec, engine, (layer) => ({ weights: weightsOf(layer) })));
  }

  /**
   * Reads the bytes that `save` or `saveCheckpoint` wrote. From a checkpoint, training resumes where it stopped.
   *
   * Rejects with ERR_INVALID_TYPE for anything but a Uint8Array, ERR_MODEL_FORMAT if the bytes are not such a model,
   * ERR_MODEL_VERSION for a newer version of the format, ERR_MODEL_LIMIT for a model that is too large, and as `create` does.
   */
  static async load(model: Uint8Array, options?: EngineOptions): Promise<Network> {
    return await Network.#read('load', options, model);
  }

  /**
   * Reads an ONNX model: dense layers as PyTorch, scikit-learn, Keras and `toONNX` export them, with scaling before and after. Of an
   * actor, it reads the action.
   *
   * Rejects with ERR_UNSUPPORTED for other models and names the node. Otherwise rejects as `load` and `create` do.
   */
  static async fromONNX(model: Uint8Array, options?: ONNXOptions): Promise<Network> {
    return await Network.#read('fromONNX', options, model);
  }

  /**
   * Reads a safetensors file with the state of a PyTorch module of dense layers, one behind the other: a weight (units, inputs), and
   * mostly a bias, for each of `options.layers`. Rejects as `fromONNX` does.
   */
  static async fromSafetensors(model: Uint8Array, options: StateOptions): Promise<Network> {
    return await Network.#read('fromSafetensors', options, model);
  }

  /**
   * Reads what `toJSON()` of a brain.js NeuralNetwork returns, or its JSON text, from versions 0 to 2 of brain.js. Named inputs
   * become the columns of a sample, in the order of inputLookup. Named outputs become labels if there are at least two of them and
   * the activation is sigmoid. Do not change the object before the promise settles.
   *
   * Rejects with ERR_INVALID_TYPE for anything but an object or a string, ERR_MODEL_FORMAT with the path to the wrong value,
   * ERR_UNSUPPORTED for other kinds of networks, ERR_MODEL_LIMIT for a network that is too large, and as `create` does.
   */
  static async fromBrain(json: object | string, options?: ImportOptions): Promise<Network> {
    return await Network.#read('fromBrain', options, json);
  }

  /**
   * Reads a TensorFlow.js layers model: its model.json, as text or parsed, and the bytes of its .bin files in the order of the
   * manifest, or end to end. The model may be sequential or functional, but must be one chain of dense layers with activations,
   * normalization and dropout. A Rescaling or Normalization of the inputs becomes scaling. Where the model has a Flatten, samples are
   * flat rows here.
   *
   * Rejects as `fromBrain` does; ERR_UNSUPPORTED names the class and the name of the layer. Do not change the object or the bytes
   * before the promise settles.
   */
  static async fromTensorFlow(
    model: object | string,
    weights: Uint8Array | ArrayBuffer | readonly (Uint8Array | ArrayBuffer)[],
    options?: ImportOptions,
  ): Promise<Network> {
    return await Network.#read('fromTensorFlow', options, model, weights);
  }

  /**
   * Reads a scikit-learn MLPClassifier or MLPRegressor, as an object or as JSON text. It has `coefs` and `intercepts`, which are
   * (inputs, units) and (units) for each layer, `activation` and `out_activation`. Optional are `classes`, which become labels, and
   * `scaler`: `{ mean, scale }` of a StandardScaler or `{ min, scale }` of a MinMaxScaler.
   *
   * Rejects as `fromBrain` does. Do not change the object before the promise settles.
   */
  static async fromScikitLearn(json: object | string, options?: ImportOptions): Promise<Network> {
    return await Network.#read('fromScikitLearn', options, json);
  }

  static async #read(call: ReadingCall, options: unknown, file: unknown, weights?: unknown): Promise<Network> {
    const { engine, read } = readerOf(call, file, options, weights);
    const { model: saved, checkpoint } = await read();
    const parametersOf = (layer: number): LayerParameters => saved.parameters[layer] as LayerParameters;
    const network = new Network(await openModel(saved.spec, engine, parametersOf, saved.scaling));
    if (checkpoint !== undefined) network.#trainer.resume(checkpoint);
    return network;
  }

  /** Numbers per sample. */
  get inputs(): number {
    return this.#model.spec.inputs;
  }

  /** Numbers per prediction. */
  get outputs(): number {
    return this.#model.spec.outputs;
  }

  /** Names of the classes, as `create` was given them. */
  get labels(): readonly string[] | undefined {
    return this.#model.spec.labels;
  }

  get layers(): readonly LayerInfo[] {
    return this.#model.layers;
  }

  /** Weights and biases of all layers, frozen ones included. */
  get parameterCount(): number {
    return this.layers.reduce((sum, layer) => sum + layer.parameterCount, 0);
  }

  /** Epochs trained so far, over all fits. Checkpoints keep the count. */
  get epochs(): number {
    return this.#trainer.epochs;
  }

  /** What runs the numbers. */
  get engine(): EngineInfo {
    return this.#model.engineInfo;
  }

  /**
   * Trains on all samples for a number of epochs. Yields to the event loop every few milliseconds.
   *
   * `inputs` are (samples, inputs); `targets` are (samples, outputs), class indexes or class names. Wrong arguments reject and
   * change nothing. Rejects with ERR_BUSY while another fit runs, ERR_DIVERGED, ERR_DISPOSED, `signal.reason` when aborted, and
   * the error of a callback that throws. The parameters are then those after a whole number of batches.
   */
  async fit(inputs: Samples, targets: Samples | Labels, options?: FitOptions): Promise<History> {
    return await this.#trainer.fitSamples(inputs, targets, options);
  }

  /**
   * Trains on a stream of batches, for data that does not fit into memory. Calls `batches` once per epoch, and asks for a batch
   * when training on the one before has ended. Each batch is one step; with `batchSize` it is several steps of that many samples.
   * Options and errors are those of `fit`, but `shuffle`, `sampleWeights` and a fraction as `validation` are refused: they need all
   * samples. A network that normalizes first reads the whole stream once to learn its scaling.
   */
  async fitStream(batches: Batches, options?: FitOptions): Promise<History> {
    return await this.#trainer.fitStream(batches, options);
  }

  /**
   * Takes one optimizer step on all the given samples. Returns their mean loss before the step.
   *
   * Throws ERR_DIVERGED where the loss or a parameter stops being finite, and leaves the parameters as they were.
   */
  trainOnBatch(inputs: Samples, targets: Samples | Labels): number {
    return this.#trainer.trainOnBatch(inputs, targets);
  }

  /** The gradient of the mean loss, in the shapes of the weights and biases. Takes no step. */
  gradients(inputs: Samples, targets: Samples | Labels): { loss: number; layers: LayerParameters[] } {
    return this.#model.gradients(inputs, targets);
  }

  /** The mean loss over the samples, and the accuracy where targets are classes or probabilities. */
  evaluate(inputs: Samples, targets: Samples | Labels): Evaluation {
    return this.#model.evaluate(inputs, targets);
  }

  /**
   * Returns the outputs in the shape in which the samples were given. An array of numbers is one sample and gives a Float32Array
   * of its outputs. A Float32Array of rows end to end gives outputs end to end. An array of rows gives an array of rows.
   */
  predict(inputs: readonly number[] | Float32Array): Float32Array;
  predict(inputs: readonly (readonly number[] | Float32Array)[]): Float32Array[];
  predict(inputs: Samples): Float32Array | Float32Array[];
  predict(inputs: Samples): Float32Array | Float32Array[] {
    const { values, shape } = this.#model.predict('predict', inputs);
    return shape === 'rows' ? rowsOf(values, this.outputs) : values;
  }

  /**
   * Returns the most likely class of each sample: one answer for one sample, an array for several. Throws ERR_UNSUPPORTED if the
   * output layer is neither sigmoid nor softmax, because other outputs are not probabilities.
   */
  classify(inputs: readonly number[]): Classification;
  classify(inputs: readonly (readonly number[] | Float32Array)[]): Classification[];
  classify(inputs: Samples): Classification | Classification[];
  classify(inputs: Samples): Classification | Classification[] {
    this.#model.check('classify');
    checkClassifies('classify', this.#model.spec);
    return classificationsOf(this.#model.predict('classify', inputs), this.#model.spec);
  }

  /** Copies of a layer's weights, (units, inputs) row-major, and of its biases, (units), or empty in a layer without biases. */
  getParameters(layer: number): LayerParameters {
    this.#model.check('getParameters');
    return this.#model.engine.readParameters(this.#checkLayer('getParameters', layer));
  }

  /** Replaces a layer's weights, biases, or both. Takes typed or plain arrays. */
  setParameters(layer: number, parameters: GivenParameters): void {
    const packed = this.#model.take('setParameters', 'idle', () =>
      packParameters('setParameters', this.layers[this.#checkLayer('setParameters', layer)] as LayerInfo, parameters),
    );
    this.#trainer.writeParameters(layer, packed);
  }

  /** A table of the layers: shapes, activations, parameters, memory. */
  summary(): string {
    this.#model.check('summary');
    return this.#model.summary();
  }

  /**
   * Returns the network as a safetensors file. Its tensors have the names of a torch.nn.Sequential (0.weight, 0.bias, 2.weight, …);
   * options, scaling and labels are metadata. While a fit runs, the parameters are those after a whole number of batches.
   */
  save(): Bytes {
    return writeModel(this.#saved('save'));
  }

  /**
   * `save`, plus what training needs to resume: optimizer state, epochs and early stopping. If it was saved at the end of an epoch,
   * a network loaded from it trains on to the same bits as this one.
   */
  saveCheckpoint(): Bytes {
    return writeModel(this.#saved('saveCheckpoint'), this.#trainer.checkpoint());
  }

  /**
   * Returns the text of a JavaScript module that predicts without this library. It exports `predict`, which takes samples as
   * `predict` here does, and `inputs`, `outputs` and `labels`. The parameters are those at the time of the call; while a fit runs,
   * those after a whole number of batches.
   *
   * Rejects with ERR_MODEL_LIMIT above 100 million parameters: no string is long enough for them.
   */
  async toModule(): Promise<string> {
    const saved = this.#saved('toModule');
    return (await import('./formats/module/write-module.js')).writeModule(saved);
  }

  /**
   * Returns the network as an ONNX model (operator set 17) for other runtimes. It turns "inputs" (batch, inputs) into "outputs"
   * (batch, outputs), both float32, and includes the scaling: outputs are those of `predict`. Throws ERR_MODEL_LIMIT above 2^28
   * parameters.
   */
  toONNX(): Bytes {
    return writeONNX(this.#saved('toONNX'));
  }

  /** Frees the memory. A running fit rejects with ERR_DISPOSED. You need not call it; a second call does nothing. */
  dispose(): void {
    this.#model.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** What Node's console.log shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const shape = [this.inputs, ...this.layers.map(({ units }) => units)].join('-');
    return `Network ${shape} (${this.#model.isDisposed ? 'disposed' : this.engine.kind})`;
  }

  /** A copy of everything that predictions depend on. */
  #saved(call: string): SavedModel {
    this.#model.check(call);
    const { spec, scaling } = this.#model;
    return { spec, scaling, parameters: this.#model.readParameters() };
  }

  #checkLayer(call: string, layer: unknown): number {
    return checkInteger(`${call}: layer`, layer, 0, this.layers.length - 1);
  }
}
