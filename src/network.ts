/**
 * The Network: what users hold. A facade: it asks the model, the trainer or a format, and computes nothing itself. Here is what creates and
 * reads one; network/ has what it answers, what changes it, and what keeps it.
 */
/// <reference lib="esnext.disposable" preserve="true" />

import { givenFile, type ReadingCall } from './formats/given-file.js';
import { copyOf, explained } from './foundation/checks.js';
import { codedError } from './foundation/errors.js';
import { initializerOf } from './model/first-weights.js';
import { Model, openModel } from './model/model.js';
import { KeepingNetwork } from './network/keeping.js';
import { type Extras, holdParts, loadExtras, partsOf } from './network/parts.js';
import type { EngineSpec } from './options/engine.js';
import { ANY_ENGINE, plainNetwork } from './options/plain.js';
import type { NetworkSpec } from './options/spec.js';
import type { EngineOptions, ImportOptions, NetworkOptions, ONNXOptions, StateOptions } from './options/types.js';
import type { Checkpoint } from './training/state.js';
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
export class Network extends KeepingNetwork {
  private constructor(model: Model, extras: Extras, checkpoint?: Checkpoint) {
    super();
    // Only TypeScript knows that this is private: plain JavaScript may call it with options.
    if (!(model instanceof Model)) {
      const mend = 'use `await Network.create(options)` instead of new Network(options).';
      throw codedError('ERR_INVALID_TYPE', `Network: ${mend}`);
    }
    const trainer = new Trainer(model);
    holdParts(this, { model, trainer, extras });
    if (checkpoint !== undefined) trainer.resume(checkpoint);
  }

  /**
   * Creates a network with seeded first weights and biases of 0.
   *
   * Rejects with ERR_INVALID_TYPE or ERR_INVALID_OPTION for wrong options, ERR_UNSUPPORTED for features that this version does
   * not have, ERR_OUT_OF_MEMORY, and ERR_ENGINE if the host refuses `engine: 'wasm'`.
   */
  static async create(options: NetworkOptions): Promise<Network> {
    return await explained(async () => {
      const plain = plainNetwork(options);
      const { spec, engine } = plain ? { spec: plain, engine: ANY_ENGINE } : await checked(copyOf(options));
      const weightsOf = await initializerOf(spec);
      const extras = await loadExtras(spec);
      return new Network(await openModel(spec, engine, (layer) => ({ weights: weightsOf(layer) })), extras);
    });
  }

  /**
   * Reads what `save`, `saveCheckpoint` or `toJSON` returned: bytes, an ArrayBuffer, a Blob or File, the object of toJSON, or its text.
   * From a checkpoint, training resumes where it stopped.
   *
   * Rejects with ERR_INVALID_TYPE for anything else, ERR_MODEL_FORMAT if it is not such a model, ERR_MODEL_VERSION for a newer version of
   * the format, ERR_MODEL_LIMIT for a model that is too large, ERR_IO for a Blob that cannot be read, and as `create` does.
   */
  static async load(
    model: Uint8Array | ArrayBuffer | Blob | object | string,
    options?: EngineOptions,
  ): Promise<Network> {
    return await Network.#read('load', options, model);
  }

  /**
   * Reads an ONNX model: dense layers as PyTorch, scikit-learn, Keras and `toONNX` export them, with scaling before and after. Of an
   * actor, it reads the action.
   *
   * Rejects with ERR_UNSUPPORTED for other models and names the node. Otherwise rejects as `load` and `create` do.
   */
  static async fromONNX(model: Uint8Array | ArrayBuffer, options?: ONNXOptions): Promise<Network> {
    return await Network.#read('fromONNX', options, model);
  }

  /**
   * Reads a safetensors file with the state of a PyTorch module of dense layers, one behind the other: a weight (units, inputs), and
   * mostly a bias, for each of `options.layers`. Rejects as `fromONNX` does.
   */
  static async fromSafetensors(model: Uint8Array | ArrayBuffer, options: StateOptions): Promise<Network> {
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
    return await explained(async () => {
      const given = [givenFile(call, file), copyOf(options), weights] as const;
      const { openFile } = await import('./formats/open.js');
      const { model, checkpoint } = await openFile(call, ...given);
      return new Network(model, await loadExtras(model.spec), checkpoint);
    });
  }

  /**
   * Returns an independent copy at once: options, parameters, scaling, optimizer state, epochs, and early stopping as a checkpoint keeps
   * it. A fit of the copy gives the same bits as that fit of this network. While a fit runs, the parameters are those after a whole
   * number of batches.
   */
  clone(): Network {
    const { model, trainer, extras } = partsOf(this);
    model.check('clone');
    return new Network(model.clone(), extras, trainer.checkpoint());
  }
}

/** Checks options that are more than those of a plain network, which needs none of this code. */
async function checked(options: unknown): Promise<{ spec: NetworkSpec; engine: EngineSpec }> {
  const { resolveCreate } = await import('./options/network.js');
  return resolveCreate(options);
}
