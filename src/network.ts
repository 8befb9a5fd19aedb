/** The Network: what users hold. Checks every call, then hands packed numbers to the engine and answers in the shape asked. */
/// <reference lib="esnext.disposable" preserve="true" />
import { checkInteger, checkObject, isTyped } from './checks.js';
import { type Classification, classificationOf, rowsOf } from './data/answers.js';
import { packInputs, packPairs } from './data/pack.js';
import { type GivenParameters, packParameters } from './data/parameters.js';
import type { Samples, Shape } from './data/samples.js';
import type { ScalingLearner } from './data/scaling.js';
import type { Labels } from './data/targets.js';
import type { EngineInfo, EngineNetwork, LayerParameters } from './engine/engine.js';
import { selectEngine } from './engine/select.js';
import { codedError, describe } from './errors.js';
import type { Bytes } from './formats/bytes.js';
import { type Model, type Restored, writeModel } from './formats/model.js';
import { writeONNX } from './formats/onnx/write.js';
import { initializerOf } from './initialize.js';
import { withinMemory } from './memory.js';
import { givesProbabilities } from './options/activations.js';
import { ENGINE_KEYS, type EngineSpec, resolveEngine } from './options/engine.js';
import { type NetworkSpec, resolveNetwork } from './options/network.js';
import type { EngineOptions, NetworkOptions } from './options/types.js';
import { type LayerInfo, layersOf, summaryOf } from './summary.js';
import type { Batches, FitOptions, History } from './training/options.js';
import { Trainer } from './training/trainer.js';

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
  readonly #trainer: Trainer;

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
    this.#layers = layersOf(spec.layers);
    this.#trainer = new Trainer(spec, network, engine, createLearner);
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
    return await Network.#open(spec, engine, (layer) => ({ weights: weightsOf(layer) }));
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
    return await Network.#convert('fromBrain', options, json);
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
    return await Network.#convert('fromTensorFlow', options, model, weights);
  }

  /**
   * The network of a scikit-learn MLPClassifier or MLPRegressor, as an object or a string of JSON: `coefs` and `intercepts` (of each
   * layer (inputs, units) and (units)), `activation`, `out_activation`; `classes`, which become labels, and `scaler`, `{ mean, scale }`
   * of a StandardScaler or `{ min, scale }` of a MinMaxScaler, are optional. Loss and optimizer are the defaults of `create`.
   *
   * Reads and rejects as `fromBrain` does.
   */
  static async fromScikitLearn(json: object | string, options?: EngineOptions): Promise<Network> {
    return await Network.#convert('fromScikitLearn', options, json);
  }

  /** Reads what another library wrote. */
  static #convert(
    call: 'fromBrain' | 'fromTensorFlow' | 'fromScikitLearn',
    options: unknown,
    model: unknown,
    weights?: unknown,
  ): Promise<Network> {
    return Network.#restore(call, options, async () =>
      (await import('./formats/import.js')).readForeign(call, model, weights),
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
    network.#trainer.scaling = model.scaling;
    try {
      if (checkpoint !== undefined) {
        const { memory } = checkpoint;
        network.#trainer.resume(checkpoint);
        if (memory !== undefined) network.#network.writeMemory(memory);
      }
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

  /** Names of the classes, as `create` was given them. */
  get labels(): readonly string[] | undefined {
    return this.#spec.labels;
  }

  get layers(): readonly LayerInfo[] {
    return this.#layers;
  }

  /** Weights and biases of all layers, frozen ones included. */
  get parameterCount(): number {
    return this.#layers.reduce((sum, layer) => sum + layer.parameterCount, 0);
  }

  /** Epochs trained so far, over all fits and, by checkpoints, over all processes. */
  get epochs(): number {
    return this.#trainer.state.epochs;
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
    this.#trainer.checkUsable('gradients');
    const packed = packPairs(this.#trainer.receiver('gradients'), inputs, targets);
    this.#trainer.checkUsable('gradients');
    return this.#trainer.withSamples(packed, (samples) => this.#network.gradients(samples));
  }

  /** Mean loss over the samples, and accuracy where targets are classes or probabilities. */
  evaluate(inputs: Samples, targets: Samples | Labels): Evaluation {
    this.#trainer.checkUsable('evaluate');
    const packed = packPairs(this.#trainer.receiver('evaluate'), inputs, targets);
    this.#trainer.checkUsable('evaluate');
    return this.#trainer.withSamples(packed, (samples) => {
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
    this.#trainer.checkUsable('classify');
    const { activation } = this.#layers[this.#layers.length - 1] as LayerInfo;
    const scaled = this.#spec.normalizeTargets !== false;
    if (scaled || !givesProbabilities(activation)) {
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
    this.#trainer.checkUsable('getParameters');
    return this.#network.readParameters(this.#checkLayer('getParameters', layer));
  }

  /** Replaces a layer's weights, biases, or both, given as typed or plain arrays. */
  setParameters(layer: number, parameters: GivenParameters): void {
    this.#trainer.checkIdle('setParameters');
    const info = this.#layers[this.#checkLayer('setParameters', layer)] as LayerInfo;
    const packed = packParameters('setParameters', info, parameters);
    // Again: a getter among the parameters may have begun a fit, or disposed of the network.
    this.#trainer.checkIdle('setParameters');
    this.#trainer.writeParameters(layer, packed);
  }

  /** A table of the layers: shapes, activations, parameters, memory. */
  summary(): string {
    this.#trainer.checkUsable('summary');
    return summaryOf(this.#layers, this.#engine, this.#network.memoryBytes, {
      inputs: this.#spec.normalize,
      targets: this.#spec.normalizeTargets,
      learned: this.#trainer.scaling !== undefined,
    });
  }

  /**
   * The network as a safetensors file: weights by the names of a torch.nn.Sequential (0.weight, 0.bias, 2.weight, …), options,
   * scaling and labels as metadata. While a fit runs, weights as after a whole number of batches.
   */
  save(): Bytes {
    this.#trainer.checkUsable('save');
    return writeModel(this.#model());
  }

  /**
   * `save`, and what training goes on from: what the optimizer remembers, epochs, early stopping. A network loaded from it trains on
   * to the same bits as this one, from the end of an epoch.
   */
  saveCheckpoint(): Bytes {
    this.#trainer.checkUsable('saveCheckpoint');
    return writeModel(this.#model(), { ...this.#trainer.state, memory: this.#network.readMemory() });
  }

  /**
   * The network as the text of a JavaScript module that predicts without this library. It exports `predict`, for samples as `predict`
   * here takes them, `inputs`, `outputs` and `labels`. Weights are those of the call; while a fit runs, as after a whole number of
   * batches.
   *
   * Rejects with ERR_MODEL_LIMIT above 100 million parameters, which no string has room for.
   */
  async toModule(): Promise<string> {
    this.#trainer.checkUsable('toModule');
    const model = this.#model();
    return (await import('./formats/module.js')).writeModule(model);
  }

  /**
   * The network as an ONNX model (operator set 17), for other runtimes: "inputs" (batch, inputs) to "outputs" (batch, outputs),
   * both float32, scaling included, outputs as `predict` gives them. Throws ERR_MODEL_LIMIT beyond 2^28 parameters.
   */
  toONNX(): Bytes {
    this.#trainer.checkUsable('toONNX');
    return writeONNX(this.#model());
  }

  /** Gives the memory back; a running fit rejects with ERR_DISPOSED. Optional, and harmless twice. */
  dispose(): void {
    this.#trainer.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** What Node's console.log shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const shape = [this.inputs, ...this.#layers.map(({ units }) => units)].join('-');
    return `Network ${shape} (${this.#trainer.disposed ? 'disposed' : this.#engine.kind})`;
  }

  #model(): Model {
    return { spec: this.#spec, parameters: this.#trainer.readParameters(), scaling: this.#trainer.scaling };
  }

  #checkLayer(call: string, layer: unknown): number {
    return checkInteger(`${call}: layer`, layer, 0, this.#layers.length - 1);
  }

  #predict(call: string, inputs: Samples): { values: Float32Array; shape: Shape } {
    this.#trainer.checkUsable(call);
    const packed = packInputs(this.#trainer.receiver(call), 'inputs', inputs);
    if (Array.isArray(inputs) && packed.shape === 'packed') {
      const came = `${call}: inputs has ${inputs.length} values, expected ${this.inputs} (the network's inputs)`;
      throw codedError('ERR_SHAPE', `${came}. Give several samples as rows, or end to end in a Float32Array.`);
    }
    this.#trainer.checkUsable(call);
    const values = this.#network.predict(packed.values, packed.count);
    this.#trainer.scaling?.targets?.undo(values);
    return { values, shape: packed.shape };
  }
}

/**
 * A copy of the bytes of a file: it is read after a wait, by when the caller's may hold something else. ERR_INVALID_TYPE for what
 * is no Uint8Array.
 */
function bytesOf(call: string, model: unknown, from: string): Bytes {
  if (!isTyped(model, 'Uint8Array')) {
    throw codedError(
      'ERR_INVALID_TYPE',
      `${call}: model is ${describe(model)}, expected a Uint8Array with the bytes that ${from}.`,
    );
  }
  const bytes = model as Uint8Array;
  // Not by slice, which of a Buffer copies nothing. One that was transferred away has no bytes.
  return withinMemory('the model', () => new Uint8Array(bytes.length === 0 ? [] : bytes));
}
