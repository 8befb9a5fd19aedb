/** The Network: what users hold. A facade: it asks the model, the trainer or a format, and computes nothing itself. */
/// <reference lib="esnext.disposable" preserve="true" />

import { type Classification, checkClassifies, classificationsOf, rowsOf } from './data/classification.js';
import { type GivenParameters, packParameters } from './data/parameters.js';
import type { Samples } from './data/samples.js';
import type { Labels } from './data/targets.js';
import type { EngineInfo, LayerParameters } from './engine/engine.js';
import type { Bytes } from './formats/bytes.js';
import { writeONNX } from './formats/onnx/write-onnx.js';
import { type ReadingCall, readNetwork } from './formats/readers.js';
import { type SavedModel, writeModel } from './formats/safetensors/write-model.js';
import { checkInteger, checkObject } from './foundation/checks.js';
import { codedError } from './foundation/errors.js';
import { initializerOf } from './model/first-weights.js';
import { type Evaluation, Model, openModel } from './model/model.js';
import type { LayerInfo } from './model/summary.js';
import { ENGINE_KEYS, resolveEngine } from './options/engine.js';
import { resolveNetwork } from './options/network.js';
import type { EngineOptions, NetworkOptions } from './options/types.js';
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
    // Private to TypeScript only: plain JavaScript gets here with options.
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
   * Rejects with ERR_INVALID_TYPE or ERR_INVALID_OPTION for wrong options, ERR_UNSUPPORTED for what this version does not
   * do, ERR_OUT_OF_MEMORY, and ERR_ENGINE where `engine: 'wasm'` is refused by the host.
   */
  static async create(options: NetworkOptions): Promise<Network> {
    const spec = resolveNetwork(options);
    const engine = resolveEngine('create', { ...options });
    const weightsOf = await initializerOf(spec);
    return new Network(await openModel(spec, engine, (layer) => ({ weights: weightsOf(layer) })));
  }

  /**
   * The network that `save` or `saveCheckpoint` wrote the bytes of; after a checkpoint, training goes on where it stood.
   *
   * Rejects with ERR_INVALID_TYPE for what is no Uint8Array, ERR_MODEL_FORMAT for bytes that are no such model, ERR_MODEL_VERSION for
   * one of a newer version, ERR_MODEL_LIMIT for one that is too large, and as `create` does.
   */
  static async load(model: Uint8Array, options?: EngineOptions): Promise<Network> {
    return await Network.#read('load', options, model);
  }

  /**
   * The network that an ONNX model holds: dense layers as PyTorch, scikit-learn, Keras and `toONNX` export them, with scaling before
   * and after. Training goes on with the defaults of `create`.
   *
   * Rejects with ERR_UNSUPPORTED for other models, naming the node; else as `load` does.
   */
  static async fromONNX(model: Uint8Array, options?: EngineOptions): Promise<Network> {
    return await Network.#read('fromONNX', options, model);
  }

  /**
   * The network that `toJSON()` of a brain.js NeuralNetwork gives, or JSON.stringify of it: versions 0 to 2 of brain.js. Inputs that
   * had names are the columns of a sample in the order of inputLookup; outputs that had names become labels where there are two or
   * more of them and the activation is sigmoid. Loss and optimizer are the defaults of `create`. It is read after a wait: leave it as it
   * is until the promise settles.
   *
   * Rejects with ERR_INVALID_TYPE for what is neither object nor string, ERR_MODEL_FORMAT with the path to what is wrong,
   * ERR_UNSUPPORTED for networks of other kinds, ERR_MODEL_LIMIT for one that is too large, and as `create` does.
   */
  static async fromBrain(json: object | string, options?: EngineOptions): Promise<Network> {
    return await Network.#read('fromBrain', options, json);
  }

  /**
   * The network of a TensorFlow.js layers model: its model.json, as text or parsed, and the bytes of its .bin files in the order of
   * the manifest, or end to end. Sequential and functional models that are one chain of dense layers, their activations and dropout;
   * a Rescaling or Normalization of the inputs becomes scaling. Samples are rows, also where a Flatten makes them so. Loss and
   * optimizer are the defaults of `create`.
   *
   * Reads and rejects as `fromBrain` does; ERR_UNSUPPORTED names the class and the name of the layer.
   */
  static async fromTensorFlow(
    model: object | string,
    weights: Uint8Array | ArrayBuffer | readonly (Uint8Array | ArrayBuffer)[],
    options?: EngineOptions,
  ): Promise<Network> {
    return await Network.#read('fromTensorFlow', options, model, weights);
  }

  /**
   * The network of a scikit-learn MLPClassifier or MLPRegressor, as an object or a string of JSON: `coefs` and `intercepts` (of each
   * layer (inputs, units) and (units)), `activation`, `out_activation`; `classes`, which become labels, and `scaler`, `{ mean, scale }`
   * of a StandardScaler or `{ min, scale }` of a MinMaxScaler, are optional. Loss and optimizer are the defaults of `create`.
   *
   * Reads and rejects as `fromBrain` does.
   */
  static async fromScikitLearn(json: object | string, options?: EngineOptions): Promise<Network> {
    return await Network.#read('fromScikitLearn', options, json);
  }

  static async #read(call: ReadingCall, options: unknown, file: unknown, weights?: unknown): Promise<Network> {
    const given = checkObject(`${call}: options`, options === undefined ? {} : options, ENGINE_KEYS);
    const engine = resolveEngine(call, given);
    const { model: saved, checkpoint } = await readNetwork(call, file, weights);
    const model = await openModel(saved.spec, engine, (layer) => saved.parameters[layer] as LayerParameters);
    model.scaling = saved.scaling;
    try {
      const network = new Network(model);
      if (checkpoint !== undefined) network.#trainer.resume(checkpoint);
      return network;
    } catch (error) {
      model.dispose();
      throw error;
    }
  }

  /** Width of a sample. */
  get inputs(): number {
    return this.#model.spec.inputs;
  }

  /** Width of an answer. */
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

  /** Epochs trained so far, over all fits and, by checkpoints, over all processes. */
  get epochs(): number {
    return this.#trainer.epochs;
  }

  /** What runs the numbers. */
  get engine(): EngineInfo {
    return this.#model.engineInfo;
  }

  /**
   * Trains on all samples for a number of epochs. Gives way to the event loop every few milliseconds.
   *
   * `inputs` (samples, inputs); `targets` (samples, outputs), class indexes or class names. Rejects as the checks say
   * (nothing is touched then), with ERR_BUSY while another fit runs, ERR_DIVERGED, ERR_DISPOSED, `signal.reason` when
   * aborted, and with the error of a callback that throws; the weights are then those after a whole number of batches.
   */
  async fit(inputs: Samples, targets: Samples | Labels, options?: FitOptions): Promise<History> {
    return await this.#trainer.fitSamples(inputs, targets, options);
  }

  /**
   * Trains on a stream of batches, for data that memory cannot hold: `batches` is called once per epoch, and asked for a batch
   * when the one before is trained on. Each is one step, or with `batchSize` steps of that many samples. Options and errors as of
   * `fit`, but `shuffle`, `sampleWeights` and a fraction as `validation` are refused: they need all samples. A network that
   * normalizes learns its scaling from one more pass over the stream, before the first epoch.
   */
  async fitStream(batches: Batches, options?: FitOptions): Promise<History> {
    return await this.#trainer.fitStream(batches, options);
  }

  /**
   * One optimizer step on all the samples given. Returns their mean loss before the step.
   *
   * Throws ERR_DIVERGED, the weights as before, where the loss or a weight stops being finite.
   */
  trainOnBatch(inputs: Samples, targets: Samples | Labels): number {
    return this.#trainer.trainOnBatch(inputs, targets);
  }

  /** Derivatives of the mean loss of the samples by every weight and bias, shaped as these; no step. */
  gradients(inputs: Samples, targets: Samples | Labels): { loss: number; layers: LayerParameters[] } {
    return this.#model.gradients(inputs, targets);
  }

  /** Mean loss over the samples, and accuracy where targets are classes or probabilities. */
  evaluate(inputs: Samples, targets: Samples | Labels): Evaluation {
    return this.#model.evaluate(inputs, targets);
  }

  /**
   * Outputs for samples, in the shape given: an array of numbers is one sample and gives a Float32Array of outputs, a
   * Float32Array of rows end to end gives outputs end to end, rows give rows.
   */
  predict(inputs: readonly number[] | Float32Array): Float32Array;
  predict(inputs: readonly (readonly number[] | Float32Array)[]): Float32Array[];
  predict(inputs: Samples): Float32Array | Float32Array[];
  predict(inputs: Samples): Float32Array | Float32Array[] {
    const { values, shape } = this.#model.predict('predict', inputs);
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
    this.#model.check('classify');
    checkClassifies('classify', this.#model.spec);
    return classificationsOf(this.#model.predict('classify', inputs), this.#model.spec);
  }

  /** Copies of a layer's weights (units, inputs) row-major and biases (units; none in a layer without). */
  getParameters(layer: number): LayerParameters {
    this.#model.check('getParameters');
    return this.#model.engine.readParameters(this.#checkLayer('getParameters', layer));
  }

  /** Replaces a layer's weights, biases, or both, given as typed or plain arrays. */
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
   * The network as a safetensors file: weights by the names of a torch.nn.Sequential (0.weight, 0.bias, 2.weight, …), options,
   * scaling and labels as metadata. While a fit runs, weights as after a whole number of batches.
   */
  save(): Bytes {
    return writeModel(this.#saved('save'));
  }

  /**
   * `save`, and what training goes on from: the optimizer's state, epochs, early stopping. A network loaded from it trains on
   * to the same bits as this one, from the end of an epoch.
   */
  saveCheckpoint(): Bytes {
    return writeModel(this.#saved('saveCheckpoint'), this.#trainer.checkpoint());
  }

  /**
   * The network as the text of a JavaScript module that predicts without this library. It exports `predict`, for samples as `predict`
   * here takes them, `inputs`, `outputs` and `labels`. Weights are those of the call; while a fit runs, as after a whole number of
   * batches.
   *
   * Rejects with ERR_MODEL_LIMIT above 100 million parameters, which no string has room for.
   */
  async toModule(): Promise<string> {
    const saved = this.#saved('toModule');
    return (await import('./formats/module/write-module.js')).writeModule(saved);
  }

  /**
   * The network as an ONNX model (operator set 17), for other runtimes: "inputs" (batch, inputs) to "outputs" (batch, outputs),
   * both float32, scaling included, outputs as `predict` gives them. Throws ERR_MODEL_LIMIT beyond 2^28 parameters.
   */
  toONNX(): Bytes {
    return writeONNX(this.#saved('toONNX'));
  }

  /** Gives the memory back; a running fit rejects with ERR_DISPOSED. Optional, and harmless twice. */
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

  /** Everything that predictions depend on, as it is now. */
  #saved(call: string): SavedModel {
    this.#model.check(call);
    const { spec, scaling } = this.#model;
    return { spec, scaling, parameters: this.#model.readParameters() };
  }

  #checkLayer(call: string, layer: unknown): number {
    return checkInteger(`${call}: layer`, layer, 0, this.layers.length - 1);
  }
}
